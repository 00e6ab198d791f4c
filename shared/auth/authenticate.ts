/** Who may call the webhook: whoever knows a secret of the config, or has a token of a provider that it trusts. Signatures are over the body's bytes as they came. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { RequestProblem } from '../base/problem.ts'
import type { CheckToken } from './tokens.ts'

/** Several secrets of one kind are all accepted, so that one can be replaced without an outage. */
export interface WebhookSecrets {
  /** `whsec_` and base64, or the base64 alone. */
  readonly standard: readonly string[]
  readonly github: readonly string[]
  readonly bearer: readonly string[]
  /** In the address: for those who can neither sign nor set a header. */
  readonly pathToken: readonly string[]
}

type Check = (proof: string, request: SignedRequest, secrets: readonly string[]) => boolean

/** What is known of a request before its body. */
export interface RequestHead {
  /** With lower-case names. */
  readonly headers: IncomingHttpHeaders
  /** The last name of the path, where that is for a token. */
  readonly pathToken?: string | undefined
}

interface SignedRequest extends RequestHead {
  readonly body: Buffer
}

interface Kind {
  readonly kind: keyof WebhookSecrets
  /** Where the proof is, for messages: the header that carries it. */
  readonly name: string
  readonly check: Check
  /** Whether the headers without the body leave it possible that the proof is good. */
  readonly mayPass: (proof: string, headers: IncomingHttpHeaders, secrets: readonly string[]) => boolean
}

const IN_ADDRESS = 'a token at the end of the address'

const KINDS: readonly Kind[] = [
  { kind: 'standard', name: 'webhook-signature', check: standardWebhook, mayPass: isRecent },
  { kind: 'github', name: 'x-hub-signature-256', check: hubSignature, mayPass: isHubSignature },
  { kind: 'pathToken', name: IN_ADDRESS, check: isKnown, mayPass: isKnown },
  { kind: 'bearer', name: 'authorization', check: isBearer, mayPass: bearerToken },
]

/** Looks at the body when it is there. @throws RequestProblem 401 */
type CheckBody = (body: Buffer) => void

/**
 * Who sends, as far as it can be said before the body is there: so that a stranger's is never read. Of several proofs that a request
 * carries the first in the list above decides: a token does not make up for a wrong signature.
 * @param tokens checks those of OpenID providers, where there are any
 * @throws RequestProblem 401; as the check of tokens
 */
export async function admit(
  head: RequestHead,
  secrets: WebhookSecrets,
  tokens?: CheckToken,
): Promise<CheckBody> {
  const found = proofOf(head, secrets)
  const isToken = found === undefined ? head.headers.authorization !== undefined : found.kind === 'bearer'
  if (found?.mayPass(found.proof, head.headers, secrets[found.kind])) return checkOf(found, head, secrets)
  if (tokens && isToken) {
    await tokens(head.headers)
    return () => undefined
  }
  throw found ? noMatch(found.name) : unsigned(secrets, tokens)
}

/** Whether there is any: elsewhere than in goldsync's server nobody checks tokens of providers. */
export const hasSecret = (secrets: WebhookSecrets): boolean => usable(secrets).length > 0

type Found = Kind & { readonly proof: string }

const checkOf =
  ({ kind, name, check, proof }: Found, head: RequestHead, secrets: WebhookSecrets): CheckBody =>
  body => {
    if (!check(proof, { ...head, body }, secrets[kind])) throw noMatch(name)
  }

const usable = (secrets: WebhookSecrets): readonly Kind[] =>
  KINDS.filter(({ kind }) => secrets[kind].length > 0)

function proofOf({ headers, pathToken }: RequestHead, secrets: WebhookSecrets): Found | undefined {
  for (const kind of usable(secrets)) {
    const proof = kind.kind === 'pathToken' ? pathToken : headers[kind.name]
    if (typeof proof === 'string') return { ...kind, proof }
  }
  return undefined
}

function unsigned(secrets: WebhookSecrets, tokens: CheckToken | undefined): RequestProblem {
  const kinds = usable(secrets).filter(({ kind }) => kind !== 'pathToken')
  const names = new Set([...kinds.map(({ name }) => name), ...(tokens ? ['authorization'] : [])])
  const expected = names.size > 0 ? `the header ${[...names].join(' or ')}` : IN_ADDRESS
  return new RequestProblem(401, `the request is not signed; expected ${expected}`)
}

const noMatch = (name: string): RequestProblem =>
  new RequestProblem(401, `${name}: no secret of this service matches`)

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

/** Seconds, as the library has it. */
const TOLERANCE = 300

/** Id and time are signed with the body. @throws RequestProblem 401 */
function isRecent(_: string, headers: IncomingHttpHeaders): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': time } = headers
  if (!id || !time) throw new RequestProblem(401, 'webhook-signature: Missing required headers')
  if (Math.abs(Date.now() / 1000 - Number(time)) <= TOLERANCE + 1) return true
  throw new RequestProblem(401, 'webhook-signature: the time of webhook-timestamp is not within 300 s of now')
}

function isHubSignature(header: string): boolean {
  return /^sha256=[0-9a-f]{64}$/.test(header)
}

/** docs.github.com "Validating webhook deliveries": no time in it, so an old request is as good as a new one. */
function hubSignature(header: string, { body }: SignedRequest, secrets: readonly string[]): boolean {
  return secrets.some(secret =>
    equal(header, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`),
  )
}

function isBearer(header: string, { headers }: SignedRequest, tokens: readonly string[]): boolean {
  return bearerToken(header, headers, tokens)
}

/** RFC 6750 §2.1. */
function bearerToken(header: string, _: IncomingHttpHeaders, tokens: readonly string[]): boolean {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(header) ?? []
  return isOneOf(given, tokens)
}

function isKnown(given: string, _: object, tokens: readonly string[]): boolean {
  return isOneOf(given, tokens)
}

const isOneOf = (given: string, tokens: readonly string[]): boolean =>
  tokens.some(token => equal(given, token))

/** In a time that tells nothing, not even the length. */
function equal(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map(text => createHash('sha256').update(text).digest())
  return timingSafeEqual(left as Buffer, right as Buffer)
}
