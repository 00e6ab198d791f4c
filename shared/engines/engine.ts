/** The contract of every query engine driver: make it forget what it cached, and ask it what it sees. */
import type { Column, PartitionValues, TableName } from '../schema/table.ts'

export interface Call {
  readonly signal?: AbortSignal
}

export interface Engine {
  readonly name: string
  readonly kind: string
  /** The catalogs of the config whose tables this engine queries. */
  readonly catalogs: readonly string[]
  /** Makes the engine see the catalog's present state of the table; does nothing where it does not cache. */
  refresh(table: TableName, call?: Call): Promise<void>
  /** How many of these partitions the engine sees, by one metadata query that reads no data. */
  visible(
    table: TableName,
    keys: readonly Column[],
    partitions: readonly PartitionValues[],
    call?: Call,
  ): Promise<number>
  close(): Promise<void>
}
