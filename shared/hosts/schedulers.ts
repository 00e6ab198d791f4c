/** Schedulers that are told of new partitions: Airflow, Dagster, or nobody. */
import { setTimeout as delay } from 'node:timers/promises'
import { summarizeError } from '../base/errors.ts'
import { abortedAfter, unlessAborted } from '../base/signals.ts'
import type { Config } from '../config/config.ts'
import type { Connection } from '../function/connect.ts'
import type { TellSchedulers } from '../run/new-partitions.ts'
import type { NewPartition, Scheduler } from '../schedulers/scheduler.ts'
import { timeLeft } from './time-left.ts'

/** Milliseconds between attempts. */
const PAUSES = [250, 1_000]
/** Milliseconds for all that is told of a topic: the run's caller waits for it. Airflow takes an event a second, where it is busy. */
const LIMIT = 10_000

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
  { pauses = PAUSES, limit: most = LIMIT, until }: Telling = {},
): TellSchedulers | undefined {
  if (Object.keys(configured).length === 0) return undefined
  return async partitions => {
    const limit = timeLeft(most, until)
    if (limit === 0) return 'no time was left'
    const schedulers = await connection.schedulers()
    const lost = await Promise.all(schedulers.map(one => tellAll(one, partitions, { pauses, limit })))
    const all = lost.filter(one => one !== undefined)
    return all.length === 0 ? undefined : all.join('; ')
  }
}

/** In their order, until one is not taken: the next ones would not be, either. */
async function tellAll(
  scheduler: Scheduler,
  partitions: readonly NewPartition[],
  { pauses, limit }: Required<Pick<Telling, 'pauses' | 'limit'>>,
): Promise<string | undefined> {
  const { name, catalog } = scheduler
  const wanted = partitions.filter(one => (catalog === undefined ? one.first : one.catalog === catalog))
  const signal = abortedAfter(limit)
  let told = 0
  try {
    for (const partition of wanted) {
      // A file of a token that hangs heeds no signal.
      const work = tellOne(scheduler, partition, pauses, signal)
      await unlessAborted(signal, work, () => signal.reason)
      told += 1
    }
    return undefined
  } catch (error) {
    const why = signal.aborted ? `no answer within ${limit} ms` : summarizeError(error).message
    return `${name}: ${wanted.length - told} of ${wanted.length}: ${why}`
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
