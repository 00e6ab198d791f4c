/** What each change means, as a pure function: the model that the other drivers are compared with. */
import { GoldsyncError } from '../../base/errors.ts'
import { sameLocation } from '../../layout/location.ts'
import type { Change, Move, Unregistered } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import { partitionKey, type Table, type TableName, tableId } from '../../schema/table.ts'
import { changeTable, type Retypes, retype, withoutPrefix } from '../change-table.ts'
import { expectPartitionAt, expectTableAt, nameTaken, noPartition, noTable } from '../refusals.ts'
import { withdrawnBy, withdrawnWith } from '../withdrawn.ts'
import { type CatalogState, type TableState, tableIn } from './state.ts'

/**
 * The state after one change; idempotent.
 * @throws GoldsyncError `NOT_FOUND` (no such database, table, column or partition), `CONFLICT` (it exists otherwise)
 */
export function applyChange(state: CatalogState, change: Change): CatalogState {
  switch (change.kind) {
    case 'createDatabase':
      return { ...state, databases: new Set([...state.databases, change.database]) }
    case 'createTable':
      return createTable(state, change.table)
    case 'addColumns':
      return changed(state, change.table, current => addColumns(current, change))
    case 'setParameters':
    case 'moveTable':
      return changed(state, change.table, current => ({
        ...current,
        table: changeTable(current.table, change),
      }))
    case 'changeColumnTypes':
      return changed(state, change.table, current => changeColumnTypes(current, change))
    case 'addPartitions':
      return changed(state, change.table, current => addPartitions(current, change.partitions))
    case 'alterPartitions':
      return changed(state, change.table, current => alterPartitions(current, change.partitions))
    case 'movePartitions':
      return changed(state, change.table, current => movePartitions(current, change.partitions))
    case 'dropPartitions':
      return changed(state, change.table, current => dropPartitions(current, change.partitions))
    case 'stripPartitions':
      return changed(state, change.table, current => stripPartitions(current, change))
    case 'renameTable':
      return renameTable(state, change)
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
  expectTableAt(table.name, existing.table.location, table.location)
  return state
}

function changed(
  state: CatalogState,
  name: TableName,
  change: (current: TableState) => TableState,
): CatalogState {
  const current = tableIn(state, name)
  if (current === undefined) throw noTable(name)
  return put(state, change(current))
}

const put = (state: CatalogState, table: TableState): CatalogState => ({
  ...state,
  tables: new Map([...state.tables, [tableId(table.table.name), table]]),
})

function changeColumnTypes(current: TableState, change: Retypes): TableState {
  const table = changeTable(current.table, change)
  if (!change.cascade) return { ...current, table }
  const partitions = [...current.partitions].map(
    ([key, partition]) => [key, { ...partition, columns: retype(partition.columns, change) }] as const,
  )
  return { table, partitions: new Map(partitions) }
}

function addColumns(current: TableState, change: Extract<Change, { kind: 'addColumns' }>): TableState {
  const table = changeTable(current.table, change)
  if (!change.cascade) return { ...current, table }
  const partitions = [...current.partitions].map(
    ([key, partition]) => [key, { ...partition, columns: table.columns }] as const,
  )
  return { table, partitions: new Map(partitions) }
}

function addPartitions(current: TableState, partitions: readonly Partition[]): TableState {
  const known = new Map(current.partitions)
  for (const partition of partitions) {
    const { values, location } = partition
    const existing = known.get(partitionKey(values))
    if (existing === undefined) known.set(partitionKey(values), partition)
    else expectPartitionAt(current.table.name, values, existing.location, location)
  }
  return { ...current, partitions: known }
}

function alterPartitions(current: TableState, partitions: readonly Partition[]): TableState {
  const stale = partitions.map(({ values, parameters }) => {
    const stored = current.partitions.get(partitionKey(values))?.parameters
    return [partitionKey(values), withdrawnBy(parameters, stored)] as const
  })
  return { ...replacePartitions(current, partitions), ...withoutStatistics(current, stale) }
}

function withoutStatistics(
  { statistics }: TableState,
  stale: readonly (readonly [string, readonly string[]])[],
): Pick<TableState, 'statistics'> {
  if (statistics === undefined) return {}
  const left = new Map(statistics)
  for (const [key, columns] of stale)
    left.set(key, left.get(key)?.filter(column => !columns.includes(column)) ?? [])
  return { statistics: left }
}

function replacePartitions(current: TableState, partitions: readonly Partition[]): TableState {
  const known = new Map(current.partitions)
  for (const partition of partitions) {
    const key = partitionKey(partition.values)
    const existing = known.get(key)
    if (existing === undefined) throw noPartition(current.table.name, partition.values)
    known.set(key, { ...partition, location: existing.location })
  }
  return { ...current, partitions: known }
}

/** A partition that lies at neither place was moved by someone else. */
function movePartitions(current: TableState, moves: readonly Move[]): TableState {
  const known = new Map(current.partitions)
  for (const { values, from, to } of moves) {
    const key = partitionKey(values)
    const existing = known.get(key)
    if (existing === undefined) throw noPartition(current.table.name, values)
    if (!sameLocation(existing.location, to))
      expectPartitionAt(current.table.name, values, existing.location, from)
    known.set(key, { ...existing, location: to })
  }
  return { ...current, partitions: known }
}

function dropPartitions(current: TableState, dropped: readonly Unregistered[]): TableState {
  const keys = new Set(dropped.map(({ values }) => partitionKey(values)))
  const left = <T>(all: ReadonlyMap<string, T>) => new Map([...all].filter(([key]) => !keys.has(key)))
  return {
    ...current,
    partitions: left(current.partitions),
    ...(current.statistics ? { statistics: left(current.statistics) } : {}),
  }
}

function stripPartitions(
  current: TableState,
  { partitions, prefix }: Extract<Change, { kind: 'stripPartitions' }>,
): TableState {
  const known = new Map(current.partitions)
  const stale: [string, readonly string[]][] = []
  for (const { values } of partitions) {
    const key = partitionKey(values)
    const existing = known.get(key)
    if (existing === undefined) continue
    stale.push([key, withdrawnWith(prefix, existing.parameters)])
    known.set(key, { ...existing, parameters: withoutPrefix(existing.parameters, prefix) })
  }
  return { ...current, partitions: known, ...withoutStatistics(current, stale) }
}

function renameTable(
  state: CatalogState,
  { table, to }: Extract<Change, { kind: 'renameTable' }>,
): CatalogState {
  const current = tableIn(state, table)
  const other = tableIn(state, to)
  if (current === undefined && other === undefined) throw noTable(table)
  if (current === undefined) return state
  if (other !== undefined) throw nameTaken(to)
  const others = [...state.tables].filter(([id]) => id !== tableId(table))
  return put({ ...state, tables: new Map(others) }, { ...current, table: { ...current.table, name: to } })
}
