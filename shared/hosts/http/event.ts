/** Which function an event calls. */
import type { IncomingHttpHeaders } from 'node:http'
import { openMessage } from '../../events/message.ts'
import { RequestProblem } from '../../problem.ts'
import type { FunctionName } from '../registry.ts'

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

/** @throws RequestProblem 400 no event, 415 a type that no function takes */
export function readEvent(headers: IncomingHttpHeaders, body: Buffer): EventCall {
  const letters = openMessage(headers, body)
  const [{ id, type, data } = { id: undefined, type: undefined, data: undefined }] = letters
  if (id === undefined || type === undefined)
    throw new RequestProblem(400, 'the request is not a CloudEvent; JSON goes to /invoke/<function>')
  if (letters.length > 1) throw new RequestProblem(415, 'batches of events are not taken: send one')
  const name = FUNCTION_OF_TYPE.get(type)
  if (name === undefined) {
    const known = [...FUNCTION_OF_TYPE.keys()].join(', ')
    throw new RequestProblem(415, `no function takes events of type ${type}; known: ${known}`)
  }
  return { id, function: name, params: data ?? {} }
}
