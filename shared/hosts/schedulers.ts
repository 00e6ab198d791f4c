/** Schedulers that are told of new partitions: Airflow, Dagster, or nobody. */
import { setTimeout as delay } from 'node:timers/promises'
import { summarizeError } from '../base/errors.ts'
import { unlessAborted, within } from '../base/signals.ts'
import type { Config } from '../config/config.ts'
import type { Connection } from '../function/connect.ts'
import type { TellSchedulers } from '../run/new-partitions.ts'
import type { NewPartition, Scheduler } from '../schedulers/scheduler.ts'
import { type Line, lineOf } from './scheduler-line.ts'
import { timeLeft } from './time-left.ts'

/** Milliseconds between attempts. */
const PAUSES = [250, 1_000]
/** Milliseconds for all that is told of a topic, from its turn on: the run's caller waits for it. */
const LIMIT = 10_000
/** Milliseconds behind a run's deadline, as events and lineage have them. */
const BEHIND = 5_000

interface Telling {
  readonly pauses?: readonly number[]
  readonly limit?: number
  /** Epoch milliseconds after which nobody waits: the platform ends the run. */
  readonly until?: number | undefined
}

/** @param connection keeps them open: they know their tokens and assets then */
export function schedulersTo(
  { schedulers: configured }: Pick<Config, 'schedulers'>,
  connection: Pick<Connection, 'schedulers'>,
  { pauses = PAUSES, limit = LIMIT, until = Number.POSITIVE_INFINITY }: Telling = {},
): TellSchedulers | undefined {
  if (Object.keys(configured).length === 0) return undefined
  return async (partitions, { deadline = Number.POSITIVE_INFINITY, signal } = {}) => {
    const patience = { pauses, limit, until: Math.min(until, deadline + BEHIND), signal }
    const schedulers = await connection.schedulers()
    const lost = await Promise.all(schedulers.map(one => tellInTurn(one, partitions, patience)))
    const all = lost.filter(one => one !== undefined)
    return all.length === 0 ? undefined : all.join('; ')
  }
}

interface Patience extends Required<Telling> {
  readonly until: number
  readonly signal: AbortSignal | undefined
}

/** Many topics get a partition in the same minute: each has its time when it is told, not while the others are. */
async function tellInTurn(
  scheduler: Scheduler,
  partitions: readonly NewPartition[],
  { pauses, limit: most, until, signal: ended }: Patience,
): Promise<string | undefined> {
  const { name, catalog } = scheduler
  const wanted = partitions.filter(one => (catalog === undefined ? one.first : one.catalog === catalog))
  if (wanted.length === 0) return undefined
  const line = lineOf(scheduler, most)
  const turn = await line.inTurn({ ms: timeLeft(Number.POSITIVE_INFINITY, until), signal: ended }, () => {
    const limit = timeLeft(most, until)
    return within(limit, ended, signal => tellAll(scheduler, wanted, { pauses, limit, signal, ended }, line))
  })
  const { told, why } = turn.came ? turn.result : { told: 0, why: turn.why }
  return why === undefined ? undefined : `${name}: ${wanted.length - told} of ${wanted.length}: ${why}`
}

interface Turn {
  readonly pauses: readonly number[]
  /** Milliseconds after which the signal is aborted. */
  readonly limit: number
  readonly signal: AbortSignal
  /** The run's. */
  readonly ended: AbortSignal | undefined
}

/** In their order, until one is not taken: the next ones would not be, either. */
async function tellAll(
  scheduler: Scheduler,
  partitions: readonly NewPartition[],
  { pauses, limit, signal, ended }: Turn,
  line: Line,
): Promise<{ readonly told: number; readonly why?: string }> {
  let told = 0
  try {
    for (const partition of partitions) {
      // A file of a token that hangs heeds no signal.
      const work = tellOne(scheduler, partition, pauses, signal)
      await unlessAborted(signal, work, () => signal.reason)
      told += 1
      line.heard()
    }
    return { told }
  } catch (error) {
    if (ended?.aborted) return { told, why: 'the run was ended before' }
    const { message, retryable } = summarizeError(error)
    if (signal.aborted || retryable) line.notHeard()
    else line.heard()
    return { told, why: signal.aborted ? `no answer within ${limit} ms` : message }
  }
}

async function tellOne(
  scheduler: Scheduler,
  partition: NewPartition,
  [pause, ...pauses]: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await scheduler.tell(partition, signal)
  } catch (error) {
    if (pause === undefined || signal.aborted || !summarizeError(error).retryable) throw error
    await delay(pause, undefined, { signal })
    await tellOne(scheduler, partition, pauses, signal)
  }
}
