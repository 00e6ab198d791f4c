/** Who takes the tables of a scan: the platform that the environment tells of, or nobody. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Delivery } from '../function/fan-out.ts'
import { namespaceOf, sinkOf, syncActivation, syncEvent } from '../outbound/emit.ts'
import { deliver } from '../outbound/send.ts'

/** Milliseconds between attempts: a broker that is being replaced; it keeps our caller's event meanwhile. */
const BROKER_PAUSES = [250, 1_000, 4_000]
/** Milliseconds: OpenWhisk counts invocations by the minute. */
const LIMIT_PAUSES = [5_000, 15_000, 30_000, 30_000]
/** Milliseconds between two invocations: half of OpenWhisk's default limit, 120 a minute, is left to the sinks' events. */
const PACE = 1_000

/** A sink that a Knative SinkBinding names. @throws GoldsyncError `CONFIG_INVALID` */
export function sinkDelivery(env: NodeJS.ProcessEnv, pauses = BROKER_PAUSES): Delivery | undefined {
  const sink = sinkOf(env)
  return (
    sink && {
      atOnce: 8,
      send: (request, { signal }) => deliver(syncEvent(request, sink), pauses, signal),
    }
  )
}

/** OpenWhisk's own API, where the action has its key. @param pace milliseconds from one invocation to the next */
export function openWhiskDelivery(
  env: NodeJS.ProcessEnv,
  pace = PACE,
  pauses = LIMIT_PAUSES,
): Delivery | undefined {
  const namespace = namespaceOf(env)
  return (
    namespace && {
      atOnce: 1,
      send: async (request, { signal }) => {
        await deliver(syncActivation(request, namespace), pauses, signal)
        await delay(pace, undefined, { signal }).catch(() => undefined)
      },
    }
  )
}
