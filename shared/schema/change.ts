/** What is to be done to a catalog, as plain data. Drivers turn changes into SQL or API requests. */
import type { Partition } from './partition.ts'
import type { Column, Parameters, Table, TableName } from './table.ts'
import type { Type } from './type.ts'

export type Change =
  | { readonly kind: 'createDatabase'; readonly database: string }
  | { readonly kind: 'createTable'; readonly table: Table }
  /** Columns appended at the end of the table; registered partitions stay as they are. */
  | { readonly kind: 'addColumns'; readonly table: TableName; readonly columns: readonly Column[] }
  /** `cascade`: registered partitions get the new type too, in the same step (Hive fails on narrower scalars). */
  | {
      readonly kind: 'changeColumnType'
      readonly table: TableName
      readonly column: string
      readonly from: Type
      readonly to: Type
      readonly comment?: string
      readonly cascade: boolean
    }
  | {
      readonly kind: 'addPartitions'
      readonly table: TableName
      readonly partitionKeys: readonly Column[]
      readonly partitions: readonly Partition[]
    }
  /** New columns, parameters or files of registered partitions; their locations are never touched. */
  | {
      readonly kind: 'alterPartitions'
      readonly table: TableName
      readonly partitionKeys: readonly Column[]
      readonly partitions: readonly Partition[]
    }
  /** Sets these table parameters and leaves all others. */
  | { readonly kind: 'setParameters'; readonly table: TableName; readonly parameters: Parameters }
