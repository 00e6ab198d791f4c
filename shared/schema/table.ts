/** The catalog's side of the model: tables and partitions as every catalog describes them. */
import type { TableFields } from './iceberg-schema.ts'
import type { Type } from './type.ts'

export interface TableName {
  readonly database: string
  readonly name: string
}

/** `database.table`, for messages and keys. */
export const tableId = (table: TableName): string => `${table.database}.${table.name}`

export interface Column {
  /** Lower case, as catalogs compare names. */
  readonly name: string
  readonly type: Type
  readonly comment?: string
}

/** Table parameters (Hive's TBLPROPERTIES) or partition parameters. */
export type Parameters = Readonly<Record<string, string>>

/** What a table is: goldsync changes external Parquet tables only, and refuses the rest with a reason. */
export type TableKind = 'external' | 'managed' | 'view'

/** How a table wants its files laid out, or read, beyond what its format says. */
export interface Traits {
  /** Files belong to as many buckets by their names; folders of the lake know none. */
  readonly buckets?: number
  /** Rows of skewed values lie in folders of their own. */
  readonly skewed?: true
  /** Hive and Athena take columns by their position in the file (`parquet.column.index.access`). */
  readonly byPosition?: true
}

export interface Table {
  readonly name: TableName
  readonly kind: TableKind
  /** `parquet`, or the input format's class or name as the catalog tells it. */
  readonly format: string
  /** Data columns in table order, without the partition keys. */
  readonly columns: readonly Column[]
  readonly partitionKeys: readonly Column[]
  readonly location: string
  readonly parameters: Parameters
  /** Absent where there is nothing to tell. */
  readonly traits?: Traits
  /** Of catalogs that know columns by ids and exact types; what is decided of the table is decided by these. */
  readonly fields?: TableFields
}

/** Partition values as text, in the order of the table's partition keys (`['2019','09','01','01']`). */
export type PartitionValues = readonly string[]

/** A key for maps: injective, since NUL cannot be in a path. */
export const partitionKey = (values: PartitionValues): string => values.join('\0')

/** Values for people: `2019/09/01/01`. */
export const printValues = (values: PartitionValues): string => values.join('/')
