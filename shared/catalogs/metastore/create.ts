/** New databases and tables; one that is there already is success where it is the same. */
import { GoldsyncError } from '../../errors.ts'
import { sameLocation } from '../../layout/location.ts'
import { type Table, type TableName, tableId } from '../../schema/table.ts'
import { printType } from '../../schema/type.ts'
import { newTable, toTable } from './convert.ts'
import { databaseMissing, isFault } from './errors.ts'
import type { ClientCall } from './invoke.ts'
import { catalogField, findTable, type Warehouse } from './warehouse.ts'

export async function createDatabase(warehouse: Warehouse, name: string, call: ClientCall): Promise<void> {
  const { catName } = catalogField(warehouse)
  try {
    await warehouse.hms.call(
      'create_database',
      { database: { name, parameters: {}, catalogName: catName } },
      call,
    )
  } catch (error) {
    if (!isFault(error, 'AlreadyExistsException')) throw error
  }
}

/** @throws GoldsyncError `NOT_FOUND` without its database, `CONFLICT` where another table has the name */
export async function createTable(warehouse: Warehouse, table: Table, call: ClientCall): Promise<void> {
  const tbl = { ...newTable(table, warehouse.options.user), ...catalogField(warehouse) }
  try {
    await warehouse.hms.call('create_table_with_environment_context', { tbl }, call)
  } catch (error) {
    if (databaseMissing(error, table.name.database)) throw noDatabase(table.name, error)
    if (!isFault(error, 'AlreadyExistsException')) throw error
    await expectSame(warehouse, table, call)
  }
}

async function expectSame(warehouse: Warehouse, wanted: Table, call: ClientCall): Promise<void> {
  const stored = await findTable(warehouse, wanted.name, call)
  const existing = stored && toTable(wanted.name, stored)
  const same =
    existing?.kind === 'external' &&
    existing.format === 'parquet' &&
    sameLocation(existing.location, wanted.location) &&
    keysOf(existing) === keysOf(wanted)
  if (same) return
  throw new GoldsyncError(
    'CONFLICT',
    `table ${tableId(wanted.name)} exists already, as ${existing?.kind ?? 'another'} table at ${existing?.location} partitioned by ${existing && keysOf(existing)}`,
    { hint: 'drop or rename that table, or exclude the topic', retryable: false },
  )
}

const keysOf = (table: Table): string =>
  table.partitionKeys.map(key => `${key.name} ${printType(key.type)}`).join(', ')

const noDatabase = ({ database }: TableName, cause: unknown): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `database ${database} does not exist`, {
    hint: 'create it, or let goldsync do so with createDatabase: true',
    cause,
  })
