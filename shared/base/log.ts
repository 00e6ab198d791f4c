/** JSON lines by pino; the only place that writes logs. Drivers log no options, and what slips through all the same is taken out here. */
import { type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Keys whose values are never written, in a record or in what it holds. */
const SECRET_KEYS = [
  'password',
  'token',
  'secret',
  'authorization',
  'apiKey',
  'key',
  'cookie',
  'bearer',
  'standard',
  'github',
]
const SECRET_PATHS = ['', '*.', '*.*.', '*.*.*.'].flatMap(above => SECRET_KEYS.map(key => `${above}${key}`))

/** What addresses and headers can hold, wherever they stand in a text. */
const SECRET_TEXTS: readonly RegExp[] = [
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s"/@]+(?=@)/gi,
  /(?<=[?&](?:delegation|access_token|token|sig|signature|x-amz-(?:signature|credential|security-token))=)[^&\s"\\]+/gi,
  /(?<=\b(?:Bearer|Basic) )[\w.~+/=-]{8,}/g,
  /whsec_[\w+/=-]+/g,
]

const withoutSecrets = (line: string): string =>
  SECRET_TEXTS.reduce((text, secret) => text.replace(secret, '[Redacted]'), line)

/** A logger to standard error (standard output is the CLI's and OpenWhisk's own). @param level pino's levels, `silent` for none */
export function openLog(level: string, bindings: Readonly<Record<string, unknown>> = {}): Log {
  return pino(
    { level, base: { ...bindings }, redact: SECRET_PATHS, hooks: { streamWrite: withoutSecrets } },
    pino.destination({ dest: 2, sync: true }),
  )
}
