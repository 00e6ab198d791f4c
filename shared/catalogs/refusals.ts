/** Why a change cannot be made: one wording for the catalogs that check for themselves. */
import { GoldsyncError } from '../base/errors.ts'
import { sameLocation } from '../layout/location.ts'
import { type PartitionValues, printValues, type Table, type TableName, tableId } from '../schema/table.ts'
import { printType } from '../schema/type.ts'

export const noTable = (table: TableName): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `table ${tableId(table)} does not exist`)

export const noPartition = (table: TableName, values: PartitionValues): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `partition ${printValues(values)} of ${tableId(table)} is not registered`)

/** For a table that is to get a name which another one has. */
export const nameTaken = (table: TableName): GoldsyncError =>
  new GoldsyncError('CONFLICT', `table ${tableId(table)} exists already`, {
    hint: 'drop that table if it is not needed (files of external tables stay), or choose another name',
    retryable: false,
  })

/** For a managed table: a new name would move its files. */
export const movesFiles = (table: TableName): GoldsyncError =>
  new GoldsyncError(
    'CONFLICT',
    `table ${tableId(table)} is not external: with a new name its files would be moved`,
    {
      hint: 'rename it in the catalog itself, where that is wanted',
      retryable: false,
    },
  )

/** Whoever may not ask for a database is told by what is made in it. */
export async function unlessForbidden(answer: Promise<boolean>): Promise<boolean> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'PERMISSION_DENIED') return true
    throw error
  }
}

/** @throws GoldsyncError `CONFLICT` where an existing table lies elsewhere */
export function expectTableAt(table: TableName, existing: string, wanted: string): void {
  if (sameLocation(existing, wanted)) return
  throw new GoldsyncError(
    'CONFLICT',
    `table ${tableId(table)} exists already, at ${existing} instead of ${wanted}`,
    {
      hint: 'give the topic another table with tables.rename, or its lake another database',
    },
  )
}

/**
 * For servers that say no more than that a table exists: the wanted one, or another.
 * @throws GoldsyncError `CONFLICT` where it is another, beginning with `subject`
 */
export function expectSameTable(subject: string, existing: Table | undefined, wanted: Table): void {
  const same =
    existing?.kind === 'external' &&
    existing.format === 'parquet' &&
    sameLocation(existing.location, wanted.location) &&
    keysOf(existing) === keysOf(wanted)
  if (same) return
  throw new GoldsyncError(
    'CONFLICT',
    `${subject} exists already, as ${existing?.kind ?? 'another'} table at ${existing?.location} partitioned by ${existing && keysOf(existing)}`,
    { hint: 'give the topic another table with tables.rename, or exclude it', retryable: false },
  )
}

const keysOf = (table: Table): string =>
  table.partitionKeys.map(key => `${key.name} ${printType(key.type)}`).join(', ')

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
