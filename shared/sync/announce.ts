/** What a run tells others of what it changed. Knows contracts only. */
import { newsOf } from '../run/news-of.ts'
import type { TableReport } from '../run/report.ts'
import type { Run } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'

/** Tells what a run changed of a topic's tables. @returns a finding where that could not be done */
export async function announceAll(reports: readonly TableReport[], run: Run): Promise<readonly Diagnostic[]> {
  if (run.announce === undefined || run.dryRun) return []
  const news = reports.flatMap(report => newsOf(report, run.runId))
  const lost = news.length > 0 ? await run.announce(news) : undefined
  return lost === undefined ? [] : [notTold(lost)]
}

const notTold = (lost: string): Diagnostic => ({
  code: 'EVENTS_NOT_TAKEN',
  severity: 'warning',
  message: `all is done, but not all events that tell of it were taken: ${lost}`,
  fix: 'check events.sink of the config, or K_SINK; what they would have told is in this report and in goldsync status',
})
