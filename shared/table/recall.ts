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

/** As many of them at once: between rounds a run may end, and what it has learnt stays. */
const A_ROUND = 20

/** Goes on with a memory that is not complete. Where the table has one that is, nothing is asked. */
export async function recallOlder(ledger: Ledger): Promise<void> {
  const { job, run, table } = ledger
  const memory = memoryOf(table)
  if (table === undefined || memory.of !== 'unknown' || !mayRecall(ledger)) return
  const left = leftAfter(memory.after, await ledger.registered())
  let filled = memory
  let reached = 0
  while (reached < Math.min(left.length, A_RUN) && !outOfTime(run)) {
    const round = left.slice(reached, reached + A_ROUND)
    const observed = await observe(ledger, round)
    if (observed === undefined) break
    filled = remember(filled, recalled(job, table, observed, await ledger.readers()))
    reached += round.length
  }
  const done = reached === left.length
  if (reached === 0 && !done) return
  const after = done ? '' : printValues(left[reached - 1] ?? [])
  const parameters = printMemory({ ...filled, of: done ? 'all' : memory.of, after })
  await execute(ledger, [{ kind: 'setParameters', table: job.name, parameters }])
  ledger.table = { ...table, parameters: { ...table.parameters, ...parameters } }
}

const mayRecall = ({ job: { catalog, lake }, run }: Ledger): boolean =>
  catalog.capabilities.visibility === 'directory' &&
  lake.recallOlder &&
  !run.dryRun &&
  !run.lazy &&
  !outOfTime(run)

/** Undefined where a folder cannot be listed, or a footer cannot be read: the next run begins with these again. */
async function observe(
  { job, run }: Ledger,
  partitions: readonly PartitionValues[],
): Promise<readonly ObservedPartition[] | undefined> {
  const { lake, layout, topic } = job
  const paths = partitions.flatMap(values => {
    const segments = folderOf(layout, topic.name, values)
    return segments ? [segments] : []
  })
  const call = { ...run, types: lake.typesOf(topic.name) }
  const observed: ObservedPartition[] = []
  for await (const { found, complete } of namedPartitions(lake, paths, run)) {
    if (!complete) return undefined
    observed.push(...(await observePartitions(lake.storage, found, call)))
  }
  return observed.some(({ unaccepted }) => unaccepted.some(({ unread }) => unread)) ? undefined : observed
}
