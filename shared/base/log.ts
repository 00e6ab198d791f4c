/** JSON lines by pino; the only place that writes logs. Drivers log no options, and what slips through all the same is taken out here. */
import { type Logger, pino } from 'pino'
import { GoldsyncError, summarizeError } from './errors.ts'
import { withoutSecrets } from './without-secrets.ts'

export interface Log extends Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> {
  /** Tells of a change of a catalog: kept whatever the level is, unless the config says otherwise. */
  audit(record: object, message: string): void
}

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
  'pathToken',
]
const SECRET_PATHS = ['', '*.', '*.*.', '*.*.*.'].flatMap(above => SECRET_KEYS.map(key => `${above}${key}`))

/** What addresses can hold before their host, wherever they stand in a text. */
const USERS = /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s"/@]+(?=@)/gi

const clean = (line: string): string => withoutSecrets(line.replace(USERS, '[Redacted]'))

/** Where records of changes go: with the log whatever its level is, apart from `silent`, nowhere, or into a file, at whose end they are put. */
export type AuditTarget = 'log' | 'off' | { readonly file: string }

/** @param audit `log`, `off` or a file, as the config says */
export const auditTarget = (audit: string): AuditTarget =>
  audit === 'log' || audit === 'off' ? audit : { file: audit }

/**
 * A logger to standard error (standard output is the CLI's and OpenWhisk's own).
 * @param level pino's levels, `silent` for none
 * @throws GoldsyncError `CONFIG_INVALID` where the audit's file cannot be opened
 */
export function openLog(
  level: string,
  bindings: Readonly<Record<string, unknown>> = {},
  audit: AuditTarget = 'log',
): Log {
  const open = (level: string, to: Destination) =>
    pino({ level, base: { ...bindings }, redact: SECRET_PATHS, hooks: { streamWrite: clean } }, to)
  const log = open(level, STDERR)
  const isOff = audit === 'off' || (audit === 'log' && level === 'silent')
  const audits = isOff ? undefined : open('info', audit === 'log' ? STDERR : fileOf(audit.file))
  return {
    debug: log.debug.bind(log),
    info: log.info.bind(log),
    warn: log.warn.bind(log),
    error: log.error.bind(log),
    audit: (record, message) => audits?.info({ audit: true, ...record }, message),
  }
}

type Destination = ReturnType<typeof pino.destination>

const STDERR = pino.destination({ dest: 2, sync: true })

/** Opened once in a process: an activation's log is opened anew each time. */
const files = new Map<string, Destination>()

function fileOf(file: string): Destination {
  const known = files.get(file)
  if (known) return known
  try {
    const opened = pino.destination({ dest: file, sync: true, append: true, mkdir: true })
    opened.on('error', error =>
      STDERR.write(`${JSON.stringify({ level: 50, msg: notWritten(file, error) })}\n`),
    )
    files.set(file, opened)
    return opened
  } catch (error) {
    throw new GoldsyncError('CONFIG_INVALID', `log.audit: ${notWritten(file, error)}`, {
      hint: 'name a file in a folder that goldsync may write to, or off',
      cause: error,
    })
  }
}

const notWritten = (file: string, error: unknown): string =>
  `records of changes cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}`

/** What a record says of an error: of an expected one its code and hint, of a bug the stack. */
export function errorRecord(error: unknown): Readonly<Record<string, unknown>> {
  const { code, retryable, hint } = summarizeError(error)
  const known = error instanceof GoldsyncError && code !== 'INTERNAL'
  return { code, retryable, ...(hint === undefined ? {} : { hint }), ...(known ? {} : { err: error }) }
}
