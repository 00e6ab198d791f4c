/** One GET over kept-alive connections, with bounds on time and size. Knows HTTP, nothing of HDFS. */
import http from 'node:http'
import https from 'node:https'
import { GoldsyncError } from '../../base/errors.ts'
import { heededByMany } from '../../base/signals.ts'
import { connectionError } from '../connection-error.ts'
import { aborted, stopIfAborted } from '../failures.ts'
import type { Call } from '../storage.ts'
import type { Settings } from './settings.ts'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Complete: as long as content-length says. */
  readonly body: Buffer
}

export interface Http {
  /**
   * Any status is an answer; redirects are not followed.
   * @param limit most bytes that the body may have
   * @throws GoldsyncError `UNAVAILABLE` (no connection, or it broke), `TIMEOUT`, `ABORTED`, `DATA_INVALID` (a body over the limit)
   */
  get(url: URL, limit: number, call: Call): Promise<Answer>
  close(): void
}

export function openHttp(settings: Pick<Settings, 'tls' | 'timeout' | 'connections'>): Http {
  const pool = { keepAlive: true, maxSockets: settings.connections }
  const agents = {
    'http:': new http.Agent(pool),
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not reach it.
    'https:': new https.Agent({ ...pool, ...settings.tls, rejectUnauthorized: true }),
  }
  let closed = false

  async function get(url: URL, limit: number, call: Call): Promise<Answer> {
    stopIfAborted(call, url.origin)
    if (closed) throw aborted(url.origin, new Error('the storage was closed'))
    const request = send(url, call)
    try {
      return await exchange(request, url, limit, settings.timeout)
    } catch (error) {
      stopIfAborted(call, url.origin)
      if (wasIdle(request, error)) return get(url, limit, call)
      throw asOurs(url, error)
    }
  }

  function send(url: URL, { signal }: Call): http.ClientRequest {
    const options = { headers: { accept: '*/*' }, ...(signal ? { signal: heededByMany(signal) } : {}) }
    return url.protocol === 'https:'
      ? https.get(url, { ...options, agent: agents['https:'] })
      : http.get(url, { ...options, agent: agents['http:'] })
  }

  return {
    get,
    close() {
      closed = true
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

const asOurs = (url: URL, error: unknown): GoldsyncError =>
  error instanceof GoldsyncError ? error : connectionError(url.origin, error)

/** The server closed a kept connection just as it was used again, before any answer: nobody's fault. A new one cannot end so. */
const wasIdle = (request: http.ClientRequest, error: unknown): boolean =>
  request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')

function exchange(request: http.ClientRequest, url: URL, limit: number, timeout: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const answered = new Promise<Answer>((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error)
      request.destroy()
    }
    // From the moment it has a connection: waiting in the agent's queue is not the server's fault.
    request.once('socket', () => {
      timer = setTimeout(() => fail(timedOut(url, timeout)), timeout)
    })
    request.on('error', fail)
    request.once('response', response => {
      collect(response, url, limit).then(resolve, error => fail(asOurs(url, error)))
    })
  })
  return answered.finally(() => clearTimeout(timer))
}

async function collect(response: http.IncomingMessage, url: URL, limit: number): Promise<Answer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw tooLarge(url, limit)
    chunks.push(chunk)
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }
}

const timedOut = (url: URL, timeout: number): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${url.origin} did not answer within ${timeout} ms`, {
    hint: 'is the server overloaded or a firewall in between? storage.timeout sets the limit',
  })

const tooLarge = (url: URL, limit: number): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${url.origin} answered with more than the ${limit} bytes expected`)
