/**
 * What partitions hold besides their table's columns that were registered before goldsync remembered it: their footers are read,
 * some a run, the newest first, until all of them are known.
 */
import { overflowed, recalled } from '../decide/changes.ts'
import { leftAfter } from '../decide/descriptors.ts'
import type { Remembered } from '../evolution/accepted.ts'
import { namedPartitions } from '../lake/walk.ts'
import { folderOf } from '../layout/folder-of.ts'
import { outOfTime } from '../run/run.ts'
import type { ObservedPartition } from '../schema/observed.ts'
import { type PartitionValues, printValues } from '../schema/table.ts'
import { type Memory, memoryOf, printMemory, remember } from '../state/remembered.ts'
import { observePartitions } from './footers.ts'
import { find, type Ledger } from './ledger.ts'
import { mergeParameters } from './merge-parameters.ts'

/** Partitions that one run looks at, of a table and of all the lake's tables. */
const A_TABLE = 200
const A_RUN = 1000

/** As many of them at once: between rounds a run may end, and what it has learnt stays. */
const A_ROUND = 20

/** Goes on with a memory that is not complete. Where the table has one that is, nothing is asked. */
export async function recallOlder(ledger: Ledger): Promise<void> {
  const { job, run, table } = ledger
  const memory = memoryOf(table)
  if (table === undefined || memory.of !== 'unknown' || !mayRecall(ledger)) return
  const left = leftAfter(memory.after, await ledger.registered())
  const found: Remembered[] = []
  let reached = 0
  const spent = spentBy(job.lake.identity, run.runId)
  while (reached < Math.min(left.length, A_TABLE) && spent.partitions < A_RUN && !outOfTime(run)) {
    const round = left.slice(reached, reached + A_ROUND)
    spent.partitions += round.length
    const observed = await observe(ledger, round)
    if (observed === undefined) break
    found.push(...recalled(job, table, observed, await ledger.readers()))
    reached += round.length
  }
  const done = reached === left.length
  if (reached === 0 && !done) return
  const after = done ? '' : printValues(left[reached - 1] ?? [])
  // Nothing of it concerns those who read the table.
  const { changed } = ledger
  await mergeParameters(ledger, table.parameters, parameters => {
    const filled = remember(memoryOf({ parameters }), found)
    const isKnown = filled.of !== 'unknown' || done
    return {
      parameters: printMemory(isKnown ? { ...filled, of: known(filled), after: '' } : { ...filled, after }),
    }
  })
  ledger.changed = changed
  find(ledger, overflowed(memory, memoryOf(ledger.table)))
}

/** Another run may have come to the end meanwhile, and found that there is no room. */
const known = ({ of }: Memory): Memory['of'] => (of === 'unknown' ? 'all' : of)

interface Spent {
  readonly runId: string
  partitions: number
}

/** By lake, in its last run. */
const spentOn = new WeakMap<object, Spent>()

function spentBy(lake: object, runId: string): Spent {
  const known = spentOn.get(lake)
  if (known?.runId === runId) return known
  const fresh = { runId, partitions: 0 }
  spentOn.set(lake, fresh)
  return fresh
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
