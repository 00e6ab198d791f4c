/** New databases and tables; one that is there already is success where it is the same. */
import { GoldsyncError } from '../../../base/errors.ts'
import { type Table, type TableName, tableId } from '../../../schema/table.ts'
import { databaseMissing, isFault } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { userOf } from '../../hms/options.ts'
import { expectSameTable } from '../../refusals.ts'
import { newTable, toTable } from './convert.ts'
import { expectKept } from './expect-kept.ts'
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
  const tbl = { ...newTable(table, userOf(warehouse.options)), ...catalogField(warehouse) }
  try {
    await warehouse.hms.call('create_table_with_environment_context', { tbl }, call)
  } catch (error) {
    if (databaseMissing(error, table.name.database)) throw noDatabase(table.name, error)
    if (!isFault(error, 'AlreadyExistsException')) throw error
    return expectSame(warehouse, table, call)
  }
  await expectKept(warehouse, table.name, tbl, call)
}

async function expectSame(warehouse: Warehouse, wanted: Table, call: ClientCall): Promise<void> {
  const stored = await findTable(warehouse, wanted.name, call)
  expectSameTable(`table ${tableId(wanted.name)}`, stored && toTable(wanted.name, stored), wanted)
}

const noDatabase = ({ database }: TableName, cause: unknown): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `database ${database} does not exist`, {
    hint: 'create it, or let goldsync do so with createDatabase: true',
    cause,
  })
