/** After apply: do the engines see it? Knows contracts only. */
import { coalescing } from './coalesce.ts'
import type { Engine } from './engines/engine.ts'
import { summarizeError } from './errors.ts'
import { find, type Ledger } from './ledger.ts'
import type { EngineReport } from './report.ts'
import type { Run, TableJob } from './run.ts'
import { type PartitionValues, partitionKey, tableId } from './schema/table.ts'

/** As many of the newest new partitions are asked for: one bounded metadata query. */
const ASKED = 1000

/** Milliseconds between two looks of an engine at one table: a query costs it more than the metastore's calls of a run. */
const PACE = 1000

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

async function verify(engine: Engine, { job, added, run }: Ledger): Promise<EngineReport> {
  const start = run.now()
  const partitions = added.slice(0, ASKED)
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

/** How many of a question's partitions the engine sees; undefined where that can only be told by asking for it alone. */
type Answer = (question: Question) => number | undefined

const queues = new WeakMap<Engine, (table: string, question: Question) => Promise<Answer>>()

/** In its turn: what several runs of a table want to know meanwhile is asked for together. */
async function look(engine: Engine, question: Question): Promise<number> {
  const queue = queues.get(engine) ?? coalescing(questions => askTogether(engine, questions), PACE)
  queues.set(engine, queue)
  const answer = await queue(tableId(question.job.name), question)
  return answer(question) ?? ask(engine, question)
}

async function askTogether(engine: Engine, questions: readonly Question[]): Promise<Answer> {
  const [first] = questions as readonly [Question]
  if (questions.length === 1) {
    const seen = await ask(engine, first)
    return () => seen
  }
  const all = questions.flatMap(({ partitions }) => partitions)
  const partitions = [...new Map(all.map(values => [partitionKey(values), values])).values()]
  const seen = await ask(engine, { ...first, partitions }).catch(() => undefined)
  return question => (seen === partitions.length ? question.partitions.length : undefined)
}

async function ask(engine: Engine, { job, partitions, run }: Question): Promise<number> {
  await engine.refresh(job.name, run)
  if (partitions.length === 0) return 0
  return engine.visible(job.name, job.layout.partitionKeys, partitions, run)
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
