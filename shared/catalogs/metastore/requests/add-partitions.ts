/** Partitions added, a batch at a time. */
import type { Change } from '../../../schema/change.ts'
import type { Partition } from '../../../schema/partition.ts'
import { partitionKey } from '../../../schema/table.ts'
import { isFault } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { expectPartitionAt } from '../../refusals.ts'
import { newPartition } from './convert.ts'
import { inParts } from './in-parts.ts'
import { storedByKey } from './read.ts'
import { catalogField, getTable, type Warehouse } from './warehouse.ts'

type AddPartitions = Extract<Change, { kind: 'addPartitions' }>

/** @throws GoldsyncError `CONFLICT` where a partition is registered at another location */
export async function addPartitions(
  warehouse: Warehouse,
  change: AddPartitions,
  call: ClientCall,
): Promise<void> {
  const table = warehouse.recent.get(change.table) ?? (await getTable(warehouse, change.table, call))
  const add = (partitions: readonly Partition[]) =>
    addBatch(warehouse, table, { ...change, partitions }, call)
  await warehouse.writes(change.partitions, add, call, inParts(warehouse, change.table, call))
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
  let broken = false
  const onRetry = (times: number) => {
    broken = true
    call.onRetry?.(times)
  }
  try {
    await requestAdd(warehouse, table, change, { ...call, onRetry })
  } catch (error) {
    if (!isFault(error, 'AlreadyExistsException')) throw error
    const partitions = await missing(warehouse, change, call)
    if (broken && partitions.length === 0) warehouse.answers.withPartitions = true
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
    needResult: warehouse.answers.withPartitions,
  }
  await warehouse.hms.call('add_partitions_req', { request }, call)
}

/** The partitions that are not registered. @throws GoldsyncError `CONFLICT` where one is registered elsewhere */
async function missing(
  warehouse: Warehouse,
  change: AddPartitions,
  call: ClientCall,
): Promise<readonly Partition[]> {
  const registered = await storedByKey(warehouse, change, call)
  return change.partitions.filter(({ values, location }) => {
    const existing = registered.get(partitionKey(values))
    if (existing) expectPartitionAt(change.table, values, existing.sd?.location ?? '', location)
    return existing === undefined
  })
}
