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

/** Characters: of a refusal 200 are told, and nobody needs more. */
const MAX_ANSWER = 64 * 1024

/**
 * Certificates are verified whatever NODE_TLS_REJECT_UNAUTHORIZED says; of an answer no more is kept than its first 64 K.
 * @throws Error as node:http, node:tls or the signal have it, where there is no connection within 5 s, or as `authorization` does
 */
export async function postOnce(
  { url, headers, body, ca, authorization }: HttpRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const secure = url.startsWith('https:')
  const { request } = secure ? await import('node:https') : await import('node:http')
  const trust = secure ? await trusted(ca) : {}
  const proof = await authorization?.()
  const all = proof === undefined ? headers : { ...headers, authorization: proof }
  const sent = request(url, { method: 'POST', headers: all, signal, ...trust })
  // What fails after the answer has begun is the answer's error too.
  sent.on('error', () => undefined)
  limitConnecting(sent)
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await textOf(response) }
}

/** Unless told, Node's client lets the environment switch verifying off. */
async function trusted(ca: string | undefined): Promise<{ rejectUnauthorized: true; ca?: string[] }> {
  if (ca === undefined) return { rejectUnauthorized: true }
  return { rejectUnauthorized: true, ca: [...(await import('node:tls')).rootCertificates, ca] }
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
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    // Leaving the loop closes the connection.
    if (text.length > MAX_ANSWER) return text.slice(0, MAX_ANSWER)
  }
  return text
}
