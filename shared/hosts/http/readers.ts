/** What can be posted where. A public service gives strangers nothing but what is signed. */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { admit, type RequestHead } from '../../auth/authenticate.ts'
import type { TrustedIssuer } from '../../auth/options.ts'
import { type CheckToken, openTokens } from '../../auth/tokens.ts'
import { RequestProblem } from '../../base/problem.ts'
import type { Config } from '../../config/config.ts'
import { mediaType, refuseFormat } from '../../events/message.ts'
import { type FunctionCall, type FunctionName, functionNames } from '../registry.ts'
import { readWebhook } from '../webhook.ts'
import { readJson } from './body.ts'
import { readEvent } from './event.ts'
import { WITH_TOKEN } from './path.ts'

/** Where brokers and sources deliver CloudEvents: their sinks are addresses without a path. */
export const EVENTS = '/'

/**
 * Looks at a request before anything of its body is read, by the headers and the address alone, and says how the body is read then.
 * Both throw RequestProblem where the request is none that the path takes.
 */
export type Reader = (head: RequestHead) => Promise<(body: Buffer) => FunctionCall>

type Webhook = NonNullable<Config['webhook']>

/** By path. */
export function readersOf({
  server,
  webhook,
}: Pick<Config, 'server' | 'webhook'>): ReadonlyMap<string, Reader> {
  const signed = webhook ? signedBy(webhook) : []
  if (server.exposure === 'public') return new Map(signed)
  const admitCaller = tokensOf(server.oidc, 'server.oidc') ?? nobodyAsks
  return new Map([
    [EVENTS, events(admitCaller)],
    ...functionNames.map(name => invokes(name, admitCaller)),
    ...signed,
  ])
}

const tokensOf = (issuers: readonly TrustedIssuer[], key: string): CheckToken | undefined =>
  issuers.length > 0 ? openTokens(issuers, key) : undefined

const nobodyAsks: CheckToken = async () => undefined

/** Each kind of proof has its place: without the token an address with one is not there, nor is one without where all have one. */
function signedBy(webhook: Webhook): readonly (readonly [string, Reader])[] {
  const tokens = tokensOf(webhook.oidc, 'webhook.oidc')
  const reader: Reader = async head => {
    const check = await admit(head, webhook, tokens)
    refuseFormat(head.headers)
    return body => {
      check(body)
      return readWebhook(head.headers, body)
    }
  }
  const { pathToken, standard, github, bearer, oidc } = webhook
  const isSigned = [standard, github, bearer, oidc].some(kind => kind.length > 0)
  return [
    ...(isSigned ? [['/webhook', reader] as const] : []),
    ...(pathToken.length > 0 ? [[WITH_TOKEN, reader] as const] : []),
  ]
}

const events =
  (admitCaller: CheckToken): Reader =>
  async ({ headers }) => {
    refusePages(headers)
    await admitCaller(headers)
    refuseFormat(headers)
    return body => readEvent(headers, body)
  }

const invokes = (name: FunctionName, admitCaller: CheckToken): readonly [string, Reader] => [
  `/invoke/${name}`,
  async ({ headers }) => {
    refusePages(headers)
    await admitCaller(headers)
    refuseForms(headers)
    return body => ({ id: randomUUID(), function: name, params: readJson(body) })
  },
]

/** A browser says which page a POST is of, always: one on the same machine, or in the same network, must not start runs for a page. */
function refusePages({ origin }: IncomingHttpHeaders): void {
  if (origin !== undefined)
    throw new RequestProblem(403, 'requests of web pages (with the header Origin) are not taken')
}

/** What forms and pages can send unasked is text, never JSON. Without a body there is nothing that could have a type. */
function refuseForms(headers: IncomingHttpHeaders): void {
  const isEmpty = headers['transfer-encoding'] === undefined && !Number(headers['content-length'] ?? 0)
  if (isEmpty && headers['content-type'] === undefined) return
  if (headers['content-type'] !== undefined && mediaType(headers) === 'application/json') return
  throw new RequestProblem(415, 'parameters are JSON: send them with content-type: application/json')
}
