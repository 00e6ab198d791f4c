/** Partitions whose folders are gone: left alone unless the lake says otherwise, and never dropped on doubt. */
import pMap from 'p-map'
import { locationIn } from '../decide/locations.ts'
import { missingPartitions, unregistering } from '../decide/vanished.ts'
import { LISTS_AT_ONCE } from '../lake/folders.ts'
import { folderOf } from '../layout/folder-of.ts'
import { sameLocation } from '../layout/location.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type PartitionValues, partitionKey, type Table } from '../schema/table.ts'

export interface Vanished {
  readonly missing: readonly PartitionValues[]
  /** Those of them that are to be unregistered. */
  readonly gone: readonly PartitionValues[]
  /** What the catalog has of these, by `partitionKey`. */
  readonly registered: ReadonlyMap<string, RegisteredPartition>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What a complete full scan did not find. @param names of all registered partitions
 * @param listed keys of all the partitions whose folders were found
 */
export async function vanishedPartitions(
  job: TableJob,
  table: Table,
  names: readonly PartitionValues[],
  listed: ReadonlySet<string>,
  run: Run,
): Promise<Vanished> {
  const { missing, mayGo, diagnostics } = missingPartitions(job.lake, names, listed)
  if (!mayGo) return { missing, gone: [], registered: new Map(), diagnostics }
  const surely = await surelyGone(job, table, missing, run)
  const gone = surely.map(({ values }) => values)
  const registered = new Map(surely.map(partition => [partitionKey(partition.values), partition]))
  return { missing, gone, registered, diagnostics: unregistering(gone) }
}

/** Those that are registered where the layout says, with no folder there when it is asked for once more. */
async function surelyGone(
  job: TableJob,
  table: Table,
  missing: readonly PartitionValues[],
  run: Run,
): Promise<RegisteredPartition[]> {
  const { lake, layout, topic, catalog } = job
  const known = await catalog.partitions(table, { want: 'details', among: missing }, run)
  const ours = known.flatMap(partition => {
    const { values, location = '' } = partition
    const segments = folderOf(layout, topic.name, values)
    const at = segments !== undefined && sameLocation(location, locationIn(job, segments))
    return at ? [{ partition, path: segments.join('/') }] : []
  })
  const found = await pMap(ours, ({ path }) => lake.storage.stat(`${lake.location}/${path}`, run), {
    concurrency: LISTS_AT_ONCE,
  })
  return ours.filter((_, at) => found[at] === undefined).map(({ partition }) => partition)
}
