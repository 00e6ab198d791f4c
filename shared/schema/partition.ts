/** Partitions as catalogs take and give them. */
import type { DataFile } from './observed.ts'
import type { Column, Parameters, PartitionValues } from './table.ts'

/** A partition to be added or altered. */
export interface Partition {
  readonly values: PartitionValues
  readonly location: string
  /** The storage descriptor's columns: a prefix of the table's column list, with the table's types. */
  readonly columns: readonly Column[]
  /** Empty for catalogs that keep no partition parameters. */
  readonly parameters: Parameters
  /** The complete list of accepted files: what catalogs with visibility by file show. */
  readonly files: readonly DataFile[]
}

/** A partition as the catalog has it; what was not asked for, or cannot be told, is absent. */
export interface RegisteredPartition {
  readonly values: PartitionValues
  readonly location?: string
  readonly columns?: readonly Column[]
  readonly parameters?: Parameters
}
