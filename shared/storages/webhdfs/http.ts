/** One request over kept-alive connections, with bounds on time and size. Knows HTTP, nothing of HDFS. */
import http from 'node:http'
import https from 'node:https'
import { connectLimit, withConnectLimit } from '../../base/connecting.ts'
import { GoldsyncError } from '../../base/errors.ts'
import { heededByMany } from '../../base/signals.ts'
import { beginWait } from '../../base/waits.ts'
import { connectionError } from '../connection-error.ts'
import { aborted, stopIfAborted } from '../failures.ts'
import type { Call } from '../storage.ts'
import { lookupOfStrangers, type Redirected } from './lookup.ts'
import type { Settings } from './settings.ts'

export type Method = 'GET' | 'PUT' | 'DELETE'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Complete: as long as content-length says. */
  readonly body: Buffer
}

/** A request, and what is said of it. */
export interface Request {
  /** Default: GET. */
  readonly method?: Method
  /** Of a PUT that makes a file. */
  readonly body?: Uint8Array
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** Where a server gave the address, and not the config: what its name stands for is judged, too. */
  readonly redirected?: Redirected
  /** Most bytes that the body may have. */
  readonly limit: number
  /** What is asked for, for people; the URL can hold a token. */
  readonly about: string
  /** Where its address is from: a key of the config, as a rule. */
  readonly key: string
}

/**
 * Any status is an answer; redirects are not followed.
 * @throws GoldsyncError `UNAVAILABLE` (no connection, or it broke), `TIMEOUT`, `ABORTED`, `DATA_INVALID` (a body over the limit)
 */
export type Send = (request: Request, call: Call) => Promise<Answer>

export interface Http {
  readonly send: Send
  close(): void
}

export function openHttp(
  settings: Pick<Settings, 'tls' | 'timeout' | 'connections'> & { readonly nameNodes: readonly unknown[] },
): Http {
  const limit = connectLimit(settings.nameNodes.length, settings.timeout)
  const pool = { keepAlive: true, maxSockets: settings.connections }
  const agents = {
    'http:': withConnectLimit(new http.Agent(pool), limit, false),
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not reach it.
    'https:': withConnectLimit(
      new https.Agent({ ...pool, ...settings.tls, rejectUnauthorized: true }),
      limit,
      true,
    ),
  }
  let closed = false

  async function send(asked: Request, call: Call): Promise<Answer> {
    const { url } = asked
    stopIfAborted(call, url.origin)
    if (closed) throw aborted(url.origin, new Error('the storage was closed'))
    const request = begin(asked, call)
    try {
      return await exchange(request, asked, settings.timeout)
    } catch (error) {
      stopIfAborted(call, url.origin)
      if (wasIdle(request, error)) return send(asked, call)
      throw asOurs(asked, error)
    }
  }

  function begin(asked: Request, { signal }: Call): http.ClientRequest {
    const { method = 'GET', url, headers, redirected } = asked
    const options = {
      method,
      headers: { accept: '*/*', ...headersOf(asked), ...headers },
      ...(redirected ? { lookup: lookupOfStrangers(redirected) } : {}),
      ...(signal ? { signal: heededByMany(signal) } : {}),
    }
    const isTls = url.protocol === 'https:'
    const { request } = isTls ? https : http
    return request(url, { ...options, agent: agents[isTls ? 'https:' : 'http:'] }).end(asked.body)
  }

  return {
    send,
    close() {
      closed = true
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

const headersOf = ({ method, body }: Request): Readonly<Record<string, string>> => {
  if (method !== 'PUT') return {}
  // Gateways take no other type for bytes.
  const type = body ? { 'content-type': 'application/octet-stream' } : {}
  return { 'content-length': String(body?.length ?? 0), ...type }
}

const asOurs = ({ url: { origin }, key }: Request, error: unknown): GoldsyncError =>
  error instanceof GoldsyncError ? error : connectionError({ origin, key }, error)

/** The server closed a kept connection just as it was used again, before any answer: nobody's fault. A new one cannot end so. */
const wasIdle = (request: http.ClientRequest, error: unknown): boolean =>
  request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')

function exchange(request: http.ClientRequest, asked: Request, timeout: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  let endWait = () => {}
  const answered = new Promise<Answer>((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error)
      request.destroy()
    }
    // From the moment it has a connection: waiting in the agent's queue is not the server's fault.
    request.once('socket', () => {
      timer = setTimeout(() => fail(timedOut(asked, timeout)), timeout)
      endWait = beginWait(asked.url.host, asked.about)
    })
    request.on('error', fail)
    request.once('response', response => {
      collect(response, asked).then(resolve, error => fail(asOurs(asked, error)))
    })
  })
  return answered.finally(() => {
    clearTimeout(timer)
    endWait()
  })
}

async function collect(response: http.IncomingMessage, { url, limit }: Request): Promise<Answer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw tooLarge(url, limit)
    chunks.push(chunk)
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }
}

const timedOut = ({ url, about }: Request, timeout: number): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${url.origin} did not answer within ${timeout} ms (${about})`, {
    hint: 'it took the connection: is it overloaded, or another server? storage.timeout sets the limit',
  })

const tooLarge = (url: URL, limit: number): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${url.origin} answered with more than the ${limit} bytes expected`)
