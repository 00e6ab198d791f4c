/** The catalog file: opened late for one short piece of work, and closed after it, since DuckDB lets one process in only. */
import { constants, existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBInstance, DuckDBValue, Json } from '@duckdb/node-api'
import { GoldsyncError } from '../../base/errors.ts'
import { beginWait } from '../../base/waits.ts'
import { duckdbError, holderOf, isLocked, type Mode, noFolder, unwritable } from './errors.ts'
import { inTurn } from './turns.ts'

/** How often a held file is tried again, ms. */
const RETRY = 100

export type Row = Readonly<Record<string, Json>>

/** An open connection. */
export interface Database {
  run(sql: string, values?: DuckDBValue[]): Promise<void>
  /** Rows as JSON: integers beyond int and timestamps as text, lists and JSON columns' text as they are. */
  rows(sql: string, values?: DuckDBValue[]): Promise<readonly Row[]>
}

export interface CatalogFile {
  /** Absolute. */
  readonly path: string
  /** What DuckDB calls the file's content: its name without the extension. */
  readonly catalog: string
  /** Work on an open file, or undefined where there is no file. @throws GoldsyncError `UNAVAILABLE` where it is held, `DATA_INVALID`, `ABORTED` */
  read<T>(signal: AbortSignal | undefined, work: (db: Database) => Promise<T>): Promise<T | undefined>
  /** Work on an open file, made if need be. Errors as for `read`. */
  write<T>(signal: AbortSignal | undefined, work: (db: Database) => Promise<T>): Promise<T>
}

/** @param path absolute @param wait how long to wait for another process that holds the file, ms */
export function catalogFile(path: string, wait: number): CatalogFile {
  const use = <T>(mode: Mode, signal: AbortSignal | undefined, work: (db: Database) => Promise<T>) =>
    inTurn(path, () => withDatabase({ path, mode, wait, signal }, work))
  return {
    path,
    catalog: basename(path, extname(path)),
    read: async (signal, work) => {
      stopIfAborted(path, signal)
      if (existsSync(path)) return use('read', signal, work)
      // The file is made later; without its folder that would fail after all files have been read.
      if (!existsSync(dirname(path))) throw noFolder(path)
      return undefined
    },
    write: (signal, work) => use('write', signal, work),
  }
}

/** All of the work or, where it throws, nothing. */
export async function inTransaction<T>(db: Database, work: () => Promise<T>): Promise<T> {
  await db.run('begin')
  const done = await work().catch(async error => {
    await db.run('rollback')
    throw error
  })
  await db.run('commit')
  return done
}

/** @throws GoldsyncError `ABORTED` */
export function stopIfAborted(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GoldsyncError('ABORTED', `catalog file ${path}: aborted`)
}

/** Whether the file, or its folder where there is none yet, may be written. @throws GoldsyncError `PERMISSION_DENIED`, `NOT_FOUND` */
export async function expectWritable(path: string): Promise<void> {
  try {
    await access(existsSync(path) ? path : dirname(path), constants.W_OK)
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

interface Opening {
  readonly path: string
  readonly mode: Mode
  readonly wait: number
  readonly signal: AbortSignal | undefined
}

async function withDatabase<T>(opening: Opening, work: (db: Database) => Promise<T>): Promise<T> {
  try {
    const instance = await openWaiting(opening)
    return await withInstance(instance, work)
  } catch (error) {
    throw duckdbError(opening.path, opening.mode, error)
  }
}

async function openWaiting(opening: Opening): Promise<DuckDBInstance> {
  let endWait: (() => void) | undefined
  try {
    return await openRetrying(opening, error => {
      endWait ??= beginWait(basename(opening.path), `held by ${holderOf(error)}`)
    })
  } finally {
    endWait?.()
  }
}

async function openRetrying(
  { path, mode, wait, signal }: Opening,
  tellHeld: (error: unknown) => void,
): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await loadDuckdb()
  const deadline = Date.now() + wait
  for (;;) {
    stopIfAborted(path, signal)
    try {
      return await DuckDBInstance.create(path, mode === 'read' ? { access_mode: 'READ_ONLY' } : {})
    } catch (error) {
      if (!isLocked(error) || Date.now() >= deadline) throw error
      tellHeld(error)
      await setTimeout(RETRY)
    }
  }
}

/** A database in memory, for reading files. */
export async function inMemory<T>(work: (db: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await loadDuckdb()
  return withConnection(await DuckDBInstance.create(), work)
}

const withInstance = <T>(instance: DuckDBInstance, work: (db: Database) => Promise<T>): Promise<T> =>
  withConnection(instance, connection => work(databaseOf(connection)))

async function withConnection<T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  try {
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

const databaseOf = (connection: DuckDBConnection): Database => ({
  run: async (sql, values) => {
    await connection.run(sql, values)
  },
  rows: async (sql, values) => (await connection.runAndReadAll(sql, values)).getRowObjectsJson(),
})

/** @throws GoldsyncError `MISSING_PACKAGE` */
export async function loadDuckdb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the duckdb catalog needs the package @duckdb/node-api', {
      hint: 'npm install @duckdb/node-api',
      cause,
    })
  }
}
