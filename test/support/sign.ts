/** Requests of a sink that has the secret, signed by the reference implementation of Standard Webhooks. */
import { Webhook } from 'standardwebhooks'

export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** What a signed request says of itself. @param time when it says that it was signed */
export const signatureOf = (body: string, time = new Date()): Record<string, string> => ({
  'content-type': 'application/json',
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
  'webhook-signature': new Webhook(WEBHOOK_SECRET).sign('msg_1', time, body),
})

/** A POST. @param time when it says that it was signed */
export const signed = (body: string, time?: Date): RequestInit => ({
  method: 'POST',
  body,
  headers: signatureOf(body, time),
})
