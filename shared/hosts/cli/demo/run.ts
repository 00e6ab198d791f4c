/** The commands of the demo: the same functions and the same output as on the command line. */
import type { Config } from '../../../config.ts'
import { GoldsyncError } from '../../../errors.ts'
import { openLog } from '../../../log.ts'
import { isRun, reportOf } from '../../../outcome.ts'
import type { Report } from '../../../report.ts'
import type { FunctionName } from '../../registry.ts'
import { call } from '../call.ts'
import type { Terminal } from '../terminal.ts'
import { showReport } from '../text/report.ts'

/** @throws GoldsyncError where the function could not do its work */
export async function runFunction(
  name: FunctionName,
  params: unknown,
  config: Config,
  terminal: Terminal,
): Promise<Report> {
  const outcome = await call(name, params, { config, log: openLog('silent') }, terminal)
  const report = reportOf(outcome)
  if (isRun(report)) showReport(terminal, report)
  if ('error' in outcome) throw new GoldsyncError(outcome.error.code, outcome.error.message, outcome.error)
  if (outcome.status === 'ok' && isRun(report)) return report
  throw new GoldsyncError('ABORTED', 'the demo was interrupted')
}
