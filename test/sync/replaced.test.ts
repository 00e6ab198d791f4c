/** Folders that were swapped in by a rename, with older times, where partitions keep no fingerprints (HiveServer2). */
import { describe, expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const columnsOf = ({ catalog }: TestLake) =>
  catalog
    .state()
    .tables.get('golden.orders')!
    .table.columns.map(({ name }) => name)

/** Two years, scanned in full two days ago; nothing was touched since. */
async function quietLake(partitionParameters = false): Promise<TestLake> {
  const catalog = openMemoryCatalog('memory', { partitionParameters, bulkDetails: partitionParameters })
  const lake = testLake({ catalog })
  const old = lake.clock.now - 5 * DAY
  for (const path of ['2018/12/31/23', '2019/08/30/11', '2019/09/01/11', '2019/09/01/10']) {
    lake.put(`orders/${path}/a.parquet`, 'v1', old)
    for (const depth of [1, 2, 3, 4]) lake.storage.mkdir(folder(path, depth), old)
  }
  lake.clock.now -= 2 * DAY
  await lake.scan()
  lake.clock.now += 2 * DAY
  return lake
}

const folder = (path: string, depth = 4) => [`${ROOT}/orders`, ...path.split('/').slice(0, depth)].join('/')

/** As a rename does: what is in the folder keeps its times, the one above it gets the time. */
function swap(lake: TestLake, path: string, depth = 4): void {
  const old = lake.clock.now - 5 * DAY
  lake.storage.drop(folder(path, depth))
  lake.put(`orders/${path}/a.parquet`, 'v2', old)
  for (const each of [4, 3, 2].filter(each => each >= depth)) lake.storage.mkdir(folder(path, each), old)
  lake.storage.mkdir(folder(path, depth - 1), lake.clock.now - MINUTE)
}

describe('a folder swapped in by a rename with older times', () => {
  test.each([
    ['an hour', 4, 2],
    ['a day', 3, 1],
    ['a month', 2, 2],
  ])('%s, is found by a full scan', async (_, depth, files) => {
    const lake = await quietLake()
    swap(lake, '2019/09/01/10', depth)
    await lake.scan()
    expect(columnsOf(lake)).toEqual(['id', 'amount'])
    const report = lake.table(await lake.scan({ mode: 'full' }))
    expect([columnsOf(lake), report.files]).toEqual([['id', 'amount', 'note'], files])
  })

  test('costs nothing where no folder has changed', async () => {
    const lake = await quietLake()
    expect(lake.table(await lake.scan({ mode: 'full' })).files).toBe(0)
  })

  test('is not looked for without end: the newest 100 are, and it is told how many are not', async () => {
    const lake = await quietLake()
    const old = lake.clock.now - 5 * DAY
    for (let at = 0; at < 120; at += 1) {
      const path = `2017/0${1 + Math.floor(at / 30)}/${String(1 + (at % 28)).padStart(2, '0')}/${at % 24}`
      lake.put(`orders/${path.replace(/\/(\d)$/, '/0$1')}/a.parquet`, 'v1', old)
    }
    lake.clock.now -= 2 * DAY
    const { partitions } = lake.table(await lake.scan({ mode: 'full' }))
    lake.clock.now += 2 * DAY
    lake.storage.mkdir(`${ROOT}/orders`, lake.clock.now - MINUTE)
    const report = lake.table(await lake.scan({ mode: 'full' }))
    const left = partitions.listed - 100
    expect([report.files, report.partitions.unchanged]).toEqual([100, left])
    expect(report.diagnostics).toEqual([
      expect.objectContaining({ code: 'NOT_READ_AGAIN', message: expect.stringMatching(`^${left} `) }),
    ])
    expect(lake.table(await lake.scan()).diagnostics).toEqual([])
  })

  test('is read when it is named', async () => {
    const lake = await quietLake()
    swap(lake, '2018/12/31/23')
    lake.storage.mkdir(folder('2018/12/31/23', 3), 0)
    await lake.scan({ mode: 'full' })
    expect(columnsOf(lake)).toEqual(['id', 'amount'])
    await lake.scan({ tables: ['orders'], partitions: ['2018/12/31/23'] })
    expect(columnsOf(lake)).toEqual(['id', 'amount', 'note'])
  })

  test('is read when it is named, too, where its fingerprint is as before', async () => {
    const lake = await quietLake(true)
    const again = { tables: ['orders'], partitions: ['2019/09/01/10'] }
    const report = lake.table(await lake.scan(again))
    expect([report.files, report.outcome]).toEqual([1, 'unchanged'])
    expect(lake.table(await lake.scan({ mode: 'full' })).files).toBe(0)
  })
})
