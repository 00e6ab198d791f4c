/** Requests to an Iceberg REST catalog: JSON over one pool of connections, with who we are, and bounds on time and size. */
import http from 'node:http'
import https from 'node:https'
import { connectLimit, withConnectLimit } from '../../../base/connecting.ts'
import { GoldsyncError } from '../../../base/errors.ts'
import { heededByMany } from '../../../base/signals.ts'
import { readTls } from '../../../base/tls.ts'
import { beginWait } from '../../../base/waits.ts'
import { type Authorization, openAuthorization } from '../../../credentials/authorization.ts'
import type { Call } from '../../catalog.ts'
import { type Answer, connectionFailed, timedOut } from './rest-errors.ts'
import type { RestOptions } from './rest-options.ts'

/** Metadata of a table with very many snapshots. */
const MOST_BYTES = 512 * 2 ** 20
const CONNECTIONS = 8

interface Request {
  readonly method: 'GET' | 'POST'
  /** Below `uri`, encoded: `/v1/config`. */
  readonly path: string
  /** JSON. */
  readonly body?: string
}

export interface RestHttp {
  /** Any status is an answer. @throws GoldsyncError `UNAVAILABLE` `TIMEOUT` `ABORTED` `DATA_INVALID`, and why there are no credentials */
  send(request: Request, call: Call): Promise<Answer>
  close(): void
}

export function openRestHttp(options: RestOptions): RestHttp {
  const base = options.uri.replace(/\/+$/, '')
  const authorization =
    options.auth && openAuthorization(options.auth, { service: '', host: new URL(base).hostname })
  let agents: ReturnType<typeof agentsOf> | undefined
  let closed = false

  async function send(request: Request, call: Call): Promise<Answer> {
    agents ??= agentsOf(options)
    const opened = await agents
    if (closed) throw new GoldsyncError('UNAVAILABLE', `${base}: the catalog is closed`)
    return authorized(authorization, headers =>
      exchange(base, request, { ...opened, headers, timeout: options.timeout }, call),
    )
  }

  return {
    send,
    close() {
      closed = true
      agents?.then(
        ({ kept, once }) => [kept, once].map(agent => agent.destroy()),
        () => undefined,
      )
    },
  }
}

/** A commit is never sent on a connection that may have ended while it was idle: nobody knew whether it arrived. */
async function agentsOf({ uri, tls, timeout }: RestOptions) {
  const isTls = new URL(uri).protocol === 'https:'
  const texts = await readTls(tls)
  const limit = connectLimit(1, timeout)
  const agent = (keepAlive: boolean) => {
    const pool = { keepAlive, maxSockets: CONNECTIONS }
    return isTls
      ? withConnectLimit(new https.Agent({ ...pool, ...texts, rejectUnauthorized: true }), limit, true)
      : withConnectLimit(new http.Agent(pool), limit, false)
  }
  return { isTls, kept: agent(true), once: agent(false) }
}

/** Sends with what is valid now, and once more where the server does not take it and there is another. */
async function authorized(
  authorization: Authorization | undefined,
  send: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
): Promise<Answer> {
  if (!authorization) return send({})
  const header = await authorization.next()
  const answer = await send({ authorization: header })
  // 419: the token has ended (REST catalog spec).
  if (answer.status !== 401 && answer.status !== 419) return answer
  const other = await authorization.instead(header)
  return other === undefined ? answer : send({ authorization: other })
}

interface Sending extends Awaited<ReturnType<typeof agentsOf>> {
  readonly headers: Readonly<Record<string, string>>
  readonly timeout: number
}

async function exchange(base: string, asked: Request, sending: Sending, call: Call): Promise<Answer> {
  const { method, path, body } = asked
  const { isTls, kept, once, headers, timeout } = sending
  const { signal } = call
  if (signal?.aborted) throw new GoldsyncError('ABORTED', `${base}: aborted`)
  const url = new URL(`${base}${path}`)
  const request = (isTls ? https : http).request(url, {
    method,
    agent: method === 'GET' ? kept : once,
    headers: {
      ...{ accept: 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
    ...(signal ? { signal: heededByMany(signal) } : {}),
  })
  const endWait = beginWait(url.host, `${method} ${path}`)
  const timer = setTimeout(() => request.destroy(timedOut(url.origin, timeout)), timeout)
  try {
    return await answerOf(request, body)
  } catch (error) {
    if (wasIdle(request, error)) return await exchange(base, asked, sending, call)
    throw signal?.aborted
      ? new GoldsyncError('ABORTED', `${url.origin}: aborted`, { cause: error })
      : connectionFailed(error, url.origin)
  } finally {
    clearTimeout(timer)
    endWait()
  }
}

/** The server closed a kept connection just as it was used again, before any answer. */
const wasIdle = (request: http.ClientRequest, error: unknown): boolean =>
  request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET'

function answerOf(request: http.ClientRequest, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('response', response => {
      collect(response).then(bytes => resolve({ status: response.statusCode ?? 0, body: bytes }), reject)
    })
    request.end(body)
  })
}

async function collect(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES)
      throw new GoldsyncError(
        'DATA_INVALID',
        `an Iceberg REST catalog answered with more than ${MOST_BYTES} bytes`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
