/** The tracer that the config asks for: without one no package is loaded. */
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { Tracing } from './telemetry/tracer.ts'

/** @throws GoldsyncError `CONFIG_INVALID` where a file of `tracing.otlp.tls` cannot be read */
export async function tracingOf(
  { tracing }: Pick<Config, 'tracing'>,
  log: Pick<Log, 'warn'>,
): Promise<Tracing | undefined> {
  if (tracing === undefined) return undefined
  const { openTracing } = await import('./telemetry/tracer.ts')
  return openTracing(tracing, message => log.warn({ code: 'UNAVAILABLE' }, message))
}
