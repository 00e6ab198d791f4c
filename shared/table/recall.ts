/**
 * What partitions hold besides their table's columns that were registered before goldsync remembered it: their footers are read,
 * some a run, the newest first, until all of them are known.
 */
import { OLDER_FILES_UNKNOWN, overflowed, recalled } from '../decide/changes.ts'
import { leftAfter } from '../decide/descriptors.ts'
import type { Remembered } from '../evolution/accepted.ts'
import { placedPartitions } from '../lake/walk.ts'
import { outOfTime } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { ObservedPartition } from '../schema/observed.ts'
import { type PartitionValues, printValues, type Table } from '../schema/table.ts'
import { type Memory, memoryOf, printMemory, remember } from '../state/remembered.ts'
import { findPlaced } from './find-placed.ts'
import { observePartitions } from './footers.ts'
import { find, type Ledger } from './ledger.ts'
import { mergeParameters } from './merge-parameters.ts'
import { openSpending } from './spent.ts'

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
  let beyond = memory.outside
  let reached = 0
  const spent = spentBy(job.lake.identity, run.runId)
  while (reached < Math.min(left.length, A_TABLE) && spent.units < A_RUN && !outOfTime(run)) {
    const round = left.slice(reached, reached + A_ROUND)
    spent.units += round.length
    const { observed, outside } = await observe(ledger, table, round)
    if (observed === undefined) break
    beyond += outside
    found.push(...recalled(job, table, observed, await ledger.readers()))
    reached += round.length
  }
  const done = reached === left.length
  if (reached === 0 && !done) return
  const after = done ? '' : printValues(left[reached - 1] ?? [])
  await write(ledger, table, { of: done ? 'all' : 'unknown', after, outside: beyond, held: found })
}

async function write(ledger: Ledger, table: Table, news: Memory): Promise<void> {
  // Nothing of it concerns those who read the table.
  const { changed } = ledger
  await mergeParameters(ledger, table.parameters, parameters => ({
    parameters: printMemory(filledWith(memoryOf({ parameters }), news)),
  }))
  ledger.changed = changed
  const now = memoryOf(ledger.table)
  find(ledger, overflowed(memoryOf(table), now))
  if (now.of === 'inside') find(ledger, [notLookedAt(now.outside)])
}

/** Another run may have come to the end meanwhile, and found that there is no room. */
function filledWith(current: Memory, news: Memory): Memory {
  const memory = remember(current, news.held)
  if (memory.of !== 'unknown') return { ...memory, after: '' }
  const outside = Math.max(memory.outside, news.outside)
  return { ...memory, outside, of: news.of === 'all' && outside > 0 ? 'inside' : news.of, after: news.after }
}

const spentBy = openSpending()

const mayRecall = ({ job: { catalog, lake }, run }: Ledger): boolean =>
  catalog.capabilities.visibility === 'directory' &&
  lake.recallOlder &&
  !run.dryRun &&
  !run.lazy &&
  !outOfTime(run)

interface Observed {
  /** Undefined where a folder cannot be listed, or a footer cannot be read: the next run begins with these again. */
  readonly observed: readonly ObservedPartition[] | undefined
  /** Partitions that are not looked at, since they lie outside the lake. */
  readonly outside: number
}

async function observe(
  ledger: Ledger,
  table: Table,
  partitions: readonly PartitionValues[],
): Promise<Observed> {
  const { job, run } = ledger
  const { places, outside } = await findPlaced(job, table, partitions, run)
  const { found, complete, diagnostics } = await placedPartitions(job.lake, places, run)
  if (!complete) return stoppedBy(ledger, diagnostics)
  const call = { ...run, types: job.lake.typesOf(job.topic.name) }
  const observed = await observePartitions(job.lake.storage, found, call)
  const unread = observed.flatMap(({ unaccepted }) => unaccepted.filter(file => file.unread))
  if (unread.length > 0)
    return stoppedBy(
      ledger,
      unread.map(({ diagnostic }) => diagnostic),
    )
  return { observed, outside }
}

/** Told once a run, and not where the run has met it already. */
function stoppedBy(ledger: Ledger, troubles: readonly Diagnostic[]): Observed {
  const known = new Set(ledger.diagnostics.map(({ path }) => path))
  const trouble = troubles.find(({ severity }) => severity === 'error') ?? troubles[0]
  if (trouble && !known.has(trouble.path)) find(ledger, [unreadable(trouble)])
  return { observed: undefined, outside: 0 }
}

const unreadable = (trouble: Diagnostic): Diagnostic => ({
  ...trouble,
  severity: 'warning',
  message: `it is not known what older partitions hold besides the table's columns until this can be read: ${trouble.message}`,
})

const notLookedAt = (outside: number): Diagnostic => ({
  code: OLDER_FILES_UNKNOWN,
  severity: 'info',
  message: `${outside === 1 ? 'a partition is' : `${outside} partitions are`} registered outside the lake and not looked at: what the files hold there besides the table's columns is not known`,
  fix: 'where a column comes to the table later and queries of these partitions fail on it, look at their files with `goldsync schema`, and rewrite them',
})
