/** Answers sent. */
import type { ServerResponse } from 'node:http'
import type { Answer } from '../answer.ts'

/** A text body goes as it is, another as JSON; without one the answer is empty. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}
