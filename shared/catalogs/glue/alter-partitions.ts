/** Registered partitions changed: each is read, and sent back with nothing but the change. */
import type * as sdk from '@aws-sdk/client-glue'
import { type PartitionValues, partitionKey, type TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import type { Retypes } from '../change-table.ts'
import { noPartition } from '../refusals.ts'
import { type Failure, failed, failuresOf, inSlices, MOST, settled } from './batches.ts'
import type { Glue } from './client.ts'
import { retyped } from './modify-partition.ts'
import { eachPage, of, storedByKey } from './read.ts'

interface Item {
  readonly values: PartitionValues
}

/** @throws GoldsyncError `NOT_FOUND` where one is not registered, and what `modify` throws, before any of them is written */
export const alterPartitions = <T extends Item>(
  glue: Glue,
  { table, partitions }: { readonly table: TableName; readonly partitions: readonly T[] },
  modify: (stored: sdk.Partition, wanted: T, table: TableName) => sdk.PartitionInput | undefined,
  call: Call,
): Promise<void> =>
  modifyPartitions(
    glue,
    table,
    partitions,
    (stored, wanted) => {
      if (stored === undefined) throw noPartition(table, wanted.values)
      return modify(stored, wanted, table)
    },
    call,
  )

/** New types for all registered partitions; those that have them already are only read, so that a second run finishes a cut one. */
export const cascade = (glue: Glue, change: Retypes, call: Call): Promise<void> =>
  eachPage(glue, change.table, {}, call, async page => {
    const stale = page.filter(stored => retyped(stored, change) !== undefined)
    const items = stale.map(({ Values = [] }) => ({ values: Values }))
    const modify = (stored: sdk.Partition | undefined) => stored && retyped(stored, change)
    await modifyPartitions(glue, change.table, items, modify, call)
  })

/**
 * Reads again what another writer came between, so that nothing of theirs is lost.
 * @param modify what is sent, or undefined where nothing is to be done
 */
async function modifyPartitions<T extends Item>(
  glue: Glue,
  table: TableName,
  items: readonly T[],
  modify: (stored: sdk.Partition | undefined, wanted: T) => sdk.PartitionInput | undefined,
  call: Call,
): Promise<void> {
  const send = async (wanted: readonly T[]) => {
    const stored = await storedByKey(glue, table, wanted, call)
    const updates = wanted.flatMap(item => {
      const input = modify(stored.get(partitionKey(item.values)), item)
      return input ? [{ item, values: item.values, input }] : []
    })
    const failures = await inSlices(updates, MOST.update, slice => update(glue, table, slice, call))
    return failures.map(({ item, fault }) => ({ item: item.item, fault }))
  }
  const [refused] = await settled(items, send, call)
  if (refused) throw failed(refused)
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
  failuresOf(updates, async () => {
    const Entries = updates.map(({ values, input }) => ({
      PartitionValueList: [...values],
      PartitionInput: input,
    }))
    const { Errors = [] } = await glue.send('BatchUpdatePartition', { ...of(table), Entries }, call)
    return Errors.map(({ PartitionValueList, ErrorDetail }) => ({
      values: PartitionValueList,
      error: ErrorDetail,
    }))
  })
