/** The webhook's request, whatever host takes it: which files it names. */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { dataOf, openMessage, tracesOf } from '../events/message.ts'
import type { FunctionCall } from './registry.ts'

/** @param body its sender was asked for a proof. @throws RequestProblem 400, 415 */
export function readWebhook(headers: IncomingHttpHeaders, body: Buffer): FunctionCall {
  const letters = openMessage(headers, body)
  const id = letters.length === 1 ? letters[0]?.id : undefined
  return {
    id: id ?? headers['webhook-id']?.toString() ?? randomUUID(),
    function: 'file-closed',
    params: dataOf(letters),
    ...tracesOf(letters),
  }
}
