/**
 * What partitions hold besides their table's columns that were registered before goldsync remembered it: their footers are read,
 * some a run, the newest first, until all of them are known.
 */
import { recalled } from '../decide/changes.ts'
import { leftAfter } from '../decide/descriptors.ts'
import { namedPartitions } from '../lake/walk.ts'
import { folderOf } from '../layout/folder-of.ts'
import { outOfTime } from '../run/run.ts'
import type { ObservedPartition } from '../schema/observed.ts'
import { type PartitionValues, printValues } from '../schema/table.ts'
import { memoryOf, printMemory, remember } from '../state/remembered.ts'
import { execute } from './execute.ts'
import { observePartitions } from './footers.ts'
import type { Ledger } from './ledger.ts'

/** Partitions that one run looks at. */
const A_RUN = 200

/** Goes on with a memory that is not complete. Where the table has one that is, nothing is asked. */
export async function recallOlder(ledger: Ledger): Promise<void> {
  const { job, run, table } = ledger
  const memory = memoryOf(table)
  const { visibility } = job.catalog.capabilities
  if (table === undefined || memory.of !== 'unknown' || visibility === 'file' || !job.lake.recallOlder) return
  if (run.dryRun || run.lazy || outOfTime(run)) return
  const left = leftAfter(memory.after, await ledger.registered())
  const round = left.slice(0, A_RUN)
  const held = recalled(job, table, await observe(ledger, round), await ledger.readers())
  const done = round.length === left.length
  const after = done ? '' : printValues(round.at(-1) ?? [])
  const filled = { ...remember(memory, held), of: done ? ('all' as const) : memory.of, after }
  const parameters = printMemory(filled)
  await execute(ledger, [{ kind: 'setParameters', table: job.name, parameters }])
  ledger.table = { ...table, parameters: { ...table.parameters, ...parameters } }
}

/** @throws where a folder cannot be listed: the next run begins with it again */
async function observe(
  { job, run }: Ledger,
  partitions: readonly PartitionValues[],
): Promise<ObservedPartition[]> {
  const { lake, layout, topic } = job
  const paths = partitions.flatMap(values => {
    const segments = folderOf(layout, topic.name, values)
    return segments ? [segments] : []
  })
  const observed: ObservedPartition[] = []
  for await (const { found } of namedPartitions(lake, paths, run))
    observed.push(
      ...(await observePartitions(lake.storage, found, { ...run, types: lake.typesOf(topic.name) })),
    )
  return observed
}
