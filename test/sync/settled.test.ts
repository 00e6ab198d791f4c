/** A recent scan asks the catalog for the partitions of its window only where something in the folders is other than it was. */
import { beforeEach, describe, expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { partitionKey } from '../../shared/schema/table.ts'
import { type FILES, ROOT, type TestLake, testLake } from '../support/lake.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Scanned in full at noon, and twice since: an hour has come, and nothing. It is 13:10. */
async function settledLake(): Promise<TestLake> {
  const lake = testLake()
  for (const hour of ['08', '09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
  await lake.scan()
  lake.clock.now += HOUR
  lake.put('orders/2019/09/01/12/a.parquet', 'v1')
  await lake.scan()
  lake.clock.now += 10 * MINUTE
  return lake
}

/** What a scan asks for partitions, adds, and says of the table. */
async function scan(lake: TestLake, options = {}) {
  const before = lake.catalog.calls.partitions
  const { outcome, addedPartitions: added, partitions } = lake.table(await lake.scan(options))
  return { asked: lake.catalog.calls.partitions - before, outcome, added, unchanged: partitions.unchanged }
}

const dropped = (lake: TestLake, values: readonly string[]) =>
  lake.catalog.edit(state => ({
    ...state,
    tables: new Map(
      [...state.tables].map(([id, { partitions, ...table }]) => [
        id,
        { ...table, partitions: new Map([...partitions].filter(([key]) => key !== partitionKey(values))) },
      ]),
    ),
  }))

const IDLE = { asked: 0, outcome: 'unchanged', added: [] }

describe('a recent scan after one that left nothing to do', () => {
  let lake: TestLake
  beforeEach(async () => {
    lake = await settledLake()
  })

  test('asks for no partitions, and says how many are as they were', async () => {
    expect(await scan(lake)).toEqual({ ...IDLE, unchanged: 4 })
    lake.clock.now += 5 * HOUR
    expect(await scan(lake)).toEqual({ ...IDLE, unchanged: 4 })
  })

  test.each([
    ['a new hour', '2019/09/01/13', 0],
    ['a folder with old times, as renames leave them', '2019/09/01/07x', 30 * 24 * HOUR],
    ['a new day', '2019/09/02/00', 0],
    ['a new month', '2019/10/01/00', 0],
    ['a new year', '2020/01/01/00', 0],
    ['a folder of the future with old times', '2031/05/05/05', 30 * 24 * HOUR],
  ])('finds %s', async (_, path, age) => {
    const folder = path.replace('07x', '13')
    lake.put(`orders/${folder}/b.parquet`, 'v1', lake.clock.now - age)
    expect(await scan(lake)).toMatchObject({ asked: 1, added: [folder] })
    expect((await scan(lake)).added).toEqual([])
    expect(await scan(lake)).toMatchObject(IDLE)
  })

  test.each([
    ['a late file at the far end of the window', 'b.parquet', 0],
    ['a file with old times', 'b.parquet', 30 * 24 * HOUR],
    ['a file that was replaced', 'a.parquet', -MINUTE],
  ])('finds %s', async (_, name, age) => {
    lake.put(`orders/2019/09/01/10/${name}`, 'v1', lake.clock.now - age)
    expect(await scan(lake)).toMatchObject({ asked: 1, outcome: 'changed' })
    expect(await scan(lake)).toMatchObject(IDLE)
  })

  test('asks again after an event, a plan aside', async () => {
    await scan(lake, { dryRun: true })
    expect(await scan(lake)).toMatchObject(IDLE)
    await scan(lake, { tables: ['orders'], partitions: ['2019/09/01/12'] })
    expect((await scan(lake)).asked).toBe(1)
  })

  test('asks where another run has written what it found to the table', async () => {
    const table = { database: 'golden', name: 'orders' }
    const parameters = { 'goldsync.mark': '2019-09-01T12:30:00.000Z' }
    await lake.catalog.apply(lake.catalog.plan(table, [{ kind: 'setParameters', table, parameters }]))
    expect((await scan(lake)).asked).toBe(1)
  })

  test.each([
    ['a full one', { mode: 'full' }],
    ['one that reads all anew', { reread: true }],
    ['one whose partitions must be queryable', { require: true }],
  ])('asks in %s', async (_, options) => {
    expect((await scan(lake, options)).asked).toBeGreaterThan(0)
  })

  test('finds a partition that somebody dropped with the next change, after six hours, and in full', async () => {
    dropped(lake, ['2019', '09', '01', '12'])
    expect(await scan(lake)).toMatchObject(IDLE)
    lake.put('orders/2019/09/01/13/a.parquet', 'v1')
    expect((await scan(lake)).added).toEqual(['2019/09/01/12', '2019/09/01/13'])
    await scan(lake)
    dropped(lake, ['2019', '09', '01', '12'])
    expect(await scan(lake)).toMatchObject(IDLE)
    lake.clock.now += 6 * HOUR
    expect((await scan(lake)).added).toEqual(['2019/09/01/12'])
    dropped(lake, ['2019', '09', '01', '12'])
    expect((await scan(lake, { mode: 'full' })).added).toEqual(['2019/09/01/12'])
  })

  test('asks while something waits, and tells of it each time', async () => {
    lake.put('orders/2019/09/01/13/a.parquet', 'truncated')
    for (const _ of [1, 2, 3]) expect((await scan(lake)).asked).toBeGreaterThan(0)
  })

  test('asks while there is something to tell of the window', async () => {
    lake.put('orders/2019/09/01/12/c.parquet', 'wrong')
    for (const _ of [1, 2, 3]) {
      const before = lake.catalog.calls.partitions
      expect(lake.table(await lake.scan()).diagnostics.map(({ code }) => code)).toContain('EXPOSED_FILE')
      expect(lake.catalog.calls.partitions).toBeGreaterThan(before)
    }
  })

  test('of a lake that was opened by another config knows nothing', async () => {
    const other = testLake({ catalog: lake.catalog, more: { storage: lake.storage } })
    other.clock.now = lake.clock.now
    expect((await scan(other)).asked).toBe(1)
  })

  test('of a table that was made anew finds all of it', async () => {
    lake.catalog.edit(state => ({ ...state, tables: new Map() }))
    const made = await scan(lake)
    expect(made.added).toHaveLength(5)
    await scan(lake)
    expect(await scan(lake)).toMatchObject(IDLE)
  })
})

const LAYOUTS = [
  ['{topic}/dt={yyyy}-{MM}-{dd}', 'dt=2019-09-01', 'dt=2019-08-31', 'dt=2019-09-02'],
  ['{topic}/{yyyy}/{MM}', '2019/09', '2019/08', '2019/10'],
  ['{topic}/{yyyy}/{MM}/{dd}/{HH}', '2019/09/01/11', '2019/09/01/10', '2019/09/01/12'],
] as const
const CATALOGS = [
  ['fingerprints', true],
  ['no fingerprints', false],
] as const
const DAY = 24 * HOUR

describe.each(CATALOGS)('on a catalog with %s, in a recent scan', (_, partitionParameters) => {
  describe.each(LAYOUTS)('of %s', (layout, newest, before, next) => {
    const at = (path: string) => `${ROOT}/orders/${path}`
    /** Files come to their place by renames: they have old times, and the folder that they come to gets a new one. */
    const rename = (path: string, name: string, kind: keyof typeof FILES = 'v1') => {
      lake.put(`orders/${path}/${name}`, kind, lake.clock.now - 30 * DAY)
      lake.storage.mkdir(at(path), lake.clock.now)
    }
    const columns = () =>
      lake.catalog
        .state()
        .tables.get('golden.orders')
        ?.table.columns.map(({ name }) => name)

    let lake: TestLake
    beforeEach(async () => {
      const catalog = openMemoryCatalog('memory', { partitionParameters, bulkDetails: partitionParameters })
      lake = testLake({ catalog, layout, more: { lookback: 40 * DAY } })
      for (const path of [before, newest]) rename(path, 'a.parquet')
      await lake.scan({ mode: 'full' })
      lake.clock.now += HOUR
      await scan(lake)
    })

    test('asks for no partitions where nothing has come', async () => {
      for (const _ of [1, 2]) {
        expect(await scan(lake)).toEqual({ ...IDLE, unchanged: 2 })
        lake.clock.now += HOUR
      }
    })

    test.each([
      ['the newest', newest],
      ['the one before', before],
    ])('finds an old file that was renamed into a registered folder: %s', async (_, path) => {
      expect(await scan(lake)).toMatchObject(IDLE)
      rename(path, 'b.parquet', 'v2')
      expect(await scan(lake)).toMatchObject({ outcome: 'changed', added: [] })
      expect(columns()).toEqual(['id', 'amount', 'note'])
    })

    test('finds a file of the same name and size that was renamed over the one there', async () => {
      expect(await scan(lake)).toMatchObject(IDLE)
      lake.clock.now += MINUTE
      rename(newest, 'a.parquet')
      expect((await scan(lake)).asked).toBeGreaterThan(0)
    })

    test('finds a folder that was renamed to its place with old times', async () => {
      expect(await scan(lake)).toMatchObject(IDLE)
      lake.put(`orders/${next}/a.parquet`, 'v1', lake.clock.now - 30 * DAY)
      lake.storage.mkdir(at(next), lake.clock.now - 30 * DAY)
      expect(await scan(lake)).toMatchObject({ outcome: 'changed' })
      expect([...(lake.catalog.state().tables.get('golden.orders')?.partitions ?? [])]).toHaveLength(3)
    })

    test('finds that a file is gone', async () => {
      rename(newest, 'b.parquet')
      for (const _ of [1, 2]) await scan(lake)
      expect(await scan(lake)).toMatchObject(IDLE)
      lake.storage.drop(`${at(newest)}/b.parquet`)
      lake.storage.mkdir(at(newest), lake.clock.now)
      expect((await scan(lake)).asked).toBeGreaterThan(0)
    })
  })
})

describe('a window of more than a thousand folders', () => {
  test('is asked for each time, and nothing of it is missed', async () => {
    const lake = testLake({ more: { lookback: 60 * 24 * HOUR } })
    const folders = Array.from({ length: 1001 }, (_, hours) =>
      new Date(lake.clock.now - hours * HOUR).toISOString().slice(0, 13).replace(/[-T]/g, '/'),
    )
    for (const folder of folders) lake.put(`orders/${folder}/a.parquet`, 'v1', lake.clock.now - HOUR)
    await lake.scan()
    lake.clock.now += HOUR
    for (const _ of [1, 2]) expect((await scan(lake)).asked).toBe(2)
    lake.put(`orders/${folders.at(-1)}/b.parquet`, 'v2', lake.clock.now - 30 * 24 * HOUR)
    lake.put('orders/2019/09/01/13/a.parquet', 'v1')
    expect(await scan(lake)).toMatchObject({ outcome: 'changed', added: ['2019/09/01/13'] })
  })
})

describe('a storage whose folders have no times and whose files have etags', () => {
  test('is told apart by these', async () => {
    const lake = await settledLake()
    const { list } = lake.storage
    let etag = 'one'
    lake.storage.list = async (...args) =>
      (await list(...args)).map(one =>
        one.kind === 'file' ? { ...one, modified: 1, etag } : { ...one, modified: 0 },
      )
    await scan(lake)
    await scan(lake)
    expect(await scan(lake)).toMatchObject(IDLE)
    etag = 'two'
    expect((await scan(lake)).asked).toBe(1)
  })
})
