/** DuckDB's errors in goldsync's words. DuckDB tells its errors apart by text only. */
import { dirname } from 'node:path'
import { GoldsyncError } from '../../base/errors.ts'

/** How the file was to be opened. */
export type Mode = 'read' | 'write'

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whether another process holds the file. */
export const isLocked = (error: unknown): boolean => textOf(error).includes('Could not set lock on file')

/** Any failure of DuckDB on the catalog file. */
export function duckdbError(file: string, mode: Mode, cause: unknown): GoldsyncError {
  if (cause instanceof GoldsyncError) return cause
  const text = textOf(cause)
  if (isLocked(cause)) return heldError(file, mode, cause)
  return knownError(file, text, cause)
}

/** Why the file cannot be written, as Node's `access` tells it. */
export const unwritable = (file: string, cause: unknown): GoldsyncError =>
  knownError(
    file,
    (cause as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'Cannot open file: No such file or directory'
      : 'Cannot open file: Permission denied',
    cause,
  )

function knownError(file: string, text: string, cause: unknown): GoldsyncError {
  if (/Cannot open file.*No such file or directory/.test(text)) return noFolder(file)
  const known = KNOWN.find(({ pattern }) => pattern.test(text))
  if (known === undefined)
    return new GoldsyncError('INTERNAL', `DuckDB failed on ${file}: ${firstLine(text)}`, { cause })
  return new GoldsyncError(known.code, known.message(file), { hint: known.hint, cause })
}

const firstLine = (text: string): string => text.split('\n', 1)[0] as string

/** Who holds the file: "Conflicting lock is held in /usr/bin/duckdb (PID 4711)", on some systems with "by user …" after it. */
export function holderOf(error: unknown): string {
  const [, program = 'another process', pid] = /held in (.*?) \(PID (\d+)\)/.exec(textOf(error)) ?? []
  return pid === undefined ? program : `${program} (PID ${pid})`
}

export const noFolder = (file: string): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `the folder ${dirname(file)} of the catalog file does not exist`, {
    hint: 'make the folder, or name another file in the catalog settings',
  })

function heldError(file: string, mode: Mode, cause: unknown): GoldsyncError {
  const holder = holderOf(cause)
  const hint =
    mode === 'write'
      ? 'close it and run goldsync again; DuckDB lets nobody write while another process has the file open, even with -readonly'
      : 'close it, or open the file there with -readonly, then run goldsync again'
  return new GoldsyncError('UNAVAILABLE', `the catalog file ${file} is held by ${holder}`, { hint, cause })
}

const KNOWN = [
  {
    pattern: /not a valid DuckDB database file/,
    code: 'DATA_INVALID',
    message: (file: string) => `${file} is not a DuckDB database, or is damaged`,
    hint: "name another file in the catalog settings; one of goldsync's own that was damaged can be moved away: the next scan makes it anew from the lake",
  },
  {
    // DuckDB 2.0 writes into files of 1.x as it finds them; 1.x opens none that 2.0 has made.
    pattern: /database file was created with a newer version of DuckDB/,
    code: 'UNSUPPORTED',
    message: (file: string) => `${file} was made by a newer DuckDB than goldsync's, which cannot open it`,
    hint: 'let goldsync make the file: name another one in the catalog settings or remove this one, and run a full scan; newer DuckDBs then read and write it. A newer @duckdb/node-api, where there is one, opens it as it is',
  },
  {
    pattern: /database file with version number/,
    code: 'UNSUPPORTED',
    message: (file: string) => `${file} was written by a DuckDB with another storage version`,
    hint: 'move the file away, or name another one in the catalog settings: the next scan makes it anew from the lake',
  },
  {
    pattern: /Cannot open file.*Permission denied/,
    code: 'PERMISSION_DENIED',
    message: (file: string) => `no permission to open ${file}`,
    hint: 'let the user that runs goldsync read and write the file and its folder',
  },
  {
    pattern: /No space left on device/,
    code: 'UNAVAILABLE',
    message: (file: string) => `no space is left on the disk of ${file}`,
    hint: 'make room and run goldsync again',
  },
] as const
