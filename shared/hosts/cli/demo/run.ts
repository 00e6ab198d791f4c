/** The commands of the demo: the same functions and the same output as on the command line. */
import { GoldsyncError } from '../../../base/errors.ts'
import { openLog } from '../../../base/log.ts'
import type { Config } from '../../../config/config.ts'
import { isRun, reportOf } from '../../../function/outcome.ts'
import type { Report } from '../../../run/report.ts'
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
