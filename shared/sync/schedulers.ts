/** What a run tells those who start work when a partition is there. Knows contracts only. */
import type { Layout } from '../layout/layout.ts'
import { newPartitionsOf } from '../run/new-partitions.ts'
import type { TableReport } from '../run/report.ts'
import type { Lake, Run } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'

/** @param layouts of the tables, one for each report; undefined where one was not worked on @returns findings where not all could be told */
export async function tellSchedulers(
  reports: readonly TableReport[],
  layouts: readonly (Layout | undefined)[],
  { catalogs }: Pick<Lake, 'catalogs'>,
  run: Run,
): Promise<readonly Diagnostic[]> {
  if (run.tellSchedulers === undefined || run.dryRun) return []
  const found = reports.flatMap((report, at) => {
    const layout = layouts[at]
    const first = report.catalog === catalogs[0]?.name
    return layout ? [newPartitionsOf(report, { layout, runId: run.runId, first })] : []
  })
  const told = found.flatMap(one => one.told)
  const left = Math.max(0, ...found.map(one => one.left))
  const lost = told.length > 0 ? await run.tellSchedulers(told, run) : undefined
  return [...(left > 0 ? [newestOnly(left)] : []), ...(lost === undefined ? [] : [notTold(lost)])]
}

const newestOnly = (left: number): Diagnostic => ({
  code: 'SCHEDULER_TOLD_NEWEST',
  severity: 'info',
  message: `schedulers were told of the newest partitions alone: ${left.toLocaleString('en-US')} older ones are new, too`,
  fix: 'where work shall be done for these, start it by a backfill of the scheduler',
})

const notTold = (lost: string): Diagnostic => ({
  code: 'SCHEDULER_NOT_TOLD',
  severity: 'warning',
  message: `all is done, but not all schedulers were told of new partitions: ${lost}`,
  fix: 'check schedulers of the config; what they would have been told is in this report, and is not told again: start that work by hand where they have not begun it (an answer may be lost), or by a DAG that asks itself (docs/sinks.md)',
})
