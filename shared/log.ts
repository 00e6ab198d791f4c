/** JSON lines by pino; the only place that writes logs. Secrets never reach it: drivers log no options. */
import { type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** A logger to standard error (standard output is the CLI's and OpenWhisk's own). @param level pino's levels, `silent` for none */
export function openLog(level: string, bindings: Readonly<Record<string, unknown>> = {}): Log {
  return pino(
    { level, base: { ...bindings }, redact: ['*.password', '*.token', '*.secret', '*.authorization'] },
    pino.destination({ dest: 2, sync: true }),
  )
}
