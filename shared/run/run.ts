/** What every part of a run shares: the lakes as opened values, and the options of one run. */
import type { Log } from '../base/log.ts'
import type { Tracer } from '../base/tracing.ts'
import type { Catalog, Step } from '../catalogs/catalog.ts'
import type { Engine } from '../engines/engine.ts'
import type { JudgeRules } from '../evolution/accepted.ts'
import type { EvolutionMode } from '../evolution/judge.ts'
import type { MergeRules } from '../evolution/merge.ts'
import type { LakeRoot, Topic } from '../lake/found.ts'
import type { Layout } from '../layout/layout.ts'
import type { NamingRule } from '../layout/naming.ts'
import type { TypeRules } from '../parquet/rules.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { ObservedPartition } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { Reader } from '../schema/reader.ts'
import type { Table, TableName } from '../schema/table.ts'
import type { Proofs } from '../state/proofs.ts'
import type { TableState } from '../state/table-state.ts'
import type { TellLineage } from './lineage.ts'
import type { TellSchedulers } from './new-partitions.ts'
import type { Announce } from './news.ts'

/** One lake of the config with its drivers opened. */
export interface Lake extends LakeRoot {
  /** One object for each lake of the config, however often its drivers are opened. */
  readonly identity: object
  readonly catalogs: readonly Catalog[]
  readonly engines: readonly Engine[]
  readonly database: string
  readonly createDatabase: boolean
  readonly naming: NamingRule
  includes(topic: string): boolean
  /** Whether the config names a table that it shall take wherever that lies. @param table its name without the database */
  adopts(table: string): boolean
  evolutionOf(topic: string): EvolutionMode
  /** How types are mapped and merged where there is a choice. */
  typesOf(topic: string): TypeRules & MergeRules & JudgeRules
  /** Who reads its tables besides the engines; undefined where nobody said. */
  readonly readers: readonly Reader[] | undefined
  /** How far a recent scan looks back behind the mark, milliseconds. */
  readonly lookback: number
  /** Whether new partitions of a topic wait until a `_SUCCESS` file is in their folder. */
  waitsForSuccess(topic: string): boolean
  /** What is kept with each partition, where the catalog keeps it; `exact`: and told in the report. */
  readonly statistics: 'off' | 'basic' | 'exact'
  /** The lake's root as a catalog writes it (`s3a://…`, another nameservice). @param catalog its name */
  locationIn(catalog: string): string
  /** Roots that the lake had: partitions that are registered below them are moved to where the lake is now. */
  readonly formerLocations: readonly string[]
  /** Other addresses of the root in what senders of closed files write. */
  readonly aliases: readonly string[]
  /** Whether scans read footers of partitions that were registered before it was remembered what is left out of them. */
  readonly recallOlder: boolean
  /** Whether full scans unregister partitions whose folders are gone, and at most how many of them. */
  readonly unregister?: Unregister | undefined
}

interface Unregister {
  readonly most: number
  /** Of the table's partitions, 0 to 1. */
  readonly share: number
}

export type ProgressEvent =
  /** So many more tables are to be synced. */
  | { readonly kind: 'tables'; readonly count: number }
  /** Partitions of the table that were listed so far, and how many it will be: about, until all are. */
  | { readonly kind: 'listed'; readonly table: string; readonly done: number; readonly total: number }
  /** Partitions that were looked at, and applied where they had to be. */
  | { readonly kind: 'applied'; readonly table: string; readonly done: number }
  /** Nothing is left to do for the table. */
  | { readonly kind: 'done'; readonly table: string }
  | { readonly kind: 'table'; readonly table: string; readonly catalog: string }
  | { readonly kind: 'footers'; readonly table: string; readonly done: number; readonly total: number }
  | {
      readonly kind: 'step'
      readonly table: string
      readonly summary: string
      readonly done: number
      readonly total: number
    }

/** @param of which table of which catalog, `database.table` */
export type OnPlan = (of: PlannedFor, steps: readonly Step[]) => void

export interface PlannedFor {
  readonly catalog: string
  readonly table: string
}

export interface RunOptions {
  readonly runId: string
  /** What began the run, for the audit: the function's name. */
  readonly trigger?: string
  /** `recent`: what changed since the mark, less the lookback. `full`: everything. Without a mark both are full. */
  readonly mode: 'recent' | 'full'
  /** Topics, tables or `database.table`; all where absent. */
  readonly tables?: readonly string[] | undefined
  /** Partition values joined by `/`; needs exactly one table. */
  readonly partitions?: readonly string[] | undefined
  /** Whether the named partitions must be queryable in the end, or else all that the run has looked at: engines are asked for them in any case. */
  readonly require?: boolean | undefined
  /** Plans only: nothing is written anywhere. */
  readonly dryRun: boolean
  /** Footers of registered partitions are read as if their files had changed: what this build makes of those that an earlier one took. */
  readonly reread?: boolean
  /** After an event: statistics that the next recent scan writes anyway are left to it. */
  readonly lazy?: boolean
  readonly log: Log
  readonly signal?: AbortSignal
  /** Asks the run to end soon: what was read is applied, the rest is the next run's. */
  readonly stop?: AbortSignal
  /** Epoch milliseconds; the run stops between batches when it is reached. */
  readonly deadline?: number | undefined
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined
  /** Gets the steps of each plan before they are made or, in a dry run, told; what it throws prevents them. Not those of what a table says is pending. */
  readonly onPlan?: OnPlan | undefined
  /** Tells others what was changed. */
  readonly announce?: Announce | undefined
  /** Tells others where tables come from. */
  readonly tellLineage?: TellLineage | undefined
  /** Tells those who start work of partitions that were added. */
  readonly tellSchedulers?: TellSchedulers | undefined
  readonly tracer?: Tracer | undefined
  /** Epoch milliseconds; for tests. */
  readonly now?: () => number
}

/** The options with the clock set, and the run's start. */
export interface Run extends RunOptions {
  readonly now: () => number
  readonly startedAt: number
  /** What was asked already for all tables of the run, by what it was. */
  readonly asked?: Map<string, Promise<unknown>>
  /** Partitions whose footers are read whatever is known of them, as paths from the topic's folder: those that a request named which is done with one of the whole topic. */
  readonly rereads?: ReadonlySet<string>
  /** Whether somebody wants to know what is true before the engines are asked. */
  readonly early?: boolean
  /** Counts for one table what its catalog and its storage were asked again. */
  readonly onRetry?: (times: number) => void
}

/** Milliseconds until the deadline; none where nobody set one. */
export const timeLeft = ({ deadline, now }: Run): number =>
  deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - now())

export const outOfTime = (run: Run): boolean =>
  run.signal?.aborted === true ||
  run.stop?.aborted === true ||
  (run.deadline !== undefined && run.now() >= run.deadline)

/** One table of one catalog, as one run works on it. */
export interface TableJob {
  readonly lake: Lake
  /** The lake's, with the types of the table's partition keys. */
  readonly layout: Layout
  readonly topic: Topic
  readonly name: TableName
  readonly catalog: Catalog
  /** As inspected; undefined where it does not exist yet. */
  readonly table: Table | undefined
  readonly state: TableState
  /** What the table says of the engines that are asked for it, by their names. */
  readonly proofs: ReadonlyMap<string, Proofs>
  /** Partitions, as reports name them, that another run has added and still asks the engines for. */
  readonly asking?: ReadonlySet<string> | undefined
  /** What there is to say of the table before anything of it is changed. */
  readonly notes: readonly Diagnostic[]
  /** So far in this run. */
  readonly retries: { readonly count: number }
  /** Whether a registered partition's parameters are brought up to date when nothing else of it changes. */
  refreshes(observed: ObservedPartition, registered: RegisteredPartition): boolean
}
