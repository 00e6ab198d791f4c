/**
 * A broker that delivers by Knative's rules: knative.dev/eventing pkg/kncloudevents (SelectiveRetry, the backoff, what an answer may hold),
 * and eventing-kafka-broker's ordered delivery. No network partition, no disk: what it has taken it keeps.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pMap from 'p-map'

/** `spec.delivery` of a Broker or Trigger. */
export interface DeliverySpec {
  readonly retry: number
  readonly backoffPolicy: 'linear' | 'exponential'
  /** ISO 8601: `PT0.2S`. */
  readonly backoffDelay: string
}

/** A CloudEvent as it goes over HTTP. */
export interface Event {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Answer {
  readonly event: Event
  /** Undefined where the connection failed. */
  readonly status: number | undefined
  readonly body: string
}

export interface DeadLetter extends Event {
  /** The last answer's. */
  readonly code: number | undefined
}

export interface Broker {
  /** Delivers events in this order, except that many are under way together: of one `partitionkey` only one. */
  publish(events: readonly Event[], atOnce: number): Promise<void>
  /** Each attempt's, as they came. */
  readonly answers: readonly Answer[]
  readonly deadLetters: readonly DeadLetter[]
  /** How many requests wait for their answer. */
  underWay(): number
}

/** @param subscriber address without a path, as a Trigger's subscriber has none */
export function openBroker(subscriber: string, spec: DeliverySpec): Broker {
  const answers: Answer[] = []
  const deadLetters: DeadLetter[] = []
  let open = 0

  async function attempt(event: Event): Promise<Answer> {
    open += 1
    const answer = await post(subscriber, event)
    open -= 1
    answers.push(answer)
    return answer
  }

  async function deliver(event: Event): Promise<void> {
    for (let retries = 0; ; retries += 1) {
      const answer = await attempt(event)
      if (isTaken(answer)) return
      if (retries === spec.retry || !isRepeated(answer)) {
        deadLetters.push({ ...event, code: answer.status })
        return
      }
      await sleep(pauseOf(spec, retries))
    }
  }

  return {
    publish: async (events, atOnce) => {
      const inOrder = async (lane: readonly Event[]) => {
        for (const event of lane) await deliver(event)
      }
      await pMap(lanesOf(events), inOrder, { concurrency: atOnce })
    },
    answers,
    deadLetters,
    underWay: () => open,
  }
}

/** Events of one key in a row, the others each for itself. */
function lanesOf(events: readonly Event[]): readonly (readonly Event[])[] {
  const lanes = new Map<string | number, Event[]>()
  for (const [at, event] of events.entries()) {
    const key = event.headers['ce-partitionkey'] ?? at
    lanes.set(key, [...(lanes.get(key) ?? []), event])
  }
  return [...lanes.values()]
}

/** One attempt to deliver. */
export async function post(url: string, event: Event, signal?: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(url, { method: 'POST', ...event, ...(signal ? { signal } : {}) })
    const body = await response.text()
    // An answer that is no event is a failure: event_dispatcher.go, pkg/broker/filter.
    const isNoise = response.ok && body !== '' && !response.headers.has('ce-id')
    return { event, status: isNoise ? 502 : response.status, body }
  } catch {
    return { event, status: undefined, body: '' }
  }
}

export const isTaken = ({ status = 0 }: Answer): boolean => status >= 200 && status < 300

/** SelectiveRetry. */
export const isRepeated = ({ status }: Answer): boolean =>
  status === undefined || status >= 500 || [404, 408, 409, 429].includes(status)

/** Milliseconds before the next attempt. */
export function pauseOf({ backoffPolicy, backoffDelay }: DeliverySpec, retries: number): number {
  const delay = 1000 * Number(/^PT([\d.]+)S$/.exec(backoffDelay)?.[1])
  return backoffPolicy === 'exponential' ? delay * 2 ** retries : delay * retries
}
