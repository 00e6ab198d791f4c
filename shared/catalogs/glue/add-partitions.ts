/** Partitions added, a hundred in a request. */
import type * as sdk from '@aws-sdk/client-glue'
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import { partitionKey, type TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { expectPartitionAt } from '../refusals.ts'
import {
  type Failure,
  failed,
  failuresOf,
  type GlueCall,
  inSlices,
  MOST,
  refuseAll,
  settled,
} from './batches.ts'
import type { Glue } from './client.ts'
import { newPartition } from './convert.ts'
import { getTable, of, storedByKey } from './read.ts'

/** @throws GoldsyncError `CONFLICT` where a partition is registered at another location */
export async function addPartitions(
  glue: Glue,
  { table, partitions }: Extract<Change, { kind: 'addPartitions' }>,
  call: GlueCall,
): Promise<void> {
  const stored = await getTable(glue, table, call)
  const create = (wanted: readonly Partition[]) =>
    inSlices(wanted, MOST.create, slice => request(glue, table, stored, slice, call))
  const refused = await settled(partitions, create, call)
  const others = refused.filter(failure => !isThere(failure))
  await expectAt(glue, table, refused.filter(isThere), call)
  refuseAll(others, partitions, call)
}

const isThere = ({ fault }: Failure<Partition>): boolean => fault.name === 'AlreadyExistsException'

const request = (
  glue: Glue,
  table: TableName,
  stored: sdk.Table,
  partitions: readonly Partition[],
  call: Call,
): Promise<readonly Failure<Partition>[]> =>
  failuresOf(partitions, async some => {
    const PartitionInputList = some.map(partition => newPartition(stored, partition))
    const input = { ...of(table), PartitionInputList }
    const { Errors = [] } = await glue.send('BatchCreatePartition', input, call)
    return Errors.map(({ PartitionValues, ErrorDetail }) => ({ values: PartitionValues, error: ErrorDetail }))
  })

/** Those that are there already must be the same. */
async function expectAt(
  glue: Glue,
  table: TableName,
  failures: readonly Failure<Partition>[],
  call: Call,
): Promise<void> {
  const existing = await storedByKey(
    glue,
    table,
    failures.map(({ item }) => item),
    call,
  )
  for (const failure of failures) {
    const { values, location } = failure.item
    const found = existing.get(partitionKey(values))
    // Somebody took it out in the meantime.
    if (found === undefined) throw failed(failure)
    expectPartitionAt(table, values, found.StorageDescriptor?.Location ?? '', location)
  }
}
