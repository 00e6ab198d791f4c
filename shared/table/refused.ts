/** What becomes of partitions that the catalog has refused. Knows contracts only. */
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import type { Refusal as Refused } from '../catalogs/catalog.ts'
import { locationIn } from '../decide/locations.ts'
import {
  REFUSED,
  refused,
  stillRefused,
  tooLong,
  waitOf,
  waitOfRegistered,
  wasRefused,
} from '../decide/refused.ts'
import type { Since } from '../decide/select.ts'
import { folderOf } from '../layout/folder-of.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { ObservedPartition, PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type PartitionValues, partitionKey, printValues } from '../schema/table.ts'
import { find, hold, type Ledger, pathOf } from './ledger.ts'

type Refusal = (folder: PartitionFolder, known: RegisteredPartition | undefined) => Diagnostic | undefined

/** Why a partition, or a change of it, is not sent to the catalog, as far as it is known before. */
export function refusalIn({ job, run }: Ledger, since: Since): Refusal {
  const { catalog, layout, state } = job
  const asksAgain = since.full || run.reread === true || run.partitions !== undefined
  return (folder, known) => {
    const isNew = known === undefined
    const partition = { values: folder.values, location: locationIn(job, folder.segments) }
    const why = isNew ? catalog.cannotHold?.(layout.partitionKeys, partition) : undefined
    if (why !== undefined) return tooLong(folder, why, catalog.name)
    const wait = state.waits.get(pathOf({ job }, folder))
    return asksAgain ? undefined : stillRefused(folder, known, wait, catalog.name)
  }
}

/** Whether an earlier run had the partition, or a change of it, refused. */
export function wereRefused({ job }: Pick<Ledger, 'job'>): (values: PartitionValues) => boolean {
  const { layout, topic, state } = job
  if (![...state.waits.values()].some(wasRefused)) return () => false
  return values => {
    const segments = folderOf(layout, topic.name, values)
    return segments !== undefined && wasRefused(state.waits.get(pathOf({ job }, { segments })))
  }
}

/**
 * Holds back those that are refused while others are taken, and those that were refused so before.
 * @param registered what the catalog had of them before, by `partitionKey`
 * @throws GoldsyncError the first refusal, where it is the table that is refused: nothing of several partitions was taken, or
 * nothing is allowed
 */
export function settleRefused(
  ledger: Ledger,
  refusals: readonly Refused[],
  observed: readonly ObservedPartition[],
  registered: ReadonlyMap<string, unknown>,
): void {
  if (refusals.length === 0) return
  const { job, counts, added } = ledger
  const folders = new Map(observed.map(folder => [partitionKey(folder.values), folder]))
  const taken = added.length + counts.altered + counts.moved > 0
  const isKnown = (path: string) => wasRefused(job.state.waits.get(path))
  const all = refusals.flatMap(({ values, error }) => {
    const folder = folders.get(partitionKey(values))
    return folder ? [{ folder, path: pathOf(ledger, folder), error }] : []
  })
  const alone = taken ? [] : all.filter(({ path }) => !isKnown(path))
  expectTable(alone.map(({ error }) => error))
  const names = new Set(added)
  for (const one of all) {
    const { folder, error } = one
    const isNew = !registered.has(partitionKey(folder.values)) && !names.has(printValues(folder.values))
    const how = { catalog: job.catalog.name, isNew, alone: alone.includes(one) }
    find(ledger, [refused(folder, summarizeError(error), how)])
    // What engines see in it each run has to say.
    if (!isNew && ledger.unfinished.has(one.path)) continue
    if (isNew) hold(ledger, [folder], new Map())
    ledger.unfinished.set(one.path, how.alone ? { code: REFUSED } : waitOf(folder))
  }
}

/**
 * The same of partitions whose files are as they were. Each waits as they do, whether others were taken or not: it is registered.
 * @throws GoldsyncError as `settleRefused`
 */
export function settleOutdated(
  ledger: Ledger,
  all: readonly { readonly refusal: Refused; readonly known: RegisteredPartition }[],
): void {
  const { job, counts, added } = ledger
  const isKnown = wereRefused(ledger)
  const taken = added.length + counts.altered + counts.moved > 0
  if (!taken)
    expectTable(all.filter(({ known }) => !isKnown(known.values)).map(({ refusal }) => refusal.error))
  for (const { refusal, known } of all) {
    const { values, location = '', parameters } = known
    const how = { catalog: job.catalog.name, isNew: false, alone: false }
    find(ledger, [refused({ values, location }, summarizeError(refusal.error), how)])
    const segments = folderOf(job.layout, job.topic.name, values)
    if (segments === undefined) continue
    const path = pathOf(ledger, { segments })
    const { since } = job.state.waits.get(path) ?? {}
    const wait = { ...waitOfRegistered(parameters), ...(since === undefined ? {} : { since }) }
    if (!ledger.unfinished.has(path)) ledger.unfinished.set(path, wait)
  }
}

/** @throws GoldsyncError where these, with which nothing was taken, say that it is the table that is refused */
function expectTable([first, ...others]: readonly GoldsyncError[]): void {
  if (first === undefined || (others.length === 0 && first.code !== 'PERMISSION_DENIED')) return
  const { code, hint, retryable, message } = first
  const subject = others.length === 0 ? '' : `none of ${others.length + 1} partitions is taken; the first: `
  throw new GoldsyncError(code, `${subject}${message}`, {
    retryable,
    cause: first,
    ...(hint === undefined ? {} : { hint }),
  })
}
