/** Tables of a database beside those that a lake's topics have: their names in one request, then as many of them as there are. */
import type { TableTrace } from '../../catalog.ts'
import type { ClientCall } from '../connection/invoke.ts'
import { CAPABILITIES, catalogField, databaseIn, type Warehouse } from './warehouse.ts'

/** Tables that one request asks for: each comes with all of its columns. */
const READ_BATCH = 100

/** No database is no table. */
export async function otherTables(
  warehouse: Warehouse,
  database: string,
  than: ReadonlySet<string>,
  call: ClientCall,
): Promise<readonly TableTrace[]> {
  const of = { db_name: databaseIn(warehouse, database), pattern: '*' }
  const names = (await warehouse.hms.call('get_tables', of, call)).filter(name => !than.has(name))
  const others: TableTrace[] = []
  for (let at = 0; at < names.length; at += READ_BATCH) {
    const tblNames = names.slice(at, at + READ_BATCH)
    const req = { dbName: database, tblNames, capabilities: CAPABILITIES, ...catalogField(warehouse) }
    const { tables = [] } = await warehouse.hms.call('get_table_objects_by_name_req', { req }, call)
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
