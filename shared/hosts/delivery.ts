/** Who takes what a scan hands on: the platform that the environment tells of, or nobody. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Delivery } from '../function/hand-over.ts'
import { activation, handOverEvent, namespaceOf, sinkOf } from '../outbound/emit.ts'
import { deliver, type Patience } from '../outbound/send.ts'
import { SINK_TOKEN, withToken } from '../outbound/sink-token.ts'

/** Milliseconds between attempts: a broker that is being replaced; it keeps our caller's event meanwhile. */
const BROKER_PAUSES = [250, 1_000, 4_000]
/** Milliseconds: OpenWhisk counts invocations by the minute. */
const LIMIT_PAUSES = [5_000, 15_000, 30_000, 30_000]
/** Milliseconds between two invocations: half of OpenWhisk's default limit, 120 a minute, is left to the sinks' events. */
const PACE = 1_000

/**
 * Events under way together. A broker that answers when the work is done lets so many tables be synced at once, so with few 500 tables
 * would take hours; as many as one instance takes (containerConcurrency).
 */
const EVENTS_AT_ONCE = 48
/** Milliseconds: OpenWhisk answers before the action runs. */
const ACTIVATED = 30_000

/** A sink that a Knative SinkBinding names. @param token file of its token @throws GoldsyncError `CONFIG_INVALID` */
export function sinkDelivery(
  env: NodeJS.ProcessEnv,
  patience: Patience = { pauses: BROKER_PAUSES },
  token: string = SINK_TOKEN,
): Delivery | undefined {
  const sink = withToken(sinkOf(env), token)
  return (
    sink && {
      atOnce: EVENTS_AT_ONCE,
      send: (request, options) => deliver(handOverEvent(request, sink), patience, options),
    }
  )
}

/** OpenWhisk's own API, where the action has its key. @param pace milliseconds from one invocation to the next */
export function openWhiskDelivery(
  env: NodeJS.ProcessEnv,
  pace = PACE,
  patience: Patience = { pauses: LIMIT_PAUSES, answer: ACTIVATED },
): Delivery | undefined {
  const namespace = namespaceOf(env)
  return (
    namespace && {
      atOnce: 1,
      send: async (request, options) => {
        const taken = await deliver(activation(request, namespace), patience, options)
        await delay(pace, undefined, { signal: options.signal }).catch(() => undefined)
        return taken
      },
    }
  )
}
