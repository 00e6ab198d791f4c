/** Which function an event calls. */
import type { IncomingHttpHeaders } from 'node:http'
import { RequestProblem } from '../../base/problem.ts'
import { dataOf, openMessage, tracesOf } from '../../events/message.ts'
import type { FunctionCall, FunctionName } from '../registry.ts'

// Not plan and status: nobody would get what they tell.
const FUNCTION_OF_TYPE: ReadonlyMap<string, FunctionName> = new Map([
  ['io.goldsync.scan', 'scan'],
  ['io.goldsync.sync', 'sync'],
  // A PingSource cannot choose its event's type: a timer means scan.
  ['dev.knative.sources.ping', 'scan'],
])

/**
 * Events of other types are of sinks, which choose their types themselves: what is in them tells whether they name files.
 * @throws RequestProblem 400 no event, 415 an unknown format
 */
export function readEvent(headers: IncomingHttpHeaders, body: Buffer): FunctionCall {
  const letters = openMessage(headers, body)
  const [first] = letters
  if (first?.id === undefined || first.type === undefined)
    throw new RequestProblem(400, 'the request is not a CloudEvent; JSON goes to /invoke/<function>')
  const name = letters.length === 1 ? FUNCTION_OF_TYPE.get(first.type) : undefined
  const traces = tracesOf(letters)
  return name
    ? { id: first.id, function: name, params: first.data ?? {}, ...traces }
    : { id: first.id, function: 'file-closed', params: dataOf(letters), ...traces }
}
