/** Who is told what runs changed: the sink of the config, or the one that the platform names, or nobody. */
import { randomUUID } from 'node:crypto'
import { summarizeError } from '../base/errors.ts'
import { abortedAfter } from '../base/signals.ts'
import type { Tracer } from '../base/tracing.ts'
import type { Config } from '../config/config.ts'
import { type Sink, sinkOf } from '../outbound/emit.ts'
import { newsEvent } from '../outbound/news-event.ts'
import { deliver } from '../outbound/send.ts'
import { SINK_TOKEN, withToken } from '../outbound/sink-token.ts'
import type { Announce, News } from '../run/news.ts'
import { timeLeft } from './time-left.ts'

/** Milliseconds between attempts. */
const PAUSES = [250, 1_000]
/** Milliseconds for all the news of a table: the run's caller waits for it. */
const LIMIT = 5_000

interface Telling {
  readonly pauses?: readonly number[]
  readonly limit?: number
  /** Epoch milliseconds after which nobody waits: the platform ends the run. */
  readonly until?: number | undefined
  /** Its spans are what the events are about. */
  readonly tracer?: Tracer | undefined
  /** File of the platform's token for its sink. */
  readonly token?: string
}

/** @throws GoldsyncError `CONFIG_INVALID` where K_CE_OVERRIDES is broken */
export function sinkAnnounce(
  { events }: Pick<Config, 'events'>,
  env: NodeJS.ProcessEnv,
  { pauses = PAUSES, limit = LIMIT, until, tracer, token = SINK_TOKEN }: Telling = {},
): Announce | undefined {
  const platform = sinkOf(env)
  // The platform's token is for the platform's sink.
  const sink = events ? { extensions: {}, ...platform, url: events.sink } : withToken(platform, token)
  return sink && (news => tell(news, sink, { pauses, limit: timeLeft(limit, until), tracer }))
}

async function tell(
  news: readonly News[],
  sink: Sink,
  { pauses, limit, tracer }: Required<Pick<Telling, 'pauses' | 'limit'>> & Pick<Telling, 'tracer'>,
): Promise<string | undefined> {
  if (limit === 0) return `${news.length} of ${news.length}: no time was left`
  const signal = abortedAfter(limit)
  const time = new Date().toISOString()
  const failures: string[] = []
  // One after another: brokers that keep an order keep the one in which it happened.
  for (const one of news) {
    try {
      await deliver(newsEvent(one, randomUUID(), time, sink, tracer?.current()), { pauses }, { signal })
    } catch (error) {
      failures.push(signal.aborted ? `no answer within ${limit} ms` : summarizeError(error).message)
    }
  }
  return failures.length === 0 ? undefined : `${failures.length} of ${news.length}: ${failures[0]}`
}
