/**
 * Brokers that take events over HTTP, by what they promise their senders (knative.dev/eventing pkg/channel/fanout and pkg/kncloudevents,
 * eventing-kafka-broker): when they answer, and what becomes of a delivery whose sender hangs up. Delivery itself is as in broker.ts.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Answer,
  type DeadLetter,
  type DeliverySpec,
  type Event,
  isRepeated,
  isTaken,
  pauseOf,
  post,
} from './broker.ts'

/**
 * - `kafka`: answers once the event is kept; of one `partitionkey` one is under way, in order.
 * - `in memory, async`: answers once it has read the event (annotation `messaging.knative.dev/async-handler`).
 * - `in memory`: answers when all is delivered, repeated and parked, 500 where it could not be parked. Who hangs up takes the delivery with
 *   him: "context canceled", no further attempt, no dead letter.
 */
export const BROKERS = ['kafka', 'in memory, async', 'in memory'] as const
export type BrokerKind = (typeof BROKERS)[number]

export interface Ingress {
  readonly url: string
  /** Each attempt's, as they came. */
  readonly answers: readonly Answer[]
  readonly deadLetters: readonly DeadLetter[]
  /** Ids of deliveries that ended because their sender had hung up. */
  readonly cancelled: readonly string[]
  /** How many events are not delivered yet. */
  underWay(): number
  /** Forgets what it has not delivered, if it is one in memory; all connections break. */
  restart(): void
  close(): Promise<void>
}

export interface IngressOptions {
  readonly kind: BrokerKind
  readonly spec: DeliverySpec
  /** Where events of these types go; others go nowhere. */
  readonly triggers: Readonly<Record<string, () => string>>
  /** Whether dead letters are taken. */
  readonly parks?: boolean
}

/** Listens on a free port of 127.0.0.1. */
export async function openIngress({ kind, spec, triggers, parks = true }: IngressOptions): Promise<Ingress> {
  const answers: Answer[] = []
  const deadLetters: DeadLetter[] = []
  const cancelled: string[] = []
  const lanes = new Map<string, Promise<unknown>>()
  let forget = new AbortController()
  let open = 0

  /** @returns whether it was delivered, or parked */
  async function deliver(event: Event, signal: AbortSignal): Promise<boolean> {
    const subscriber = triggers[event.headers['ce-type'] ?? '']
    if (!subscriber) return true
    for (let retries = 0; ; retries += 1) {
      const answer = await post(subscriber(), event, signal)
      if (signal.aborted) return false
      answers.push(answer)
      if (isTaken(answer)) return true
      if (retries === spec.retry || !isRepeated(answer)) {
        if (parks) deadLetters.push({ ...event, code: answer.status })
        return parks
      }
      await sleep(pauseOf(spec, retries), undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return false
    }
  }

  async function counted(event: Event, signal: AbortSignal): Promise<boolean> {
    open += 1
    try {
      return await deliver(event, signal)
    } finally {
      open -= 1
    }
  }

  function inOrder(event: Event, signal: AbortSignal): void {
    const key = event.headers['ce-partitionkey'] ?? ''
    const before = lanes.get(key) ?? Promise.resolve()
    lanes.set(
      key,
      before.then(() => counted(event, signal)),
    )
  }

  async function whileSenderWaits(event: Event, response: ServerResponse): Promise<number> {
    const left = new AbortController()
    response.once('close', () => left.abort())
    const isDone = await counted(event, AbortSignal.any([left.signal, forget.signal]))
    if (left.signal.aborted) cancelled.push(event.headers['ce-id'] ?? '')
    return isDone ? 202 : 500
  }

  const server = createServer(async (request, response) => {
    const event = await eventOf(request)
    if (kind === 'in memory') {
      response.writeHead(await whileSenderWaits(event, response)).end()
      return
    }
    if (kind === 'kafka') inOrder(event, new AbortController().signal)
    else void counted(event, forget.signal)
    response.writeHead(202).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/golden/goldsync`,
    answers,
    deadLetters,
    cancelled,
    underWay: () => open,
    restart: () => {
      const before = forget
      forget = new AbortController()
      before.abort()
      server.closeAllConnections()
    },
    close: async () => {
      forget.abort()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function eventOf(request: IncomingMessage): Promise<Event> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const kept = Object.entries(request.headers).filter(([name]) => /^(ce-|content-type)/.test(name))
  return {
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).toString(),
  }
}
