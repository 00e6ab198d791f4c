/** A server's metrics: opened when the first request has begun, since a start need not wait for their package; pushed now and then where a receiver is configured. */
import { randomUUID } from 'node:crypto'
import type { CallCounter } from '../../base/calls.ts'
import { summarizeError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { once } from '../../base/once.ts'
import type { Config } from '../../config/config.ts'
import type { OtlpOptions } from '../../config/telemetry.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Push } from '../metrics/push.ts'

/** Milliseconds between two pushes, as OpenTelemetry's own readers have it. */
const INTERVAL = 60_000
/** Milliseconds for one of them. */
const LIMIT = 10_000

export interface LateMetrics {
  /** Absent where nobody may read them and nobody is sent them. */
  readonly metrics: (() => Promise<Metrics>) | undefined
  /** Sends what is there a last time. */
  end(): Promise<void>
}

export function metricsLater(
  { metrics: { tables, otlp }, server }: Pick<Config, 'metrics' | 'server'>,
  { calls }: CallCounter,
  log: Log,
): LateMetrics {
  if (server.exposure === 'public' && otlp === undefined) return { metrics: undefined, end: async () => {} }
  let timer: NodeJS.Timeout | undefined
  let pushing: Promise<Push | undefined> | undefined
  const push = async (): Promise<void> => {
    const lost = await (await pushing)?.send(LIMIT).catch((error: unknown) => summarizeError(error).message)
    if (lost !== undefined) log.warn({ code: 'UNAVAILABLE' }, lost)
  }
  const told = (error: unknown): undefined => {
    const { code, message } = summarizeError(error)
    log.warn({ code }, `no metrics are sent: ${message}`)
  }
  const metrics = once(async () => {
    const opened = (await import('../metrics/metrics.ts')).openMetrics({ calls, tables })
    if (otlp) {
      // Who asks for metrics, or for work that is counted, does not wait for it, nor fail with it.
      pushing = open(opened, otlp).catch(told)
      timer = setInterval(() => void push(), INTERVAL).unref()
    }
    return opened
  })
  return {
    metrics,
    end: async () => {
      clearInterval(timer)
      await push()
    },
  }
}

async function open({ registry }: Metrics, otlp: OtlpOptions): Promise<Push> {
  const { openPush } = await import('../metrics/push.ts')
  return openPush(registry, otlp, { 'service.instance.id': randomUUID() })
}
