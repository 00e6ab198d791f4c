/** New types for partitions that are registered already: asks the catalog which ones there are. */
import { inOneStep, leftAfter, mayTakeApart, takenApart } from '../decide/descriptors.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { Change } from '../schema/change.ts'
import type { PartitionValues, Table } from '../schema/table.ts'

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
