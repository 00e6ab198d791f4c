/** DuckDB as somebody else uses it: it writes the Parquet files of tests and queries the catalog, without goldsync. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Column } from '../../shared/schema/table.ts'

/** Opened once: what opens a database in memory is most of the cost of a small query. */
let inMemory: Promise<DuckDBInstance> | undefined

/** Rows as JSON: integers beyond int as text. @param file a database to be read; without it, none */
export async function duckdb(sql: string, file?: string): Promise<Record<string, unknown>[]> {
  if (file === undefined) {
    inMemory ??= DuckDBInstance.create(':memory:')
    return ask(await inMemory, sql)
  }
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  try {
    return await ask(instance, sql)
  } finally {
    instance.closeSync()
  }
}

/** A database that is read more than once; opened with the first query. Nobody else can write to it meanwhile. */
export function readingDuckdb(file: string) {
  let opened: Promise<DuckDBInstance> | undefined
  return {
    rows: async (sql: string): Promise<Record<string, unknown>[]> => {
      opened ??= DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
      return ask(await opened, sql)
    },
    close: async (): Promise<void> => {
      const instance = await opened
      opened = undefined
      instance?.closeSync()
    },
  }
}

async function ask(instance: DuckDBInstance, sql: string): Promise<Record<string, unknown>[]> {
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
  }
}

/** Writes what a query returns to a Parquet file. @param columns what goldsync would tell of it */
export async function writeParquet(
  path: string,
  select: string,
  columns: readonly Column[],
): Promise<DataFile> {
  await mkdir(dirname(path), { recursive: true })
  const [{ Count } = {}] = await duckdb(
    `copy (${select}) to '${path.replaceAll("'", "''")}' (format parquet)`,
  )
  const { size, mtimeMs } = await stat(path)
  return { path, size, modified: mtimeMs, rows: Number(Count), columns, diagnostics: [] }
}

export interface HeldFile {
  readonly file: string
  /** The process that holds it. */
  readonly pid: number
  release(): Promise<void>
}

/** Another process opens the file, made if need be, and keeps it open. */
export async function holdDuckdb(
  file: string,
  mode: 'READ_WRITE' | 'READ_ONLY' = 'READ_WRITE',
): Promise<HeldFile> {
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api'
    globalThis.held = await DuckDBInstance.create(process.argv[1], { access_mode: '${mode}' })
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    file,
    pid: child.pid as number,
    release: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
