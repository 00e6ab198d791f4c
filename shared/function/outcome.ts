/** How an invocation of a function ended, and what it has to tell. Loads nothing: hosts start with it. */
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { errorsOf, type Report } from '../run/report.ts'
import type { FanOutReport } from './fan-out.ts'
import type { StatusReport } from './status.ts'

/** What a function has to tell: of a run, of the tables as they stand, of what it handed on. */
export type AnyReport = Report | StatusReport | FanOutReport

/**
 * How an invocation ended.
 * - `ok`: all was applied, or nothing was to do; findings are in the report. `partial`: the deadline left work for the next run.
 * - `accepted`: the platform has the work, and will do it.
 * - `failed`: something must be mended first, so a retry does not help. `unavailable`: a retry can help.
 * - `unmet`: all is done that could be, and what was required cannot be queried; a retry helps once its data has changed.
 * - `invalid`: the parameters or the config are wrong; nothing was done.
 */
export type Outcome =
  | { readonly status: 'ok' | 'partial' | 'accepted'; readonly report: AnyReport }
  | {
      readonly status: 'failed' | 'unavailable' | 'unmet'
      readonly error: ErrorSummary
      readonly report?: AnyReport
    }
  | { readonly status: 'invalid'; readonly error: ErrorSummary }

/** The report, where the work had begun. */
export const reportOf = (outcome: Outcome): AnyReport | undefined =>
  outcome.status === 'invalid' ? undefined : outcome.report

/** Whether a report is that of a run. */
export const isRun = (report: AnyReport | undefined): report is Report =>
  report !== undefined && 'runId' in report

/** The worst error decides; a finding about data is no failure of the function. */
export function outcomeOf(
  report: AnyReport,
  errors: readonly ErrorSummary[],
  partial: boolean,
  done: 'ok' | 'accepted' = 'ok',
): Outcome {
  const worst = errors.find(error => error.retryable) ?? errors[0]
  if (worst) return { status: worst.retryable ? 'unavailable' : 'failed', error: worst, report }
  return { status: partial ? 'partial' : done, report }
}

/** How a run ended of which something was required: what a deadline left is worth a repeat. */
export function outcomeOfRun(report: Report): Outcome {
  const outcome = outcomeOf(report, errorsOf(report), report.partial)
  const { unmet = [], partial } = report
  const [first] = unmet
  if (first === undefined || 'error' in outcome) return outcome
  const { table, partition, message } = first
  const others = unmet.length === 1 ? '' : ` (and ${unmet.length - 1} more)`
  const what = `${table}${partition === undefined ? '' : ` ${partition}`} cannot be queried: ${message}${others}`
  return partial
    ? { status: 'unavailable', error: { code: 'TIMEOUT', message: what, retryable: true }, report }
    : { status: 'unmet', error: { code: 'NOT_QUERYABLE', message: what, retryable: false }, report }
}

/** The outcome of what was thrown before there was a report. */
export function failure(error: unknown): Outcome {
  const summary = summarizeError(error)
  if (summary.code === 'REQUEST_INVALID' || summary.code === 'CONFIG_INVALID')
    return { status: 'invalid', error: summary }
  return { status: summary.retryable ? 'unavailable' : 'failed', error: summary }
}
