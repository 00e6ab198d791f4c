/** Partitions taken out of the catalog; Glue never touches their files. */
import type { Change, Unregistered } from '../../schema/change.ts'
import type { TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { type Failure, failed, failuresOf, inSlices, MOST, settled } from './batches.ts'
import type { Glue } from './client.ts'
import { getTable, of } from './read.ts'

/** Those that are not registered are no error. @throws GoldsyncError `NOT_FOUND` without the table */
export async function dropPartitions(
  glue: Glue,
  { table, partitions }: Extract<Change, { kind: 'dropPartitions' }>,
  call: Call,
): Promise<void> {
  await getTable(glue, table, call)
  const drop = (wanted: readonly Unregistered[]) =>
    inSlices(wanted, MOST.delete, slice => request(glue, table, slice, call))
  const refused = await settled(partitions, drop, call)
  const failure = refused.find(({ fault }) => fault.name !== 'EntityNotFoundException')
  if (failure) throw failed(failure)
}

const request = (
  glue: Glue,
  table: TableName,
  partitions: readonly Unregistered[],
  call: Call,
): Promise<readonly Failure<Unregistered>[]> =>
  failuresOf(partitions, async () => {
    const PartitionsToDelete = partitions.map(({ values }) => ({ Values: [...values] }))
    const { Errors = [] } = await glue.send(
      'BatchDeletePartition',
      { ...of(table), PartitionsToDelete },
      call,
    )
    return Errors.map(({ PartitionValues, ErrorDetail }) => ({ values: PartitionValues, error: ErrorDetail }))
  })
