/** What engines see of tables: runs of many tables ask together, and none is blamed for another's failure. Knows contracts only. */
import { coalescing } from '../base/coalesce.ts'
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import { whenAllGaveUp } from '../base/signals.ts'
import type { Call, Engine } from '../engines/engine.ts'
import type { Run, TableJob } from '../run/run.ts'
import { type PartitionValues, partitionKey, type TableName, tableId } from '../schema/table.ts'
import { nameInEngines } from './kinds.ts'

/**
 * An engine rests after a question as long as it took to answer it, up to these milliseconds: a question costs it more
 * than all of a run's calls cost the metastore, and half of its time is for others.
 */
const MOST_REST = 1000

export interface Question {
  readonly job: TableJob
  readonly partitions: readonly PartitionValues[]
  readonly run: Run
}

/** How many of a question's partitions the engine sees, or why it does not tell; undefined where only asking for it alone can tell. */
type Answer = (question: Question) => Seen | undefined

type Seen = number | { readonly failed: unknown }

const queues = new WeakMap<Engine, (key: string, question: Question) => Promise<Answer>>()

/**
 * How many of the partitions the engine sees, after it was made to forget what it had cached of the table. In its turn: what other
 * runs want to know meanwhile, of any table, is asked for together.
 * @throws what the engine throws for this table
 */
export async function look(engine: Engine, question: Question): Promise<number> {
  const queue = queues.get(engine) ?? coalescing(questions => askTogether(engine, questions), MOST_REST)
  queues.set(engine, queue)
  const answer = await queue(engine.name, question)
  const seen = answer(question) ?? (await askEach(engine, byTable([question]), question.run))[0] ?? 0
  if (typeof seen === 'number') return seen
  throw seen.failed
}

async function askTogether(engine: Engine, questions: readonly Question[]): Promise<Answer> {
  const tables = byTable(questions)
  const signal = whenAllGaveUp(questions.map(({ run }) => run.signal))
  const seen = await askEach(engine, tables, signal ? { signal } : {})
  const answers = new Map(
    tables.map(({ table, partitions }, at) => [tableId(table), { seen: seen[at], of: partitions.length }]),
  )
  return ({ job, partitions }) => {
    const { seen, of } = answers.get(tableId(nameInEngines(job))) ?? {}
    if (typeof seen === 'object') return seen
    return seen === of ? partitions.length : questions.length === 1 ? seen : undefined
  }
}

interface OfTable extends Pick<Question, 'job' | 'partitions'> {
  /** As the engine calls it: catalogs of one engine may have tables of one name, each in a database of its own. */
  readonly table: TableName
}

/** All that is asked about one table of the engine as one question. */
function byTable(questions: readonly Question[]): readonly OfTable[] {
  const tables = new Map<string, { readonly job: TableJob; readonly values: Map<string, PartitionValues> }>()
  for (const { job, partitions } of questions) {
    const id = tableId(nameInEngines(job))
    const { values } = tables.get(id) ?? { values: new Map() }
    for (const one of partitions) values.set(partitionKey(one), one)
    tables.set(id, { job, values })
  }
  return [...tables.values()].map(({ job, values }) => ({
    job,
    table: nameInEngines(job),
    partitions: [...values.values()],
  }))
}

/** Each table's answer. @throws what is no table's fault */
async function askEach(engine: Engine, tables: readonly OfTable[], call: Call): Promise<readonly Seen[]> {
  const answers = new Map<OfTable, Seen>()
  for (const one of tables) {
    const refreshed = await engine
      .refresh(one.table, call)
      .then(() => 0)
      .catch(error => blame(engine, tables, error, call))
    answers.set(one, refreshed)
  }
  const asked = tables.filter(one => one.partitions.length > 0 && answers.get(one) === 0)
  const seen = await seeAll(engine, asked, call)
  for (const [at, one] of asked.entries()) answers.set(one, seen[at] ?? 0)
  return tables.map(one => answers.get(one) ?? 0)
}

/** A question that fails is asked in halves, until those that it fails for are alone. */
async function seeAll(engine: Engine, tables: readonly OfTable[], call: Call): Promise<readonly Seen[]> {
  if (tables.length === 0) return []
  const wanted = tables.map(({ job, table, partitions }) => ({
    table,
    keys: job.layout.partitionKeys,
    partitions,
  }))
  try {
    return believable(engine, tables, await engine.visible(wanted, call))
  } catch (error) {
    const failed = await blame(engine, tables, error, call)
    if (tables.length === 1) return [failed]
    const half = Math.ceil(tables.length / 2)
    const first = await seeAll(engine, tables.slice(0, half), call)
    return [...first, ...(await seeAll(engine, tables.slice(half), call))]
  }
}

/** Nobody sees more of what was asked for than that: an answer that says so is one to another question. @throws GoldsyncError `DATA_INVALID` */
function believable(engine: Engine, tables: readonly OfTable[], seen: readonly number[]): readonly number[] {
  for (const [at, { table, partitions }] of tables.entries()) {
    const count = seen[at] ?? Number.NaN
    if (Number.isInteger(count) && count >= 0 && count <= partitions.length) continue
    throw new GoldsyncError(
      'DATA_INVALID',
      `${engine.name} says that it sees ${count} of ${partitions.length} partitions of ${tableId(table)}`,
      { hint: 'ask it yourself; something between goldsync and it may mix answers up' },
    )
  }
  return seen
}

/** As a table's own failure, where it may be that. @throws the error where it is the engine's or the caller's */
async function blame(engine: Engine, tables: readonly OfTable[], error: unknown, call: Call): Promise<Seen> {
  const { code, retryable } = summarizeError(error)
  if (call.signal?.aborted || OF_THE_ENGINE.has(code)) throw error
  // An engine that answers at all fails for what it was asked.
  const isUp = () =>
    engine.reader(call).then(
      () => true,
      () => false,
    )
  if (retryable && tables.length > 1 && !(await isUp())) throw error
  return { failed: error }
}

const OF_THE_ENGINE: ReadonlySet<GoldsyncError['code']> = new Set([
  'AUTHENTICATION_FAILED',
  'MISSING_PACKAGE',
  'ABORTED',
  'TIMEOUT',
])
