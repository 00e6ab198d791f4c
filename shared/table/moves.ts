/** Partitions that the catalog has at another place than the lake: moved where that cannot lose data, else told. */
import { relativeTo, sameLocation } from '../layout/location.ts'
import type { Run, TableJob } from '../run.ts'
import type { Change, Move } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { partitionKey, printValues } from '../schema/table.ts'
import { locationIn } from './folders.ts'

export interface Elsewhere {
  readonly moves: readonly Move[]
  /** Folders whose partition stays at another place. */
  readonly left: ReadonlySet<PartitionFolder>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * A partition is moved to its folder where it lies below a former root of the lake, or below this one at a place that
 * is gone. Anything else is somebody's decision.
 */
export async function elsewhere(
  job: TableJob,
  folders: readonly PartitionFolder[],
  registered: ReadonlyMap<string, RegisteredPartition>,
  run: Run,
): Promise<Elsewhere> {
  const moves: Move[] = []
  const left = new Set<PartitionFolder>()
  const diagnostics: Diagnostic[] = []
  for (const folder of folders) {
    const at = registered.get(partitionKey(folder.values))?.location
    if (at === undefined || sameLocation(at, folder.location)) continue
    if (await mayMove(job, at, folder, run))
      moves.push({ values: folder.values, from: at, to: folder.location })
    else {
      left.add(folder)
      diagnostics.push(registeredElsewhere(at, folder))
    }
  }
  return { moves, left, diagnostics }
}

/** The change that moves a table from below a former root of the lake to where its topic is now. */
export function tableMove(job: TableJob): Change[] {
  const from = job.table?.location
  if (from === undefined || !isFormer(job, from, job.topic.segments)) return []
  return [{ kind: 'moveTable', table: job.name, from, to: locationIn(job, job.topic.segments) }]
}

const isFormer = ({ lake }: TableJob, location: string, segments: readonly string[]): boolean =>
  lake.formerLocations.some(root => relativeTo(root, location)?.join('/') === segments.join('/'))

async function mayMove(job: TableJob, at: string, folder: PartitionFolder, run: Run): Promise<boolean> {
  const { lake } = job
  if (isFormer(job, at, folder.segments)) return true
  const inside = relativeTo(lake.locationIn(job.catalog.name), at)
  if (inside === undefined) return false
  return (await lake.storage.stat([lake.location, ...inside].join('/'), run)) === undefined
}

const registeredElsewhere = (at: string, folder: PartitionFolder): Diagnostic => ({
  code: 'PARTITION_ELSEWHERE',
  severity: 'error',
  partition: printValues(folder.values),
  path: folder.location,
  message: `the catalog has this partition at ${at}, so the files of ${folder.location} are not queried`,
  fix: 'drop the partition in the catalog if its location is wrong (an external partition keeps its files), or name the old root in formerLocations, then run goldsync again',
})
