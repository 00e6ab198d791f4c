/**
 * CloudEvents 1.0, read by our own few lines: docs/decisions/0003 has the reasons. Specifications: cloudevents/spec v1.0.2,
 * json-format.md §3 and bindings/http-protocol-binding.md §3.
 */
import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod'
import { RequestProblem } from '../base/problem.ts'
import { contextOf, type TraceContext } from '../base/tracing.ts'
import { parseEncoded, parseJson } from './text.ts'

/** One event out of its envelope; plain JSON is one without id and type. */
export interface Letter {
  readonly id?: string
  readonly type?: string
  /** Parsed JSON; undefined where the event carries none. */
  readonly data: unknown
  /** Where it began (CloudEvents, extension Distributed Tracing). */
  readonly trace?: TraceContext
}

const attribute = z.string().min(1)

const envelope = z.object({
  specversion: z.literal('1.0'),
  id: attribute,
  source: attribute,
  type: attribute,
  data: z.unknown().optional(),
  data_base64: z.string().optional(),
  traceparent: z.unknown().optional(),
  tracestate: z.unknown().optional(),
})

/** An event in JSON format. @throws RequestProblem 400 */
export function openStructured(value: unknown): Letter {
  const { data, data_base64: encoded, ...event } = checked(value)
  const about = aboutOf(event)
  if (encoded !== undefined) return { ...about, data: parseEncoded(encoded) }
  return { ...about, data: typeof data === 'string' ? parseEncoded(data) : data }
}

/** An event whose attributes are headers and whose data is the body. @throws RequestProblem 400 */
export function openBinary(headers: IncomingHttpHeaders, text: string): Letter {
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'))
  const event = checked(
    Object.fromEntries(attributes.map(([name, value]) => [name.slice(3), decode(String(value))])),
  )
  return { ...aboutOf(event), data: text.trim() === '' ? undefined : parseJson(text) }
}

function aboutOf({
  id,
  type,
  traceparent,
  tracestate,
}: Omit<z.output<typeof envelope>, 'data' | 'data_base64'>): Required<Pick<Letter, 'id' | 'type'>> &
  Pick<Letter, 'trace'> {
  const trace = contextOf(traceparent, tracestate)
  return { id, type, ...(trace ? { trace } : {}) }
}

function checked(value: unknown): z.output<typeof envelope> {
  const parsed = envelope.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(issue => `${issue.path.join('.') || 'event'}: ${issue.message}`)
  throw new RequestProblem(400, `the request is not a CloudEvent 1.0: ${problems.join('; ')}`)
}

/**
 * HTTP binding §3.1.3.2: a value may be a quoted string, and is percent-encoded UTF-8. A stray `%` is no encoding: many
 * senders encode nothing.
 */
function decode(value: string): string {
  const plain = /^".*"$/s.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}
