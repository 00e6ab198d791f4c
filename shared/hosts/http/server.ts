/** The HTTP server: starts, and stops without dropping a request. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context } from '../../function.ts'
import { openMetrics } from './metrics.ts'
import { readersOf } from './readers.ts'
import { route } from './routes.ts'

export interface ServerOptions {
  /** 0 chooses a free one. */
  readonly port: number
  /** Milliseconds that one request may take. Default 290 s: Knative's own limit is 300 s. */
  readonly budget?: number
}

export interface RunningServer {
  readonly port: number
  /** Takes no new requests and waits for those in flight. */
  drain(): Promise<void>
  /** Ends the requests in flight at their next batch. */
  abort(): void
}

const BUDGET = 290_000
/** For the request to arrive, milliseconds; the answer takes what it takes. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 60_000 }

/** @throws Error as node:net, where the port is taken */
export async function startServer(context: Context, options: ServerOptions): Promise<RunningServer> {
  const stop = new AbortController()
  const open = new Set<ServerResponse>()
  let ready = true
  const service = {
    context,
    metrics: openMetrics(),
    readers: readersOf(context.config),
    budget: options.budget ?? BUDGET,
    signal: stop.signal,
    ready: () => ready,
  }
  const server = createServer(TIMEOUTS, (request, response) => {
    open.add(response)
    response.once('close', () => open.delete(response))
    void route(service, request, response)
  })
  await listen(server, options.port)
  return {
    port: (server.address() as AddressInfo).port,
    drain: () => {
      ready = false
      return close(server, open)
    },
    abort: () => stop.abort(),
  }
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })

/** Connections end with the answers that they wait for: a kept one would hold the process for seconds. */
function close(server: Server, open: ReadonlySet<ServerResponse>): Promise<void> {
  for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close')
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}
