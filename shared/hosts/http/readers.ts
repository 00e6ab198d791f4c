/** What can be posted where. A public service gives strangers nothing but what is signed. */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { admit, type RequestHead, type WebhookSecrets } from '../../auth/authenticate.ts'
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

/** Both throw RequestProblem where the request is none that the path takes. */
export interface Reader {
  /** By the headers and the address alone, before anything of the body is read. */
  admit(head: RequestHead): void
  read(head: RequestHead, body: Buffer): FunctionCall
}

/** By path. */
export function readersOf({
  server,
  webhook,
}: Pick<Config, 'server' | 'webhook'>): ReadonlyMap<string, Reader> {
  const signed = webhook ? signedBy(webhook) : []
  if (server.exposure === 'public') return new Map(signed)
  return new Map([[EVENTS, events], ...functionNames.map(invokes), ...signed])
}

/** Each kind of proof has its place: without the token an address with one is not there, nor is one without where all have one. */
function signedBy(secrets: WebhookSecrets): readonly (readonly [string, Reader])[] {
  const reader: Reader = {
    admit: head => {
      admit(head, secrets)
      refuseFormat(head.headers)
    },
    read: (head, body) => readWebhook(head, body, secrets),
  }
  const { pathToken, standard, github, bearer } = secrets
  const isSigned = [standard, github, bearer].some(kind => kind.length > 0)
  return [
    ...(isSigned ? [['/webhook', reader] as const] : []),
    ...(pathToken.length > 0 ? [[WITH_TOKEN, reader] as const] : []),
  ]
}

const events: Reader = {
  admit: ({ headers }) => {
    refusePages(headers)
    refuseFormat(headers)
  },
  read: ({ headers }, body) => readEvent(headers, body),
}

const invokes = (name: FunctionName): readonly [string, Reader] => [
  `/invoke/${name}`,
  {
    admit: ({ headers }) => {
      refusePages(headers)
      refuseForms(headers)
    },
    read: (_, body) => ({ id: randomUUID(), function: name, params: readJson(body) }),
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
