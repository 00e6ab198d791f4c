/** Who reads a lake's tables: engines that were asked, those that the config names, or those that a catalog is made for. */

export const READER_KINDS = ['hive', 'trino', 'presto', 'spark', 'athena', 'duckdb'] as const

export type ReaderKind = (typeof READER_KINDS)[number]

export interface Reader {
  readonly kind: ReaderKind
  /** As it names it (`476`, `0.287-2b2b1e1`, `4.0.1`); undefined where it is not known: then any may be meant. */
  readonly version: string | undefined
  /** Whether it takes Parquet columns by their position in the table, not by name. */
  readonly byPosition?: boolean
  /** Nobody said so: a catalog without engines and `readers` is taken for one that is read by Hive 3 and 4. */
  readonly assumed?: true
}
