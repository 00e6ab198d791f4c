/** Which function an event calls. */
import type { IncomingHttpHeaders } from 'node:http'
import { RequestProblem } from '../../base/problem.ts'
import { dataOf, openMessage, tracesOf } from '../../events/message.ts'
import { type FunctionCall, functionOfEvent } from '../registry.ts'

/**
 * Events of other types are of sinks, which choose their types themselves: what is in them tells whether they name files.
 * @throws RequestProblem 400 no event, 415 an unknown format
 */
export function readEvent(headers: IncomingHttpHeaders, body: Buffer): FunctionCall {
  const letters = openMessage(headers, body)
  const [first] = letters
  if (first?.id === undefined || first.type === undefined)
    throw new RequestProblem(400, 'the request is not a CloudEvent; JSON goes to /invoke/<function>')
  const name = letters.length === 1 ? functionOfEvent(first.type) : undefined
  const traces = tracesOf(letters)
  return name
    ? { id: first.id, function: name, params: first.data ?? {}, ...traces }
    : { id: first.id, function: 'file-closed', params: dataOf(letters), ...traces }
}
