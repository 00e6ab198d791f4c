/** From a request's headers and bytes to what it says: CloudEvents 1.0 in all three modes, or plain JSON. */
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { RequestProblem } from '../base/problem.ts'
import type { TraceContext } from '../base/tracing.ts'
import { type Letter, openBinary, openStructured } from './cloud-events.ts'
import { parseJson } from './text.ts'

/**
 * @param headers with lower-case names
 * @throws RequestProblem 400 the text or the event is malformed, 415 a format that nothing here reads
 */
export function openMessage(headers: IncomingHttpHeaders, body: Buffer): readonly Letter[] {
  refuseFormat(headers)
  const type = mediaType(headers)
  if (!isUtf8(body)) throw new RequestProblem(400, 'the body is not UTF-8')
  const text = body.toString('utf8')
  if (type === 'application/cloudevents+json') return [openStructured(parseJson(text))]
  if (type === 'application/cloudevents-batch+json') return openBatch(parseJson(text))
  if (isBinary(headers)) return [openBinary(headers, text)]
  return [{ data: parseJson(text) }]
}

/** What its headers alone tell of a message. @throws RequestProblem 415 a format that nothing here reads */
export function refuseFormat(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new RequestProblem(415, `content-encoding ${encoding}: send it plain`)
  const [, charset] = /;\s*charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '') ?? []
  if (charset && !/^(utf-?8|us-ascii)$/i.test(charset))
    throw new RequestProblem(415, `charset ${charset}: send UTF-8`)
  const type = mediaType(headers)
  if (isEvent(headers, type) || isJson(type)) return
  throw new RequestProblem(415, `content-type ${type}: send application/json, or a CloudEvent`)
}

const isEvent = (headers: IncomingHttpHeaders, type: string): boolean =>
  isBinary(headers) ||
  type === 'application/cloudevents+json' ||
  type === 'application/cloudevents-batch+json'

/** CloudEvents in binary mode. */
const isBinary = (headers: IncomingHttpHeaders): boolean =>
  headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined

/** What the letters of one request say together. */
export const dataOf = (letters: readonly Letter[]): unknown =>
  letters.length === 1 ? letters[0]?.data : letters.map(letter => letter.data)

/** Where each of them began, as far as they say. */
export function tracesOf(letters: readonly Letter[]): { readonly traces?: readonly TraceContext[] } {
  const traces = letters.flatMap(({ trace }) => trace ?? [])
  return traces.length > 0 ? { traces } : {}
}

/** Lower case, without parameters; JSON where nothing is said. */
export const mediaType = (headers: IncomingHttpHeaders): string =>
  (headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? ''

function openBatch(events: unknown): readonly Letter[] {
  if (!Array.isArray(events)) throw new RequestProblem(400, 'a batch of CloudEvents is a JSON array')
  return events.map(openStructured)
}

const isJson = (type: string): boolean =>
  /^(application|text)\/([^+]+\+)?json$/.test(type) && !type.startsWith('application/cloudevents')
