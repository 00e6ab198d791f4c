/**
 * Registered partitions brought up to date, some at a time, until all are, the time is up or the run has done its part. One that
 * the catalog refuses ends nothing: it is told, and asked for again as others are. Knows contracts only.
 */
import type { Refusal } from '../catalogs/catalog.ts'
import { outOfTime } from '../run/run.ts'
import type { Change } from '../schema/change.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type PartitionValues, partitionKey, type Table } from '../schema/table.ts'
import { execute } from './execute.ts'
import type { Ledger } from './ledger.ts'
import { settleOutdated, wereRefused } from './refused.ts'

export interface Rounds {
  /** As many partitions at once: between rounds a run may end. */
  readonly size: number
  /** What these need, as the catalog has them; no change where they have it. */
  changes(known: readonly RegisteredPartition[]): readonly Change[]
  /** Whether there may be another round. */
  goesOn?(): boolean
}

interface Reached {
  /** How many of the partitions it has looked at. */
  readonly reached: number
  /** How many of these are refused. */
  readonly refused: number
}

/** @throws GoldsyncError as `execute`, and where it is the table that is refused */
export async function inRounds(
  ledger: Ledger,
  table: Table,
  left: readonly PartitionValues[],
  { size, changes, goesOn = () => true }: Rounds,
): Promise<Reached> {
  const { job, run } = ledger
  const refusals: { refusal: Refusal; known: RegisteredPartition }[] = []
  let reached = 0
  while (reached < left.length && goesOn() && !outOfTime(run)) {
    const among = left.slice(reached, reached + size)
    const known = await job.catalog.partitions(table, { want: 'details', among }, run)
    const registered = new Map(known.map(partition => [partitionKey(partition.values), partition]))
    const onRefused = (refusal: Refusal) => {
      const partition = registered.get(partitionKey(refusal.values))
      if (partition) refusals.push({ refusal, known: partition })
    }
    const how = { registered, onRefused, wasRefused: wereRefused(ledger), isPending: true }
    await execute(ledger, changes(known), how)
    reached += among.length
  }
  settleOutdated(ledger, refusals)
  return { reached, refused: refusals.length }
}
