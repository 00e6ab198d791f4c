import { describe, expect, test, vi } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { readStatus } from '../../shared/function/status.ts'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import { memoryStorage } from '../../shared/storages/memory/storage.ts'
import { FILES, ROOT, type TestLake, testLake } from '../support/lake.ts'

const told = (report: Report) => findingsOf(report).map(({ code, table }) => `${code} ${table}`)

/** Tables of `orders` and `clicks`; then the same catalog with a lake of `folders` alone. */
async function leftWith(folders: readonly string[], more: Partial<Lake> = {}): Promise<TestLake> {
  const lake = testLake()
  for (const topic of ['orders', 'clicks']) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  await lake.scan()
  const storage = memoryStorage(ROOT)
  for (const topic of folders)
    storage.put(`${ROOT}/${topic}/2019/09/01/11/a.parquet`, FILES.v1, Date.UTC(2019, 8, 1, 12))
  return testLake({ catalog: lake.catalog, more: { storage, ...more } })
}

describe('a topic whose folder is gone', () => {
  test('is told by full scans, plans and the status, with what to do, and is no failure', async () => {
    const lake = await leftWith(['orders'])
    const full = await lake.scan({ mode: 'full' })
    expect([told(full), exitCode(full)]).toEqual([['TOPIC_GONE golden.clicks'], 0])
    expect(findingsOf(full)[0]).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('topic clicks'),
      fix: expect.stringMatching(/put the folder back.*goldsync forget golden.clicks$/),
    })
    expect(told(await lake.scan({ dryRun: true }))).toEqual(['TOPIC_GONE golden.clicks'])
    const { diagnostics } = await readStatus([lake.lake], {})
    expect(diagnostics.map(({ code, table }) => `${code} ${table}`)).toEqual(['TOPIC_GONE golden.clicks'])
  })

  test('of a lake of which nothing is left, too', async () => {
    const lake = await leftWith([])
    lake.storage.put(`${ROOT}/.keep`, FILES.v1, 0)
    const full = await testLake({ catalog: lake.catalog, more: { storage: lake.lake.storage } }).scan({
      mode: 'full',
    })
    expect(told(full)).toEqual(['TOPIC_GONE golden.clicks', 'TOPIC_GONE golden.orders'])
  })

  test('is not told where the config leaves the topic out and its folder is there', async () => {
    const lake = await leftWith(['orders', 'clicks'], { includes: topic => topic !== 'clicks' })
    expect(told(await lake.scan({ mode: 'full' }))).toEqual([])
  })

  test('is not looked for by recent scans and by runs of one table', async () => {
    const lake = await leftWith(['orders'])
    const look = vi.spyOn(lake.catalog, 'otherTables')
    await lake.scan()
    await lake.scan({ mode: 'full', tables: ['orders'] })
    await readStatus([lake.lake], { tables: ['orders'] })
    expect(look).not.toHaveBeenCalled()
    await lake.scan({ mode: 'full' })
    expect(look).toHaveBeenCalledTimes(1)
  })

  test('is not thought gone where folders could not be listed', async () => {
    const lake = await leftWith(['a/orders'], {})
    const { storage } = lake.lake
    const list: typeof storage.list = async (location, call) => {
      if (location === `${ROOT}/a`) throw new GoldsyncError('PERMISSION_DENIED', 'no')
      return storage.list(location, call)
    }
    const deep = testLake({
      catalog: lake.catalog,
      layout: '{area}/{topic}/{yyyy}/{MM}/{dd}/{HH}'.replace('{area}', 'a'),
      more: { storage: { ...storage, list } },
    })
    expect(told(await deep.scan({ mode: 'full' }))).toEqual(['LISTING_FAILED undefined'])
  })
})

describe('a table that is left behind', () => {
  test('by a renaming is told with the new name, and how to take it', async () => {
    const lake = await leftWith(['orders', 'clicks'], { naming: { rename: { clicks: 'visits' } } })
    const full = await lake.scan({ mode: 'full' })
    expect(told(full)).toEqual(['TABLE_LEFT_BEHIND golden.clicks'])
    const [{ message, fix } = { message: '', fix: '' }] = findingsOf(full)
    expect(message).toMatch(/is that of topic clicks, which the config calls visits now/)
    expect(fix).toMatch(/goldsync rename golden.clicks visits;.*goldsync forget golden.clicks/)
  })

  test('by another rule for all names is told for each', async () => {
    const lake = await leftWith(['orders', 'clicks'], { naming: { template: 'raw_{topic}' } })
    expect(told(await lake.scan({ dryRun: true }))).toEqual([
      'TABLE_LEFT_BEHIND golden.clicks',
      'TABLE_LEFT_BEHIND golden.orders',
    ])
  })
})

describe('tables of others in the database', () => {
  test('of another lake, and of nobody, are not told', async () => {
    const lake = await leftWith(['orders'], {
      location: 'memory://other',
      locationIn: () => 'memory://other',
    })
    const other = memoryStorage('memory://other')
    other.put('memory://other/sold/2019/09/01/11/a.parquet', FILES.v1, 0)
    const { lake: of } = lake
    const elsewhere = testLake({ catalog: lake.catalog, more: { ...of, storage: other } })
    expect(told(await elsewhere.scan({ mode: 'full' }))).toEqual([])
  })

  test('an older goldsync recorded no lake: then the table is its own where it lies in the lake', async () => {
    const lake = await leftWith(['orders'])
    const name = { database: 'golden', name: 'clicks' }
    const change = { kind: 'setParameters', table: name, parameters: {}, removed: ['goldsync.lake'] } as const
    await lake.catalog.apply(lake.catalog.plan(name, [change]))
    expect(told(await lake.scan({ mode: 'full' }))).toEqual(['TOPIC_GONE golden.clicks'])
  })

  test('that cannot be listed are a warning, and all else is done', async () => {
    const lake = await leftWith(['orders'])
    vi.spyOn(lake.catalog, 'otherTables').mockRejectedValue(
      new GoldsyncError('PERMISSION_DENIED', 'not allowed', { hint: 'ask for GetTables' }),
    )
    const full = await lake.scan({ mode: 'full' })
    expect(findingsOf(full)).toMatchObject([{ code: 'TABLES_NOT_LISTED', fix: 'ask for GetTables' }])
    expect([lake.table(full).outcome, exitCode(full)]).toEqual(['unchanged', 0])
  })
})
