/** What can be posted where. A public service gives strangers nothing but what is signed. */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Config } from '../../config/config.ts'
import { type FunctionCall, type FunctionName, functionNames } from '../registry.ts'
import { readWebhook } from '../webhook.ts'
import { readJson } from './body.ts'
import { readEvent } from './event.ts'

/** Where brokers and sources deliver CloudEvents: their sinks are addresses without a path. */
export const EVENTS = '/'

/** @throws RequestProblem where the request is none that the path takes */
export type Reader = (headers: IncomingHttpHeaders, body: Buffer) => FunctionCall

/** By path. */
export function readersOf({
  server,
  webhook,
}: Pick<Config, 'server' | 'webhook'>): ReadonlyMap<string, Reader> {
  const signed: readonly (readonly [string, Reader])[] = webhook
    ? [['/webhook', (headers, body) => readWebhook(headers, body, webhook)]]
    : []
  if (server.exposure === 'public') return new Map(signed)
  return new Map([[EVENTS, readEvent], ...functionNames.map(invokes), ...signed])
}

const invokes = (name: FunctionName): readonly [string, Reader] => [
  `/invoke/${name}`,
  (_, body) => ({ id: randomUUID(), function: name, params: readJson(body) }),
]
