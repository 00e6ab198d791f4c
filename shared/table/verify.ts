/** After apply: do the engines see it? Knows contracts only. */
import { coalescing } from '../base/coalesce.ts'
import { summarizeError } from '../base/errors.ts'
import { whenAllGaveUp } from '../base/signals.ts'
import type { Call, Engine } from '../engines/engine.ts'
import type { EngineReport } from '../run/report.ts'
import type { Run, TableJob } from '../run/run.ts'
import { type PartitionValues, partitionKey, tableId } from '../schema/table.ts'
import { find, type Ledger } from './ledger.ts'

/**
 * An engine rests after a question as long as it took to answer it, up to these milliseconds: a question costs it more
 * than all of a run's calls cost the metastore, and half of its time is for others.
 */
const MOST_REST = 1000

/** Refreshes the engines of this catalog where something changed, and asks each for the new partitions. */
export async function verifyEngines(ledger: Ledger): Promise<void> {
  const { job } = ledger
  if (!ledger.changed) return
  const engines = job.lake.engines.filter(engine => engine.catalogs.includes(job.catalog.name))
  for (const engine of engines) {
    const seen = await verify(engine, ledger)
    ledger.engines.push(seen)
    ledger.timings.enginesMs += seen.ms
    if (seen.error || seen.visible < seen.expected) find(ledger, [notVisible(seen)])
  }
}

async function verify(engine: Engine, { job, newest: partitions, run }: Ledger): Promise<EngineReport> {
  const start = run.now()
  const told = (visible: number) => ({
    engine: engine.name,
    visible,
    expected: partitions.length,
    ms: run.now() - start,
  })
  try {
    return told(await look(engine, { job, partitions, run }))
  } catch (error) {
    return { ...told(0), error: summarizeError(error) }
  }
}

interface Question {
  readonly job: TableJob
  readonly partitions: readonly PartitionValues[]
  readonly run: Run
}

/** How many of a question's partitions the engine sees; undefined where only asking for it alone can tell. */
type Answer = (question: Question) => number | undefined

const queues = new WeakMap<Engine, (key: string, question: Question) => Promise<Answer>>()

/** In its turn: what other runs want to know meanwhile, of any table, is asked for together. */
async function look(engine: Engine, question: Question): Promise<number> {
  const queue = queues.get(engine) ?? coalescing(questions => askTogether(engine, questions), MOST_REST)
  queues.set(engine, queue)
  const answer = await queue(engine.name, question)
  return answer(question) ?? (await ask(engine, [question], question.run))[0] ?? 0
}

async function askTogether(engine: Engine, questions: readonly Question[]): Promise<Answer> {
  const tables = byTable(questions)
  const signal = whenAllGaveUp(questions.map(({ run }) => run.signal))
  const seen = await ask(engine, tables, signal ? { signal } : {}).catch(error => {
    // What is wrong with one table is no answer for the others.
    if (questions.length === 1 || summarizeError(error).retryable) throw error
    return []
  })
  const complete = new Set(
    tables.filter(({ partitions }, at) => seen[at] === partitions.length).map(({ id }) => id),
  )
  return ({ job, partitions }) => {
    if (complete.has(tableId(job.name))) return partitions.length
    return questions.length === 1 ? seen[0] : undefined
  }
}

/** All that is asked about one table as one question. */
function byTable(questions: readonly Question[]) {
  const tables = new Map<string, { readonly job: TableJob; readonly values: Map<string, PartitionValues> }>()
  for (const { job, partitions } of questions) {
    const id = tableId(job.name)
    const { values } = tables.get(id) ?? { values: new Map() }
    for (const one of partitions) values.set(partitionKey(one), one)
    tables.set(id, { job, values })
  }
  return [...tables].map(([id, { job, values }]) => ({ id, job, partitions: [...values.values()] }))
}

async function ask(
  engine: Engine,
  questions: readonly Omit<Question, 'run'>[],
  call: Call,
): Promise<readonly number[]> {
  for (const { job } of questions) await engine.refresh(job.name, call)
  const wanted = questions.map(({ job, partitions }) => ({
    table: job.name,
    keys: job.layout.partitionKeys,
    partitions,
  }))
  return wanted.every(({ partitions }) => partitions.length === 0)
    ? wanted.map(() => 0)
    : engine.visible(wanted, call)
}

function notVisible({ engine, visible, expected, error }: EngineReport) {
  return {
    code: error ? 'ENGINE_FAILED' : 'NOT_VISIBLE',
    severity: 'error',
    message: error
      ? `the catalog is up to date, but ${engine} could not be asked: ${error.message}`
      : `the catalog is up to date, but ${engine} sees ${visible} of ${expected} new partitions`,
    fix: error?.hint ?? `if ${engine} caches the metastore, set caching: true for it`,
  } as const
}
