/** What lies below a root that the lake had is moved to where it is now; what lies elsewhere is told: pure. */
import { relativeTo } from '../layout/location.ts'
import type { TableJob } from '../run/run.ts'
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import { printValues } from '../schema/table.ts'
import { locationIn } from './locations.ts'

/** The change that moves a table from below a former root of the lake to where its topic is now. */
export function tableMove(job: TableJob): Change[] {
  const from = job.table?.location
  if (from === undefined || !isFormer(job, from, job.topic.segments)) return []
  return [{ kind: 'moveTable', table: job.name, from, to: locationIn(job, job.topic.segments) }]
}

/** Whether a location is that of these names below a former root. */
export const isFormer = ({ lake }: TableJob, location: string, segments: readonly string[]): boolean =>
  lake.formerLocations.some(root => relativeTo(root, location)?.join('/') === segments.join('/'))

export const registeredElsewhere = (at: string, folder: PartitionFolder): Diagnostic => ({
  code: 'PARTITION_ELSEWHERE',
  severity: 'error',
  partition: printValues(folder.values),
  path: folder.location,
  message: `the catalog has this partition at ${at}, so the files of ${folder.location} are not queried`,
  fix: 'drop the partition in the catalog if its location is wrong (an external partition keeps its files), or name the old root in formerLocations, then run goldsync again',
})
