/** CloudEvents 1.0 over HTTP: binary and structured, read by the `cloudevents` package. */
import type { IncomingHttpHeaders } from 'node:http'
import { CloudEvent, HTTP } from 'cloudevents'
import type { FunctionName } from '../registry.ts'
import { RequestProblem } from './problem.ts'

const FUNCTION_OF_TYPE: ReadonlyMap<string, FunctionName> = new Map([
  ['dev.goldsync.scan.v1', 'scan'],
  ['dev.goldsync.sync.v1', 'sync'],
  ['dev.goldsync.plan.v1', 'plan'],
  // A PingSource cannot choose its event's type: a timer means scan.
  ['dev.knative.sources.ping', 'scan'],
])

export interface EventCall {
  readonly id: string
  readonly function: FunctionName
  readonly params: unknown
}

/** The function call that an event stands for. @throws RequestProblem 400 no event, 415 a type that no function takes */
export function readEvent(headers: IncomingHttpHeaders, body: Buffer): EventCall {
  const event = parseEvent(headers, body)
  const name = FUNCTION_OF_TYPE.get(event.type)
  if (name === undefined) {
    const known = [...FUNCTION_OF_TYPE.keys()].join(', ')
    throw new RequestProblem(415, `no function takes events of type ${event.type}; known: ${known}`)
  }
  return { id: event.id, function: name, params: event.data || {} }
}

function parseEvent(headers: IncomingHttpHeaders, body: Buffer): CloudEvent<unknown> {
  try {
    const event = HTTP.toEvent<unknown>({ headers: decodeHeaders(headers), body: body.toString('utf8') })
    if (!(event instanceof CloudEvent))
      throw new RequestProblem(415, 'batches of events are not taken: send one')
    event.validate()
    return event
  } catch (error) {
    if (error instanceof RequestProblem) throw error
    throw new RequestProblem(400, `the request is not a CloudEvent: ${(error as Error).message}`, error)
  }
}

/** CloudEvents HTTP binding §3.1.3.2: attribute values are percent-encoded UTF-8; the package leaves them so. */
function decodeHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) =>
      name.startsWith('ce-') && typeof value === 'string' ? [name, decode(value)] : [name, value],
    ),
  )
}

// A stray `%` is no encoding: the spec asks receivers to be lenient with values that were never encoded.
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
