/** Changes of a table: read, modify, write back, with nobody's change in between lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { GoldsyncError } from '../../errors.ts'
import type { Change } from '../../schema/change.ts'
import { type Column, type Parameters, type TableName, tableId } from '../../schema/table.ts'
import { parseType, printType, sameType } from '../../schema/type.ts'
import { toFields } from './convert.ts'
import { modifiedMeanwhile } from './errors.ts'
import type { ClientCall } from './invoke.ts'
import { withTableLock } from './lock.ts'
import { NO_STATS } from './partitions.ts'
import type { Struct } from './protocol/views.ts'
import { databaseIn, getTable, type Warehouse } from './warehouse.ts'

type StoredTable = Struct<'Table'>
/** The table as it shall be, or undefined where it is so already. */
type Modify = (stored: StoredTable) => StoredTable | undefined
type Retype = Extract<Change, { kind: 'changeColumnType' }>

/** Appends columns. @throws GoldsyncError `CONFLICT` where one exists with another type */
export const addColumns = (
  warehouse: Warehouse,
  table: TableName,
  columns: readonly Column[],
  call: ClientCall,
): Promise<void> => modifyTable(warehouse, table, stored => withColumns(table, stored, columns), {}, call)

/** Sets parameters and leaves the others. */
export const setParameters = (
  warehouse: Warehouse,
  table: TableName,
  parameters: Parameters,
  call: ClientCall,
): Promise<void> => modifyTable(warehouse, table, stored => withParameters(stored, parameters), {}, call)

/** A widening takes the server a few ms for each partition of the table; this is given, ms. */
const PER_PARTITION = 20

/** Gives a column its new type, in all partitions too where the change cascades: one transaction of the metastore. */
export async function changeColumnType(
  warehouse: Warehouse,
  change: Retype,
  call: ClientCall,
): Promise<void> {
  const { table, cascade } = change
  const of = { db_name: databaseIn(warehouse, table.database), tbl_name: table.name, filter: '' }
  const partitions = await warehouse.hms.call('get_num_partitions_by_filter', of, call)
  const timeout = warehouse.options.timeout + partitions * PER_PARTITION
  const properties = cascade ? { CASCADE: 'true' } : {}
  await modifyTable(warehouse, table, stored => withType(stored, change), properties, { ...call, timeout })
}

function withColumns(
  table: TableName,
  stored: StoredTable,
  columns: readonly Column[],
): StoredTable | undefined {
  const existing = new Map(stored.sd?.cols?.map(({ name, type }) => [name, parseType(type ?? '')]))
  const added = columns.filter(column => {
    const type = existing.get(column.name)
    if (type === undefined) return true
    if (sameType(type, column.type)) return false
    throw conflict(table, column.name, printType(type))
  })
  if (added.length === 0) return undefined
  return withCols(stored, [...(stored.sd?.cols ?? []), ...toFields(added)])
}

function withType(stored: StoredTable, { table, column, from, to }: Retype): StoredTable | undefined {
  const cols = stored.sd?.cols ?? []
  const field = cols.find(({ name }) => name === column)
  if (field === undefined)
    throw new GoldsyncError('NOT_FOUND', `table ${tableId(table)} has no column ${column}`)
  const type = parseType(field.type ?? '')
  if (sameType(type, to)) return undefined
  if (!sameType(type, from)) throw conflict(table, column, printType(type))
  return withCols(
    stored,
    cols.map(other => (other === field ? { ...other, type: printType(to) } : other)),
  )
}

function withParameters(stored: StoredTable, parameters: Parameters): StoredTable | undefined {
  const same = Object.entries(parameters).every(([key, value]) => stored.parameters?.[key] === value)
  return same ? undefined : { ...stored, parameters: { ...stored.parameters, ...parameters } }
}

const withCols = (stored: StoredTable, cols: readonly Struct<'FieldSchema'>[]): StoredTable => ({
  ...stored,
  sd: { ...stored.sd, cols },
})

const conflict = (table: TableName, column: string, type: string): GoldsyncError =>
  new GoldsyncError('CONFLICT', `column ${column} of ${tableId(table)} exists already, as ${type}`, {
    hint: 'someone else changed the table; the next run compares again',
  })

/** Tries until a write is not refused, with growing pauses: a few seconds in all. */
const ATTEMPTS = 12

async function modifyTable(
  warehouse: Warehouse,
  table: TableName,
  modify: Modify,
  properties: Readonly<Record<string, string>>,
  call: ClientCall,
): Promise<void> {
  const write = async () => {
    const stored = await getTable(warehouse, table, call)
    const wanted = modify(stored)
    if (wanted) await guarded(warehouse, stored, wanted, properties, call)
  }
  if ((await warehouse.hms.version(call)) < 4) return withTableLock(warehouse, table, write, call)
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      if (!modifiedMeanwhile(error) || attempt === ATTEMPTS) throw error
      await sleep(Math.random() * 50 * attempt, undefined, call.signal ? { signal: call.signal } : {})
    }
  }
}

/** Seconds since the epoch; the metastore keeps the one that it is given. */
const VERSION = 'transient_lastDdlTime'

/**
 * Hive 4 writes only where the parameter still has the value that was read, and only if it gets another one (HIVE-26882);
 * Hive 3 ignores the condition, there the lock serves.
 */
async function guarded(
  warehouse: Warehouse,
  stored: StoredTable,
  wanted: StoredTable,
  properties: Readonly<Record<string, string>>,
  call: ClientCall,
): Promise<void> {
  const before = stored.parameters?.[VERSION]
  const after = Math.max(Math.floor(Date.now() / 1000), Number(before ?? 0) + 1)
  // The metastore gives each table the parameter; one from which somebody took it gets it back by this write.
  const condition =
    before === undefined ? {} : { expected_parameter_key: VERSION, expected_parameter_value: before }
  const request = {
    dbname: databaseIn(warehouse, stored.dbName ?? ''),
    tbl_name: stored.tableName,
    new_tbl: { ...wanted, parameters: { ...wanted.parameters, [VERSION]: String(after) } },
    environment_context: { properties: { ...NO_STATS, ...properties, ...condition } },
  }
  await warehouse.hms.call('alter_table_with_environment_context', request, call)
}
