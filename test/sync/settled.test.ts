/** A recent scan asks the catalog for the partitions of its window only where something in the folders is other than it was. */
import { beforeEach, describe, expect, test } from 'vitest'
import { partitionKey } from '../../shared/schema/table.ts'
import { type TestLake, testLake } from '../support/lake.ts'

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
    expect(await scan(lake)).toEqual({ ...IDLE, unchanged: 3 })
    lake.clock.now += 5 * HOUR
    expect(await scan(lake)).toEqual({ ...IDLE, unchanged: 3 })
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
