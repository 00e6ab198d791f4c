/** One POST. By Node's own clients, which unlike `fetch` can be told whom to trust; they follow no redirects. */
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { HttpRequest } from './emit.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** @throws Error as node:http, node:tls or the signal have it */
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
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await textOf(response) }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return text
}
