/** How far recent scans look, and what is told of new partitions that lie further back. */
import { describe, expect, test } from 'vitest'
import { compileLayout } from '../../shared/layout/compile.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const behind = async (lake: TestLake, mode: 'recent' | 'full' = 'full') =>
  lake.table(await lake.scan({ mode })).diagnostics.filter(({ code }) => code === 'BEHIND_LOOKBACK')

/** Scanned at noon; it is an hour later. */
async function scannedLake(layout?: string): Promise<TestLake> {
  const lake = testLake(layout === undefined ? {} : { layout })
  lake.put('orders/2019/09/01/11/a.parquet', 'v1')
  await lake.scan()
  lake.clock.now += HOUR
  return lake
}

describe('a recent scan', () => {
  test('says how far it looked, and by which lookback; others looked at all, or at what was named', async () => {
    const lake = await scannedLake()
    const looked = async (more: object) => lake.table(await lake.scan(more)).window
    expect(await looked({})).toEqual({ from: '2019-09-01T09:00:00.000Z', lookbackMs: 3 * HOUR })
    expect(await looked({ mode: 'full' })).toBeUndefined()
    expect(await looked({ tables: ['orders'], partitions: ['2019/09/01/11'] })).toBeUndefined()
    expect((await testLakeOfNew()).window).toBeUndefined()
  })

  const testLakeOfNew = async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    return lake.table(await lake.scan())
  }

  test('that goes on with a full one has looked at all when that ends, and at the window while it is cut', async () => {
    const lake = await scannedLake()
    const table = { database: 'golden', name: 'orders' }
    const parameters = { 'goldsync.cursor': '2019-09-01T12:00:00.000Z 2019/09/01/11' }
    await lake.catalog.apply(lake.catalog.plan(table, [{ kind: 'setParameters', table, parameters }]))
    expect(lake.table(await lake.scan()).window).toBeUndefined()
  })
})

describe('a full scan that finds new hours', () => {
  test('of a sink in a zone west of the lake’s says so: recent scans cannot see them', async () => {
    const lake = await scannedLake()
    for (const hour of ['05', '06']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    expect(await behind(lake, 'recent')).toEqual([])
    expect(await behind(lake)).toEqual([
      expect.objectContaining({
        severity: 'warning',
        partition: '2019/09/01/06',
        message: expect.stringMatching(
          /^2 new partitions .* 7 h to 8 h after .* zone UTC, .* lookback is 3 h/,
        ),
        fix: expect.stringMatching(/timeZone.* lookback to 9h/),
      }),
    ])
    lake.clock.now += MINUTE
    expect(await behind(lake)).toEqual([])
  })

  test('names the zone that the lake has', async () => {
    const layout = compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}', timeZone: 'Europe/Berlin' })
    const lake = testLake({ more: { layout } })
    lake.put('orders/2019/09/01/13/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += HOUR
    lake.put('orders/2019/09/01/08/a.parquet', 'v1')
    expect((await behind(lake))[0]?.message).toMatch(/a new partition .* 7 h after .* zone Europe\/Berlin/)
  })

  test('of days, by their end', async () => {
    const lake = testLake({ layout: '{topic}/{yyyy}/{MM}/{dd}' })
    lake.put('orders/2019/08/31/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += HOUR
    lake.put('orders/2019/08/30/a.parquet', 'v1')
    expect(await behind(lake)).toHaveLength(1)
    lake.put('orders/2019/09/01/a.parquet', 'v1')
    expect(await behind(lake)).toEqual([])
  })

  test('that replay old ones is a note', async () => {
    const lake = await scannedLake()
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    expect(await behind(lake)).toEqual([expect.objectContaining({ severity: 'info' })])
  })

  test.each([
    ['of a first scan', false, 0],
    ['that were written in time, and missed for another reason', true, 5 * DAY],
  ])('%s says nothing', async (_, scanned, late) => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    if (scanned) await lake.scan()
    lake.clock.now += late
    lake.put('orders/2019/08/20/05/a.parquet', 'v1', Date.UTC(2019, 7, 20, scanned ? 6 : 23))
    expect(await behind(lake)).toEqual([])
  })

  test('that are held back is told once', async () => {
    const lake = await scannedLake()
    lake.put('orders/2019/09/01/05/a.parquet', 'wrong')
    expect(await behind(lake)).toHaveLength(1)
    expect(await behind(lake)).toEqual([])
  })

  test('within the lookback says nothing', async () => {
    const lake = await scannedLake()
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect(await behind(lake)).toEqual([])
  })
})
