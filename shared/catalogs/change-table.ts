/** What the changes of a table's description mean, as pure functions: for the catalogs that keep descriptions themselves. */
import { GoldsyncError } from '../base/errors.ts'
import { sameLocation } from '../layout/location.ts'
import type { Change, Expected } from '../schema/change.ts'
import { type Column, type Parameters, type Table, tableId } from '../schema/table.ts'
import { printType, sameType, type Type } from '../schema/type.ts'
import { expectTableAt } from './refusals.ts'

export type TableChange = Extract<
  Change,
  { kind: 'addColumns' | 'changeColumnTypes' | 'setParameters' | 'moveTable' }
>
export type Retypes = Extract<Change, { kind: 'changeColumnTypes' }>

/**
 * The table after the change; idempotent.
 * @throws GoldsyncError `NOT_FOUND` (no such column), `CONFLICT` (somebody changed what the change begins with)
 */
export function changeTable(table: Table, change: TableChange): Table {
  switch (change.kind) {
    case 'addColumns':
      return addColumns(table, change)
    case 'changeColumnTypes':
      return changeColumnTypes(table, change)
    case 'moveTable':
      return moveTable(table, change)
    case 'setParameters':
      return { ...table, parameters: changeParameters(table.parameters, change) }
    default:
      change satisfies never
      throw new TypeError('not a change of a table')
  }
}

/** The columns with the changed ones' new types; columns that have no such column come back as they are. */
export function retype(columns: readonly Column[], { columns: changed }: Retypes): Column[] {
  const types = new Map(changed.map(({ name, to }) => [name, to]))
  return columns.map(column => ({ ...column, type: types.get(column.name) ?? column.type }))
}

type Setting = Pick<Extract<Change, { kind: 'setParameters' }>, 'parameters' | 'removed'> & {
  readonly expected?: Expected | undefined
}

/**
 * The parameters with those of the change set, and those that it names removed.
 * @throws GoldsyncError `CONFLICT` where somebody has set one since the change was made
 */
export function changeParameters(current: Parameters, setting: Setting): Parameters {
  expectParameters(current, setting)
  const { parameters, removed = [] } = setting
  const kept = Object.entries(current).filter(([key]) => !removed.includes(key))
  return { ...Object.fromEntries(kept), ...parameters }
}

/** The parameters but for those whose names begin so. */
export const withoutPrefix = (parameters: Parameters = {}, prefix: string): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([key]) => !key.startsWith(prefix)))

/** What is there already as it shall be is no conflict. @throws GoldsyncError `CONFLICT` */
export function expectParameters(
  current: Parameters,
  { parameters, removed = [], expected = {} }: Setting,
): void {
  const isDone = (key: string): boolean =>
    (key in parameters || removed.includes(key)) && current[key] === parameters[key]
  const other = Object.entries(expected).find(
    ([key, value]) => (current[key] ?? null) !== value && !isDone(key),
  )
  if (other === undefined) return
  throw new GoldsyncError('CONFLICT', `another run has set the table parameter ${other[0]} meanwhile`, {
    hint: 'nothing: the next run begins with what it says now',
  })
}

function addColumns(table: Table, { columns, expected }: Extract<Change, { kind: 'addColumns' }>): Table {
  const added = columns.filter(column => !isThere(table, column))
  if (added.length > 0) expectParameters(table.parameters, { parameters: {}, expected })
  return { ...table, columns: [...table.columns, ...added] }
}

function isThere(table: Table, column: Column): boolean {
  const existing = table.columns.find(({ name }) => name === column.name)
  if (existing === undefined) return false
  if (sameType(existing.type, column.type)) return true
  throw otherType(table, existing, column.type)
}

const otherType = (table: Table, { name, type }: Column, wanted: Type): GoldsyncError =>
  new GoldsyncError(
    'CONFLICT',
    `column ${name} of ${tableId(table.name)} exists already, as ${printType(type)} instead of ${printType(wanted)}`,
  )

function moveTable(table: Table, { from, to }: Extract<Change, { kind: 'moveTable' }>): Table {
  if (!sameLocation(table.location, to)) expectTableAt(table.name, table.location, from)
  return { ...table, location: to }
}

function changeColumnTypes(table: Table, change: Retypes): Table {
  for (const { name, from, to } of change.columns) {
    const column = table.columns.find(other => other.name === name)
    if (column === undefined)
      throw new GoldsyncError('NOT_FOUND', `table ${tableId(table.name)} has no column ${name}`)
    if (!sameType(column.type, to) && !sameType(column.type, from)) throw otherType(table, column, from)
  }
  const isDone = change.columns.every(({ name, to }) =>
    table.columns.some(column => column.name === name && sameType(column.type, to)),
  )
  if (!isDone) expectParameters(table.parameters, { parameters: {}, expected: change.expected })
  const parameters = { ...table.parameters, ...change.parameters }
  return { ...table, columns: retype(table.columns, change), parameters }
}
