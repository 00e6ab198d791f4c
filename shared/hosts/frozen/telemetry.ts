/** What a process tells of its invocations, by OTLP: after each of them, since it may be stopped for good then. */
import { randomUUID } from 'node:crypto'
import { type CallCounter, openCallCounter } from '../../base/calls.ts'
import { summarizeError } from '../../base/errors.ts'
import { errorRecord, type Log, openLog } from '../../base/log.ts'
import type { Tracer } from '../../base/tracing.ts'
import type { Config } from '../../config/config.ts'
import type { Outcome } from '../../function/outcome.ts'
import type { FunctionCall } from '../registry.ts'
import { tracingOf } from '../tracing.ts'

export interface Telemetry {
  /** Absent where nobody wants to know of calls. */
  readonly counter: CallCounter | undefined
  readonly tracer: Tracer | undefined
  /** Tells of an invocation. Never throws. */
  tell(call: Pick<FunctionCall, 'function' | 'params'>, outcome: Outcome, options: TellOptions): Promise<void>
}

interface TellOptions {
  /** That the invocation took. */
  readonly seconds: number
  /** Milliseconds that it waits for the receivers. */
  readonly limit: number
  readonly log: Log
}

/** What cannot be opened (a file of `tls` that cannot be read) is a warning: it fails no invocation. */
export async function openTelemetry(config: Config): Promise<Telemetry> {
  const { level = 'info' } = config.log
  const log = openLog(level)
  const isLogged = level === 'debug' || level === 'trace'
  const tracing = await tracingOf(config, log)
  const isCounted = isLogged || tracing !== undefined || config.metrics.otlp !== undefined
  const counter = isCounted
    ? openCallCounter(isLogged ? call => log.debug(call, 'called') : undefined, tracing)
    : undefined
  const metrics = counter && (await openPushed(config.metrics, counter, log))
  return {
    counter,
    tracer: tracing,
    tell: async ({ function: name, params }, outcome, { seconds, limit, log: own }) => {
      metrics?.observe(name, outcome, seconds, params)
      const [lost] = await Promise.all([metrics?.send(limit), tracing?.flush(limit)])
      if (lost !== undefined) own.warn({ code: 'UNAVAILABLE' }, lost)
    },
  }
}

async function openPushed({ otlp, tables }: Config['metrics'], { calls }: CallCounter, log: Log) {
  if (otlp === undefined) return undefined
  try {
    const { openMetrics } = await import('../metrics/metrics.ts')
    const { openPush } = await import('../metrics/push.ts')
    const { observe, registry } = openMetrics({ calls, tables })
    const { send } = await openPush(registry, otlp, { 'service.instance.id': randomUUID() })
    return { observe, send }
  } catch (error) {
    log.warn(errorRecord(error), `metrics.otlp: no metrics are sent: ${summarizeError(error).message}`)
    return undefined
  }
}
