/** The tracer that the config asks for: without one no package is loaded. */
import { summarizeError } from '../base/errors.ts'
import { errorRecord, type Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { Tracing } from './telemetry/tracer.ts'

/** Undefined, with a warning, where it cannot be opened (a file of `tracing.otlp.tls` that cannot be read): that fails no run. */
export async function tracingOf(
  { tracing }: Pick<Config, 'tracing'>,
  log: Pick<Log, 'warn'>,
): Promise<Tracing | undefined> {
  if (tracing === undefined) return undefined
  try {
    const { openTracing } = await import('./telemetry/tracer.ts')
    return await openTracing(tracing, message => log.warn({ code: 'UNAVAILABLE' }, message))
  } catch (error) {
    log.warn(errorRecord(error), `tracing.otlp: no spans are sent: ${summarizeError(error).message}`)
    return undefined
  }
}
