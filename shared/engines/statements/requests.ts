/** Requests to one coordinator by trino-client: what is secret goes to that one alone. */
import { Agent as HttpAgent } from 'node:http'
import { type AgentOptions, Agent as HttpsAgent } from 'node:https'
import type { QueryResult } from 'trino-client'
import { connectLimit, withConnectLimit } from '../../base/connecting.ts'
import { GoldsyncError } from '../../base/errors.ts'
import { readTls } from '../../base/tls.ts'
import { type Authorization, openAuthorization } from '../../credentials/authorization.ts'
import type { StatementOptions } from './options.ts'
import { elsewhere } from './refusals.ts'
import type { Server } from './server.ts'

interface Request {
  readonly method: 'GET' | 'POST'
  /** A path of the coordinator, or the address of a page as it was told. */
  readonly url: string
  readonly data?: string
  readonly signal: AbortSignal
}

export interface Requests {
  /** @throws GoldsyncError where credentials would go to another address than the configured one; what trino-client throws */
  send<T = QueryResult>(request: Request): Promise<T>
  /** Tells the server to stop; it would by itself after `query_max_run_time`. */
  cancel(queryId: string): void
}

/** Loads trino-client. @throws GoldsyncError `MISSING_PACKAGE`, `CONFIG_INVALID` */
export async function openRequests(server: Server, options: StatementOptions): Promise<Requests> {
  const { Trino } = await loadDriver()
  const ssl = { ...(await readTls(options.tls)), rejectUnauthorized: true }
  const session = { query_max_run_time: `${Math.ceil(options.timeout / 1000)}s` }
  const trino = Trino.create({
    server: options.url,
    source: 'goldsync',
    catalog: options.catalog,
    session,
    ssl,
    extraHeaders: server.headers(options, `query_max_run_time=${session.query_max_run_time}`),
  })
  // Its only public way to a query's pages swallows those without rows, and with them the query's id.
  const { client } = trino as unknown as { client: Requester }
  const authorization = authorizationOf(server, options)
  const isSecret = authorization !== undefined || options.tls.key !== undefined
  const settings = { ...agentsOf(ssl, options), ...(isSecret ? { maxRedirects: 0 } : {}) }
  const where = `${server.name} ${new URL(options.url).host}`
  const send = async <T>(request: Sent): Promise<T> => {
    if (isSecret) expectSame(request.url, options.url, where)
    return authorized(authorization, headers => client.request<T>({ ...request, ...settings, headers }))
  }
  return {
    send,
    cancel: queryId =>
      void send({ method: 'DELETE', url: `/v1/query/${encodeURIComponent(queryId)}` }).catch(() => undefined),
  }
}

/** Who we are; undefined where nothing is sent but the user's name. */
function authorizationOf({ kind }: Server, options: StatementOptions): Authorization | undefined {
  const { url, user = 'goldsync', password, token, auth } = options
  // `trino` and `presto` are what their documentation calls the service (http-server.authentication.krb5.service-name).
  const server = { service: `${kind}/_HOST`, host: new URL(url).hostname }
  if (auth) return openAuthorization(auth, server)
  if (token) return openAuthorization({ kind: 'bearer', token }, server)
  return password ? openAuthorization({ kind: 'basic', user, password }, server) : undefined
}

/** Sends with what is valid now, and once more where the server does not take it and there is another. */
async function authorized<T>(
  authorization: Authorization | undefined,
  send: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (!authorization) return send({})
  const header = await authorization.next()
  try {
    return await send({ Authorization: header })
  } catch (error) {
    if ((error as { response?: { status?: unknown } } | undefined)?.response?.status !== 401) throw error
    const other = await authorization.instead(header)
    if (other === undefined) throw error
    return send({ Authorization: other })
  }
}

/** Nothing is rewritten to the configured address: that would hide a proxy which is not set up, and guess where the page is. */
function expectSame(url: string, configured: string, where: string): void {
  if (!URL.canParse(url, configured)) throw elsewhere(where, 'no address')
  const { origin } = new URL(url, configured)
  if (origin !== new URL(configured).origin) throw elsewhere(where, origin)
}

/** trino-client's own, with a limit for connecting. */
function agentsOf(ssl: AgentOptions, { timeout }: StatementOptions) {
  const limit = connectLimit(1, timeout)
  return {
    httpAgent: withConnectLimit(new HttpAgent(), limit, false),
    httpsAgent: withConnectLimit(new HttpsAgent(ssl), limit, true),
  }
}

/** What the inner client is given. */
type Sent = Omit<Request, 'method' | 'signal'> & {
  readonly method: Request['method'] | 'DELETE'
  readonly signal?: AbortSignal
}

/** The one generic call of trino-client's inner client, which is axios's. */
interface Requester {
  request<T>(
    request: Sent &
      ReturnType<typeof agentsOf> & {
        readonly maxRedirects?: number
        readonly headers: Readonly<Record<string, string>>
      },
  ): Promise<T>
}

async function loadDriver(): Promise<typeof import('./package.ts')> {
  try {
    return await import('./package.ts')
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the engines trino and presto need the package trino-client', {
      hint: 'npm install trino-client@0.2',
      cause,
    })
  }
}
