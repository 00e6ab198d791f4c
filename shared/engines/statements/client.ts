/** Statements by trino-client, page by page: its own iteration hides errors, query ids and pages without rows. */
import type { QueryResult } from 'trino-client'
import { GoldsyncError } from '../../base/errors.ts'
import { awaiting, headOf } from '../../base/waits.ts'
import type { Call } from '../engine.ts'
import { notOurs, queryError, requestError } from './errors.ts'
import type { StatementOptions } from './options.ts'
import type { SentKind } from './refusals.ts'
import { openRequests, type Requests } from './requests.ts'
import type { Server } from './server.ts'

export interface StatementClient {
  /** Of the server, which needs no statement for it. @throws GoldsyncError like `query` */
  version(call?: Call): Promise<string>
  /** Runs a statement to its end and returns its rows. @throws GoldsyncError as errors.ts tells, `TIMEOUT`, `ABORTED` */
  query(statement: string, call?: Call): Promise<readonly (readonly unknown[])[]>
}

/** A client that loads trino-client on first use; nothing stays open between queries. */
export function statementClient(server: Server, options: StatementOptions): StatementClient {
  const { host } = new URL(options.url)
  const where = `${server.name} ${host}`
  const kind = kindOf(options)
  let requests: Promise<Requests> | undefined
  const within = async <T>(
    call: Call,
    what: string,
    work: (requests: Requests, signal: AbortSignal) => Promise<T>,
  ) => {
    requests ??= openRequests(server, options)
    const timeout = AbortSignal.timeout(options.timeout)
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
    try {
      signal.throwIfAborted()
      const opened = requests
      return await awaiting(host, headOf(what), async () => work(await opened, signal))
    } catch (error) {
      if (timeout.aborted) throw tooSlow(where, what, options.timeout)
      if (signal.aborted) throw new GoldsyncError('ABORTED', `${where}: aborted`)
      throw requestError(error, where, kind)
    }
  }
  const version = async (requests: Requests, signal: AbortSignal) => {
    const info = await requests.send<Info>({ method: 'GET', url: '/v1/info', signal })
    if (typeof info?.nodeVersion?.version !== 'string') throw notOurs(where)
    return expectKind(server, info.nodeVersion.version, where)
  }
  return {
    version: (call = {}) => within(call, 'its version', version),
    query: (statement, call = {}) =>
      within(call, statement, async (requests, signal) => {
        const first = await requests
          .send({ method: 'POST', url: '/v1/statement', data: statement, signal })
          .catch(async error => {
            // Each refuses the other's headers, and does not say why.
            if (REFUSED.has(error?.response?.status)) await version(requests, signal).catch(ifOther)
            throw error
          })
        return pages(requests, first, where, signal)
      }),
  }
}

const kindOf = ({ auth, token, password }: StatementOptions): SentKind | undefined =>
  auth?.kind ?? (token ? 'bearer' : password ? 'basic' : undefined)

const tooSlow = (where: string, what: string, timeout: number): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${where}: no result within ${timeout} ms (${headOf(what)})`, {
    hint: 'is it overloaded, are its queries queued, or does another server listen there? timeout sets the limit of one query',
  })

const REFUSED: ReadonlySet<unknown> = new Set([400, 401])

function ifOther(error: unknown): void {
  if (error instanceof GoldsyncError && error.code === 'CONFIG_INVALID') throw error
}

/** What the server says of itself. */
interface Info {
  readonly nodeVersion?: { readonly version?: string }
}

/** Presto counts 0.287, Trino 476. @throws GoldsyncError `CONFIG_INVALID` */
function expectKind({ kind }: Server, version: string, where: string): string {
  const is = /^0\./.test(version) ? 'presto' : 'trino'
  if (is === kind) return version
  throw new GoldsyncError('CONFIG_INVALID', `${where} is a ${is} server, version ${version}`, {
    hint: `set kind: ${is} for this engine`,
  })
}

async function pages(
  requests: Requests,
  first: QueryResult,
  where: string,
  signal: AbortSignal,
): Promise<unknown[][]> {
  const rows: unknown[][] = []
  let page = first
  try {
    for (;;) {
      if (typeof page?.id !== 'string') throw notOurs(where)
      if (page.error) throw queryError(page.error, where)
      rows.push(...(page.data ?? []))
      if (page.nextUri === undefined) return rows
      page = await requests.send({ method: 'GET', url: page.nextUri, signal })
    }
  } catch (error) {
    if (page?.nextUri !== undefined) requests.cancel(page.id)
    throw error
  }
}
