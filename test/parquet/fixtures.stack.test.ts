import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeFile } from '../../shared/inspect/describe-file.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { FIXTURES, parquetNames, readExpectation, readFixture } from '../support/fixtures.ts'
import { describeStack, stack } from '../support/stack.ts'

const GENERATOR = fileURLToPath(new URL('../fixtures/generate.py', import.meta.url))

interface Sight {
  readonly rows?: number
  readonly names?: readonly string[]
  readonly error?: string
}

/** What pyarrow and DuckDB see of a file. */
interface Sights {
  readonly file: string
  readonly pyarrow: Sight
  readonly duckdb: Sight
}

const python = (...args: readonly string[]): string =>
  execFileSync(stack.python, ['-B', GENERATOR, ...args], { encoding: 'utf8', maxBuffer: 1 << 24 })

describeStack(['python'], 'fixtures made anew by pyarrow and DuckDB', () => {
  const path = mkdtempSync(join(tmpdir(), 'goldsync-fixtures-'))
  const folder = pathToFileURL(`${path}/`)
  let sights: readonly Sights[] = []

  beforeAll(() => {
    python(path)
    const files = parquetNames(folder).map(name => join(path, `${name}.parquet`))
    sights = python('--read', ...files)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Sights)
  })
  afterAll(() => rmSync(path, { recursive: true }))

  it('have the tables that are checked in', () => {
    expect(parquetNames(folder)).toEqual(parquetNames(FIXTURES))
    for (const name of parquetNames(folder))
      expect(readExpectation(name, folder)).toEqual(readExpectation(name))
  })

  it('map to these tables', async () => {
    for (const name of parquetNames(folder)) {
      const description = await describeFile(bytesStorage({ [name]: readFixture(name, folder) }), name)
      expect(description, name).toMatchObject({
        rows: readExpectation(name).rows,
        columns: readExpectation(name).columns,
      })
    }
  })

  it('have the rows and columns that pyarrow reads', () => {
    const readable = sights.filter(sight => sight.pyarrow.error === undefined)
    for (const { file, pyarrow } of readable) {
      const { rows, names } = readExpectation(nameOf(file))
      expect({ file, ...pyarrow }).toEqual({ file, rows, names })
    }
    // Forms that pyarrow refuses are in files of their own.
    expect(sights.length - readable.length).toBe(parquetNames(FIXTURES).filter(isStrict).length)
  })

  it('have the rows and columns that DuckDB reads', () => {
    const readable = sights.filter(sight => sight.duckdb.error === undefined)
    for (const { file, duckdb } of readable) {
      const { rows, names } = readExpectation(nameOf(file))
      // DuckDB renames what differs in case only.
      if (new Set(names.map(name => name.toLowerCase())).size < names.length) continue
      expect({ file, ...duckdb }).toEqual({ file, rows, names })
    }
    expect(readable.length).toBeGreaterThan(20)
  })
})

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1, -'.parquet'.length)
const isStrict = (name: string): boolean => name.endsWith('-strict')
