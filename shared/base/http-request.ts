/** One HTTP request. By Node's own clients, which unlike `fetch` can be told whom to trust; they follow no redirects. */
import { once } from 'node:events'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { TlsTexts } from './tls.ts'

export interface HttpRequest {
  /** By default POST. */
  readonly method?: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Authorities to trust beside the public ones: PEM. */
  readonly ca?: string | undefined
  /** Authorities to trust instead of the public ones, and who we are. */
  readonly tls?: TlsTexts | undefined
  readonly authorization?: ReadAuthorization | undefined
  /**
   * Called once the server may get the request. It has a connection of its own then: one that was kept may be closed by the server in
   * that moment, and nobody knows whether it has read the request.
   */
  readonly onConnected?: () => void
}

/** A value of the header as it is now; undefined for none. Asked before each attempt. */
export type ReadAuthorization = () => Promise<string | undefined>

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Milliseconds. Who cannot be connected to has not taken a request; who is slow to answer perhaps has. */
const CONNECT = 5_000

/** Characters: of a refusal 200 are told, and few need more. */
const MAX_ANSWER = 64 * 1024

/**
 * Certificates are verified whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 * @param most characters of the answer that are kept
 * @throws Error as node:http, node:tls or the signal have it, where there is no connection within 5 s, or as `authorization` does
 */
export async function requestOnce(
  { method = 'POST', url, headers, body, ca, tls, authorization, onConnected }: HttpRequest,
  signal: AbortSignal,
  most = MAX_ANSWER,
): Promise<Answer> {
  const secure = url.startsWith('https:')
  const { request } = secure ? await import('node:https') : await import('node:http')
  const trust = secure ? { ...(await trusted(ca)), ...tls } : {}
  const proof = await authorization?.()
  const all = proof === undefined ? headers : { ...headers, authorization: proof }
  const connection = onConnected ? { agent: false } : {}
  const sent = request(url, { method, headers: all, signal, ...trust, ...connection })
  // What fails after the answer has begun is the answer's error too.
  sent.on('error', () => undefined)
  limitConnecting(sent)
  if (onConnected)
    sent.once('socket', socket => socket.once(secure ? 'secureConnect' : 'connect', onConnected))
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await textOf(response, most) }
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

async function textOf(response: IncomingMessage, most: number): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    // Leaving the loop closes the connection.
    if (text.length > most) return text.slice(0, most)
  }
  return text
}
