/** Registered partitions changed: each is read, and sent back with nothing but the change. */
import type * as sdk from '@aws-sdk/client-glue'
import { type PartitionValues, partitionKey, type TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { noPartition } from '../refusals.ts'
import { type Failure, failuresOf, type GlueCall, inSlices, MOST, refuseAll, settled } from './batches.ts'
import type { Glue } from './client.ts'
import { of, storedByKey } from './read.ts'

interface Item {
  readonly values: PartitionValues
}

/** A partition as Glue has it, and what is wanted of it. */
export interface Pair<T> {
  readonly stored: sdk.Partition
  readonly item: T
}

interface How<T> {
  /** Is done with them before any is written. */
  readonly prepare?: (pairs: readonly Pair<T>[]) => Promise<void>
  /** Whether those that are not registered are no error. */
  readonly skipMissing?: boolean
}

/**
 * Reads again what another writer came between, so that nothing of theirs is lost.
 * @param modify what is sent, or undefined where nothing is to be done
 * @throws GoldsyncError `NOT_FOUND` where one is not registered, and what `modify` throws, before any of them is written
 */
export async function alterPartitions<T extends Item>(
  glue: Glue,
  { table, partitions }: { readonly table: TableName; readonly partitions: readonly T[] },
  modify: (stored: sdk.Partition, wanted: T, table: TableName) => sdk.PartitionInput | undefined,
  call: GlueCall,
  { prepare = async () => {}, skipMissing = false }: How<T> = {},
): Promise<void> {
  const send = async (wanted: readonly T[]) => {
    const known = await storedByKey(glue, table, wanted, call)
    const pairs = wanted.flatMap(item => {
      const stored = known.get(partitionKey(item.values))
      if (stored === undefined && !skipMissing) throw noPartition(table, item.values)
      return stored ? [{ stored, item }] : []
    })
    const updates = pairs.flatMap(({ stored, item }) => {
      const input = modify(stored, item, table)
      return input ? [{ item, values: item.values, input }] : []
    })
    await prepare(pairs)
    const failures = await inSlices(updates, MOST.update, slice => update(glue, table, slice, call))
    return failures.map(({ item, fault }) => ({ item: item.item, fault }))
  }
  refuseAll(await settled(partitions, send, call), partitions, call)
}

interface Update extends Item {
  readonly input: sdk.PartitionInput
}

const update = <T extends Update>(
  glue: Glue,
  table: TableName,
  updates: readonly T[],
  call: Call,
): Promise<readonly Failure<T>[]> =>
  failuresOf(updates, async some => {
    const Entries = some.map(({ values, input }) => ({
      PartitionValueList: [...values],
      PartitionInput: input,
    }))
    const { Errors = [] } = await glue.send('BatchUpdatePartition', { ...of(table), Entries }, call)
    return Errors.map(({ PartitionValueList, ErrorDetail }) => ({
      values: PartitionValueList,
      error: ErrorDetail,
    }))
  })
