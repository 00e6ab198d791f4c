/** What one table's sync has done so far: filled as it goes, told in the report whatever happens. */
import type { ErrorSummary } from '../base/errors.ts'
import type { Step } from '../catalogs/catalog.ts'
import type { Late } from '../decide/behind.ts'
import { OLDER_FILES_UNKNOWN } from '../decide/changes.ts'
import type { Review } from '../decide/hold-back.ts'
import { isRefusal, REFUSED } from '../decide/refused.ts'
import type { Selection } from '../decide/select.ts'
import type { Found } from '../lake/found.ts'
import type { EngineReport, NewWait, StepReport, TableReport, Timings } from '../run/report.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { ObservedPartition, PartitionFolder } from '../schema/observed.ts'
import type { Partition } from '../schema/partition.ts'
import { type PartitionValues, partitionKey, printValues, type Table, tableId } from '../schema/table.ts'
import type { Reason } from '../state/waits.ts'
import { type ColumnReport, openColumnReport } from './column-report.ts'
import { type Kinds, openKinds } from './kinds.ts'
import { pathIn } from './path-in.ts'
import { openReaders, type Readers } from './readers.ts'
import { openRegisteredNames, type RegisteredNames } from './registered.ts'
import { waitingOf } from './waiting.ts'
import { openWatched, type Watched } from './watched.ts'

/** As many partitions the engines are asked for: one bounded metadata query. */
const ASKED = 1000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface Ledger {
  readonly job: TableJob
  readonly run: Run
  readonly registered: RegisteredNames
  readonly readers: Readers
  readonly kinds: Kinds
  readonly watched: Watched
  /** The table as it stands after what was done. */
  table: Table | undefined
  changed: boolean
  partial: boolean
  error: ErrorSummary | undefined
  /** False where a listing failed, or a folder could not be told. */
  complete: boolean
  /** As `TableState.descriptors`. */
  descriptors: string | undefined
  /** As `TableState.withdrawal`. */
  withdrawal: string | undefined
  readonly steps: StepReport[]
  /** Partitions that were added, as the report names them. */
  readonly added: string[]
  /** Of those that were changed otherwise, the first ones. */
  readonly touched: Record<'altered' | 'moved' | 'dropped', string[]>
  /** The newest of them: those that the engines are asked for. */
  readonly newest: PartitionValues[]
  /** Those of steps that failed and may have been done; undefined where none has failed. */
  doubtful: PartitionValues[] | undefined
  readonly diagnostics: Diagnostic[]
  readonly engines: EngineReport[]
  readonly columns: ColumnReport
  readonly footers: { done: number; total: number; rows: number }
  readonly timings: Mutable<Timings>
  readonly counts: Record<'altered' | 'moved' | 'dropped' | 'unchanged' | 'held', number>
  /** Modification time of the newest file that was registered, epoch ms. */
  newestFile: number
  /** Partitions whose folders were found. */
  folders: number
  /** Their keys, where a partition of the table may have none any more. */
  readonly listed: Set<string>
  /** Paths from the topic's folder: those that were pending and were not looked at yet. */
  readonly pending: Set<string>
  /** Those that were looked at and need another look, and why. */
  readonly unfinished: Map<string, Reason>
  /** Partitions without a fingerprint below folders that changed: how many were read again, and how many were not. */
  readonly suspects: { read: number; left: number }
  /** Partitions that an older build has judged, likewise. */
  readonly outdated: { read: number; left: number }
  /** New ones that recent scans cannot see. */
  readonly late: Late[]
  /** Those that are not registered, since they wait for something. */
  readonly held: Set<string>
  /** A recent scan's window; undefined where the run has asked for none, null where it is more than a chunk, which is not kept. */
  window: Window | null | undefined
}

interface Window {
  readonly folders: readonly PartitionFolder[]
  /** Of those that are registered, by `partitionKey`. */
  readonly registered: ReadonlySet<string>
}

/** @param watch partitions that somebody asks about: paths from the topic's folder */
export const openLedger = (job: TableJob, run: Run, watch?: readonly string[]): Ledger => ({
  job,
  run,
  registered: openRegisteredNames(job, run),
  readers: openReaders(job, run),
  kinds: openKinds(job, run),
  watched: openWatched(watch),
  table: job.table,
  changed: false,
  partial: false,
  error: undefined,
  complete: true,
  descriptors: job.state.descriptors,
  withdrawal: job.state.withdrawal,
  steps: [],
  added: [],
  touched: { altered: [], moved: [], dropped: [] },
  newest: [],
  doubtful: undefined,
  diagnostics: [],
  engines: [],
  columns: openColumnReport(),
  footers: { done: 0, total: 0, rows: 0 },
  timings: { listMs: 0, footersMs: 0, applyMs: 0, enginesMs: 0 },
  counts: { altered: 0, moved: 0, dropped: 0, unchanged: 0, held: 0 },
  newestFile: 0,
  folders: 0,
  listed: new Set(),
  pending: new Set(job.state.pending === 'overflow' ? [] : job.state.pending),
  unfinished: new Map(),
  suspects: { read: 0, left: 0 },
  outdated: { read: 0, left: 0 },
  late: [],
  held: new Set(),
  window: undefined,
})

/** Adds findings, which are about this table. */
export function find({ diagnostics, job }: Ledger, found: readonly Diagnostic[]): void {
  for (const finding of found) {
    if (isToldAlready(diagnostics, finding)) continue
    diagnostics.push({ ...finding, table: tableId(job.name) })
  }
}

/** What every chunk of a table's files would say again: told of the first, once for the table, or for each column. */
const ONCE: Readonly<Record<string, 'table' | 'column'>> = {
  PARTITION_KEY_COLUMN: 'column',
  [OLDER_FILES_UNKNOWN]: 'table',
}

const isToldAlready = (told: readonly Diagnostic[], { code, column }: Diagnostic): boolean =>
  code in ONCE &&
  told.some(other => other.code === code && (ONCE[code] === 'table' || other.column === column))

/** Path of a partition's folder from the topic's. */
export const pathOf = ({ job }: Pick<Ledger, 'job'>, folder: Pick<PartitionFolder, 'segments'>): string =>
  pathIn(job, folder)

/** Notes what a listing found. */
export function look(ledger: Ledger, { found, complete }: Found<PartitionFolder>): void {
  ledger.complete &&= complete
  ledger.folders += found.length
  for (const folder of found) {
    if (ledger.job.table) ledger.listed.add(partitionKey(folder.values))
    if (ledger.pending.size > 0) ledger.pending.delete(pathOf(ledger, folder))
  }
}

/** Notes what the catalog has of a chunk of a recent scan's window. */
export function noteWindow(
  ledger: Pick<Ledger, 'window'>,
  folders: readonly PartitionFolder[],
  registered: ReadonlyMap<string, unknown>,
): void {
  // A scan compares each chunk by itself: one of several is never the same as all of them together.
  const isFirst = ledger.window === undefined
  ledger.window = isFirst ? { folders, registered: new Set(registered.keys()) } : null
}

/** Whose findings say why a folder waits. */
type Reasons = ReadonlyMap<Pick<PartitionFolder, 'segments'>, Diagnostic>

/** Notes new partitions that wait. */
export function hold(
  ledger: Ledger,
  folders: readonly Pick<PartitionFolder, 'segments'>[],
  reasons: Reasons,
): void {
  ledger.counts.held += folders.length
  for (const folder of folders) ledger.held.add(pathOf(ledger, folder))
  leave(ledger, folders, reasons)
}

/** Notes partitions that need another look. */
export function leave(
  ledger: Ledger,
  folders: Iterable<Pick<PartitionFolder, 'segments'>>,
  reasons: Reasons,
): void {
  for (const folder of folders) {
    const finding = reasons.get(folder)
    const path = pathOf(ledger, folder)
    // What was refused before, and was not asked for again, waits as it did.
    const before = finding?.code === REFUSED ? ledger.job.state.waits.get(path) : undefined
    ledger.unfinished.set(path, before ?? (finding ? reasonOf(finding, folder) : {}))
  }
}

/** The file is one in the folder; what is said of the folder itself names none. */
function reasonOf({ code, path = '' }: Diagnostic, { segments }: Pick<PartitionFolder, 'segments'>): Reason {
  const [folder, file = ''] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)]
  return folder.endsWith(`/${segments.join('/')}`) ? { code, file } : { code }
}

export function noteSelection(ledger: Ledger, selection: Selection): void {
  const { waiting, left, unchanged, diagnostics, reasons } = selection
  ledger.counts.unchanged += unchanged
  hold(ledger, waiting, reasons)
  leave(ledger, left, reasons)
  find(ledger, diagnostics)
}

export function countFooter({ footers, run, job }: Ledger): void {
  footers.done += 1
  const { done, total } = footers
  run.onProgress?.({ kind: 'footers', table: tableId(job.name), done, total })
}

/** @param registered by `partitionKey` */
export function noteReview(
  ledger: Ledger,
  observed: readonly ObservedPartition[],
  review: Review,
  registered: ReadonlyMap<string, unknown>,
): void {
  const isNew = ({ values }: ObservedPartition) => !registered.has(partitionKey(values))
  hold(ledger, review.held.filter(isNew), review.causes)
  leave(ledger, [...review.held, ...review.incomplete], review.causes)
  find(ledger, review.diagnostics)
  ledger.columns.note(review.accepted)
  const files = observed.flatMap(partition => partition.files)
  ledger.footers.rows += files.reduce((sum, file) => sum + (file.rows ?? 0), 0)
}

/** Partitions of a kind of change that a report names. */
const NAMED = 1000

const TOUCHES: Readonly<Record<string, 'altered' | 'moved' | 'dropped'>> = {
  alterPartitions: 'altered',
  stripPartitions: 'altered',
  movePartitions: 'moved',
  dropPartitions: 'dropped',
}

/** Notes a step that was done, or in a dry run would be. */
export function record(ledger: Ledger, { summary, command, change }: Step): void {
  const { steps, added, touched, newest, counts } = ledger
  steps.push({ kind: change.kind, summary, command })
  if (change.kind === 'addPartitions')
    for (const { values } of change.partitions) {
      added.push(printValues(values))
      if (newest.length < ASKED) newest.push(values)
    }
  const touch = TOUCHES[change.kind]
  if (touch && 'partitions' in change) {
    counts[touch] += change.partitions.length
    const room = Math.max(0, NAMED - touched[touch].length)
    touched[touch].push(...change.partitions.slice(0, room).map(({ values }) => printValues(values)))
  }
  if (change.kind === 'addPartitions' || change.kind === 'alterPartitions')
    ledger.newestFile = newestFile(change.partitions, ledger.newestFile)
}

/** Notes that a plan has failed: what it had still to do may have been done for all that. */
export function doubt(ledger: Ledger, left: readonly Step[]): void {
  const added = left.flatMap(({ change }) => (change.kind === 'addPartitions' ? change.partitions : []))
  ledger.doubtful = [...(ledger.doubtful ?? []), ...added.map(({ values }) => values)].slice(0, ASKED)
}

/** As it stands now: what is done later changes nothing of it. */
export function report(ledger: Ledger, walked: Walked): TableReport {
  const { listMs, from } = walked
  const { job, run } = ledger
  const { added, footers, error, counts, newestFile } = ledger
  const statistics = ledger.columns.report()
  return {
    table: tableId(job.name),
    topic: job.topic.name,
    catalog: job.catalog.name,
    lake: job.lake.location,
    outcome: outcomeOf(ledger),
    steps: [...ledger.steps],
    partitions: { listed: ledger.folders, added: added.length, ...counts },
    ...(from === undefined
      ? {}
      : { window: { from: new Date(from).toISOString(), lookbackMs: job.lake.lookback } }),
    pending: [...ledger.unfinished.keys()].sort(),
    ...waitingOf(ledger, walked),
    held: [...ledger.held].sort(),
    addedPartitions: added,
    ...namesOf(ledger),
    newlyHeld: newlyHeld(ledger),
    files: footers.done,
    rows: footers.rows,
    retries: job.retries.count,
    ...(statistics ? { statistics } : {}),
    engines: [...ledger.engines],
    diagnostics: [...ledger.diagnostics],
    ...(error ? { error } : {}),
    ms: run.now() - run.startedAt,
    timings: { ...ledger.timings, listMs },
    ...(newestFile === 0 || newestFile > run.now() || run.dryRun ? {} : { lagMs: run.now() - newestFile }),
  }
}

/** What is named of the partitions that were changed, or wait anew. */
function namesOf(ledger: Ledger) {
  const { altered, moved, dropped } = ledger.touched
  const waits = newWaits(ledger)
  return {
    ...(altered.length > 0 ? { alteredPartitions: altered } : {}),
    ...(moved.length > 0 ? { movedPartitions: moved } : {}),
    ...(dropped.length > 0 ? { droppedPartitions: dropped } : {}),
    ...(waits.length > 0 ? { newlyWaiting: waits } : {}),
  }
}

/** None where too many waited before to be named, as `newlyHeld`. Names of files are kept cut (state/waits.ts): the code tells. */
function newWaits({ unfinished, job }: Ledger): NewWait[] {
  const { pending, waits } = job.state
  if (pending === 'overflow') return []
  const known = new Set(pending)
  const fresh = [...unfinished].filter(
    ([path, { code }]) => !known.has(path) || (code !== undefined && waits.get(path)?.code !== code),
  )
  return fresh.slice(0, NAMED).flatMap(([path, reason]) => {
    const parsed = job.layout.parse([...job.topic.segments, ...path.split('/')])
    const why = isRefusal(reason) ? { code: REFUSED } : reason
    return parsed.kind === 'partition' ? [{ partition: printValues(parsed.values), path, ...why }] : []
  })
}

/** None where there were too many before to be named: nobody knows which of them are new. */
function newlyHeld({ held, job }: Ledger): string[] {
  const { pending } = job.state
  return pending === 'overflow' ? [] : [...held].filter(path => !pending.includes(path)).sort()
}

function outcomeOf(ledger: Ledger): TableReport['outcome'] {
  if (ledger.error) return 'failed'
  if (ledger.partial) return 'partial'
  if (!ledger.changed) return ledger.table ? 'unchanged' : 'missing'
  return ledger.run.dryRun ? 'planned' : 'changed'
}

const newestFile = (partitions: readonly Partition[], newest: number): number =>
  partitions.reduce(
    (time, { files }) => files.reduce((a, { modified }) => Math.max(a, modified), time),
    newest,
  )
