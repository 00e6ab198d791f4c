/** The contract of every query engine driver: make it forget what it cached, ask it what it sees, let it read. */
import { GoldsyncError } from '../base/errors.ts'
import type { Reader } from '../schema/reader.ts'
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

/** A column, and a value that the file surely holds in it: the engine must find a row by it. */
export interface Condition {
  readonly column: Column
  /** Text as the engine's literal of the column's type is made of it (`-12`, `2026-11-21`, `1.50`; bytes as hexadecimal digits); undefined: the column is compared with nothing, only asked for rows where it is not null. */
  readonly value: string | undefined
}

/** One file of a registered partition that an engine is to read. */
export interface Probe {
  readonly table: TableName
  readonly keys: readonly Column[]
  readonly partition: PartitionValues
  /** The file's name, without its folder. */
  readonly file: string
  /** The partition's, as the catalog has it: without it an engine may have to open the partition's other files to find this one. */
  readonly location?: string
  /** Those of the table that are read. */
  readonly columns: readonly Column[]
  readonly conditions: readonly Condition[]
}

/** `cannot`: the engine fails on it, in its own words. `read`: it returned a row of the file, if it has one; `lost`: conditions by which it found none. */
export type Proof =
  | { readonly outcome: 'read'; readonly lost: readonly Condition[] }
  | { readonly outcome: 'cannot'; readonly message: string }

/** `NOT_FOUND`: the engine sees the table, and no row of the file in it. */
export class NoRow extends GoldsyncError {}

/** A view that an engine keeps. */
export interface View {
  readonly name: string
  /** Whether it has all columns of something, of a table most likely. */
  readonly selectsAll: boolean
}

export interface Engine {
  readonly name: string
  readonly kind: string
  /** The catalogs of the config whose tables this engine queries. */
  readonly catalogs: readonly string[]
  /** What is asked after a run: `read`, the default; only whether it sees the partitions; nothing. */
  readonly verify?: 'read' | 'metadata' | 'off'
  /** Whether the config says that it caches what the catalog tells, so that `refresh` does something. Absent where it never caches. */
  readonly caching?: boolean
  /** What it is, as it says itself; no statement is run for its version. */
  reader(call?: Call): Promise<Reader>
  /** Makes the engine see the catalog's present state of the table; does nothing where it does not cache. */
  refresh(table: TableName, call?: Call): Promise<void>
  /** How many of each table's partitions the engine sees, by metadata queries that read no data: one for many tables. */
  visible(wanted: readonly Wanted[], call?: Call): Promise<readonly number[]>
  /**
   * Lets the engine read one row of the file with all these columns, and by each condition, in one statement.
   * @throws GoldsyncError where the engine was not asked, which tells nothing of the file: `PERMISSION_DENIED`, `TIMEOUT`, `UNAVAILABLE` …; `NoRow` where it finds no row of the file
   */
  read(probe: Probe, call?: Call): Promise<Proof>
  /** The first views in the table's database that name it, where the engine refuses views whose columns are not those that they were made with. */
  viewsOver?(table: TableName, call?: Call): Promise<readonly View[]>
  /**
   * Names of the databases that it shows: for `goldsync check`.
   * @throws GoldsyncError `NOT_FOUND` where it has no catalog of the name that it was given
   */
  databases?(call?: Call): Promise<readonly string[]>
  /** Epoch milliseconds of its own clock. Absent where it is not asked. */
  clock?(call?: Call): Promise<number>
  close(): Promise<void>
}
