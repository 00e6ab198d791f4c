/**
 * A change of a table that the server makes only if the table is still as it was read (HIVE-26882: Hive 4, and 2.3.10). Hive 3
 * ignores the condition and writes; and the version says nothing: 2.3.10 calls itself 3.0, a proxy tells that of another server.
 * So each database's server is asked before the first change, by one that every Hive refuses: why it does tells.
 */
import type { Parameters, TableName } from '../../../schema/table.ts'
import { isRefusedKeys, isStale } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Arguments } from '../../hms/protocol/views.ts'
import { toTable } from './convert.ts'
import type { StoredTable } from './modify-table.ts'
import { databaseIn, getTable, NO_STATS, type Warehouse } from './warehouse.ts'

/** Seconds since the epoch; the metastore keeps the one that it is given. */
export const VERSION = 'transient_lastDdlTime'

type AlterTable = Arguments<'alter_table_with_environment_context'>

/**
 * `stored` becomes `wanted`, with a version of its own, where the version is still the expected one.
 * @param expected undefined where somebody took it from the table, which gets it back by this write
 * @param more properties of the request
 */
export function alterRequest(
  warehouse: Warehouse,
  stored: StoredTable,
  wanted: StoredTable,
  expected: string | undefined,
  more: Parameters = {},
): AlterTable {
  const before = Number(stored.parameters?.[VERSION] ?? 0)
  const after = Math.max(Math.floor(Date.now() / 1000), before + 1)
  const condition: Parameters =
    expected === undefined ? {} : { expected_parameter_key: VERSION, expected_parameter_value: expected }
  return {
    dbname: databaseIn(warehouse, stored.dbName ?? ''),
    tbl_name: stored.tableName,
    new_tbl: { ...wanted, parameters: { ...wanted.parameters, [VERSION]: String(after) } },
    environment_context: { properties: { ...NO_STATS, ...more, ...condition } },
  }
}

/** Whether the server of the table's database follows conditions. @throws GoldsyncError `NOT_FOUND` where there is no such table */
export async function isConditional(
  warehouse: Warehouse,
  table: TableName,
  call: ClientCall,
): Promise<boolean> {
  const { conditional, hms } = warehouse
  const known = conditional.get(table.database)
  if (known?.connections === hms.connections()) return known.follows
  // Read anew: a server that is no Hive may take what it is sent.
  const stored = await getTable(warehouse, table, call)
  // Hive lets the keys of a view change.
  if (toTable(table, stored).kind === 'view') return false
  const follows = await refusesStale(warehouse, table, stored, call)
  conditional.set(table.database, { follows, connections: hms.connections() })
  return follows
}

/** A partition key that no table has. */
const PROBE = 'goldsync_probe'

/** No Hive changes partition keys; one that follows conditions looks at these first. */
async function refusesStale(
  warehouse: Warehouse,
  table: TableName,
  stored: StoredTable,
  call: ClientCall,
): Promise<boolean> {
  const partitionKeys = [...(stored.partitionKeys ?? []), { name: PROBE, type: 'string' }]
  const request = alterRequest(warehouse, stored, { ...stored, partitionKeys }, 'stale')
  try {
    await warehouse.hms.call('alter_table_with_environment_context', request, call)
  } catch (error) {
    if (isStale(error)) return true
    if (isRefusedKeys(error)) return false
    throw error
  }
  // No Hive, then: it gets back what it had, with what somebody has changed meanwhile.
  const { signal: _, ...unstopped } = call
  const now = await getTable(warehouse, table, unstopped)
  const back = alterRequest(warehouse, now, withoutProbe(now), undefined)
  await warehouse.hms.call('alter_table_with_environment_context', back, unstopped)
  return false
}

const withoutProbe = (stored: StoredTable): StoredTable => ({
  ...stored,
  partitionKeys: stored.partitionKeys?.filter(({ name }) => name !== PROBE) ?? [],
})
