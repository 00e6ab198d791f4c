/** New types for partitions that are registered already: asks the catalog which ones there are, a round at a time. */
import { inOneStep, leftAfter, mayTakeApart, renewals, takenApart } from '../decide/descriptors.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { Change } from '../schema/change.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { PartitionValues, Table } from '../schema/table.ts'

/** Partitions that are looked at in one round. */
const ROUND = 1000

export interface Settled {
  readonly changes: readonly Change[]
  /** Registered partitions that these changes leave with the old types. */
  readonly behind: number
}

/** The changes of a table with their cascades taken apart where the catalog has too many partitions for one step. */
export async function settleCascades(
  { catalog }: TableJob,
  table: Table | undefined,
  changes: readonly Change[],
  run: Run,
): Promise<Settled> {
  if (table === undefined || !mayTakeApart(changes, catalog)) return { changes, behind: 0 }
  const names = await catalog.partitions(table, { want: 'names' }, run)
  if (inOneStep(names.length, catalog)) return { changes, behind: 0 }
  return { changes: takenApart(changes), behind: names.length }
}

/** What is left to be brought up to date, and the steps of it. */
export interface DescriptorWork {
  /** All the partitions of the table. */
  readonly of: number
  /** Those that were not looked at yet, the newest first. */
  readonly left: readonly PartitionValues[]
}

/** @param after the last partition that is done, as `printValues` has it; `''` for none */
export async function openDescriptorWork(
  job: TableJob,
  table: Table,
  after: string,
  run: Run,
): Promise<DescriptorWork> {
  const names = await job.catalog.partitions(table, { want: 'names' }, run)
  const left = leftAfter(
    after,
    names.map(({ values }) => values),
  )
  return { of: names.length, left }
}

interface Round {
  readonly round: readonly PartitionValues[]
  readonly changes: readonly Change[]
  /** As the catalog has them. */
  readonly known: readonly RegisteredPartition[]
}

/** The next partitions, and the change that gives them the table's types; no change where they have them. */
export async function nextRound(
  job: TableJob,
  table: Table,
  left: readonly PartitionValues[],
  run: Run,
): Promise<Round> {
  const round = left.slice(0, ROUND)
  const known = await job.catalog.partitions(table, { want: 'details', among: round }, run)
  return { round, known, changes: renewals(table, known) }
}
