/** What every request of the catalog needs: the connections, and how the metastore wants names. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type TableName, tableId } from '../../../schema/table.ts'
import type { MetastoreClient } from '../../hms/connection/client.ts'
import { isFault } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { noTable } from '../../refusals.ts'
import type { MetastoreOptions } from '../options.ts'
import type { Bare } from './bare.ts'
import type { Batches } from './batches.ts'
import { expectCatalogs } from './catalogs.ts'
import type { RecentTables } from './recent-tables.ts'

/** Databases whose server was asked, while the connections were so many as then: a new one may lead to another server. */
type Conditional = Map<string, { readonly follows: boolean; readonly connections: number }>

export interface Warehouse {
  readonly hms: MetastoreClient
  /** A second connection: a lock is kept alive while the first one waits for a long answer. */
  readonly locks: MetastoreClient
  readonly options: MetastoreOptions
  /** Limits of a server on what it sends and on what it takes are not the same. */
  readonly reads: Batches
  readonly writes: Batches
  readonly recent: RecentTables
  readonly bare: Bare
  readonly conditional: Conditional
  /** Whether to ask for the partitions that were added: Waggle Dance breaks the connection where the answer tells none. */
  readonly answers: { withPartitions: boolean }
}

/** A database's name in methods that have no field for Hive's catalog (MetaStoreUtils.prependCatalogToDbName). */
export const databaseIn = ({ options }: Warehouse, database: string): string =>
  options.catalog === undefined ? database : `@${options.catalog}#${database}`

/** The field of request structs that names Hive's catalog. */
export const catalogField = ({ options }: Warehouse): { readonly catName?: string } =>
  options.catalog === undefined ? {} : { catName: options.catalog }

/** StatsSetupConst.DO_NOT_UPDATE_STATS: an alter must not make the server list folders to count files. */
export const NO_STATS = { DO_NOT_UPDATE_STATS: 'true' }

// ClientCapability.INSERT_ONLY_TABLES: without it the server refuses to show such tables at all.
export const CAPABILITIES = { values: [2] }

export async function hasDatabase(warehouse: Warehouse, name: string, call: ClientCall): Promise<boolean> {
  try {
    await warehouse.hms.call('get_database', { name: databaseIn(warehouse, name) }, call)
    return true
  } catch (error) {
    if (isFault(error, 'NoSuchObjectException')) return false
    throw error
  }
}

/** Reads of a table until one shows columns, with growing pauses: as long as a transaction of the server may take to end. */
const READS = 5

/** The table as the metastore stores it, with all that we do not know; undefined where there is none. */
export async function findTable(
  warehouse: Warehouse,
  name: TableName,
  call: ClientCall,
): Promise<Struct<'Table'> | undefined> {
  const table = await storedTable(warehouse, name, call)
  await expectCatalogs(warehouse, table, call)
  return table
}

/**
 * While somebody changes a table's columns, a metastore tells none at all, or the new ones with the parameters of before: it
 * reads them by several statements (measured on Hive 3.1.3 and 4.0.1, on PostgreSQL).
 */
async function storedTable(
  warehouse: Warehouse,
  name: TableName,
  call: ClientCall,
): Promise<Struct<'Table'> | undefined> {
  const { bare } = warehouse
  for (let read = 1; ; read++) {
    const table = await readTable(warehouse, name, call)
    if (table === undefined || !bare.mayBeTorn(tableId(name), table)) return table
    if (read === READS) {
      bare.note(tableId(name), table)
      return table
    }
    await sleep(10 * read, undefined, call.signal ? { signal: call.signal } : {})
  }
}

async function readTable(
  warehouse: Warehouse,
  { database, name }: TableName,
  call: ClientCall,
): Promise<Struct<'Table'> | undefined> {
  try {
    const req = { dbName: database, tblName: name, capabilities: CAPABILITIES, ...catalogField(warehouse) }
    const { table } = await warehouse.hms.call('get_table_req', { req }, call)
    return table
  } catch (error) {
    if (isFault(error, 'NoSuchObjectException')) return undefined
    throw error
  }
}

/** @throws GoldsyncError `NOT_FOUND` where there is no such table */
export async function getTable(
  warehouse: Warehouse,
  name: TableName,
  call: ClientCall,
): Promise<Struct<'Table'>> {
  const table = await findTable(warehouse, name, call)
  if (table) return table
  throw noTable(name)
}
