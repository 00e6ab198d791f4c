/** The contract of every query engine driver: make it forget what it cached, and ask it what it sees. */
import type { Column, PartitionValues, TableName } from '../schema/table.ts'

export interface Call {
  readonly signal?: AbortSignal
}

/** Partitions of one table. */
export interface Wanted {
  readonly table: TableName
  readonly keys: readonly Column[]
  readonly partitions: readonly PartitionValues[]
}

export interface Engine {
  readonly name: string
  readonly kind: string
  /** The catalogs of the config whose tables this engine queries. */
  readonly catalogs: readonly string[]
  /** Makes the engine see the catalog's present state of the table; does nothing where it does not cache. */
  refresh(table: TableName, call?: Call): Promise<void>
  /** How many of each table's partitions the engine sees, by metadata queries that read no data: one for many tables. */
  visible(wanted: readonly Wanted[], call?: Call): Promise<readonly number[]>
  close(): Promise<void>
}
