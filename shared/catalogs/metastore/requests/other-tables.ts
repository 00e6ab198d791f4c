/** Tables of a database beside those that a lake's topics have: their names in one request, then as many of them as there are. */
import type { TableTrace } from '../../catalog.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { READ_BATCH, requestTables } from './many-tables.ts'
import { databaseIn, hasDatabase, type Warehouse } from './warehouse.ts'

/** No database is no table. */
export async function otherTables(
  warehouse: Warehouse,
  database: string,
  than: ReadonlySet<string>,
  call: ClientCall,
): Promise<readonly TableTrace[]> {
  const names = (await namesIn(warehouse, database, call)).filter(name => !than.has(name))
  const others: TableTrace[] = []
  for (let at = 0; at < names.length; at += READ_BATCH) {
    const tables = await requestTables(warehouse, database, names.slice(at, at + READ_BATCH), call)
    others.push(
      ...tables.map(({ tableName: name = '', sd, parameters }) => ({
        name: { database, name },
        location: sd?.location ?? '',
        parameters: { ...parameters },
      })),
    )
  }
  return others
}

async function namesIn(warehouse: Warehouse, database: string, call: ClientCall): Promise<readonly string[]> {
  const of = { db_name: databaseIn(warehouse, database), pattern: '*' }
  try {
    return await warehouse.hms.call('get_tables', of, call)
  } catch (error) {
    // Waggle Dance has an internal error where there is no such database.
    if (await hasDatabase(warehouse, database, call)) throw error
    return []
  }
}
