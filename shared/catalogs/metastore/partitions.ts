/** Partitions added and altered, a batch at a time. */
import { GoldsyncError } from '../../errors.ts'
import { sameLocation } from '../../layout/location.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import { type Column, partitionKey, printValues, type TableName, tableId } from '../../schema/table.ts'
import { halving } from './batches.ts'
import { newPartition, toFields } from './convert.ts'
import { isFault } from './errors.ts'
import type { ClientCall } from './invoke.ts'
import { nameOf } from './partition-names.ts'
import type { Struct } from './protocol/views.ts'
import { readStored } from './read.ts'
import { catalogField, databaseIn, getTable, type Warehouse } from './warehouse.ts'

type AddPartitions = Extract<Change, { kind: 'addPartitions' }>
type AlterPartitions = Extract<Change, { kind: 'alterPartitions' }>

// StatsSetupConst.DO_NOT_UPDATE_STATS: the server must not list the folders to count files.
export const NO_STATS = { DO_NOT_UPDATE_STATS: 'true' }

/** @throws GoldsyncError `CONFLICT` where a partition is registered at another location */
export async function addPartitions(
  warehouse: Warehouse,
  change: AddPartitions,
  call: ClientCall,
): Promise<void> {
  const table = await getTable(warehouse, change.table, call)
  await halving(change.partitions, partitions => addBatch(warehouse, table, { ...change, partitions }, call))
}

/**
 * All or none: `ifNotExists` would silently keep a partition that lies elsewhere. Where some exist, they are compared and
 * the rest is added; another run may add more of them meanwhile, but each round is smaller.
 */
async function addBatch(
  warehouse: Warehouse,
  table: Struct<'Table'>,
  change: AddPartitions,
  call: ClientCall,
): Promise<void> {
  try {
    await requestAdd(warehouse, table, change, call)
  } catch (error) {
    if (!isFault(error, 'AlreadyExistsException')) throw error
    const partitions = await missing(warehouse, change, call)
    if (partitions.length === change.partitions.length) throw error
    if (partitions.length > 0) await addBatch(warehouse, table, { ...change, partitions }, call)
  }
}

async function requestAdd(
  warehouse: Warehouse,
  table: Struct<'Table'>,
  { table: { database, name }, partitions }: AddPartitions,
  call: ClientCall,
): Promise<void> {
  const request = {
    dbName: database,
    tblName: name,
    ...catalogField(warehouse),
    parts: partitions.map(partition => newPartition(table, partition)),
    ifNotExists: false,
    needResult: false,
    // Hive 3 has no such field: it lists the folders, unless the partitions' parameters tell numFiles and totalSize.
    environmentContext: (await warehouse.hms.version(call)) >= 4 ? { properties: NO_STATS } : undefined,
  }
  await warehouse.hms.call('add_partitions_req', { request }, call)
}

/** The partitions that are not registered. @throws GoldsyncError `CONFLICT` where one is registered elsewhere */
async function missing(
  warehouse: Warehouse,
  change: AddPartitions,
  call: ClientCall,
): Promise<readonly Partition[]> {
  const registered = await registeredOf(warehouse, change, call)
  return change.partitions.filter(({ values, location }) => {
    const existing = registered.get(partitionKey(values))
    if (existing === undefined) return true
    if (sameLocation(existing.sd?.location ?? '', location)) return false
    throw new GoldsyncError(
      'CONFLICT',
      `partition ${printValues(values)} of ${tableId(change.table)} exists already, at ${existing.sd?.location} instead of ${location}`,
      { hint: 'drop that partition if its location is wrong, then run goldsync again', retryable: false },
    )
  })
}

async function registeredOf(
  warehouse: Warehouse,
  change: AddPartitions | AlterPartitions,
  call: ClientCall,
): Promise<ReadonlyMap<string, Struct<'Partition'>>> {
  const { table, partitionKeys, partitions } = change
  const width = partitions[0]?.columns.length ?? 0
  const among = partitions.map(({ values }) => values)
  const stored = await readStored(warehouse, table, partitionKeys, width, among, call)
  return new Map(stored.map(partition => [partitionKey(partition.values ?? []), partition]))
}

/** Changes columns and parameters only; whatever else the metastore stores stays as it is. @throws GoldsyncError `NOT_FOUND` */
export async function alterPartitions(
  warehouse: Warehouse,
  change: AlterPartitions,
  call: ClientCall,
): Promise<void> {
  const { database, name } = change.table
  await halving(change.partitions, async partitions => {
    const registered = await registeredOf(warehouse, { ...change, partitions }, call)
    const new_parts = partitions.map(partition => altered(registered, partition, change))
    const of = { db_name: databaseIn(warehouse, database), tbl_name: name }
    const request = { ...of, new_parts, environment_context: { properties: NO_STATS } }
    await warehouse.hms.call('alter_partitions_with_environment_context', request, call)
  })
}

function altered(
  registered: ReadonlyMap<string, Struct<'Partition'>>,
  { values, columns, parameters }: Partition,
  { table, partitionKeys }: { readonly table: TableName; readonly partitionKeys: readonly Column[] },
): Struct<'Partition'> {
  const stored = registered.get(partitionKey(values))
  if (stored) return { ...stored, sd: { ...stored.sd, cols: toFields(columns, stored.sd?.cols) }, parameters }
  throw new GoldsyncError(
    'NOT_FOUND',
    `partition ${nameOf(partitionKeys, values)} of ${tableId(table)} is not registered`,
  )
}
