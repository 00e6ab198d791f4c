/** The HTTP server: starts, and stops without dropping a request. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openCallCounter } from '../../base/calls.ts'
import { joining } from '../../base/joining.ts'
import type { Log } from '../../base/log.ts'
import type { Config } from '../../config/config.ts'
import { type Connection, connect } from '../../function/connect.ts'
import type { Delivery } from '../../function/hand-over.ts'
import type { Outcome } from '../../function/outcome.ts'
import type { TellLineage } from '../../run/lineage.ts'
import type { Announce } from '../../run/news.ts'
import type { Recorder } from '../recorder.ts'
import { schedulersTo } from '../schedulers.ts'
import type { Tracing } from '../telemetry/tracer.ts'
import { inTime } from '../time-left.ts'
import { watchWaits } from '../waits.ts'
import { type Behind, openBehind } from './behind.ts'
import { watchConnections } from './connections.ts'
import { openAccount } from './held.ts'
import { type LateMetrics, metricsLater } from './metrics-later.ts'
import { readersOf } from './readers.ts'
import { route, type ServedPage, type Service } from './routes.ts'
import { isLoopback, openStatusPage } from './status-page.ts'

/** What is served. */
export interface Served {
  readonly config: Config
  readonly log: Log
  readonly delivery?: Delivery | undefined
  readonly announce?: Announce | undefined
  readonly tellLineage?: TellLineage | undefined
  /** What the status page tells of a history. */
  readonly past?: ServedPage['past']
  /** Writes the history; closed with the server. */
  readonly recorder?: Recorder | undefined
  /** With its way to send what has ended. */
  readonly tracing?: Tracing | undefined
}

export interface ServerOptions {
  /** 0 chooses a free one. */
  readonly port: number
  /** Address to listen on; by default all of the machine. */
  readonly host?: string | undefined
  /** Milliseconds that one request may take. Default 290 s: Knative's own limit is 300 s. */
  readonly budget?: number
  /** Milliseconds that a request may take to arrive; then it is answered 408. Default 30 s. */
  readonly arrival?: number
  /** Milliseconds that what goes on behind answers has when the server stops. Default 10 s. */
  readonly behind?: number
}

export interface RunningServer {
  readonly port: number
  /**
   * Is not ready any more, takes what is on its way to it for a moment yet, then no new requests; waits for those in flight, and for a
   * while for what goes on behind answers, which is left to the next runs then; closes what they worked with.
   */
  drain(): Promise<void>
  /** Ends the requests in flight at their next batch. */
  abort(): void
}

const BUDGET = 290_000
/** Milliseconds for a request to arrive, its headers a third of that; the answer takes what it takes. */
const ARRIVAL = 30_000
/** Milliseconds for engines after the last answer. */
const BEHIND = 10_000
/** Milliseconds for the last spans. */
const FLUSH = 10_000

/** @throws Error as node:net, where the port is taken */
export async function startServer(served: Served, options: ServerOptions): Promise<RunningServer> {
  const { config, log, past, recorder, tracing } = served
  const stop = new AbortController()
  const requests = openRequests()
  const counter = openCallCounter(call => log.debug(call, 'called'), tracing)
  const connection = connect(config, counter)
  const behind = openBehind(log)
  const { metrics, end: endMetrics } = metricsLater(config, counter, log)
  let ready = true
  const service = {
    ...worksWith(served, connection),
    ...shownOf(config, metrics),
    ...lookedAt(config, options, past),
    holds: openAccount(),
    budget: options.budget ?? BUDGET,
    signal: stop.signal,
    join: joining<Outcome>(),
    behind: config.webhook?.wait === 'engines' ? undefined : behind,
    ready: () => ready,
    crowded: () => connections.crowded(),
  }
  const endWaits = watchWaits({ log })
  const server = createServer(timeouts(options), (request, response) => {
    if (!ready) response.setHeader('connection', 'close')
    requests.take(response, route(service, request, response))
  })
  const connections = watchConnections(server)
  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    drain: async () => {
      ready = false
      requests.hurry()
      behind.hurry()
      await connections.quiet()
      await close(server)
      // A caller that has hung up waits for no answer, but its work is under way.
      await requests.ended()
      await endBehind(behind, stop, options)
      endWaits()
      await Promise.all([endMetrics(), tracing?.flush(FLUSH), recorder?.close(), connection.close()])
    },
    abort: () => stop.abort(),
  }
}

const worksWith = (
  { config, log, delivery, announce, tellLineage, tracing, recorder }: Served,
  connection: Connection,
): Pick<Service, 'context' | 'recorder' | 'readers'> => ({
  context: {
    log,
    delivery,
    announce,
    tellLineage,
    tellSchedulers: schedulersTo(config, connection),
    lakes: connection.lakes,
    tracer: tracing,
  },
  recorder,
  readers: readersOf(config),
})

/** A stranger may not read them. */
const shownOf = ({ server }: Config, metrics: LateMetrics['metrics']) =>
  server.exposure === 'public' ? { metrics: undefined, pushed: metrics } : { metrics }

const lookedAt = (
  { server }: Config,
  { host }: ServerOptions,
  past: ServedPage['past'],
): Pick<Service, 'page' | 'isLoopback'> => ({
  page: server.exposure === 'public' ? undefined : { show: openStatusPage(), past },
  isLoopback: isLoopback(host),
})

const timeouts = ({ arrival = ARRIVAL }: ServerOptions) => ({
  headersTimeout: arrival / 3,
  requestTimeout: arrival,
  connectionsCheckingInterval: arrival / 6,
})

const listen = (server: Server, { port, host }: ServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve)
  })

/** Those that are under way. */
function openRequests() {
  const open = new Set<ServerResponse>()
  const working = new Set<Promise<void>>()
  return {
    take(response: ServerResponse, answering: Promise<void>): void {
      open.add(response)
      response.once('close', () => open.delete(response))
      const work = answering.finally(() => working.delete(work))
      working.add(work)
    },
    /** Connections end with the answers that they wait for: a kept one would hold the process for seconds. */
    hurry(): void {
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close')
    },
    ended: () => Promise.all(working),
  }
}

/** Nobody waits for an answer any more: what the engines do not say in this time is left on the tables. */
async function endBehind(
  behind: Behind,
  stop: AbortController,
  { behind: limit = BEHIND }: ServerOptions,
): Promise<void> {
  await inTime(behind.ended(), limit, () => stop.abort())
  await behind.ended()
}

const close = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
