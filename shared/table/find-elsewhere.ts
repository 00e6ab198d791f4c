/** Partitions that the catalog has at another place than the lake: moved where that cannot lose data, else told. */
import { isFormer, registeredElsewhere } from '../decide/moves.ts'
import { relativeTo, sameLocation } from '../layout/location.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { Move } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { partitionKey } from '../schema/table.ts'

export interface Elsewhere {
  readonly moves: readonly Move[]
  /** Folders whose partition stays at another place, each with what is said of it. */
  readonly left: ReadonlyMap<PartitionFolder, Diagnostic>
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
  const left = new Map<PartitionFolder, Diagnostic>()
  for (const folder of folders) {
    const at = registered.get(partitionKey(folder.values))?.location
    if (at === undefined || sameLocation(at, folder.location)) continue
    if (await mayMove(job, at, folder, run))
      moves.push({ values: folder.values, from: at, to: folder.location })
    else left.set(folder, registeredElsewhere(at, folder))
  }
  return { moves, left }
}

async function mayMove(job: TableJob, at: string, folder: PartitionFolder, run: Run): Promise<boolean> {
  const { lake } = job
  if (isFormer(job, at, folder.segments)) return true
  const inside = relativeTo(lake.locationIn(job.catalog.name), at)
  if (inside === undefined) return false
  return (await lake.storage.stat([lake.location, ...inside].join('/'), run)) === undefined
}
