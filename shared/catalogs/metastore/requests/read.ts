/** What the metastore knows of a table's partitions. */
import type { RegisteredPartition } from '../../../schema/partition.ts'
import {
  type Column,
  type PartitionValues,
  partitionKey,
  type Table,
  type TableName,
} from '../../../schema/table.ts'
import type { Which } from '../../catalog.ts'
import { nameOf } from '../../hive-limits.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { batchOf } from './batches.ts'
import { toColumns } from './convert.ts'
import { prefixesOf, valuesOf } from './partition-names.ts'
import { databaseIn, type Warehouse } from './warehouse.ts'

/** Partitions that one request asks for: 1,000 take about 80 ms. */
const READ_BATCH = 1000

/** All of them: the server's own limit on a list is an i16. */
const NO_LIMIT = -1

export async function readPartitions(
  warehouse: Warehouse,
  table: Table,
  which: Which,
  call: ClientCall,
): Promise<readonly RegisteredPartition[]> {
  if (table.partitionKeys.length === 0 || which.among?.length === 0) return []
  if (which.want === 'names') return readNames(warehouse, table, which.among, call)
  const names = which.among.map(values => nameOf(table.partitionKeys, values))
  const batch = batchOf(table.columns.length, READ_BATCH)
  const stored = await readStored(warehouse, table.name, names, batch, call)
  return stored.map(toRegistered)
}

async function readNames(
  warehouse: Warehouse,
  table: Table,
  among: readonly PartitionValues[] | undefined,
  call: ClientCall,
): Promise<readonly RegisteredPartition[]> {
  if (among === undefined) return listNames(warehouse, table.name, [], call)
  const wanted = new Set(among.map(partitionKey))
  const listed: RegisteredPartition[] = []
  for (const prefix of prefixesOf(among, table.partitionKeys.length)) {
    const found = await listNames(warehouse, table.name, prefix, call)
    listed.push(...found.filter(({ values }) => wanted.has(partitionKey(values))))
  }
  return listed
}

async function listNames(
  warehouse: Warehouse,
  { database, name }: TableName,
  prefix: PartitionValues,
  call: ClientCall,
): Promise<RegisteredPartition[]> {
  const of = { db_name: databaseIn(warehouse, database), tbl_name: name, max_parts: NO_LIMIT }
  const names =
    prefix.length === 0
      ? await warehouse.hms.call('get_partition_names', of, call)
      : await warehouse.hms.call('get_partition_names_ps', { ...of, part_vals: prefix }, call)
  return names.map(text => ({ values: valuesOf(text) }))
}

/** Those of a batch of partitions that are registered, as the metastore stores them, by `partitionKey`. */
export async function storedByKey(
  warehouse: Warehouse,
  { table, partitionKeys, partitions }: Batch,
  call: ClientCall,
): Promise<ReadonlyMap<string, Struct<'Partition'>>> {
  const names = partitions.map(({ values }) => nameOf(partitionKeys, values))
  const stored = await readStored(warehouse, table, names, READ_BATCH, call)
  return new Map(stored.map(partition => [partitionKey(partition.values ?? []), partition]))
}

interface Batch {
  readonly table: TableName
  readonly partitionKeys: readonly Column[]
  readonly partitions: readonly { readonly values: PartitionValues }[]
}

async function readStored(
  warehouse: Warehouse,
  { database, name }: TableName,
  names: readonly string[],
  batch: number,
  call: ClientCall,
): Promise<readonly Struct<'Partition'>[]> {
  const of = { db_name: databaseIn(warehouse, database), tbl_name: name }
  const stored: Struct<'Partition'>[] = []
  const { bare } = warehouse
  const idOf = ({ values = [] }: Struct<'Partition'>) => `${database}.${name}/${partitionKey(values)}`
  const ask = (slice: readonly string[]) =>
    warehouse.hms.call('get_partitions_by_names', { ...of, names: slice }, call)
  const read = async (slice: readonly string[]) => {
    const first = await ask(slice)
    // As of a table (warehouse.ts): somebody has just written them.
    const isTorn = first.filter(partition => bare.mayBeTorn(idOf(partition), partition)).length > 0
    const second = isTorn ? await ask(slice) : []
    for (const partition of second) bare.note(idOf(partition), partition)
    stored.push(...(isTorn ? second : first))
  }
  await warehouse.reads(names, read, call, { size: batch })
  return stored
}

const toRegistered = ({ values = [], sd, parameters }: Struct<'Partition'>): RegisteredPartition => ({
  values,
  columns: toColumns(sd?.cols),
  parameters: { ...parameters },
  ...(sd?.location === undefined ? {} : { location: sd.location }),
})
