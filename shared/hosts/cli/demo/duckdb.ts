/** DuckDB itself, without goldsync: it writes the golden zone, and later reads what goldsync made of it. */
import { GoldsyncError } from '../../../base/errors.ts'

export interface Database {
  run(sql: string): Promise<void>
  /** Names of the columns, then the rows as text. */
  query(sql: string): Promise<readonly (readonly string[])[]>
  close(): void
}

/** @param path a database file, opened to be read; without it, one in memory. @throws GoldsyncError `MISSING_PACKAGE` */
export async function openDatabase(path?: string): Promise<Database> {
  const { DuckDBInstance } = await loadDuckDb()
  const instance = path
    ? await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
    : await DuckDBInstance.create()
  const connection = await instance.connect()
  return {
    run: async sql => {
      await connection.run(sql)
    },
    query: async sql => {
      const result = await connection.runAndReadAll(sql)
      return [result.columnNames(), ...result.getRows().map(row => row.map(value => `${value ?? ''}`))]
    },
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

async function loadDuckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the demo needs the package @duckdb/node-api', {
      hint: 'npm install @duckdb/node-api',
      cause,
    })
  }
}
