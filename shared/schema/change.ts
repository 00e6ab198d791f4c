/** What is to be done to a catalog, as plain data. Drivers turn changes into SQL or API requests. */

import type { TableFields } from './iceberg-schema.ts'
import type { Partition } from './partition.ts'
import type { Column, Parameters, PartitionValues, Table, TableName } from './table.ts'
import type { Type } from './type.ts'

export type Change =
  | { readonly kind: 'createDatabase'; readonly database: string }
  | { readonly kind: 'createTable'; readonly table: Table }
  /**
   * Columns appended at the end of the table. `cascade`: registered partitions get the table's columns too, in the same step;
   * else they stay as they are. `expected`: what the change was decided by; where the table says something else by then, nothing
   * is changed.
   */
  | {
      readonly kind: 'addColumns'
      readonly table: TableName
      readonly columns: readonly Column[]
      readonly cascade?: true
      readonly expected?: Expected
      /** What the table's fields become, where Iceberg's readers read it. */
      readonly fields?: TableFields
    }
  /**
   * New types of existing columns, and parameters that are set with them as one. `cascade`: registered partitions get
   * the new types too, in the same step (Hive fails on narrower scalars). `expected` as above.
   */
  | {
      readonly kind: 'changeColumnTypes'
      readonly table: TableName
      readonly columns: readonly Retype[]
      readonly cascade: boolean
      readonly parameters?: Parameters
      readonly expected?: Expected
      /** As above. */
      readonly fields?: TableFields
    }
  | {
      readonly kind: 'addPartitions'
      readonly table: TableName
      readonly partitionKeys: readonly Column[]
      readonly partitions: readonly Partition[]
    }
  /**
   * New columns, parameters or files of registered partitions; their locations are never touched. Before one gets the
   * fingerprint of other files, the column statistics that its parameters name as goldsync's are taken away.
   */
  | {
      readonly kind: 'alterPartitions'
      readonly table: TableName
      readonly partitionKeys: readonly Column[]
      readonly partitions: readonly Partition[]
    }
  /** The same partitions at other locations; their columns and parameters stay, no file is touched. */
  | {
      readonly kind: 'movePartitions'
      readonly table: TableName
      readonly partitionKeys: readonly Column[]
      readonly partitions: readonly Move[]
    }
  /** Takes partitions out of the catalog; their files are never touched. Those that are not registered are no error. */
  | {
      readonly kind: 'dropPartitions'
      readonly table: TableName
      readonly partitionKeys: readonly Column[]
      readonly partitions: readonly Unregistered[]
    }
  /**
   * Takes all parameters off registered partitions whose names begin with `prefix`; all else of them stays, but for the column
   * statistics that a parameter among them names as goldsync's: they go first. Those that are not registered are no error.
   * For catalogs that are capable of `partitionParameters`.
   */
  | {
      readonly kind: 'stripPartitions'
      readonly table: TableName
      readonly partitionKeys: readonly Column[]
      readonly prefix: string
      readonly partitions: readonly { readonly values: PartitionValues }[]
    }
  /** The table's own location, where new partitions are looked for by others; its partitions stay where they are. */
  | { readonly kind: 'moveTable'; readonly table: TableName; readonly from: string; readonly to: string }
  /**
   * Another name in the same database; partitions, parameters and locations stay, and no file is touched. Where only the new name
   * is there, it is done.
   */
  | { readonly kind: 'renameTable'; readonly table: TableName; readonly to: TableName }
  /** Sets these table parameters, removes those that are named, and leaves all others. */
  | {
      readonly kind: 'setParameters'
      readonly table: TableName
      readonly parameters: Parameters
      readonly removed?: readonly string[]
      /** What the change was made from: where one of these has another value by then (null: is there at all), nothing is set. */
      readonly expected?: Expected
    }

/** Table parameter: the name that the table is getting, where that takes a catalog several requests. */
export const RENAMED = 'goldsync.renamed'

/** Whether a change of the table reaches its registered partitions in the same step. */
export const cascades = (change: Change): boolean =>
  (change.kind === 'changeColumnTypes' || change.kind === 'addColumns') && change.cascade === true

/** Table parameters as they were read; null for one that was not there. */
export type Expected = Readonly<Record<string, string | null>>

/** One column's new type. */
export interface Retype {
  readonly name: string
  readonly from: Type
  readonly to: Type
  readonly comment?: string
}

/** A registered partition's location as it is, and as it shall be. */
export interface Move {
  readonly values: PartitionValues
  readonly from: string
  readonly to: string
}

/** A partition to be taken out. */
export interface Unregistered {
  readonly values: PartitionValues
}
