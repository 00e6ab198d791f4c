/** What follows the last chunk: what vanished, what is pending, the table's state. */
import { descriptorsPending } from '../decide/descriptors.ts'
import { outOfTime, type Run } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import { type PartitionValues, partitionKey, printValues, type Table } from '../schema/table.ts'
import { nextPending, printPending } from '../state/pending.ts'
import { DESCRIPTORS, descriptorsAfter, printState, type TableState } from '../state/table-state.ts'
import { execute } from './execute.ts'
import { vanishedPartitions } from './find-vanished.ts'
import { find, type Ledger } from './ledger.ts'
import { nextRound, openDescriptorWork } from './renew-descriptors.ts'

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

/** Only where it says something new: a run with nothing to do issues no DDL. */
export async function writeState(ledger: Ledger, walked: Walked): Promise<void> {
  const { job, run } = ledger
  if (ledger.table === undefined) return
  const next = nextState(job.state, walked, ledger, run)
  const news =
    (ledger.changed && walked.whole) ||
    printPending(next.pending) !== printPending(job.state.pending) ||
    next.cursor !== job.state.cursor ||
    (job.state.mark === undefined && next.mark !== undefined)
  if (!news) return
  const before = printState(job.state, job.topic).parameters
  const { parameters, removed } = printState(next, job.topic)
  const table = job.name
  const gone = removed.filter(key => key in before)
  const change = { kind: 'setParameters', table, parameters } as const
  await execute(ledger, [gone.length > 0 ? { ...change, removed: gone } : change])
}

function nextState(state: TableState, walked: Walked, ledger: Ledger, run: Run): TableState {
  const { complete, pending, unfinished } = ledger
  const everything = walked.everything && complete
  const marks = complete && walked.recent && (everything || state.mark !== undefined)
  return {
    ...state,
    pending: nextPending(state.pending, pending, unfinished, everything),
    mark: marks ? run.startedAt : state.mark,
    full: everything ? walked.since : state.full,
    cursor: walked.whole ? walked.cursor : state.cursor,
  }
}

/** Goes on with new types that not all partitions have, until it is done or the time is up. */
export async function finishDescriptors(ledger: Ledger): Promise<void> {
  const { table, descriptors, job, run } = ledger
  if (table === undefined || descriptors === undefined || run.dryRun) return
  const { of, left } = await openDescriptorWork(job, table, descriptors, run)
  const reached = await renewDescriptors(ledger, table, left)
  if (reached === left.length) {
    const done = { kind: 'setParameters', table: job.name, parameters: {}, removed: [DESCRIPTORS] } as const
    return execute(ledger, [done])
  }
  const parameters = descriptorsAfter(reached === 0 ? descriptors : printValues(left[reached - 1] ?? []))
  await execute(ledger, [{ kind: 'setParameters', table: job.name, parameters }])
  ledger.partial = true
  find(ledger, [descriptorsPending(left.length - reached, of)])
}

/** @returns how many partitions it has looked at */
async function renewDescriptors(
  ledger: Ledger,
  table: Table,
  left: readonly PartitionValues[],
): Promise<number> {
  const { job, run } = ledger
  let reached = 0
  while (reached < left.length && !outOfTime(run)) {
    const { round, changes, known } = await nextRound(job, table, left.slice(reached), run)
    await execute(
      ledger,
      changes,
      new Map(known.map(partition => [partitionKey(partition.values), partition])),
    )
    reached += round.length
  }
  return reached
}
