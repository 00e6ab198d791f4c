/** One table of one catalog: folders → footers → review → diff → plan → apply, chunk by chunk, its state last. */
import { sparkFindings } from '../adoption/spark.ts'
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { behindFindings, behindLookback, type Late, type Window } from '../decide/behind.ts'
import {
  forAthena,
  namesForOthers,
  OLDER_FILES_UNKNOWN,
  olderFilesUnknown,
  overflowed,
  partitionChanges,
  remembering,
  review,
  wantedTable,
} from '../decide/changes.ts'
import { widensMany } from '../decide/descriptors.ts'
import { emptyFolders } from '../decide/locations.ts'
import { tableMove } from '../decide/moves.ts'
import type { AskedPartition } from '../decide/named.ts'
import { NOT_KEPT, statisticsNotKept } from '../decide/publish.ts'
import { notReadAgain, type Selection, type Since, selectFolders } from '../decide/select.ts'
import { athenaFindings } from '../evolution/athena.ts'
import { diffTable } from '../evolution/diff.ts'
import type { Found } from '../lake/found.ts'
import type { TableReport } from '../run/report.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import type { Change, Move } from '../schema/change.ts'
import type { ObservedPartition, PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { ReaderKind } from '../schema/reader.ts'
import { partitionKey, type Table, tableId } from '../schema/table.ts'
import { pathsToProve } from '../state/proofs.ts'
import { memoryOf } from '../state/remembered.ts'
import { beforeMaking } from './before-making.ts'
import { tellReview, tellSelection } from './decisions.ts'
import { execute } from './execute.ts'
import { type Elsewhere, elsewhere } from './find-elsewhere.ts'
import { finishDescriptors, unregisterVanished, writeState } from './finish.ts'
import { observePartitions } from './footers.ts'
import { knownFootersOf } from './known-footers.ts'
import {
  countFooter,
  find,
  type Ledger,
  leave,
  look,
  noteReview,
  noteSelection,
  openLedger,
  pathOf,
  report,
} from './ledger.ts'
import { executeRemembering, type Merge } from './merge-parameters.ts'
import { openOwnFolders } from './own-folders.ts'
import { findUnreachable } from './reachable.ts'
import { readerKinds } from './readers.ts'
import { recallOlder } from './recall.ts'
import { describeSelected, registeredAmong } from './registered.ts'
import { settleCascades } from './renew-descriptors.ts'
import { leaveEngines, verifyEngines } from './verify.ts'
import { partitionsAsked, watchAccepted, watchFolders } from './watched.ts'

/** A table's report, and what is known of the partitions that are asked about, by their paths from the topic's folder. */
interface Told {
  readonly report: TableReport
  readonly asked: ReadonlyMap<string, AskedPartition>
}

/** The catalog is up to date: asks the engines, and tells. The table's next run need not wait for that. Never throws. */
type Applied = () => Promise<Told>

export interface TableSync {
  readonly job: TableJob
  /** Whether this partition, which is asked about, was looked at. @param path from the topic's folder */
  hasLookedAt(path: string): boolean
  /**
   * Syncs a chunk of the table's folders; after a failure, no more. Never throws: what failed is in the report. The
   * next chunk may be given before this one is done: it is read meanwhile, and applied in its turn.
   * @param since registered folders without a fingerprint are looked at if they changed since
   */
  take(chunk: Found<PartitionFolder>, since: Since): Promise<void>
  /** As it stands after what was done so far. */
  table(): Table | undefined
  /** What is left to do after the last chunk. Never throws. */
  end(walked: Walked): Promise<Applied>
}

/** @param watch partitions that somebody asks about: paths from the topic's folder */
export function openTableSync(job: TableJob, run: Run, watch?: readonly string[]): TableSync {
  const ledger = openLedger(job, run, watch)
  find(ledger, job.notes)
  const ownFolders = openOwnFolders(job, ledger.registered, run)
  run.onProgress?.({ kind: 'table', table: tableId(job.name), catalog: job.catalog.name })
  const guarded = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (ledger.error || ledger.partial) return undefined
    try {
      return await work()
    } catch (error) {
      failOrStop(ledger, summarizeError(error))
      return undefined
    }
  }
  let turn: Promise<unknown> = Promise.resolve()
  let cut = false
  return {
    job,
    hasLookedAt: path => ledger.watched.looked.has(path),
    table: () => ledger.table,
    async take(chunk, since) {
      const before = turn
      const seen = guarded(async () => lookAt(ledger, await ownFolders(chunk), since))
      turn = seen.then(async look => {
        await before
        if (look) await guarded(() => applyLook(ledger, look))
        cut ||= look?.cut === true
      })
      await turn
    },
    async end(walked) {
      // No cursor is written then: it would pass what was left out.
      ledger.partial ||= cut
      const ended = await guarded(async () => {
        find(ledger, behindFindings(ledger.late, windowOf(ledger)))
        find(ledger, notReadAgain(ledger.suspects.left))
        await (walked.cut ? writeState(ledger, walked) : endTable(ledger, walked))
        return !walked.cut
      })
      ledger.partial ||= walked.cut
      return async () => {
        if (run.dryRun) await findUnreachable(ledger)
        else await (ended ? verifyEngines(ledger, walked) : leaveEngines(ledger))
        return { report: report(ledger, walked), asked: partitionsAsked(ledger) }
      }
    },
  }
}

/** A deadline or a closed client is not a failure: the next run goes on. */
function failOrStop(ledger: Ledger, error: ErrorSummary): void {
  if (ledger.run.signal?.aborted) ledger.partial = true
  else ledger.error = error
}

async function endTable(ledger: Ledger, walked: Walked): Promise<void> {
  const { job } = ledger
  const gone = await unregisterVanished(ledger, walked)
  // Where the catalog shows files, those of a vanished folder must go from it: one missing file breaks every query.
  if (job.catalog.capabilities.visibility === 'file' && gone.length > 0) {
    const found = emptyFolders(job, gone)
    await applyLook(ledger, await lookAt(ledger, { found, diagnostics: [], complete: true }, ANY_TIME))
  }
  await execute(ledger, walked.whole ? tableMove(job) : [])
  await writeState(ledger, walked)
  await finishDescriptors(ledger)
  if (walked.whole && ledger.complete) await recallOlder(ledger)
}

const ANY_TIME: Since = { time: 0, full: false }

/** What was read of a chunk, before anything is changed. */
interface Look {
  readonly chunk: Found<PartitionFolder>
  readonly late: readonly Late[]
  readonly selection: Selection
  readonly registered: ReadonlyMap<string, RegisteredPartition>
  readonly elsewhere: Elsewhere
  readonly observed: readonly ObservedPartition[]
  readonly readers: readonly ReaderKind[]
  /** Whether the run was stopped before all of it was read: what was read is applied. */
  readonly cut: boolean
}

async function lookAt(ledger: Ledger, chunk: Found<PartitionFolder>, since: Since): Promise<Look> {
  const { job, run } = ledger
  const among = await registeredAmong(job, chunk.found, run)
  const input = { folders: chunk.found, registered: among, since, now: run.startedAt }
  const waitsForSuccess = job.lake.waitsForSuccess(job.topic.name)
  const byDirectory = job.catalog.capabilities.visibility === 'directory'
  const readers = byDirectory ? readerKinds(job.lake, job.catalog) : []
  const paths = new Set(pathsToProve(job.proofs))
  const waits = (folder: PartitionFolder) => paths.has(pathOf(ledger, folder))
  // Who names partitions wants them read, whatever is known of their files.
  const isReread = run.reread === true || run.partitions !== undefined
  const again = (folder: PartitionFolder) => isReread || waits(folder)
  for (const folder of chunk.found) if (waits(folder)) ledger.kinds.listed.add(pathOf(ledger, folder))
  const selected = isFrozenOut(job) ? NOTHING : selectFolders({ ...input, waitsForSuccess, readers, again })
  const selection = withSuspects(ledger, selected)
  tellSelection(ledger, chunk.found, selection, among)
  const registered = await describeSelected(job, selection.folders, among, run)
  const moved = await elsewhere(job, selection.folders, registered, run)
  const folders = selection.folders.filter(folder => !moved.left.has(folder))
  const observed = await observe(ledger, folders)
  const { pending } = job.state
  const isKnown = (folder: PartitionFolder) =>
    pending !== 'overflow' && pending.includes(pathOf(ledger, folder))
  const fresh = folders.filter(folder => !registered.has(partitionKey(folder.values)) && !isKnown(folder))
  const late = since.full ? behindLookback(fresh, windowOf(ledger)) : []
  const cut = observed.length < folders.length
  return { chunk, late, selection, registered, elsewhere: moved, observed, readers, cut }
}

const NOTHING: Selection = {
  folders: [],
  waiting: [],
  reasons: new Map(),
  suspects: [],
  unchanged: 0,
  diagnostics: [],
}

/** Of a table: to describe a partition costs HiveServer2 up to 100 ms, and folders above others change all the time. */
const MOST_SUSPECTS = 100

/** The newest come first. */
function withSuspects({ suspects }: Ledger, selection: Selection): Selection {
  const taken = selection.suspects.slice(0, MOST_SUSPECTS - suspects.read)
  suspects.read += taken.length
  suspects.left += selection.suspects.length - taken.length
  return {
    ...selection,
    folders: [...selection.folders, ...taken],
    unchanged: selection.unchanged - taken.length,
  }
}

const isFrozenOut = ({ table, lake, topic }: TableJob): boolean =>
  table === undefined && lake.evolutionOf(topic.name) === 'frozen'

const windowOf = ({ job: { lake, state } }: Ledger): Window => ({
  layout: lake.layout,
  mark: state.mark,
  lookback: lake.lookback,
})

async function applyLook(ledger: Ledger, found: Look) {
  const { chunk, late, selection, registered, elsewhere, observed, readers } = found
  const { job } = ledger
  find(ledger, chunk.diagnostics)
  look(ledger, chunk)
  ledger.late.push(...late)
  watchFolders(ledger, chunk.found, registered, readers)
  if (isFrozenOut(job) && chunk.found.length > 0) find(ledger, [frozenWithoutTable])
  noteSelection(ledger, selection)
  find(ledger, [...elsewhere.left.values()])
  leave(ledger, elsewhere.left.keys(), elsewhere.left)
  const { moves } = elsewhere
  const before = memoryOf(ledger.table)
  const { changes, merge } = await decide(ledger, observed, withMoves(registered, moves))
  await executeRemembering(ledger, [...moveChanges(job, moves), ...changes], { merge, registered })
  find(ledger, overflowed(before, memoryOf(ledger.table)))
}

async function observe(ledger: Ledger, folders: readonly PartitionFolder[]): Promise<ObservedPartition[]> {
  const { job, run } = ledger
  const started = run.now()
  ledger.footers.total += folders.reduce((sum, folder) => sum + folder.files.length, 0)
  const types = job.lake.typesOf(job.topic.name)
  const facts = job.lake.statistics === 'exact'
  const { storage } = job.lake
  const known = run.lazy ? { known: knownFootersOf(storage) } : {}
  const call = {
    ...run,
    ...known,
    types,
    facts,
    onFooter: () => countFooter(ledger),
    isOver: () => run.stop?.aborted === true,
  }
  const observed = await observePartitions(storage, folders, call)
  ledger.timings.footersMs += run.now() - started
  return observed
}

interface Decided {
  readonly changes: readonly Change[]
  /** What the table has to say before its partitions are registered. */
  readonly merge: Merge
}

/** The changes that follow from what was observed; the ledger has the table as they leave it. */
async function decide(
  ledger: Ledger,
  observed: readonly ObservedPartition[],
  registered: ReadonlyMap<string, RegisteredPartition>,
): Promise<Decided> {
  const { job, run } = ledger
  const admitted = await ledger.kinds.admit(observed, registered, ledger.table?.columns)
  const readers = observed.length > 0 ? await ledger.readers() : []
  const reviewed = review(job, ledger.table, admitted, registered, readers)
  noteReview(ledger, observed, reviewed, registered)
  tellReview(ledger, reviewed)
  watchAccepted(ledger, reviewed.accepted)
  if (reviewed.accepted.length === 0) return { changes: [], merge: () => ({ parameters: {} }) }
  const merge: Merge = current => ({
    parameters: { ...remembering(job, reviewed, current), ...ledger.kinds.noted(current) },
  })
  if (ledger.table === undefined) await beforeMaking(ledger)
  const made = wantedTable(job, ledger.table, reviewed)
  ledger.kinds.note(reviewed.accepted, made.columns)
  const table = ledger.table
    ? made
    : { ...made, parameters: { ...made.parameters, ...ledger.kinds.noted({}) } }
  const wanted = diffTable(ledger.table, table)
  const { changes: before, behind } = await settleCascades(job, ledger.table, wanted, run)
  if (ledger.table) find(ledger, sparkFindings(ledger.table, before))
  find(ledger, namesForOthers(job, before, readers))
  if (ledger.diagnostics.every(({ code }) => code !== NOT_KEPT)) find(ledger, statisticsNotKept(job))
  if (ledger.diagnostics.every(({ code }) => code !== OLDER_FILES_UNKNOWN))
    find(ledger, olderFilesUnknown(job, ledger.table, before))
  if (forAthena(job)) find(ledger, athenaFindings(before, behind))
  if (behind > 0) {
    ledger.descriptors = ''
    find(ledger, widensMany(behind))
  }
  ledger.table = table
  const after = partitionChanges(job, { table, before, review: reviewed, registered })
  return { changes: [...before, ...after], merge }
}

function withMoves(
  registered: ReadonlyMap<string, RegisteredPartition>,
  moves: readonly Move[],
): ReadonlyMap<string, RegisteredPartition> {
  const moved = new Map(registered)
  for (const { values, to } of moves)
    moved.set(partitionKey(values), { ...moved.get(partitionKey(values)), values, location: to })
  return moved
}

const moveChanges = ({ name, layout }: TableJob, partitions: readonly Move[]): Change[] =>
  partitions.length === 0
    ? []
    : [{ kind: 'movePartitions', table: name, partitionKeys: layout.partitionKeys, partitions }]

const frozenWithoutTable = {
  code: 'FROZEN_TABLE_MISSING',
  severity: 'warning',
  message: 'the table does not exist, and its evolution mode, frozen, lets goldsync add partitions only',
  fix: 'create the table yourself, or set evolution to additive until it exists',
} as const
