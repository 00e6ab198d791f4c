/** What a container tells of its activations, by OTLP: after each of them, since it may be stopped for good then. */
import { randomUUID } from 'node:crypto'
import { type CallCounter, openCallCounter } from '../../base/calls.ts'
import { type Log, openLog } from '../../base/log.ts'
import type { Tracer } from '../../base/tracing.ts'
import type { Config } from '../../config/config.ts'
import type { Outcome } from '../../function/outcome.ts'
import type { FunctionName } from '../registry.ts'
import { tracingOf } from '../tracing.ts'

export interface Telemetry {
  /** Absent where nobody wants to know of calls. */
  readonly counter: CallCounter | undefined
  readonly tracer: Tracer | undefined
  /** Tells of an activation. Never throws. */
  tell(name: FunctionName, outcome: Outcome, options: TellOptions): Promise<void>
}

interface TellOptions {
  /** That the activation took. */
  readonly seconds: number
  /** Milliseconds that it waits for the receivers. */
  readonly limit: number
  readonly log: Log
}

/** @throws GoldsyncError `CONFIG_INVALID` */
export async function openTelemetry(config: Config): Promise<Telemetry> {
  const { level = 'info' } = config.log
  const log = openLog(level)
  const isLogged = level === 'debug' || level === 'trace'
  const tracing = await tracingOf(config, log)
  const isCounted = isLogged || tracing !== undefined || config.metrics.otlp !== undefined
  const counter = isCounted
    ? openCallCounter(isLogged ? call => log.debug(call, 'called') : undefined, tracing)
    : undefined
  const metrics = counter && (await openPushed(config.metrics, counter))
  return {
    counter,
    tracer: tracing,
    tell: async (name, outcome, { seconds, limit, log: own }) => {
      metrics?.observe(name, outcome, seconds)
      const [lost] = await Promise.all([metrics?.send(limit), tracing?.flush(limit)])
      if (lost !== undefined) own.warn({ code: 'UNAVAILABLE' }, lost)
    },
  }
}

async function openPushed({ otlp, tables }: Config['metrics'], { calls }: CallCounter) {
  if (otlp === undefined) return undefined
  const { openMetrics } = await import('../metrics/metrics.ts')
  const { openPush } = await import('../metrics/push.ts')
  const { observe, registry } = openMetrics({ calls, tables })
  const { send } = await openPush(registry, otlp, { 'service.instance.id': randomUUID() })
  return { observe, send }
}
