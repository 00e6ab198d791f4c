/** A stored partition as a change wants it, or undefined where it is so already: pure. What a change does not name stays. */
import { isDeepStrictEqual } from 'node:util'
import type * as sdk from '@aws-sdk/client-glue'
import { sameLocation } from '../../layout/location.ts'
import type { Move } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import type { Column, TableName } from '../../schema/table.ts'
import { type Retypes, retype } from '../change-table.ts'
import { expectPartitionAt } from '../refusals.ts'
import { inGlue, partitionInput, toColumns, toFields } from './convert.ts'

/** New columns and parameters. */
export function altered(
  stored: sdk.Partition,
  { columns, parameters }: Partition,
): sdk.PartitionInput | undefined {
  const before = partitionInput(stored)
  const after = { ...withColumns(before, columns), Parameters: { ...parameters } }
  return isDeepStrictEqual(after, before) ? undefined : after
}

/** Another location. @throws GoldsyncError `CONFLICT` where the partition is at neither place */
export function moved(
  stored: sdk.Partition,
  { values, from, to }: Move,
  table: TableName,
): sdk.PartitionInput | undefined {
  const location = stored.StorageDescriptor?.Location ?? ''
  if (sameLocation(location, to)) return undefined
  expectPartitionAt(table, values, location, from)
  const before = partitionInput(stored)
  return { ...before, StorageDescriptor: { ...before.StorageDescriptor, Location: inGlue(to) } }
}

/** The columns' new types. */
export function retyped(stored: sdk.Partition, change: Retypes): sdk.PartitionInput | undefined {
  const before = toColumns(stored.StorageDescriptor?.Columns)
  const after = retype(before, change)
  return isDeepStrictEqual(after, before) ? undefined : withColumns(partitionInput(stored), after)
}

const withColumns = (input: sdk.PartitionInput, columns: readonly Column[]): sdk.PartitionInput => ({
  ...input,
  StorageDescriptor: {
    ...input.StorageDescriptor,
    Columns: toFields(columns, input.StorageDescriptor?.Columns),
  },
})
