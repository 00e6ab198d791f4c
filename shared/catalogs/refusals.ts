/** Why a change cannot be made: one wording for the catalogs that check for themselves. */
import { GoldsyncError } from '../errors.ts'
import { sameLocation } from '../layout/location.ts'
import { type PartitionValues, printValues, type TableName, tableId } from '../schema/table.ts'

export const noTable = (table: TableName): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `table ${tableId(table)} does not exist`)

export const noPartition = (table: TableName, values: PartitionValues): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `partition ${printValues(values)} of ${tableId(table)} is not registered`)

/** @throws GoldsyncError `CONFLICT` where an existing table lies elsewhere */
export function expectTableAt(table: TableName, existing: string, wanted: string): void {
  if (sameLocation(existing, wanted)) return
  throw new GoldsyncError(
    'CONFLICT',
    `table ${tableId(table)} exists already, at ${existing} instead of ${wanted}`,
    {
      hint: 'drop the table if it is not needed, or give the topic another one with tables.rename',
    },
  )
}

/** @throws GoldsyncError `CONFLICT` where an existing partition lies elsewhere */
export function expectPartitionAt(
  table: TableName,
  values: PartitionValues,
  existing: string,
  wanted: string,
): void {
  if (sameLocation(existing, wanted)) return
  throw new GoldsyncError(
    'CONFLICT',
    `partition ${printValues(values)} of ${tableId(table)} exists already, at ${existing} instead of ${wanted}`,
    { hint: 'drop the partition in the catalog if its location is wrong, then run goldsync again' },
  )
}
