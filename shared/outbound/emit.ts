/** Requests that hand work on to the platform, as values: a CloudEvent for a Knative sink, an activation on OpenWhisk. Pure. */
import * as z from 'zod'
import { holdsNoUser } from '../base/addresses.ts'
import { GoldsyncError } from '../base/errors.ts'
import type { HttpRequest, ReadAuthorization } from '../base/http-request.ts'
import type { TraceContext } from '../base/tracing.ts'
import type { HandOver } from '../function/hand-over.ts'

/** What a SinkBinding gives a container (knative.dev/eventing docs/spec/sources.md). */
export interface Sink {
  readonly url: string
  /** Attributes that the platform wants on every event. */
  readonly extensions: Readonly<Record<string, string>>
  /** Where it has its certificate from: PEM. */
  readonly ca?: string | undefined
  readonly authorization?: ReadAuthorization | undefined
}

/** What OpenWhisk gives an action with the annotation `provide-api-key`. */
export interface Namespace {
  readonly apiHost: string
  readonly apiKey: string
  /** Of the running action: `/namespace/package/name`; the others are beside it. */
  readonly action: string
}

type Environment = Readonly<Record<string, string | undefined>>

const overrides = z.object({ extensions: z.record(z.string(), z.coerce.string()).default({}) })

/** @throws GoldsyncError `CONFIG_INVALID` where K_SINK is no address, or one with a user, or K_CE_OVERRIDES is broken */
export function sinkOf({ K_SINK, K_CE_OVERRIDES, K_CA_CERTS }: Environment): Sink | undefined {
  if (!K_SINK) return undefined
  refuseAddress(K_SINK)
  try {
    const { extensions } = overrides.parse(JSON.parse(K_CE_OVERRIDES || '{}'))
    return { url: K_SINK, extensions, ...(K_CA_CERTS ? { ca: K_CA_CERTS } : {}) }
  } catch (cause) {
    throw new GoldsyncError('CONFIG_INVALID', 'K_CE_OVERRIDES: expected {"extensions": {"name": "value"}}', {
      hint: 'look at spec.ceOverrides of the SinkBinding',
      cause,
    })
  }
}

function refuseAddress(text: string): void {
  const isSink = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  if (isSink && holdsNoUser(text)) return
  throw new GoldsyncError(
    'CONFIG_INVALID',
    isSink ? 'K_SINK holds a user: addresses get into messages' : 'K_SINK: expected http://… or https://…',
    { hint: 'a SinkBinding sets it: look at its spec.sink' },
  )
}

export function namespaceOf(env: Environment): Namespace | undefined {
  const { __OW_API_HOST: apiHost, __OW_API_KEY: apiKey, __OW_ACTION_NAME: action } = env
  return apiHost && apiKey && action ? { apiHost, apiKey, action } : undefined
}

/** What differs between our events. */
interface Event {
  readonly id: string
  readonly source: string
  readonly type: string
  /** `database.table`: brokers that keep an order keep it for each of these. */
  readonly partitionkey: string
  readonly subject?: string
  /** ISO 8601. */
  readonly time?: string
}

/** A CloudEvent in binary mode. @param data its body, as JSON @param trace whose work it tells of, or is */
export const cloudEvent = (
  event: Event,
  data: object,
  { url, extensions, ca, authorization }: Sink,
  trace?: TraceContext,
): HttpRequest => ({
  url,
  ca,
  authorization,
  headers: {
    'content-type': 'application/json',
    ...trace,
    ...attributes({ ...extensions, specversion: '1.0', ...event, ...trace }),
  },
  body: JSON.stringify(data),
})

export const handOverEvent = (
  { id, function: name, params, key, trace }: HandOver,
  sink: Sink,
): HttpRequest => {
  const event = { id, source: '/goldsync/scan', type: `io.goldsync.${name}`, partitionkey: key }
  return cloudEvent(event, params, sink, trace)
}

/** An activation that nobody waits for (apache/openwhisk REST API, `POST /namespaces/{namespace}/actions/{name}`). */
export const activation = (
  { function: name, params, trace }: HandOver,
  { apiHost, apiKey, action }: Namespace,
): HttpRequest => {
  const [namespace = '_', ...names] = action.split('/').filter(part => part !== '')
  const path = [...names.slice(0, -1), name].map(encodeURIComponent).join('/')
  const origin = /^https?:\/\//.test(apiHost) ? apiHost : `https://${apiHost}`
  return {
    url: `${origin.replace(/\/+$/, '')}/api/v1/namespaces/${encodeURIComponent(namespace)}/actions/${path}?blocking=false`,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(apiKey).toString('base64')}`,
    },
    // An activation has no headers.
    body: JSON.stringify({ ...params, ...trace }),
  }
}

/** Headers of binary mode. */
const attributes = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`ce-${name}`, encode(value)]))

/** HTTP binding §3.1.3.2: what is not printable ASCII, and space, quote and percent. */
const encode = (value: string): string =>
  value.replace(/[^\x21-\x7e]|["%]/gu, character => encodeURIComponent(character))
