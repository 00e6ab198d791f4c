/** Calls to a Hive metastore as the store of Iceberg tables needs them. */
import type { Parameters, TableName } from '../../../schema/table.ts'
import type { Call } from '../../catalog.ts'
import type { MetastoreClient } from '../../hms/connection/client.ts'
import { isFault } from '../../hms/connection/errors.ts'
import type { HmsOptions } from '../../hms/options.ts'
import type { StoredTable } from './hive-table.ts'

export interface Hms {
  readonly hms: MetastoreClient
  readonly options: HmsOptions
}

/** In methods that have no field for Hive's catalog (MetaStoreUtils.prependCatalogToDbName). */
export const databaseIn = ({ options }: Hms, database: string): string =>
  options.catalog === undefined ? database : `@${options.catalog}#${database}`

export const catalogField = ({ options }: Hms): { readonly catName?: string } =>
  options.catalog === undefined ? {} : { catName: options.catalog }

// ClientCapability.INSERT_ONLY_TABLES: without it the server refuses to show such tables at all.
const CAPABILITIES = { values: [2] }

export async function findEntry(
  to: Hms,
  { database, name }: TableName,
  call: Call,
): Promise<StoredTable | undefined> {
  try {
    const req = { dbName: database, tblName: name, capabilities: CAPABILITIES, ...catalogField(to) }
    return (await to.hms.call('get_table_req', { req }, call)).table
  } catch (error) {
    if (isFault(error, 'NoSuchObjectException')) return undefined
    throw error
  }
}

/** @param expected parameters that the server compares before it writes, where it can (HIVE-26882) */
export async function replaceEntry(
  to: Hms,
  stored: StoredTable,
  wanted: StoredTable,
  expected: readonly [key: string, value: string] | undefined,
): Promise<void> {
  const condition: Parameters = expected
    ? { expected_parameter_key: expected[0], expected_parameter_value: expected[1] }
    : {}
  await to.hms.call('alter_table_with_environment_context', {
    dbname: databaseIn(to, stored.dbName ?? ''),
    tbl_name: stored.tableName,
    new_tbl: wanted,
    // An alter must not make the server list folders to count files.
    environment_context: { properties: { DO_NOT_UPDATE_STATS: 'true', ...condition } },
  })
}

export async function hasDatabase(to: Hms, database: string, call: Call): Promise<boolean> {
  try {
    await to.hms.call('get_database', { name: databaseIn(to, database) }, call)
    return true
  } catch (error) {
    if (isFault(error, 'NoSuchObjectException')) return false
    throw error
  }
}

export async function createDatabase(to: Hms, name: string, call: Call): Promise<void> {
  const database = { name, parameters: {}, catalogName: to.options.catalog }
  try {
    await to.hms.call('create_database', { database }, call)
  } catch (error) {
    if (!isFault(error, 'AlreadyExistsException')) throw error
  }
}
