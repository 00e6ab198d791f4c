/** What the changes of a table's description mean, as pure functions: for the catalogs that keep descriptions themselves. */
import { GoldsyncError } from '../errors.ts'
import type { Change } from '../schema/change.ts'
import { type Column, type Table, tableId } from '../schema/table.ts'
import { printType, sameType } from '../schema/type.ts'

export type TableChange = Extract<Change, { kind: 'addColumns' | 'changeColumnType' | 'setParameters' }>
export type Retype = Extract<Change, { kind: 'changeColumnType' }>

/**
 * The table after the change; idempotent.
 * @throws GoldsyncError `NOT_FOUND` (no such column), `CONFLICT` (a column to be added exists with another type)
 */
export function changeTable(table: Table, change: TableChange): Table {
  switch (change.kind) {
    case 'addColumns':
      return addColumns(table, change.columns)
    case 'changeColumnType':
      return changeColumnType(table, change)
    case 'setParameters':
      return { ...table, parameters: { ...table.parameters, ...change.parameters } }
    default:
      change satisfies never
      throw new TypeError('not a change of a table')
  }
}

/** The columns with the changed one's new type; columns that have no such column come back as they are. */
export const retype = (columns: readonly Column[], change: Retype): Column[] =>
  columns.map(column => (column.name === change.column ? { ...column, type: change.to } : column))

function addColumns(table: Table, columns: readonly Column[]): Table {
  const added = columns.filter(column => !isThere(table, column))
  return { ...table, columns: [...table.columns, ...added] }
}

function isThere(table: Table, column: Column): boolean {
  const existing = table.columns.find(({ name }) => name === column.name)
  if (existing === undefined) return false
  if (sameType(existing.type, column.type)) return true
  throw new GoldsyncError(
    'CONFLICT',
    `column ${column.name} of ${tableId(table.name)} exists already, as ${printType(existing.type)} instead of ${printType(column.type)}`,
  )
}

function changeColumnType(table: Table, change: Retype): Table {
  if (!table.columns.some(column => column.name === change.column)) {
    throw new GoldsyncError('NOT_FOUND', `table ${tableId(table.name)} has no column ${change.column}`)
  }
  return { ...table, columns: retype(table.columns, change) }
}
