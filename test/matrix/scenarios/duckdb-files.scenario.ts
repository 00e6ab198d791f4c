/** A catalog file between goldsync's DuckDB and another version, that of DUCKDB_PYTHON: who makes it, reads it and goes on with it. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { duckdb } from '../../support/duckdb.ts'
import { runScanOf } from '../../support/golden-zone.ts'
import { isLimited, noteLimit } from '../../support/limits.ts'

const PYTHON = process.env.DUCKDB_PYTHON ?? ''
const ASK = `
import duckdb, json, sys
file, read_only, *statements = sys.argv[1:]
connection = duckdb.connect(file, read_only=read_only == 'true')
for sql in statements:
    answer = connection.execute(sql)
print(json.dumps(answer.fetchall(), default=str))
`
const COUNTS = ['orders', 'structs', 'lists', 'maps', 'timestamps'].map(
  table => `SELECT '${table}', count(*) FROM golden.${table}`,
)
const ALL = `${COUNTS.join(' UNION ALL ')} ORDER BY 1`

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'goldsync-files-'))
  file = join(folder, 'catalog.duckdb')
  await put('orders', '07', 'orders/v1')
  for (const topic of ['structs', 'lists', 'maps', 'timestamps']) await put(topic, '07', `types/${topic}`)
})
afterEach(() => rm(folder, { recursive: true }))

async function put(topic: string, hour: string, fixture: string): Promise<void> {
  const path = join(folder, `lake/${topic}/2026/11/20/${hour}/a.parquet`)
  await mkdir(dirname(path), { recursive: true })
  await cp(`test/fixtures/${fixture}.parquet`, path)
}

/** @returns the rows of the last statement */
async function theirs(readOnly: boolean, ...statements: string[]): Promise<unknown[][]> {
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', ASK, file, `${readOnly}`, ...statements])
  return JSON.parse(stdout)
}

const ours = async (): Promise<unknown[][]> =>
  (await duckdb(ALL, file)).map(row =>
    Object.values(row).map((value, at) => (at > 0 ? Number(value) : value)),
  )

const config = (): object => ({
  lakes: [{ location: join(folder, 'lake'), database: 'golden', createDatabase: true }],
  catalogs: { duck: { kind: 'duckdb', file } },
})
const scan = async (): Promise<void> => {
  for (const { error, topic } of await runScanOf(config(), { mode: 'full' }))
    expect([topic, error]).toEqual([topic, undefined])
}

describe('a file that goldsync has made', () => {
  test('is read with the same rows, of nested types too', async () => {
    await scan()
    expect(await theirs(true, ALL)).toEqual(await ours())
  })

  test('is written by it, and goldsync goes on with both', async () => {
    await scan()
    await theirs(false, 'CREATE TABLE own AS SELECT 42 AS answer', 'CHECKPOINT', 'SELECT answer FROM own')
    await put('orders', '08', 'orders/v2')
    await scan()
    expect(await theirs(true, 'SELECT answer FROM own')).toEqual([[42]])
    expect(await theirs(true, ALL)).toEqual(await ours())
    expect(await theirs(true, 'SELECT count(DISTINCT hour) FROM golden.orders')).toEqual([[2]])
  })
})

describe('a file that it has made', () => {
  test('is gone on with by goldsync, or refused with what to do', async () => {
    await theirs(false, 'CREATE TABLE own AS SELECT 42 AS answer', 'SELECT answer FROM own')
    if (isLimited('newer-files')) {
      const failed = await scan().catch((thrown: Error) => thrown)
      const { code, message, hint } = JSON.parse((failed as Error).message).error
      expect([code, message]).toEqual(['UNSUPPORTED', expect.stringContaining('was made by a newer DuckDB')])
      noteLimit('newer-files', `${code}: ${message.replace(file, basename(file))}; ${hint}`)
      return expect(await theirs(true, 'SELECT answer FROM own')).toEqual([[42]])
    }
    await scan()
    expect(await theirs(true, ALL)).toEqual(await ours())
    expect(await theirs(true, 'SELECT answer FROM own')).toEqual([[42]])
  })
})
