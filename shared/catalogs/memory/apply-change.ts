/** What each change means, as a pure function: the model that the other drivers are compared with. */
import { GoldsyncError } from '../../errors.ts'
import { sameLocation } from '../../layout/location.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import {
  type Column,
  partitionKey,
  printValues,
  type Table,
  type TableName,
  tableId,
} from '../../schema/table.ts'
import { printType, sameType } from '../../schema/type.ts'
import { type CatalogState, type TableState, tableIn } from './state.ts'

/**
 * The state after one change; idempotent.
 * @throws GoldsyncError `NOT_FOUND` (no such database, table or partition), `CONFLICT` (a column or partition exists otherwise)
 */
export function applyChange(state: CatalogState, change: Change): CatalogState {
  switch (change.kind) {
    case 'createDatabase':
      return { ...state, databases: new Set([...state.databases, change.database]) }
    case 'createTable':
      return createTable(state, change.table)
    case 'addColumns':
      return changed(state, change.table, current => addColumns(current, change.columns))
    case 'changeColumnType':
      return changed(state, change.table, current => changeColumnType(current, change))
    case 'addPartitions':
      return changed(state, change.table, current => addPartitions(current, change.partitions))
    case 'alterPartitions':
      return changed(state, change.table, current => alterPartitions(current, change.partitions))
    case 'setParameters':
      return changed(state, change.table, current =>
        withTable(current, { parameters: { ...current.table.parameters, ...change.parameters } }),
      )
    default:
      change satisfies never
      throw new TypeError('not a change')
  }
}

function createTable(state: CatalogState, table: Table): CatalogState {
  if (!state.databases.has(table.name.database)) {
    throw new GoldsyncError('NOT_FOUND', `database ${table.name.database} does not exist`, {
      hint: 'create it, or let goldsync do so with createDatabase: true',
    })
  }
  const existing = tableIn(state, table.name)
  if (existing === undefined) return put(state, { table, partitions: new Map() })
  if (sameLocation(existing.table.location, table.location)) return state
  throw new GoldsyncError(
    'CONFLICT',
    `table ${tableId(table.name)} exists already, at ${existing.table.location} instead of ${table.location}`,
  )
}

function changed(
  state: CatalogState,
  name: TableName,
  change: (current: TableState) => TableState,
): CatalogState {
  const current = tableIn(state, name)
  if (current === undefined) throw new GoldsyncError('NOT_FOUND', `table ${tableId(name)} does not exist`)
  return put(state, change(current))
}

const put = (state: CatalogState, table: TableState): CatalogState => ({
  ...state,
  tables: new Map([...state.tables, [tableId(table.table.name), table]]),
})

const withTable = (current: TableState, change: Partial<Table>): TableState => ({
  ...current,
  table: { ...current.table, ...change },
})

function addColumns(current: TableState, columns: readonly Column[]): TableState {
  const added = columns.filter(column => !isThere(current.table, column))
  return withTable(current, { columns: [...current.table.columns, ...added] })
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

type Retype = Extract<Change, { kind: 'changeColumnType' }>

function changeColumnType(current: TableState, change: Retype): TableState {
  const { table } = current
  if (!table.columns.some(column => column.name === change.column)) {
    throw new GoldsyncError('NOT_FOUND', `table ${tableId(table.name)} has no column ${change.column}`)
  }
  const retyped = withTable(current, { columns: retype(table.columns, change) })
  if (!change.cascade) return retyped
  const partitions = [...current.partitions].map(
    ([key, partition]) => [key, { ...partition, columns: retype(partition.columns, change) }] as const,
  )
  return { ...retyped, partitions: new Map(partitions) }
}

const retype = (columns: readonly Column[], change: Retype): Column[] =>
  columns.map(column => (column.name === change.column ? { ...column, type: change.to } : column))

function addPartitions(current: TableState, partitions: readonly Partition[]): TableState {
  const known = new Map(current.partitions)
  for (const partition of partitions) {
    const key = partitionKey(partition.values)
    const existing = known.get(key)
    if (existing === undefined) known.set(key, partition)
    else if (!sameLocation(existing.location, partition.location))
      throw elsewhere(current, existing, partition)
  }
  return { ...current, partitions: known }
}

const elsewhere = ({ table }: TableState, existing: Partition, wanted: Partition): GoldsyncError =>
  new GoldsyncError(
    'CONFLICT',
    `partition ${printValues(wanted.values)} of ${tableId(table.name)} exists already, at ${existing.location} instead of ${wanted.location}`,
    { hint: 'drop the partition in the catalog if its location is wrong, then run goldsync again' },
  )

function alterPartitions(current: TableState, partitions: readonly Partition[]): TableState {
  const known = new Map(current.partitions)
  for (const partition of partitions) {
    const key = partitionKey(partition.values)
    const existing = known.get(key)
    if (existing === undefined) throw unregistered(current, partition)
    known.set(key, { ...partition, location: existing.location })
  }
  return { ...current, partitions: known }
}

const unregistered = ({ table }: TableState, partition: Partition): GoldsyncError =>
  new GoldsyncError(
    'NOT_FOUND',
    `partition ${printValues(partition.values)} of ${tableId(table.name)} is not registered`,
  )
