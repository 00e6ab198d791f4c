import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { openFileHistory } from '../../shared/history/file/history.ts'
import { duckdb } from '../support/duckdb.ts'
import { all, thing } from '../support/history.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'goldsync-history-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const RUNS = 100
const WRITERS = ['a', 'b', 'c', 'd']

describe('a history that several processes write', () => {
  it('has every entry of each once, in the order of its writer; and DuckDB reads the same', async () => {
    const script = new URL('./append-many.ts', import.meta.url).pathname
    await Promise.all(
      WRITERS.map(name => run(process.execPath, ['--import', 'tsx', script, folder, name, `${RUNS}`])),
    )
    const entries = await all(openFileHistory({ path: folder, days: 30 }))
    const ids = entries.map(({ id }) => id).reverse()
    for (const name of WRITERS) {
      const expected = Array.from(
        { length: RUNS * 3 },
        (_, at) => `${name}/${Math.floor(at / 3)}/${(at % 3) + 1}`,
      )
      expect(ids.filter(id => id.startsWith(`${name}/`))).toEqual(expected)
    }
    const [file = ''] = readdirSync(folder)
    appendFileSync(join(folder, file), JSON.stringify(thing(1)).slice(0, 50))
    const files = join(folder, '*.jsonl')
    const read = `read_json('${files}', format = 'newline_delimited', ignore_errors = true, union_by_name = true)`
    const rows = await duckdb(`select id from ${read} where kind = 'thing' and "table" = 'golden.orders'`)
    expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort())
  })
})
