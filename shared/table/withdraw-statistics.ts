/**
 * Column statistics that an earlier build has published are taken away, some a run, the newest partitions first. A run that meets
 * a partition with some says so on the table; from then on runs go on until none are left. A table without that word costs nothing.
 */
import { leftAfter } from '../decide/descriptors.ts'
import { anyPublished, withdrawalPending, withdrawals, withdrawnColumns } from '../decide/withdrawal.ts'
import { outOfTime } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type PartitionValues, printValues, type Table } from '../schema/table.ts'
import { WITHDRAWAL, withdrawalAfter } from '../state/table-state.ts'
import { execute } from './execute.ts'
import { writeState } from './finish.ts'
import { inRounds, type Rounds } from './in-rounds.ts'
import { find, type Ledger } from './ledger.ts'
import type { Merge } from './merge-parameters.ts'
import { openSpending } from './spent.ts'

/** What one run takes away and looks at, all tables of a lake together: a column takes the metastore a few milliseconds. */
const COLUMNS = 2000
const PARTITIONS = 5000

/** As many partitions at once: between rounds a run may end. */
const A_ROUND = 20

const columnsOf = openSpending()
const partitionsOf = openSpending()

/**
 * What else the table has to say before its partitions are changed.
 * @param registered those that the run has met @param isRefused whether an earlier run had a change of it refused, which is asked
 * for again by itself
 */
export function notingPublished(
  ledger: Ledger,
  registered: ReadonlyMap<string, RegisteredPartition>,
  isRefused: (values: PartitionValues) => boolean,
  merge: Merge,
): Merge {
  if (!anyPublished([...registered.values()].filter(({ values }) => !isRefused(values)))) return merge
  ledger.withdrawal ??= ''
  return current => {
    const wanted = merge(current)
    const word = current[WITHDRAWAL] === undefined ? withdrawalAfter('') : {}
    return { ...wanted, parameters: { ...wanted.parameters, ...word } }
  }
}

/** Goes on with what the table says, until it is done, the run has done its part, or the time is up. An event does not. */
export async function withdrawStatistics(ledger: Ledger, walked: Walked): Promise<void> {
  const { table, withdrawal, job, run } = ledger
  if (table === undefined || withdrawal === undefined || run.lazy || outOfTime(run)) return
  if (!job.catalog.capabilities.partitionParameters) return
  const names = await ledger.registered()
  const left = leftAfter(withdrawal, names)
  const { reached, refused } = run.dryRun
    ? { reached: 0, refused: 0 }
    : await inRounds(ledger, table, left, withdrawing(ledger, table))
  if (refused > 0) await writeState(ledger, walked)
  if (reached < left.length || run.dryRun)
    find(ledger, [withdrawalPending(left.length - reached, names.length)])
  if (run.dryRun) return
  const about = { kind: 'setParameters', table: job.name } as const
  if (reached === left.length) await execute(ledger, [{ ...about, parameters: {}, removed: [WITHDRAWAL] }])
  else if (reached > 0) {
    const parameters = withdrawalAfter(printValues(left[reached - 1] ?? []))
    await execute(ledger, [{ ...about, parameters }])
  }
}

function withdrawing({ job, run }: Ledger, table: Table): Rounds {
  const columns = columnsOf(job.lake.identity, run.runId)
  const partitions = partitionsOf(job.lake.identity, run.runId)
  return {
    size: A_ROUND,
    goesOn: () => columns.units < COLUMNS && partitions.units < PARTITIONS,
    changes(known) {
      columns.units += withdrawnColumns(known)
      partitions.units += known.length
      return withdrawals(table, known)
    },
  }
}
