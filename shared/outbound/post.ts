/** One POST. By Node's own clients, which unlike `fetch` can be told whom to trust; they follow no redirects. */
import { once } from 'node:events'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { HttpRequest } from './emit.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Milliseconds. Who cannot be connected to has not taken a request; who is slow to answer perhaps has. */
const CONNECT = 5_000

/** @throws Error as node:http, node:tls or the signal have it, or where there is no connection within 5 s */
export async function postOnce(
  { url, headers, body, ca }: HttpRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const secure = url.startsWith('https:')
  const { request } = secure ? await import('node:https') : await import('node:http')
  const trust = secure && ca ? { ca: [...(await import('node:tls')).rootCertificates, ca] } : {}
  const sent = request(url, { method: 'POST', headers, signal, ...trust })
  // What fails after the answer has begun is the answer's error too.
  sent.on('error', () => undefined)
  limitConnecting(sent)
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await textOf(response) }
}

function limitConnecting(sent: ClientRequest): void {
  sent.once('socket', socket => {
    if (!socket.connecting) return
    const giveUp = () => sent.destroy(new Error(`no connection within ${CONNECT / 1000} s`))
    const limit = setTimeout(giveUp, CONNECT)
    for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(limit))
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return text
}
