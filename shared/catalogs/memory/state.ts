/** All that a catalog holds, as one immutable value. */
import type { Partition } from '../../schema/partition.ts'
import { type Table, type TableName, tableId } from '../../schema/table.ts'

export interface TableState {
  readonly table: Table
  /** By `partitionKey` of their values, in the order they were added. */
  readonly partitions: ReadonlyMap<string, Partition>
  /** Columns that have statistics, by `partitionKey`; absent where nobody has ever set any. */
  readonly statistics?: ReadonlyMap<string, readonly string[]>
}

export interface CatalogState {
  readonly databases: ReadonlySet<string>
  /** By `tableId`. */
  readonly tables: ReadonlyMap<string, TableState>
}

export const EMPTY_STATE: CatalogState = { databases: new Set(), tables: new Map() }

export const tableIn = (state: CatalogState, name: TableName): TableState | undefined =>
  state.tables.get(tableId(name))

/** Of a database, but for those of these names. */
export const tablesBeside = (
  { tables }: CatalogState,
  database: string,
  than: ReadonlySet<string>,
): readonly Table[] =>
  [...tables.values()]
    .map(({ table }) => table)
    .filter(({ name }) => name.database === database && !than.has(name.name))
