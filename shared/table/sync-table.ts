/** One table of one catalog: folders → footers → review → diff → plan → apply, chunk by chunk, its state last. */
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import type { Refusal } from '../catalogs/catalog.ts'
import { behindFindings } from '../decide/behind.ts'
import { overflowed } from '../decide/changes.ts'
import { emptyFolders } from '../decide/locations.ts'
import { tableMove } from '../decide/moves.ts'
import type { AskedPartition } from '../decide/named.ts'
import { notJudgedAgain, notReadAgain, type Since } from '../decide/select.ts'
import type { Found } from '../lake/found.ts'
import { sameLocation } from '../layout/location.ts'
import type { TableReport } from '../run/report.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import type { Change, Move } from '../schema/change.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { partitionKey, type Table, tableId } from '../schema/table.ts'
import { memoryOf } from '../state/remembered.ts'
import { decide } from './decide.ts'
import { execute } from './execute.ts'
import { finishDescriptors, unregisterVanished, writeState } from './finish.ts'
import { inRoom } from './in-room.ts'
import { find, type Ledger, leave, look, noteSelection, openLedger, report } from './ledger.ts'
import { isFrozenOut, type Look, lookAt, windowOf } from './look-at.ts'
import { executeRemembering } from './merge-parameters.ts'
import { openOwnFolders } from './own-folders.ts'
import { findUnreachable } from './reachable.ts'
import { recallOlder } from './recall.ts'
import { settleRefused, wereRefused } from './refused.ts'
import { registeredAmong } from './registered.ts'
import { settle } from './settled.ts'
import { asksEngines, leaveEngines, verifyEngines } from './verify.ts'
import { partitionsAsked, watchFolders } from './watched.ts'
import { notingPublished, withdrawStatistics } from './withdraw-statistics.ts'

/** A table's report, and what is known of the partitions that are asked about, by their paths from the topic's folder. */
interface Told {
  readonly report: TableReport
  readonly asked: ReadonlyMap<string, AskedPartition>
}

/** The catalog is up to date. The table's next run need not wait for what is left. */
export interface Applied {
  /** Partitions that were added, as the report names them. */
  readonly added: readonly string[]
  /** Whether an engine is asked in the end. */
  readonly asks: boolean
  /** What is true by now, whatever comes after it. */
  now(): Told
  /** Asks the engines, and tells. Never throws. */
  inTheEnd(): Promise<Told>
}

export interface TableSync {
  readonly job: TableJob
  /** Whether this partition, which is asked about, was looked at. @param path from the topic's folder */
  hasLookedAt(path: string): boolean
  /**
   * Syncs a chunk of the table's folders; after a failure, no more. Never throws: what failed is in the report. The
   * next chunk may be given before this one is done: it is read meanwhile, and applied in its turn.
   * @param since registered folders without a fingerprint are looked at if they changed since
   * @returns whether there was room for it in time: if not, nothing was done
   */
  take(chunk: Found<PartitionFolder>, since: Since): Promise<boolean>
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
    take(chunk, since) {
      const before = turn
      const taken = inRoom(chunk.found.length, run, async () => {
        const look = await guarded(async () => lookAt(ledger, await ownFolders(chunk), since))
        await before
        if (look) await guarded(() => applyLook(ledger, look))
        cut ||= look?.cut === true
      })
      turn = Promise.all([before, taken])
      return taken
    },
    async end(walked) {
      // No cursor is written then: it would pass what was left out.
      ledger.partial ||= cut
      const ended = await guarded(async () => {
        find(ledger, behindFindings(ledger.late, windowOf(ledger)))
        find(ledger, [...notReadAgain(ledger.suspects.left), ...notJudgedAgain(ledger.outdated.left)])
        await (walked.cut ? writeState(ledger, walked) : endTable(ledger, walked))
        settleWindow(ledger, walked)
        return !walked.cut
      })
      ledger.partial ||= walked.cut
      return appliedBy(ledger, walked, ended === true)
    },
  }
}

/** @param ended whether the run came to its end */
function appliedBy(ledger: Ledger, walked: Walked, ended: boolean): Applied {
  const told = (): Told => ({ report: report(ledger, walked), asked: partitionsAsked(ledger) })
  return {
    added: ledger.added,
    asks: ended && !ledger.run.dryRun && asksEngines(ledger),
    now: told,
    inTheEnd: async () => {
      if (ledger.run.dryRun) await findUnreachable(ledger)
      else await (ended ? verifyEngines(ledger, walked) : leaveEngines(ledger))
      return told()
    },
  }
}

/** A deadline or a closed client is not a failure: the next run goes on. */
function failOrStop(ledger: Ledger, error: ErrorSummary): void {
  if (ledger.run.signal?.aborted) ledger.partial = true
  else ledger.error = error
}

/** Only where the next run would find nothing to do, and nothing to tell of the folders. */
function settleWindow({ job, run, table, window, ...of }: Ledger, { recent, everything }: Walked): void {
  const isDone = recent && !everything && of.complete && !of.partial && of.unfinished.size === 0
  if (!isDone || table === undefined || !window || of.pending.size > 0) return
  if (of.diagnostics.length === job.notes.length) settle(job, table, { ...window, added: of.added }, run)
}

async function endTable(ledger: Ledger, walked: Walked): Promise<void> {
  const { job } = ledger
  const gone = await unregisterVanished(ledger, walked)
  // Where the catalog shows files, those of a vanished folder must go from it: one missing file breaks every query.
  if (job.catalog.capabilities.visibility === 'file' && gone.length > 0) {
    const found = await atTheirPlaces(ledger, emptyFolders(job, gone))
    await applyLook(ledger, await lookAt(ledger, { found, diagnostics: [], complete: true }, ANY_TIME))
  }
  await execute(ledger, walked.whole ? tableMove(job) : [])
  await writeState(ledger, walked)
  await finishDescriptors(ledger, walked)
  await withdrawStatistics(ledger, walked)
  if (walked.whole && ledger.complete) await recallOlder(ledger)
}

/** Those that are registered where the layout has them: what another layout has put elsewhere is not gone. */
async function atTheirPlaces({ job, run }: Ledger, folders: readonly PartitionFolder[]) {
  const registered = await registeredAmong(job, folders, run)
  return folders.filter(({ values, location }) => {
    const { location: at = location } = registered.get(partitionKey(values)) ?? {}
    return sameLocation(at, location)
  })
}

const ANY_TIME: Since = { time: 0, full: false }

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
  const isKnown = wereRefused(ledger)
  const noting = notingPublished(ledger, registered, isKnown, merge)
  const refusals: Refusal[] = []
  const onRefused = (refusal: Refusal) => void refusals.push(refusal)
  await executeRemembering(ledger, [...moveChanges(job, moves), ...changes], {
    merge: noting,
    registered,
    onRefused,
    wasRefused: isKnown,
  })
  settleRefused(ledger, refusals, observed, registered)
  find(ledger, overflowed(before, memoryOf(ledger.table)))
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
