/** A log that is kept: its records with their level and text. */
import type { Log } from '../../shared/base/log.ts'

export interface LogRecord {
  readonly level: string
  readonly message: string
  readonly [key: string]: unknown
}

export function openRecords() {
  const records: LogRecord[] = []
  const at = (level: string) => (record: object, message?: string) =>
    records.push({ ...record, level, message: message ?? '' })
  const log = Object.fromEntries(
    (['debug', 'info', 'warn', 'error', 'audit'] as const).map(level => [level, at(level)]),
  ) as unknown as Log
  return {
    log,
    /** What was logged since the last call, but for `debug` and audit. */
    told: () => records.splice(0).filter(({ level }) => level !== 'debug' && level !== 'audit'),
    /** The records of changes since the last call. */
    audits: () => records.splice(0).filter(({ level }) => level === 'audit'),
    /** All that was logged since the last call. */
    all: () => records.splice(0),
  }
}
