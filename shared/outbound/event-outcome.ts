/** How the work on a message ended, told from its files' outcomes. */
import type { ErrorSummary } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { isOutOfTime, OUT_OF_TIME } from '../decide/named.ts'
import type { ParsedEvent } from '../events/event.ts'
import { type Outcome, reportOf } from '../function/outcome.ts'
import type { FileOutcome, FilesReport } from '../run/report.ts'

/**
 * What a repeated delivery can mend is `unavailable`, a deadline too. A message of nothing but files outside the lakes is
 * `invalid`: its sender parks it. Engines that cannot be reached fail no message: what they will see is registered.
 */
export function outcomeOfEvent(event: ParsedEvent, found: FilesReport): Outcome {
  const report: FilesReport = { ...found, files: [...found.files, ...notTaken(event)] }
  const failed = report.files.filter(({ outcome }) => outcome === 'failed')
  const [first] = failed
  if (first === undefined) return { status: 'ok', report }
  if (failed.length === report.files.length && failed.every(isOutside))
    return { status: 'invalid', error: summary('REQUEST_INVALID', failed, report, false) }
  if (failed.every(isOutside)) return { status: 'ok', report }
  const errors = report.tables.flatMap(({ error }) => error ?? [])
  const lasting = errors.length > 0 && errors.every(({ retryable }) => !retryable) && !report.partial
  return lasting
    ? { status: 'failed', error: errors[0] as ErrorSummary, report }
    : { status: 'unavailable', error: summary('UNAVAILABLE', failed, report, true), report }
}

/**
 * The log has files that no table tells of: those outside the lakes, but for those of a message that is refused for them, which are
 * told with that; and those that the deadline left.
 */
export function tellFiles(log: Log, about: object, outcome: Outcome): void {
  const report = reportOf(outcome)
  const files = report && 'files' in report ? (report as FilesReport).files : []
  for (const { location, code, message } of files.filter(isOutside))
    log.warn({ ...about, path: location, code }, message)
  const [first, ...others] = files.filter(file => file.outcome === 'failed' && isOutOfTime(file))
  if (first === undefined) return
  const more = others.length === 0 ? '' : `, and ${others.length} more`
  log.warn(
    { ...about, path: first.location, code: first.code },
    `${first.location}${more}: ${OUT_OF_TIME.message}`,
  )
}

function notTaken({ ignored, refused }: ParsedEvent): FileOutcome[] {
  return [
    ...ignored.map(
      ({ location = '', reason }): FileOutcome => ({ location, outcome: 'ignored', message: reason }),
    ),
    ...refused.map(
      ({ location, reason }): FileOutcome => ({
        location,
        outcome: 'failed',
        code: 'OUTSIDE_LAKE',
        message: reason,
      }),
    ),
  ]
}

const isOutside = ({ code }: FileOutcome): boolean => code === 'OUTSIDE_LAKE'

function summary(
  code: ErrorSummary['code'],
  failed: readonly FileOutcome[],
  { files }: FilesReport,
  retryable: boolean,
): ErrorSummary {
  const [{ location, message } = { location: '', message: '' }] = failed
  return {
    code,
    message: `${failed.length} of ${files.length} files failed; ${location}: ${message}`,
    retryable,
  }
}
