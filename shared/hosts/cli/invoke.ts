/** A function called from the command line: its report for people or as JSON, and the exit status. */
import { randomUUID } from 'node:crypto'
import { auditTarget, type Log, openLog } from '../../base/log.ts'
import type { Config } from '../../config/config.ts'
import { isRun, type Outcome, reportOf } from '../../function/outcome.ts'
import { exitCode, findingsOf, type Report } from '../../run/report.ts'
import type { OnPlan } from '../../run/run.ts'
import { recorderOf } from '../history.ts'
import { versioned } from '../output.ts'
import type { Recorder } from '../recorder.ts'
import type { FunctionName } from '../registry.ts'
import { call as callFunction } from './call.ts'
import type { OperationName } from './operations.ts'
import { type GlobalOptions, openConfig } from './options.ts'
import type { Terminal } from './terminal.ts'
import { showFailure } from './text/error.ts'
import { showReport } from './text/report.ts'
import { showStatus } from './text/status.ts'

type ShowRun = (terminal: Terminal, report: Report, verbose: boolean) => void

interface How {
  readonly onPlan?: OnPlan
  /** Told how it ended, before it is shown. */
  readonly onOutcome?: (outcome: Outcome) => void
  readonly showRun?: ShowRun
}

/** @returns the exit status: 0 done, 1 failure or exposed file, 2 a plan with changes to make, 3 a deadline or Ctrl-C left work, 4 what was required cannot be queried */
export async function invoke(
  name: FunctionName | OperationName,
  params: unknown,
  options: GlobalOptions,
  terminal: Terminal,
  { onPlan, onOutcome, showRun = showReport }: How = {},
): Promise<number> {
  const config = await openConfig(options)
  const level = levelFor(options, config.log, terminal)
  const log = openLogAt(level, config.log)
  // A progress line and a log tell of waits themselves.
  const notesWaits = !terminal.redraw && !options.quiet && ['error', 'silent'].includes(level)
  const call = { id: randomUUID(), function: name }
  const recorder = await recorderOf(config, process.env, { host: 'cli', log, byDefault: true })
  const done = await callFunction(name, params, { config, log, notesWaits, id: call.id, onPlan }, terminal)
  const outcome = recorder ? await recorded(call, done, recorder) : done
  onOutcome?.(outcome)
  if (options.json) terminal.print(JSON.stringify(versioned(reportOf(outcome) ?? outcome), null, 2))
  else if (!(options.quiet && isWell(outcome))) show(outcome, options.verbose, terminal, showRun)
  return statusOf(name, outcome)
}

/** What could not be written is a finding of the run. */
async function recorded(
  call: { readonly id: string; readonly function: string },
  outcome: Outcome,
  recorder: Recorder,
): Promise<Outcome> {
  recorder.note(call, outcome)
  const lost = await recorder.written()
  await recorder.close()
  const { withFinding } = await import('../recorder.ts')
  return withFinding(outcome, lost)
}

/** The report tells the story. A log goes with it only where it was asked for, on a terminal by the options alone. */
const levelFor = ({ logLevel }: GlobalOptions, { level }: Config['log'], { redraw }: Terminal): string =>
  logLevel ?? (redraw ? undefined : level) ?? 'silent'

function openLogAt(level: string, { audit }: Config['log']): Log {
  const target = auditTarget(audit)
  const isHeard = ['trace', 'debug', 'info'].includes(level)
  return openLog(level, {}, target === 'log' && !isHeard ? 'off' : target)
}

/** A run that has nothing to tell whom it was done for. */
function isWell(outcome: Outcome): boolean {
  const report = reportOf(outcome)
  if (outcome.status !== 'ok' || !isRun(report) || report.dryRun) return false
  return findingsOf(report).every(({ severity }) => severity === 'info')
}

function show(outcome: Outcome, verbose: boolean, terminal: Terminal, showRun: ShowRun): void {
  const report = reportOf(outcome)
  if (isRun(report)) showRun(terminal, report, verbose)
  else if (report && 'tables' in report) showStatus(terminal, report)
  else if ('error' in outcome) showFailure(terminal, outcome.error)
}

function statusOf(name: string, outcome: Outcome): number {
  const report = reportOf(outcome)
  if (!isRun(report)) return outcome.status === 'ok' ? 0 : 1
  const status = exitCode(report)
  const changes = report.tables.some(table => table.steps.length > 0)
  return name === 'plan' && status === 0 && changes ? 2 : status
}
