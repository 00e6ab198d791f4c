/** What a process keeps of settled windows is small, and of tables that are gone it is not kept. */
import { describe, expect, test } from 'vitest'
import type { Run, TableJob } from '../../shared/run/run.ts'
import type { PartitionFolder } from '../../shared/schema/observed.ts'
import type { Table } from '../../shared/schema/table.ts'
import { noteWindow } from '../../shared/table/ledger.ts'
import { forgetOldest, settle, settledAmong } from '../../shared/table/settled.ts'
import { testLake } from '../support/lake.ts'

const HOUR = 3_600_000
const START = Date.UTC(2019, 8, 1, 12)
const TABLE = { parameters: { 'goldsync.mark': '2019-09-01T12:00:00.000Z' } } as unknown as Table
const EMPTY = { folders: [], registered: new Set<string>(), added: [] }

/** A lake's tables, whose windows are empty. */
function openTables() {
  const { lake, catalog } = testLake()
  const jobOf = (name: string) =>
    ({
      lake,
      catalog,
      table: TABLE,
      name: { database: 'golden', name },
      state: { pending: [] },
      proofs: new Map(),
    }) as unknown as TableJob
  const runAt = (startedAt: number) => ({ startedAt }) as Run
  return {
    settle: (name: string, at = START) => settle(jobOf(name), TABLE, EMPTY, runAt(at)),
    isKnown: (name: string, at = START) => settledAmong(jobOf(name), [], runAt(at)) !== undefined,
  }
}

describe('settled windows', () => {
  test('are known for six hours, and are then forgotten, though nobody asks for their tables any more', () => {
    const tables = openTables()
    tables.settle('gone')
    tables.settle('later', START + HOUR)
    expect(tables.isKnown('gone', START + 5 * HOUR)).toBe(true)
    tables.settle('other', START + 6 * HOUR)
    expect(['gone', 'later', 'other'].map(name => tables.isKnown(name, START + 6 * HOUR))).toEqual([
      false,
      true,
      true,
    ])
    expect(tables.isKnown('gone', START + HOUR)).toBe(false)
  })

  test('of a table that was asked for again are not the oldest', () => {
    const tables = openTables()
    tables.settle('orders')
    tables.settle('clicks', START + HOUR)
    tables.settle('orders', START + 2 * HOUR)
    tables.settle('other', START + 7 * HOUR)
    expect(tables.isKnown('orders', START + 3 * HOUR)).toBe(true)
    expect(tables.isKnown('clicks', START + 3 * HOUR)).toBe(false)
  })

  test('are as many as 100,000; one more takes the place of the oldest one', () => {
    const tables = new Map(Array.from({ length: 100_000 }, (_, at) => [`t${at}`, { at: START }]))
    forgetOldest(tables, START)
    expect([tables.size, tables.has('t0'), tables.has('t1')]).toEqual([99_999, false, true])
    forgetOldest(tables, START)
    expect(tables.size).toBe(99_999)
  })
})

describe('a window of a run', () => {
  const folders = [{ segments: ['orders', '2019'] }] as unknown as PartitionFolder[]

  test('is kept while it is one chunk', () => {
    const ledger = { window: undefined }
    noteWindow(ledger, folders, new Map([['2019', {}]]))
    expect(ledger.window).toEqual({ folders, registered: new Set(['2019']) })
  })

  test.each([2, 3])('of %i chunks is not kept', chunks => {
    const ledger = { window: undefined }
    for (let at = 0; at < chunks; at += 1) noteWindow(ledger, folders, new Map())
    expect(ledger.window).toBeNull()
  })
})
