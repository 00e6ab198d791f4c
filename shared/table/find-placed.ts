/** Where registered partitions have their files, as far as that is within the lake. */

import { locationIn } from '../decide/locations.ts'
import { isFormer } from '../decide/moves.ts'
import { folderOf } from '../layout/folder-of.ts'
import { relativeTo, sameLocation } from '../layout/location.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { PartitionValues, Table } from '../schema/table.ts'

export interface Placed {
  readonly places: readonly Pick<PartitionFolder, 'values' | 'segments'>[]
  /** Partitions that lie outside the lake, where goldsync has no business. */
  readonly outside: number
}

/** Of those of the partitions that are still registered. */
export async function findPlaced(
  job: TableJob,
  table: Table,
  partitions: readonly PartitionValues[],
  run: Run,
): Promise<Placed> {
  const known = await job.catalog.partitions(table, { want: 'details', among: partitions }, run)
  const found = known.map(partition => ({ values: partition.values, segments: placeOf(job, partition) }))
  const places = found.flatMap(({ values, segments }) => (segments ? [{ values, segments }] : []))
  return { places, outside: found.length - places.length }
}

/** Names from the lake's root. */
function placeOf(job: TableJob, { values, location }: RegisteredPartition): readonly string[] | undefined {
  const own = folderOf(job.layout, job.topic.name, values)
  const isOwn =
    own !== undefined &&
    (location === undefined || sameLocation(location, locationIn(job, own)) || isFormer(job, location, own))
  if (isOwn) return own
  return location === undefined ? undefined : relativeTo(job.lake.locationIn(job.catalog.name), location)
}
