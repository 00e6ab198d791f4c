/** Statements by trino-client, page by page: its own iteration hides errors, query ids and pages without rows. */
import type { QueryResult } from 'trino-client'
import { GoldsyncError } from '../../base/errors.ts'
import { readTls } from '../../base/tls.ts'
import type { Call } from '../engine.ts'
import { notTrino, queryError, requestError } from './errors.ts'
import type { TrinoOptions } from './options.ts'

export interface TrinoClient {
  /** Of the server, which needs no statement for it. @throws GoldsyncError like `query` */
  version(call?: Call): Promise<string>
  /** Runs a statement to its end and returns its rows. @throws GoldsyncError as errors.ts tells, `TIMEOUT`, `ABORTED` */
  query(statement: string, call?: Call): Promise<readonly (readonly unknown[])[]>
}

/** A client that loads trino-client on first use; nothing stays open between queries. */
export function trinoClient(options: TrinoOptions): TrinoClient {
  const server = new URL(options.url).host
  let requests: Promise<Requests> | undefined
  const within = async <T>(call: Call, work: (requests: Requests, signal: AbortSignal) => Promise<T>) => {
    requests ??= openRequests(options)
    const timeout = AbortSignal.timeout(options.timeout)
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
    try {
      signal.throwIfAborted()
      return await work(await requests, signal)
    } catch (error) {
      if (timeout.aborted)
        throw new GoldsyncError('TIMEOUT', `Trino ${server}: no result within ${options.timeout} ms`)
      if (signal.aborted) throw new GoldsyncError('ABORTED', `Trino ${server}: aborted`)
      throw requestError(error, server)
    }
  }
  return {
    query: (statement, call = {}) =>
      within(call, (requests, signal) => pages(requests, statement, server, signal)),
    version: (call = {}) =>
      within(call, async (requests, signal) => {
        const info = await requests.send<Info>({ method: 'GET', url: '/v1/info', signal })
        if (typeof info?.nodeVersion?.version !== 'string') throw notTrino(server)
        return info.nodeVersion.version
      }),
  }
}

/** What the server says of itself. */
interface Info {
  readonly nodeVersion?: { readonly version?: string }
}

async function pages(
  requests: Requests,
  statement: string,
  server: string,
  signal: AbortSignal,
): Promise<unknown[][]> {
  const rows: unknown[][] = []
  let page = await requests.send({ method: 'POST', url: '/v1/statement', data: statement, signal })
  try {
    for (;;) {
      if (typeof page?.id !== 'string') throw notTrino(server)
      if (page.error) throw queryError(page.error, server)
      rows.push(...(page.data ?? []))
      if (page.nextUri === undefined) return rows
      page = await requests.send({ method: 'GET', url: page.nextUri, signal })
    }
  } catch (error) {
    if (page?.nextUri !== undefined) requests.cancel(page.id)
    throw error
  }
}

interface Request {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly data?: string
  readonly signal: AbortSignal
}

interface Requests {
  send<T = QueryResult>(request: Request): Promise<T>
  /** Tells the server to stop; it would by itself after `query_max_run_time`. */
  cancel(queryId: string): void
}

async function openRequests(options: TrinoOptions): Promise<Requests> {
  const { BasicAuth, Trino } = await loadDriver()
  const trino = Trino.create({
    server: options.url,
    source: 'goldsync',
    catalog: options.catalog,
    session: { query_max_run_time: `${Math.ceil(options.timeout / 1000)}s` },
    ssl: { ...(await readTls(options.tls)), rejectUnauthorized: true },
    ...(options.password ? { auth: new BasicAuth(options.user, options.password) } : {}),
    extraHeaders: {
      'X-Trino-User': options.user,
      ...(options.token ? { Authorization: `Bearer ${options.token}` } : {}),
    },
  })
  // Its only public way to a query's pages swallows those without rows, and with them the query's id.
  const { client } = trino as unknown as { client: Requester }
  return {
    send: request => client.request(request),
    cancel: queryId => void trino.cancel(queryId).catch(() => undefined),
  }
}

/** The one generic call of trino-client's inner client. */
interface Requester {
  request<T>(request: Request): Promise<T>
}

async function loadDriver(): Promise<typeof import('./package.ts')> {
  try {
    return await import('./package.ts')
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the trino engine needs the package trino-client', {
      hint: 'npm install trino-client@0.2',
      cause,
    })
  }
}
