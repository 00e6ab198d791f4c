/** Partitions whose folders are gone: left alone unless the lake says otherwise, and never dropped on doubt. */
import pMap from 'p-map'
import { LISTS_AT_ONCE } from '../lake/folders.ts'
import { folderOf } from '../layout/folder-of.ts'
import { sameLocation } from '../layout/location.ts'
import type { Run, TableJob } from '../run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type PartitionValues, partitionKey, printValues, type Table } from '../schema/table.ts'
import { locationIn } from './folders.ts'

export interface Vanished {
  readonly missing: readonly PartitionValues[]
  /** Those of them that are to be unregistered. */
  readonly gone: readonly PartitionValues[]
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
  const missing = names.filter(values => !listed.has(partitionKey(values)))
  if (missing.length === 0) return { missing, gone: [], diagnostics: [] }
  const allowed = job.lake.unregister
  if (allowed === undefined) return { missing, gone: [], diagnostics: [vanished(missing, leftAlone)] }
  const most = Math.min(allowed.most, Math.floor(allowed.share * names.length))
  if (listed.size === 0 || missing.length > most)
    return { missing, gone: [], diagnostics: [vanished(missing, tooMany(most, names.length))] }
  const gone = await surelyGone(job, table, missing, run)
  return { missing, gone, diagnostics: gone.length > 0 ? [vanished(gone, unregistered)] : [] }
}

/** Those that are registered where the layout says, with no folder there when it is asked for once more. */
async function surelyGone(
  job: TableJob,
  table: Table,
  missing: readonly PartitionValues[],
  run: Run,
): Promise<PartitionValues[]> {
  const { lake, layout, topic, catalog } = job
  const known = await catalog.partitions(table, { want: 'details', among: missing }, run)
  const ours = known.flatMap(({ values, location = '' }) => {
    const segments = folderOf(layout, topic.name, values)
    const at = segments !== undefined && sameLocation(location, locationIn(job, segments))
    return at ? [{ values, path: segments.join('/') }] : []
  })
  const found = await pMap(ours, ({ path }) => lake.storage.stat(`${lake.location}/${path}`, run), {
    concurrency: LISTS_AT_ONCE,
  })
  return ours.filter((_, at) => found[at] === undefined).map(({ values }) => values)
}

interface Consequence {
  readonly severity: Diagnostic['severity']
  readonly text: string
  readonly fix: string
}

const leftAlone: Consequence = {
  severity: 'warning',
  text: 'they stay registered',
  fix: 'drop them in the catalog, or let goldsync do so with unregister',
}

const unregistered: Consequence = {
  severity: 'info',
  text: 'they are unregistered',
  fix: 'nothing, if the folders were removed on purpose; a folder that comes back is registered again',
}

const tooMany = (most: number, registered: number): Consequence => ({
  severity: 'warning',
  text: `that is more than ${most} of ${registered}, the most that unregister allows here, so none is unregistered`,
  fix: 'check that the lake is whole; then raise unregister.most and unregister.share for one run',
})

const vanished = (missing: readonly PartitionValues[], { severity, text, fix }: Consequence): Diagnostic => ({
  code: 'VANISHED_PARTITIONS',
  severity,
  partition: printValues(missing[0] ?? []),
  message: `${missing.length} registered partitions have no folder any more; ${text}`,
  fix,
})
