/** What a run did, as data: printed by the CLI, returned by the functions, logged by both. */
import type { ErrorSummary } from '../base/errors.ts'
import type { Change } from '../schema/change.ts'
import type { ColumnStatistics } from '../schema/column-statistics.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'

/** A step that was applied or, in a dry run, that would be. */
export interface StepReport {
  readonly kind: Change['kind']
  readonly summary: string
  readonly command: string
}

export interface EngineReport {
  readonly engine: string
  /** Of the partitions that it was asked for after they were registered, how many it sees. */
  readonly visible: number
  readonly expected: number
  /** Kinds of file of which it has read one in this run, and those that the next run lets it read. */
  readonly read: number
  readonly unread: number
  readonly ms: number
  readonly error?: ErrorSummary
  /** The deadline came before it had answered: the table says so, and the next run asks. */
  readonly left?: true
}

/**
 * What became of a partition that was asked for by name, in one catalog.
 * - `registered`: the catalog has it, at its folder, and nothing is known to be wrong with what is in it.
 * - `exposed`: it is registered with a file that is not accepted, or that an engine cannot read: queries of it fail, or are wrong.
 * - `held`: a file in it is not accepted, or the catalog has it elsewhere, or its table is refused. `incomplete`: it waits for its writer: for
 *   `_SUCCESS`, for a file that is still being written, or for one that could not be read this time.
 * - `absent`: no data file is in its folder, or there is no folder; with `VANISHED_PARTITIONS` where the catalog has it all the same.
 * - `unknown`: the run could not tell: it failed, or its deadline came before.
 */
export interface NamedPartition {
  /** Values joined by `/`, as they were named. */
  readonly partition: string
  readonly state: 'registered' | 'exposed' | 'held' | 'incomplete' | 'absent' | 'unknown'
  /** Engines that query this catalog. */
  readonly engines: readonly NamedInEngine[]
  /** Why it is not `registered`: of docs/diagnostics.md, or of an error. */
  readonly code?: string
  readonly message?: string
}

interface NamedInEngine {
  readonly engine: string
  /** Whether it was asked in this run, after the partition was registered, and sees it. With `require` it is asked in any case. */
  readonly visible: boolean
  /** Whether it has read a file of each kind that this run has found in it. */
  readonly read: boolean
}

/** What was required to be queryable, and is not. */
export interface Unmet {
  /** `database.table`, or as it was asked for. */
  readonly table: string
  /** Absent where no catalog has got so far. */
  readonly catalog?: string
  /** Values joined by `/`; where none was named, the folder from the topic's. Absent where it is the whole table. */
  readonly partition?: string
  readonly code: string
  readonly message: string
}

/** Where the time went, ms. */
export interface Timings {
  /** Listing folders, which the lake's catalogs share. */
  readonly listMs: number
  readonly footersMs: number
  readonly applyMs: number
  readonly enginesMs: number
}

/** What footers prove of the columns of accepted files that this run has read. */
export interface StatisticsReport {
  readonly files: number
  readonly rows: number
  /** Of all these files together. A column of which nothing is proven is not there. */
  readonly columns: readonly ColumnStatistics[]
  /** The same of single partitions, the newest first, until there are too many columns. */
  readonly partitions: readonly {
    /** Values joined by `/`. */
    readonly partition: string
    readonly rows: number
    readonly columns: readonly ColumnStatistics[]
  }[]
  /** How many partitions were left out for that. */
  readonly partitionsOmitted: number
}

/** How far a recent scan looked: what lies behind is for a full one. */
interface WindowReport {
  /** ISO 8601: folders whose time ended before were not entered, save those that wait. */
  readonly from: string
  /** By this much that is before the table's mark, milliseconds. */
  readonly lookbackMs: number
}

/** Partitions of a table that wait for one reason. */
export interface WaitsFor {
  /** Of docs/diagnostics.md; absent where a run of an older build left them. */
  readonly code?: string
  readonly partitions: number
  /** When a run first found the one so that waits the longest, ISO 8601; absent where that is not known. */
  readonly since?: string
}

/** A partition that a run is the first to find waiting, or waiting for this. */
export interface NewWait {
  /** Values joined by `/`. */
  readonly partition: string
  /** From the topic's folder. */
  readonly path: string
  /** Of docs/diagnostics.md. */
  readonly code?: string
  /** The file's name, where it is about one. */
  readonly file?: string
}

/** One table of one catalog. */
export interface TableReport {
  /** `database.table`. */
  readonly table: string
  readonly topic: string
  readonly catalog: string
  /** The lake's root. */
  readonly lake?: string
  /** `missing`: there is no table, and nothing to make one of. `refused`: goldsync will not manage it (a diagnostic says why). `partial`: the deadline cut it; the next run goes on. */
  readonly outcome: 'changed' | 'unchanged' | 'missing' | 'planned' | 'refused' | 'partial' | 'failed'
  readonly steps: readonly StepReport[]
  readonly partitions: {
    readonly listed: number
    readonly added: number
    readonly altered: number
    /** Registered at another location before. */
    readonly moved: number
    /** Unregistered, since their folders are gone. */
    readonly dropped: number
    /** Registered, and as they were. */
    readonly unchanged: number
    /** New ones that wait: for a file that is not accepted, for `_SUCCESS`. */
    readonly held: number
  }
  /** Absent where every folder was looked at, or named ones only. */
  readonly window?: WindowReport
  /** Partitions that this run has looked at and the next one looks at again, as paths from the topic's folder. */
  readonly pending: readonly string[]
  /** How many of the table's partitions the next run looks at again, with those that this one has not looked at; absent where that is not known, and in a plan. */
  readonly waiting?: number
  /** Why they wait; absent where none does, and where `waiting` is. */
  readonly waits?: readonly WaitsFor[]
  /** Those of them that are not registered. */
  readonly held: readonly string[]
  /** Values of the partitions that were added, joined by `/`. */
  readonly addedPartitions: readonly string[]
  /** Values of those that were altered, moved and dropped, joined by `/`: the first 1,000 each; absent where there are none. */
  readonly alteredPartitions?: readonly string[]
  readonly movedPartitions?: readonly string[]
  readonly droppedPartitions?: readonly string[]
  /** Of those that wait, held or registered, what no run before has found; the first 1,000; absent where there is nothing. */
  readonly newlyWaiting?: readonly NewWait[]
  /** Of those that are held, which no run before had to hold. */
  readonly newlyHeld: readonly string[]
  /** Those that were named in the request, in its order; absent where none was, and in a plan. */
  readonly named?: readonly NamedPartition[]
  /** Footers read for this table in this run. */
  readonly files: number
  /** Rows in the footers read, where they are known. */
  readonly rows: number
  /** Requests that were sent again to the catalog or, as the lake's catalogs share them, the storage: busy, cut, or met another writer. */
  readonly retries: number
  /** With `statistics: exact`, where a footer was read that tells of its rows. */
  readonly statistics?: StatisticsReport
  readonly engines: readonly EngineReport[]
  readonly diagnostics: readonly Diagnostic[]
  readonly error?: ErrorSummary
  readonly ms: number
  readonly timings: Timings
  /** From the newest file's modification time until its partition was registered and, unless that comes later, the engines were asked, ms. */
  readonly lagMs?: number
}

/** A lake that could not be read at all: nothing of it was synced. */
interface LakeFailure {
  readonly location: string
  readonly error: ErrorSummary
}

export interface Report {
  readonly runId: string
  /** How far a scan or sync looks; absent where the places are named (partitions, closed files, tables of `prune` and the like). */
  readonly mode?: 'recent' | 'full'
  readonly dryRun: boolean
  /** ISO 8601. */
  readonly startedAt: string
  readonly ms: number
  /** True where a deadline left work for the next run. */
  readonly partial: boolean
  readonly tables: readonly TableReport[]
  /** Findings of the lake itself: foreign folders, refused topics, failed listings. */
  readonly diagnostics: readonly Diagnostic[]
  readonly failures: readonly LakeFailure[]
  /** With `require`: what cannot be queried now; empty where all can. */
  readonly unmet?: readonly Unmet[]
}

/**
 * What became of one closed file, in all catalogs and engines together.
 * - `registered`: the catalogs have its partition, with it. `visible`: and each engine was asked after that, and sees the partition.
 *   `read`: and each engine has read a file of its kind.
 * - `refused`: a catalog does not take its partition, or a change of it, for what the partition is: no repetition mends that.
 * - `held`: it, or its new partition, waits for a reason. `exposed`: it is not accepted, and engines read it, since its partition is registered.
 * - `absent`: it is not there. `ignored`: not data of these lakes. `failed`: a retry or a mended cause can help.
 */
export interface FileOutcome {
  readonly location: string
  readonly outcome:
    | 'registered'
    | 'visible'
    | 'read'
    | 'refused'
    | 'held'
    | 'exposed'
    | 'absent'
    | 'ignored'
    | 'failed'
  readonly code?: string
  readonly message?: string
}

/** The report of an event: with an outcome for each of its files. */
export interface FilesReport extends Report {
  /** The answer did not wait for the engines: they are asked after it, which log, history and metrics tell of. Absent where they were asked, and where there is nothing to ask. */
  readonly engines?: 'later'
  readonly files: readonly FileOutcome[]
}

/** Of a run. */
interface Begun {
  readonly runId: string
  readonly dryRun: boolean
  readonly startedAt: number
  readonly now: () => number
}

/** What every report begins with. */
export const reportHead = ({ runId, dryRun, startedAt, now }: Begun) => ({
  runId,
  dryRun,
  startedAt: new Date(startedAt).toISOString(),
  ms: now() - startedAt,
})

/** Every error of a run: of lakes, tables and engines. */
export const errorsOf = (report: Report): ErrorSummary[] => [
  ...report.failures.map(failure => failure.error),
  ...report.tables.flatMap(table => (table.error ? [table.error] : [])),
  ...report.tables.flatMap(table => table.engines.flatMap(engine => (engine.error ? [engine.error] : []))),
]

/** Every finding of a run, the lakes' first. */
export const findingsOf = (report: Report): Diagnostic[] => [
  ...report.diagnostics,
  ...report.tables.flatMap(table => table.diagnostics),
]

/** Whether a deadline left work for the next run. */
export const isPartial = (tables: readonly TableReport[]): boolean =>
  tables.some(({ outcome, engines }) => outcome === 'partial' || engines.some(({ left }) => left))

/** 1 on a failure, 4 where what was required cannot be queried, 1 on an `error` finding, 3 where a deadline left work, else 0. */
export function exitCode(report: Report): 0 | 1 | 3 | 4 {
  if (errorsOf(report).length > 0) return 1
  if (report.unmet && report.unmet.length > 0) return 4
  if (findingsOf(report).some(finding => finding.severity === 'error')) return 1
  return report.partial ? 3 : 0
}
