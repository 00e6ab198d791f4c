/** The contract of every catalog driver: inspect, partitions, plan (pure), apply, close. */

import type { GoldsyncError } from '../base/errors.ts'
import type { ServerFacts } from '../base/server-facts.ts'
import type { HadoopToken } from '../credentials/hadoop-token.ts'
import type { Change } from '../schema/change.ts'
import type { Partition, RegisteredPartition } from '../schema/partition.ts'
import type { Column, PartitionValues, Table, TableName } from '../schema/table.ts'

/** What a catalog can do, as values: callers ask these, never for a driver's kind. */
export interface Capabilities {
  /**
   * `directory`: engines read every file of a registered partition's folder. `file`: only files that were
   * registered are visible, so a single bad file can be held back.
   */
  readonly visibility: 'directory' | 'file'
  /** Whether partitions keep parameters (fingerprints, statistics). */
  readonly partitionParameters: boolean
  /** Whether `details` are cheap for many partitions at once; if not, one round trip a partition. */
  readonly bulkDetails: boolean
  /**
   * Whether a change of types takes the registered partitions with it in one transaction. Where it does not, no change is
   * planned with `cascade`: the partitions follow in steps of their own, and the table says so until they all have.
   */
  readonly cascades: boolean
  /** Who reads its tables in any case; `hive` is only assumed, where nobody is said to read them. */
  readonly readBy: 'hive' | 'athena' | 'duckdb' | 'iceberg'
  /** A table is made with its database where that is missing, whether it was asked for or not. */
  readonly createsDatabases?: true
  /**
   * Its tables tell of each file what the footer proves, and how the file stores its columns: both are kept of every file, whatever
   * the lake's `statistics` say.
   */
  readonly wholeFooters?: true
  /** Its tables are made by Hive's own statements, which refuse names that metastores take, whoever reads. */
  readonly hiveSql?: true
}

/**
 * Which partitions, and how much of each. `names`: values only (a driver may tell more). `details`: all that the
 * catalog can tell. `among` limits the answer to those of the named that are registered; without it, all.
 */
export type Which =
  | { readonly want: 'names'; readonly among?: readonly PartitionValues[] }
  | { readonly want: 'details'; readonly among: readonly PartitionValues[] }

export interface Call {
  readonly signal?: AbortSignal
  /** Told of requests that are sent again: they were throttled, or met another writer. */
  readonly onRetry?: (times: number) => void
  /** Whether nothing at all may be written. */
  readonly dryRun?: boolean
}

/** One step of a plan: applied as a whole or not at all, and harmless when applied again. */
export interface Step {
  /** The statement or request as it is sent, or, where that would be unreadable, as people would write it. */
  readonly command: string
  /** A few words for people: `add 24 partitions`. */
  readonly summary: string
  /** The change that caused it, or the part of it that this step's batch holds. */
  readonly change: Change
}

/** Ordered steps for one table of one catalog. */
export interface Plan {
  readonly table: TableName
  readonly steps: readonly Step[]
}

export interface ApplyCall extends Call {
  /** Of the run, for catalogs that keep who changed a table. */
  readonly runId?: string
  /** Called after each step that is done, as far as it is: without partitions that were refused. */
  readonly onStep?: (step: Step, done: number) => void
  /**
   * Told of each partition that the catalog refuses to add, alter, strip or move, for what it is: the rest
   * of the plan is made without it. Where nobody is told, the first refusal is thrown.
   */
  readonly onRefused?: (refusal: Refusal) => void
  /** Whether it was refused by an earlier run: such ones say nothing new of the table, however many there are. */
  readonly wasRefused?: (values: PartitionValues) => boolean
}

/** A partition that was not taken, while the catalog works. */
export interface Refusal {
  readonly values: PartitionValues
  readonly error: GoldsyncError
}

/** As much of a table as tells whose it is. */
export type TableTrace = Pick<Table, 'name' | 'location' | 'parameters'>

export type TablesByName = ReadonlyMap<string, Table | undefined>

export interface Catalog {
  /** The name it has in the config. */
  readonly name: string
  readonly kind: string
  readonly capabilities: Capabilities
  /** Where its tables are to be queried, if that is not the database that a lake names. */
  readonly database?: string
  /**
   * Whether there is such a database, or nobody is told; asked before a table is made in it.
   * @throws GoldsyncError as `inspect`; where it can be told that nothing can be written, `PERMISSION_DENIED` or `NOT_FOUND`
   */
  hasDatabase(database: string, call?: Call): Promise<boolean>
  /**
   * The table, or undefined where there is none (a missing database is a missing table).
   * @throws GoldsyncError `AUTHENTICATION_FAILED`, `PERMISSION_DENIED`, `UNAVAILABLE`, `TIMEOUT`
   */
  inspect(table: TableName, call?: Call): Promise<Table | undefined>
  /**
   * Tables of one database by their names, as `inspect` tells them, in as few calls as it takes; undefined where there is none.
   * A name that is not in the answer may have a table or not (it cannot be read, or is being changed): `inspect` tells.
   * Absent where the catalog tells of one table after another only.
   * @throws GoldsyncError as `inspect`
   */
  inspectAll?(database: string, names: readonly string[], call?: Call): Promise<TablesByName>
  /** Registered partitions. Values are as the catalog stores them, unescaped, in partition key order. */
  partitions(table: Table, which: Which, call?: Call): Promise<readonly RegisteredPartition[]>
  /**
   * Tables of a database but for those of these names, in as few calls as it takes; none where there is no such database.
   * Absent where the catalog tells of one table after another only.
   * @throws GoldsyncError as `inspect`
   */
  otherTables?(database: string, than: ReadonlySet<string>, call?: Call): Promise<readonly TableTrace[]>
  /**
   * Names of all databases. Absent where the catalog does not tell them in one call.
   * @throws GoldsyncError as `inspect`
   */
  databases?(call?: Call): Promise<readonly string[]>
  /** Pure: why the catalog has no room for such a partition, as far as that is known before it is asked; undefined where it has. */
  cannotHold?(
    partitionKeys: readonly Column[],
    partition: Pick<Partition, 'values' | 'location'>,
  ): string | undefined
  /** Pure: the steps that make these changes, in their order, split into the catalog's batches. */
  plan(table: TableName, changes: readonly Change[]): Plan
  /**
   * Runs the steps in order and stops at the first failure. Steps are idempotent: adding what is there with the same
   * location is success.
   * @throws GoldsyncError `CONFLICT` where the table or a partition is not as the plan expects (a partition exists elsewhere);
   * what a partition was refused with, where none at all is taken, or more than a hundred are refused
   */
  apply(plan: Plan, call?: ApplyCall): Promise<void>
  /**
   * A new delegation token, with which somebody else can be us for a time: only where we are someone by Kerberos.
   * @throws GoldsyncError as `inspect`, `UNSUPPORTED` where the server hands out none
   */
  delegationToken?(call?: Call): Promise<HadoopToken>
  /** Each of its servers, asked apart; never rejects for what one of them says. Absent where there is none, or nothing that only it could tell. */
  servers?(call?: Call): Promise<readonly ServerFacts[]>
  close(): Promise<void>
}
