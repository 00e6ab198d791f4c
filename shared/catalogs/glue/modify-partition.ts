/** A stored partition as a change wants it, or undefined where it is so already: pure. What a change does not name stays. */
import { isDeepStrictEqual } from 'node:util'
import type * as sdk from '@aws-sdk/client-glue'
import { sameLocation } from '../../layout/location.ts'
import type { Move } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import type { TableName } from '../../schema/table.ts'
import { withoutPrefix } from '../change-table.ts'
import { expectPartitionAt } from '../refusals.ts'
import { inGlue, partitionInput, toFields } from './convert.ts'

/** New columns and parameters. */
export function altered(
  stored: sdk.Partition,
  { columns, parameters }: Partition,
): sdk.PartitionInput | undefined {
  const before = partitionInput(stored)
  const descriptor = before.StorageDescriptor
  const Columns = toFields(columns, descriptor?.Columns)
  const StorageDescriptor = { ...descriptor, Columns }
  const after = { ...before, StorageDescriptor, Parameters: { ...parameters } }
  return isDeepStrictEqual(after, before) ? undefined : after
}

/** Without the parameters whose names begin so. */
export const stripped =
  (prefix: string) =>
  (stored: sdk.Partition): sdk.PartitionInput | undefined => {
    const before = partitionInput(stored)
    const after = { ...before, Parameters: withoutPrefix(before.Parameters, prefix) }
    return isDeepStrictEqual(after.Parameters, before.Parameters ?? {}) ? undefined : after
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
