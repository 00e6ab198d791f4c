/** Who may call the webhook: whoever knows a secret of the config. All checks are over the body's bytes as they came. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { RequestProblem } from '../base/problem.ts'

/** Several secrets of one kind are all accepted, so that one can be replaced without an outage. */
export interface WebhookSecrets {
  /** `whsec_` and base64, or the base64 alone. */
  readonly standard: readonly string[]
  readonly github: readonly string[]
  readonly bearer: readonly string[]
}

type Check = (header: string, request: SignedRequest, secrets: readonly string[]) => boolean

interface SignedRequest {
  /** With lower-case names. */
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const KINDS: readonly (readonly [keyof WebhookSecrets, string, Check])[] = [
  ['standard', 'webhook-signature', standardWebhook],
  ['github', 'x-hub-signature-256', hubSignature],
  ['bearer', 'authorization', bearerToken],
]

/**
 * Passes a request that one of the secrets vouches for. Of several kinds that a request carries the first in the list above
 * decides: a token does not make up for a wrong signature.
 * @throws RequestProblem 401
 */
export function authenticate(request: SignedRequest, secrets: WebhookSecrets): void {
  const usable = KINDS.filter(([kind]) => secrets[kind].length > 0)
  for (const [kind, name, check] of usable) {
    const header = request.headers[name]
    if (typeof header !== 'string') continue
    if (check(header, request, secrets[kind])) return
    throw new RequestProblem(401, `${name}: no secret of this service matches`)
  }
  const expected = usable.map(([, name]) => name).join(' or ')
  throw new RequestProblem(401, `the request is not signed; expected the header ${expected}`)
}

/** standardwebhooks.com: HMAC-SHA256 over id, time and body; the time may differ by 300 s. */
function standardWebhook(
  header: string,
  { headers, body }: SignedRequest,
  secrets: readonly string[],
): boolean {
  const signed = {
    'webhook-id': String(headers['webhook-id'] ?? ''),
    'webhook-timestamp': String(headers['webhook-timestamp'] ?? ''),
    'webhook-signature': header,
  }
  const problems = secrets.map(secret => verify(new Webhook(secret), body, signed))
  if (problems.includes(undefined)) return true
  throw new RequestProblem(401, `webhook-signature: ${problems.join('; ')}`)
}

function verify(webhook: Webhook, body: Buffer, headers: Record<string, string>): string | undefined {
  try {
    webhook.verify(body, headers, { jsonParse: false })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** docs.github.com "Validating webhook deliveries": no time in it, so an old request is as good as a new one. */
function hubSignature(header: string, { body }: SignedRequest, secrets: readonly string[]): boolean {
  return secrets.some(secret =>
    equal(header, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`),
  )
}

/** RFC 6750 §2.1. */
function bearerToken(header: string, _: SignedRequest, tokens: readonly string[]): boolean {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(header) ?? []
  return tokens.some(token => equal(given, token))
}

/** In a time that tells nothing, not even the length. */
function equal(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map(text => createHash('sha256').update(text).digest())
  return timingSafeEqual(left as Buffer, right as Buffer)
}
