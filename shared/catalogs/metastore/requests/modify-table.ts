/** A stored table as a change wants it: pure. What goldsync does not know stays as it is. */
import { GoldsyncError } from '../../../base/errors.ts'
import { sameLocation } from '../../../layout/location.ts'
import { type Column, type Parameters, type TableName, tableId } from '../../../schema/table.ts'
import { parseType, printType, sameType } from '../../../schema/type.ts'
import { changeParameters, expectParameters, type Retypes, type TableChange } from '../../change-table.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { toFields } from './convert.ts'

export type StoredTable = Struct<'Table'>
type ChangeOf<K extends TableChange['kind']> = Extract<TableChange, { kind: K }>

/**
 * The table after the change, or undefined where it is so already.
 * @throws GoldsyncError `NOT_FOUND` (no such column), `CONFLICT` (somebody changed what the change begins with)
 */
export function modified(stored: StoredTable, change: TableChange): StoredTable | undefined {
  switch (change.kind) {
    case 'addColumns':
      return withColumns(stored, change)
    case 'changeColumnTypes':
      return withTypes(stored, change)
    case 'moveTable':
      return withLocation(stored, change)
    case 'setParameters':
      return withParameters(stored, change)
    default:
      return change satisfies never
  }
}

function withColumns(
  stored: StoredTable,
  { table, columns, expected }: ChangeOf<'addColumns'>,
): StoredTable | undefined {
  const existing = new Map(stored.sd?.cols?.map(({ name, type }) => [name, parseType(type ?? '')]))
  const added = columns.filter(column => {
    const type = existing.get(column.name)
    if (type === undefined) return true
    if (sameType(type, column.type)) return false
    throw otherType(table, column.name, printType(type))
  })
  if (added.length === 0) return undefined
  expectParameters(stored.parameters ?? {}, { parameters: {}, expected })
  return withCols(stored, [...(stored.sd?.cols ?? []), ...toFields(added)])
}

function withTypes(stored: StoredTable, change: Retypes): StoredTable | undefined {
  const cols = stored.sd?.cols ?? []
  const types = newTypes(cols, change)
  if (types.size > 0) expectParameters(stored.parameters ?? {}, { parameters: {}, expected: change.expected })
  const parameters = changeParameters(stored.parameters ?? {}, { parameters: change.parameters ?? {} })
  if (types.size === 0 && sameParameters(stored.parameters, parameters)) return undefined
  const retyped = cols.map(field => ({ ...field, type: types.get(field.name) ?? field.type }))
  return { ...withCols(stored, retyped), parameters }
}

/** The types that the stored columns do not have yet, by column name. */
function newTypes(
  cols: readonly Struct<'FieldSchema'>[],
  { table, columns }: Retypes,
): ReadonlyMap<string | undefined, string> {
  const missing = columns.flatMap(({ name, from, to }) => {
    const field = cols.find(other => other.name === name)
    if (field === undefined)
      throw new GoldsyncError('NOT_FOUND', `table ${tableId(table)} has no column ${name}`)
    const type = parseType(field.type ?? '')
    if (sameType(type, to)) return []
    if (!sameType(type, from)) throw otherType(table, name, printType(type))
    return [[name, printType(to)] as const]
  })
  return new Map(missing)
}

function withLocation(
  stored: StoredTable,
  { table, from, to }: ChangeOf<'moveTable'>,
): StoredTable | undefined {
  const location = stored.sd?.location ?? ''
  if (sameLocation(location, to)) return undefined
  if (sameLocation(location, from)) return { ...stored, sd: movedTo(to, stored.sd, from) }
  throw new GoldsyncError('CONFLICT', `table ${tableId(table)} is at ${location}, not at ${from}`, {
    hint: 'someone else moved the table; the next run compares again',
  })
}

/** Spark keeps its tables' location as the SerDe's parameter `path`, too, and writes there (HiveExternalCatalog). */
function movedTo(
  location: string,
  sd: Struct<'StorageDescriptor'> = {},
  from: string,
): Struct<'StorageDescriptor'> {
  const { path, ...others } = sd.serdeInfo?.parameters ?? {}
  if (path === undefined || !sameLocation(path, from)) return { ...sd, location }
  return { ...sd, location, serdeInfo: { ...sd.serdeInfo, parameters: { ...others, path: location } } }
}

function withParameters(stored: StoredTable, change: ChangeOf<'setParameters'>): StoredTable | undefined {
  const parameters = changeParameters(stored.parameters ?? {}, change)
  return sameParameters(stored.parameters, parameters) ? undefined : { ...stored, parameters }
}

export function sameParameters(stored: Parameters = {}, wanted: Parameters): boolean {
  const keys = Object.keys(wanted)
  return keys.length === Object.keys(stored).length && keys.every(key => stored[key] === wanted[key])
}

const withCols = (stored: StoredTable, cols: readonly Struct<'FieldSchema'>[]): StoredTable => ({
  ...stored,
  sd: { ...stored.sd, cols },
})

const otherType = (table: TableName, column: Column['name'], type: string): GoldsyncError =>
  new GoldsyncError('CONFLICT', `column ${column} of ${tableId(table)} exists already, as ${type}`, {
    hint: 'someone else changed the table; the next run compares again',
  })
