/** Many tables of a database in few requests. */
import type { Table } from '../../../schema/table.ts'
import { tableId } from '../../../schema/table.ts'
import type { TablesByName } from '../../catalog.ts'
import { isFault } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { openBatches } from './batches.ts'
import { expectCatalogs } from './catalogs.ts'
import { toTable } from './convert.ts'
import { CAPABILITIES, catalogField, type Warehouse } from './warehouse.ts'

/** Tables that one request asks for: each comes with all of its columns. */
export const READ_BATCH = 100

/** As the metastore stores them: those that are there and may be seen. No database is no table. @throws GoldsyncError as `Catalog.inspect` */
export async function requestTables(
  warehouse: Warehouse,
  database: string,
  tblNames: readonly string[],
  call: ClientCall,
): Promise<readonly Struct<'Table'>[]> {
  const req = { dbName: database, tblNames, capabilities: CAPABILITIES, ...catalogField(warehouse) }
  try {
    const { tables = [] } = await warehouse.hms.call('get_table_objects_by_name_req', { req }, call)
    return tables
  } catch (error) {
    if (isFault(error, 'UnknownDBException')) return []
    throw error
  }
}

/**
 * Without those that the server fails on, and those that somebody is just changing (warehouse.ts). What it hides from us it hides
 * from `get_table` too: there it is no table either.
 */
export async function readTables(
  warehouse: Warehouse,
  database: string,
  names: readonly string[],
  call: ClientCall,
): Promise<TablesByName> {
  const found = new Map<string, Table | undefined>()
  // Metastores keep names in lower case.
  const wanted = new Map(names.map(name => [name.toLowerCase(), { database, name }]))
  const read = async (slice: readonly string[]) => {
    const tables = await requestTables(warehouse, database, slice, call)
    await expectCatalogs(warehouse, tables[0], call)
    for (const name of slice) found.set(name, undefined)
    for (const stored of tables) {
      const name = wanted.get(stored.tableName?.toLowerCase() ?? '')
      if (name === undefined) continue
      if (warehouse.bare.mayBeTorn(tableId(name), stored)) {
        found.delete(name.name)
        continue
      }
      warehouse.recent.put(name, stored)
      found.set(name.name, toTable(name, stored))
    }
  }
  const refusing = { refuse: () => {}, took: () => {} }
  await openBatches()(names, read, call, { size: READ_BATCH, refusing })
  return found
}
