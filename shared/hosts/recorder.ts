/** Writes what runs did to the history, after their answers are known. */
import { summarizeError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import { isRun, type Outcome, reportOf } from '../function/outcome.ts'
import type { HistoryEntry } from '../history/history.ts'
import { byDefault, openHistory } from '../history/open.ts'
import { historyOf, historyOfFailure, type Recorded } from '../run/history-of.ts'
import type { TableReport } from '../run/report.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'

export interface Recorder {
  /** Takes what a function did, waits for nothing, and never throws. Plans and questions are not written. */
  note(call: { readonly id: string; readonly function: string }, outcome: Outcome): void
  /** When all that was noted is written, or could not be: then why, once for all that was noted since the last time. */
  written(): Promise<Diagnostic | undefined>
  /** After the last is written. */
  close(): Promise<void>
}

/** Runs that wait to be written: with more, the history's server is down or too slow. */
const WAITING = 1_000

/** What writes the catalogs: of the others there is nothing to remember. */
const ASKS: ReadonlySet<string> = new Set(['plan', 'status'])

/** Undefined where the default is off here. */
export async function openRecorder(
  config: Pick<Config, 'history' | 'lakes'>,
  env: NodeJS.ProcessEnv,
  { host, log }: { readonly host: string; readonly log: Log },
): Promise<Recorder | undefined> {
  const history = await openHistory(config.history ?? byDefault(env), env)
  if (history === undefined) return undefined
  const severity = config.history === undefined ? 'info' : 'warning'
  const lakes = config.lakes.map(({ location }) => location)
  const told = new WeakSet<object>()
  const isNew = ({ steps }: TableReport) => !told.has(steps) && told.add(steps) !== undefined
  let waiting: Iterable<HistoryEntry>[] = []
  let writing: Promise<void> | undefined
  let lost: Diagnostic | undefined
  const level = severity === 'info' ? 'debug' : 'warn'
  const lose = (reason: string) => {
    lost ??= notWritten(reason, severity)
    log[level]({ code: lost.code }, lost.message)
  }
  const writeAll = async (): Promise<void> => {
    // The answer goes first.
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      const runs = waiting
      waiting = []
      const write = history.write(together(runs))
      const left = await write.catch(error => lose(summarizeError(error).message))
      if (left) log[level]({}, left)
    }
    writing = undefined
  }
  return {
    note(call, outcome) {
      const about = { time: new Date().toISOString(), runId: call.id, trigger: call.function, host, lakes }
      const entries = entriesOf(outcome, about, isNew)
      if (entries === undefined) return
      if (waiting.length >= WAITING)
        return lose(`${WAITING} runs wait to be written to ${history.place} already`)
      waiting.push(entries)
      writing ??= writeAll()
    },
    async written() {
      await writing
      const why = lost
      lost = undefined
      return why
    },
    async close() {
      await writing
      await history.close()
    },
  }
}

function entriesOf(
  outcome: Outcome,
  about: Recorded,
  isNew: (table: TableReport) => boolean,
): Iterable<HistoryEntry> | undefined {
  if (ASKS.has(about.trigger) || outcome.status === 'invalid') return undefined
  const report = reportOf(outcome)
  if (isRun(report)) return report.dryRun ? undefined : historyOf(report, about, isNew)
  return report === undefined && 'error' in outcome ? historyOfFailure(outcome.error, about) : undefined
}

function* together(runs: readonly Iterable<HistoryEntry>[]): Generator<HistoryEntry> {
  for (const entries of runs) yield* entries
}

const notWritten = (reason: string, severity: 'info' | 'warning'): Diagnostic => ({
  code: 'HISTORY_NOT_WRITTEN',
  severity,
  message: `all is done, but the history does not tell of it: ${reason}`,
  fix: 'mend the place that history names in the config, or switch it off: history: {kind: off}',
})

/** The outcome with a finding of its run. */
export function withFinding(outcome: Outcome, finding: Diagnostic | undefined): Outcome {
  const report = reportOf(outcome)
  if (finding === undefined || outcome.status === 'invalid' || !isRun(report)) return outcome
  return { ...outcome, report: { ...report, diagnostics: [...report.diagnostics, finding] } }
}
