/** The HTTP server: starts, and stops without dropping a request. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context } from '../../function.ts'
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
const HEADERS_TIMEOUT = 10_000
const BODY_TIMEOUT = 60_000

/** @throws Error as node:net, where the port is taken */
export async function startServer(context: Context, options: ServerOptions): Promise<RunningServer> {
  const stop = new AbortController()
  let ready = true
  const { budget = BUDGET } = options
  const service = { context, budget, signal: stop.signal, ready: () => ready }
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT, requestTimeout: BODY_TIMEOUT },
    (request, response) => {
      void route(service, request, response)
    },
  )
  await listen(server, options.port)
  return {
    port: (server.address() as AddressInfo).port,
    drain: () => {
      ready = false
      return close(server)
    },
    abort: () => stop.abort(),
  }
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })

const close = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
