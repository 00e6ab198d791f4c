/** The webhook's request, whatever host takes it: who sent it, and which files it names. */
import { randomUUID } from 'node:crypto'
import { authenticate, type RequestHead, type WebhookSecrets } from '../auth/authenticate.ts'
import { dataOf, openMessage, tracesOf } from '../events/message.ts'
import type { FunctionCall } from './registry.ts'

/** @throws RequestProblem 401, 400, 415 */
export function readWebhook(head: RequestHead, body: Buffer, secrets: WebhookSecrets): FunctionCall {
  authenticate({ ...head, body }, secrets)
  const { headers } = head
  const letters = openMessage(headers, body)
  const id = letters.length === 1 ? letters[0]?.id : undefined
  return {
    id: id ?? headers['webhook-id']?.toString() ?? randomUUID(),
    function: 'file-closed',
    params: dataOf(letters),
    ...tracesOf(letters),
  }
}
