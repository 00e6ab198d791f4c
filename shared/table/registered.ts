/** What a catalog has of the partitions that a run looks at: never of the others. */
import type { Run, TableJob } from '../run/run.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type PartitionValues, partitionKey } from '../schema/table.ts'

type Registered = ReadonlyMap<string, RegisteredPartition>

/** Values of all registered partitions, as they are when they are first asked for: one listing a run. */
export type RegisteredNames = () => Promise<readonly PartitionValues[]>

export function openRegisteredNames({ catalog, table }: TableJob, run: Run): RegisteredNames {
  const list = async () => {
    const names = table ? await catalog.partitions(table, { want: 'names' }, run) : []
    return names.map(({ values }) => values)
  }
  let listed: ReturnType<RegisteredNames> | undefined
  return () => {
    listed ??= list()
    return listed
  }
}

/** One call: details where they are cheap, else which of these folders are registered at all. */
export async function registeredAmong(
  { catalog, table }: TableJob,
  folders: readonly PartitionFolder[],
  run: Run,
): Promise<Registered> {
  if (table === undefined || folders.length === 0) return new Map()
  const want = catalog.capabilities.bulkDetails ? 'details' : 'names'
  const among = folders.map(({ values }) => values)
  return byKey(await catalog.partitions(table, { want, among }, run))
}

/** The same with details of the folders that are to be read. */
export async function describeSelected(
  { catalog, table }: TableJob,
  selected: readonly PartitionFolder[],
  registered: Registered,
  run: Run,
): Promise<Registered> {
  if (table === undefined || catalog.capabilities.bulkDetails) return registered
  const among = selected.map(({ values }) => values).filter(values => registered.has(partitionKey(values)))
  if (among.length === 0) return registered
  const details = await catalog.partitions(table, { want: 'details', among }, run)
  return new Map([...registered, ...byKey(details)])
}

const byKey = (partitions: readonly RegisteredPartition[]): Registered =>
  new Map(partitions.map(partition => [partitionKey(partition.values), partition]))
