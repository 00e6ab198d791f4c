/** What a run tells of where tables come from. Knows contracts only. */
import type { Topic } from '../lake/found.ts'
import type { TableReport } from '../run/report.ts'
import type { Run } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Table } from '../schema/table.ts'

/** Idle runs have nothing to tell; a table that is refused is idle, run after run, and its finding is in the reports. */
const TOLD: ReadonlySet<TableReport['outcome']> = new Set(['changed', 'partial', 'failed'])

/** @param tables as the run has left them, one for each report @returns a finding where that could not be done */
export async function tellLineage(
  reports: readonly TableReport[],
  tables: readonly (Table | undefined)[],
  { location }: Pick<Topic, 'location'>,
  run: Run,
): Promise<readonly Diagnostic[]> {
  if (run.tellLineage === undefined || run.dryRun) return []
  const { runId, trigger } = run
  const endedAt = run.now()
  const runs = reports.flatMap((report, at) => {
    if (!TOLD.has(report.outcome)) return []
    const startedAt = endedAt - report.ms
    return [{ runId, trigger, report, location, table: tables[at], startedAt, endedAt }]
  })
  const lost = runs.length > 0 ? await run.tellLineage(runs) : undefined
  return lost === undefined ? [] : [notTold(lost)]
}

const notTold = (lost: string): Diagnostic => ({
  code: 'LINEAGE_NOT_TAKEN',
  severity: 'warning',
  message: `all is done, but not all events of lineage were taken: ${lost}`,
  fix: 'check lineage of the config; what they would have told is in this report',
})
