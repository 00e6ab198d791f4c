/** What follows the last chunk: what vanished, what is pending, the table's state. */
import { descriptorsPending, renewals } from '../decide/descriptors.ts'
import type { Walked } from '../run/walked.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type PartitionValues, partitionKey, printValues } from '../schema/table.ts'
import { damagedParameters, isStateDamaged } from '../state/damaged.ts'
import { isOtherLayout } from '../state/kept-layout.ts'
import { nextPending, printPending } from '../state/pending.ts'
import {
  DESCRIPTORS,
  descriptorsAfter,
  LAKE,
  layoutAfter,
  MARK,
  printState,
  stateOf,
  type TableState,
  unwalked,
} from '../state/table-state.ts'
import { nextWaits, printWaits } from '../state/waits.ts'
import { execute } from './execute.ts'
import { vanishedPartitions } from './find-vanished.ts'
import { inRounds } from './in-rounds.ts'
import { find, type Ledger } from './ledger.ts'
import { type Merge, mergeParameters } from './merge-parameters.ts'
import { openDescriptorWork } from './renew-descriptors.ts'

/**
 * Only a walk that this run made alone, without a failed listing, proves that a folder is gone.
 * @returns the partitions whose folders are gone and that stay registered
 */
export async function unregisterVanished(
  ledger: Ledger,
  walked: Walked,
): Promise<readonly PartitionValues[]> {
  const { job, run } = ledger
  if (job.table === undefined || !walked.atOnce || !ledger.complete) return []
  const names = await ledger.registered()
  const { missing, gone, diagnostics } = await vanishedPartitions(job, job.table, names, ledger.listed, run)
  find(ledger, diagnostics)
  if (gone.length === 0) return missing
  const partitions = gone.map(values => ({ values }))
  const { name, partitionKeys } = job.table
  await execute(ledger, [{ kind: 'dropPartitions', table: name, partitionKeys, partitions }])
  const dropped = new Set(gone.map(partitionKey))
  return missing.filter(values => !dropped.has(partitionKey(values)))
}

/** Only where it says something new: a run with nothing to do issues no DDL. What other runs have written meanwhile is kept. */
export async function writeState(ledger: Ledger, walked: Walked): Promise<void> {
  const { job, run, table } = ledger
  if (table === undefined) return
  if (job.state.ahead !== undefined && walked.whole) find(ledger, [clockAhead(job.state.ahead)])
  if (job.table && walked.whole) find(ledger, damagedParameters(job.table))
  // A layout that fits none of the folders is hardly meant: once it is set back, scans go on from where they were.
  if (walked.whole && ledger.listed.size === 0 && isOtherLayout(table.parameters, job.lake.layout)) return
  // What this run itself writes here is no change that would have to be told.
  const { changed } = ledger
  const root = job.lake.locationIn(job.catalog.name)
  await mergeParameters(ledger, table.parameters, current => {
    const isOther = isOtherLayout(current, job.lake.layout)
    const before = stateOf({ parameters: current }, run.startedAt)
    const next = nextState(isOther && walked.whole ? unwalked(before) : before, walked, ledger)
    const isWrong = before.ahead !== undefined || isOther || isStateDamaged(current)
    const taken = isWrong || (job.notes.length > 0 && current[LAKE] === undefined)
    const news = isNews(before, next) || ((changed || taken) && walked.whole)
    return news ? unlessYoung(before, printState(next, job.topic, root, current), walked, ledger) : NOTHING
  })
}

const NOTHING: ReturnType<Merge> = { parameters: {} }

/**
 * Nothing where all that is to be said is a later mark, and the one before is young: a recent scan looks back from it. Where the
 * catalog keeps no fingerprints, each scan would read again what was registered since.
 */
function unlessYoung(
  { mark }: TableState,
  said: ReturnType<typeof printState>,
  { everything }: Walked,
  { job, run }: Ledger,
): ReturnType<Merge> {
  const isYoung = mark !== undefined && run.startedAt - mark < job.lake.lookback
  const mayLag = isYoung && !everything && job.catalog.capabilities.partitionParameters
  const isMark = Object.keys(said.parameters).every(key => key === MARK) && said.removed.length === 0
  return mayLag && isMark ? NOTHING : said
}

const isNews = (before: TableState, next: TableState): boolean =>
  printPending(next.pending) !== printPending(before.pending) ||
  printWaits(next.waits) !== printWaits(before.waits) ||
  next.cursor !== before.cursor ||
  (before.mark === undefined && next.mark !== undefined) ||
  (before.full === undefined && next.full !== undefined)

/** @param now what the table says by now: another run may have written since this one began */
function nextState(now: TableState, walked: Walked, ledger: Ledger): TableState {
  const { complete, unfinished, job, run } = ledger
  const { state } = job
  const everything = walked.everything && complete
  const marks = complete && walked.recent && (everything || state.mark !== undefined)
  const looked = { known: state.pending, left: ledger.pending, unfinished: unfinished.keys(), everything }
  const pending = nextPending(now.pending, looked)
  return {
    ...now,
    pending,
    waits: nextWaits(now.waits, pending, unfinished, state.pending, run.startedAt),
    mark: marks ? Math.max(run.startedAt, now.mark ?? 0) : now.mark,
    // What an event registers says nothing of the folders that scans have still to walk.
    layout: walked.whole ? layoutAfter(now.layout, job.lake.layout) : now.layout,
    full: everything ? Math.max(walked.since, now.full ?? 0) : now.full,
    cursor: walked.whole && walked.cursor !== state.cursor ? walked.cursor : now.cursor,
  }
}

const clockAhead = (time: number): Diagnostic => ({
  code: 'CLOCK_AHEAD',
  severity: 'warning',
  message: `the table says that it was scanned at ${new Date(time).toISOString()}, which is yet to come: the clock of a host was ahead, or that of this one is behind; what the table says of scans counts as not said`,
  fix: 'nothing, if no clock is wrong any more: a full scan follows; else set the clocks of all hosts that run goldsync by NTP',
})

/** Partitions that get their new types in one round. */
const ROUND = 1000

/** Goes on with new types that not all partitions have, until it is done or the time is up. */
export async function finishDescriptors(ledger: Ledger, walked: Walked): Promise<void> {
  const { table, descriptors, job, run } = ledger
  if (table === undefined || descriptors === undefined || run.dryRun) return
  const { of, left } = await openDescriptorWork(job, table, descriptors, run)
  const renewing = { size: ROUND, changes: (known: readonly RegisteredPartition[]) => renewals(table, known) }
  const { reached, refused } = await inRounds(ledger, table, left, renewing)
  if (refused > 0) await writeState(ledger, walked)
  if (reached === left.length) {
    const done = { kind: 'setParameters', table: job.name, parameters: {}, removed: [DESCRIPTORS] } as const
    return execute(ledger, [done])
  }
  const parameters = descriptorsAfter(reached === 0 ? descriptors : printValues(left[reached - 1] ?? []))
  await execute(ledger, [{ kind: 'setParameters', table: job.name, parameters }])
  ledger.partial = true
  find(ledger, [descriptorsPending(left.length - reached, of)])
}
