import { describe, expect, test } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { type MemoryCatalog, openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { readStatus } from '../../shared/function/status.ts'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import type { Table } from '../../shared/schema/table.ts'
import { memoryStorage } from '../../shared/storages/memory/storage.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { FILES, ROOT, type TestLake, type TestLakeOptions, testLake } from '../support/lake.ts'

const COLD = 'memory://cold/golden'
const NOW = Date.UTC(2019, 8, 1, 12)

/** A lake at another root, in the same catalog. */
function lakeAt(root: string, catalog: MemoryCatalog, more: Partial<Lake> = {}) {
  const storage = memoryStorage(root)
  const { lake } = testLake({ catalog, more: { location: root, storage, locationIn: () => root, ...more } })
  const put = (path: string) => storage.put(`${root}/${path}`, FILES.v1, NOW)
  return { lake, put, storage }
}

const options = { runId: 'test', dryRun: false, log: openLog('silent'), now: () => NOW } as const
const scan = (...lakes: Lake[]) => runScan(lakes, { ...options, mode: 'recent' })
const codes = (report: Report) => findingsOf(report).map(({ code, severity }) => `${severity} ${code}`)
const tablesOf = (report: Report) => report.tables.map(({ table, outcome }) => `${table} ${outcome}`)
const tableIn = (catalog: MemoryCatalog, id = 'golden.orders') => catalog.state().tables.get(id)
const partitionsIn = (catalog: MemoryCatalog, id?: string) =>
  [...(tableIn(catalog, id)?.partitions.values() ?? [])].map(({ location }) => location).sort()

describe('two lakes of one config that lead to one table', () => {
  function hotAndCold(more: Partial<Lake> = {}) {
    const catalog = openMemoryCatalog('memory')
    const hot = lakeAt(ROOT, catalog)
    const cold = lakeAt(COLD, catalog, more)
    hot.put('orders/2019/09/01/11/a.parquet')
    cold.put('orders/2019/08/01/11/a.parquet')
    return { catalog, hot, cold }
  }

  test('make it for neither: both are named, with what to set, and nothing is written', async () => {
    const { catalog, hot, cold } = hotAndCold()
    for (const dryRun of [true, false]) {
      const report = await runScan([hot.lake, cold.lake], { ...options, mode: 'recent', dryRun })
      expect(codes(report)).toEqual(['error TABLE_OF_OTHER_LAKE', 'error TABLE_OF_OTHER_LAKE'])
      expect(tablesOf(report)).toEqual(['golden.orders refused', 'golden.orders refused'])
      const [first] = findingsOf(report)
      expect(first?.message).toMatch(/orders at memory:\/\/cold\/golden\/orders .* orders at memory:\/\/lake/)
      expect(first?.fix).toMatch(/database.*exclude/)
      expect(exitCode(report)).toBe(1)
    }
    expect(catalog.state().tables.size).toBe(0)
  })

  test('the status says so of both, in the same words, and asks no more than it did', async () => {
    const { hot, cold } = hotAndCold()
    const refused = { state: 'refused', refusal: { code: 'TABLE_OF_OTHER_LAKE' } }
    const { tables } = await readStatus([hot.lake, cold.lake], {})
    expect(tables).toMatchObject([refused, refused])
    expect(tables[0]?.refusal).toEqual(tables[1]?.refusal)
    expect(hot.storage.asked).toHaveLength(1)
    await scan(hot.lake)
    const after = await readStatus([hot.lake, cold.lake], {})
    expect(after.tables).toMatchObject([{ state: 'synced' }, refused])
  })

  test('by closed files too', async () => {
    const { catalog, hot, cold } = hotAndCold()
    const location = `${COLD}/orders/2019/08/01/11/a.parquet`
    const { files } = await runFiles([hot.lake, cold.lake], [{ location }], options)
    expect(files).toMatchObject([{ outcome: 'held', code: 'TABLE_OF_OTHER_LAKE' }])
    expect(catalog.state().tables.size).toBe(0)
  })

  test('with databases of their own fill a table each', async () => {
    const { hot, cold } = hotAndCold({ database: 'archive' })
    expect(tablesOf(await scan(hot.lake, cold.lake))).toEqual([
      'golden.orders changed',
      'archive.orders changed',
    ])
  })

  test('with the topic left out of one fill it from the other', async () => {
    const { catalog, hot, cold } = hotAndCold({ includes: () => false })
    expect(codes(await scan(hot.lake, cold.lake))).toEqual([])
    expect(partitionsIn(catalog)).toEqual([`${ROOT}/orders/2019/09/01/11`])
  })

  test('a table that one of them has made stays its own; the other is refused', async () => {
    const { catalog, hot, cold } = hotAndCold()
    await scan(hot.lake)
    hot.put('orders/2019/09/01/12/a.parquet')
    const report = await scan(hot.lake, cold.lake)
    expect(tablesOf(report)).toEqual(['golden.orders changed', 'golden.orders refused'])
    expect(codes(report)).toEqual(['error TABLE_OF_OTHER_LAKE'])
    expect(partitionsIn(catalog)).toEqual([11, 12].map(hour => `${ROOT}/orders/2019/09/01/${hour}`))
  })

  test('of one that an older goldsync filled from both, the one keeps it in whose folder it lies', async () => {
    const { catalog, hot, cold } = hotAndCold()
    await scan(hot.lake)
    await forgetLake(catalog)
    const before = catalog.state()
    expect(codes(await scan(cold.lake, hot.lake))).toEqual(['error TABLE_OF_OTHER_LAKE'])
    expect(catalog.state()).toEqual(before)
  })

  test('of one root, whose layouts differ, are two lakes', async () => {
    const catalog = openMemoryCatalog('memory')
    const raw = testLake({ catalog, layout: 'raw/{topic}/{yyyy}/{MM}/{dd}/{HH}' })
    const { lake } = testLake({ catalog, layout: 'new/{topic}/{yyyy}/{MM}/{dd}/{HH}' })
    const made = { ...lake, storage: raw.storage }
    raw.put('raw/orders/2019/09/01/11/a.parquet', 'v1')
    await scan(raw.lake, made)
    raw.put('new/orders/2019/09/01/10/a.parquet', 'v1')
    expect(tablesOf(await scan(raw.lake, made))).toEqual(['golden.orders unchanged', 'golden.orders refused'])
    expect(partitionsIn(catalog)).toEqual([`${ROOT}/raw/orders/2019/09/01/11`])
  })
})

/** The table as a goldsync made it that did not record lakes. */
function forgetLake(catalog: MemoryCatalog): Promise<void> {
  const name = { database: 'golden', name: 'orders' }
  const change = { kind: 'setParameters', table: name, parameters: {}, removed: ['goldsync.lake'] } as const
  return catalog.apply(catalog.plan(name, [change]))
}

describe('a lake of another config', () => {
  test('is refused by the table that records its own', async () => {
    const catalog = openMemoryCatalog('memory')
    const hot = lakeAt(ROOT, catalog)
    hot.put('orders/2019/09/01/11/a.parquet')
    await scan(hot.lake)
    const before = catalog.state()
    const cold = lakeAt(COLD, catalog)
    cold.put('orders/2019/08/01/11/a.parquet')
    expect(codes(await scan(cold.lake))).toEqual(['error TABLE_OF_OTHER_LAKE'])
    expect(catalog.state()).toEqual(before)
  })

  test('that was moved names where it was: then the table is its own, and records where it is', async () => {
    const catalog = openMemoryCatalog('memory')
    const old = lakeAt(COLD, catalog)
    old.put('orders/2019/09/01/11/a.parquet')
    await scan(old.lake)
    const moved = lakeAt(ROOT, catalog, { formerLocations: [COLD] })
    moved.put('orders/2019/09/01/11/a.parquet')
    expect(codes(await scan(moved.lake))).toEqual([])
    expect(partitionsIn(catalog)).toEqual([`${ROOT}/orders/2019/09/01/11`])
    expect(tableIn(catalog)?.table.parameters['goldsync.lake']).toBe(ROOT)
  })

  test('that reaches the same folders by another address is the same, as catalogLocations say', async () => {
    const catalog = openMemoryCatalog('memory')
    const one = lakeAt(ROOT, catalog, { locationIn: () => 's3a://bucket/golden' })
    one.put('orders/2019/09/01/11/a.parquet')
    await scan(one.lake)
    const other = lakeAt(COLD, catalog, { locationIn: () => 's3://bucket/golden' })
    other.put('orders/2019/09/01/11/a.parquet')
    expect(codes(await scan(other.lake))).toEqual([])
  })
})

describe('a table that lies elsewhere', () => {
  const name = { database: 'golden', name: 'orders' }
  const keys = testLake().lake.layout.partitionKeys

  async function lakeWith(
    change: Partial<Table>,
    places: readonly string[],
    more: TestLakeOptions = {},
  ): Promise<TestLake> {
    const catalog = openMemoryCatalog('memory')
    const columns = [
      { name: 'id', type: { kind: 'int' } },
      { name: 'amount', type: { kind: 'double' } },
    ] as const
    const table: Table = {
      name,
      kind: 'external',
      format: 'parquet',
      columns,
      partitionKeys: keys,
      location: 'memory://warehouse/orders',
      parameters: {},
      ...change,
    }
    const partitions = places.map((location, at) => ({
      values: ['2019', '08', '01', String(10 + at)],
      location,
      columns,
      parameters: {},
      files: [],
    }))
    await catalog.apply(
      catalog.plan(name, [
        { kind: 'createDatabase', database: 'golden' },
        { kind: 'createTable', table },
        { kind: 'addPartitions', table: name, partitionKeys: keys, partitions },
      ]),
    )
    const lake = testLake({ catalog, ...more })
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    return lake
  }

  const own = `${ROOT}/orders/2019/08/01`
  const other = 'memory://warehouse/orders/2019/08/01'
  const recorded = { parameters: { 'goldsync.topic': 'orders' } }

  test.each<[string, Partial<Table>, string[], string]>([
    ['whose partitions lie in the topic', {}, [`${own}/10`, `${own}/11`], 'warning TABLE_ELSEWHERE'],
    ['that records the topic and has no partition', recorded, [], 'warning TABLE_ELSEWHERE'],
    [
      'that records the topic, some lie in it',
      recorded,
      [`${own}/10`, `${other}/11`],
      'warning TABLE_ELSEWHERE',
    ],
  ])('%s goes on, with a warning until it records the lake', async (_, change, places, told) => {
    const lake = await lakeWith(change, places)
    const report = await lake.scan()
    expect(codes(report)).toContain(told)
    expect(exitCode(report)).toBe(0)
    expect(lake.table(report)).toMatchObject({ outcome: 'changed', partitions: { added: 1 } })
    expect(tableIn(lake.catalog)?.table).toMatchObject({
      location: 'memory://warehouse/orders',
      parameters: { 'goldsync.lake': ROOT },
    })
    expect(codes(await lake.scan())).not.toContain(told)
  })

  test.each<[string, Partial<Table>, string[]]>([
    ['that says nothing', {}, []],
    ['whose partitions lie elsewhere too', {}, [`${other}/10`]],
    ['of which only some partitions lie in the topic', {}, [`${own}/10`, `${other}/11`]],
    ['that records the topic, and has all of its partitions elsewhere', recorded, [`${other}/10`]],
    ['that lies in another topic', { location: `${ROOT}/orders2` }, []],
    ['that lies above the topic', { location: ROOT }, [`${other}/10`]],
  ])('%s is refused, and named with both places', async (_, change, places) => {
    const lake = await lakeWith(change, places)
    const before = lake.catalog.state()
    const report = await lake.scan({ mode: 'full' })
    expect([codes(report), exitCode(report)]).toEqual([['error TABLE_ELSEWHERE'], 1])
    const { message } = findingsOf(report)[0]!
    expect(message).toContain(change.location ?? 'memory://warehouse/orders')
    expect(message).toContain(`${ROOT}/orders`)
    expect(lake.catalog.state()).toEqual(before)
  })

  test('is taken where the config names it, and records the lake', async () => {
    const adopts = (table: string) => table === 'orders'
    const lake = await lakeWith({}, [`${other}/10`], { more: { adopts } })
    const report = await lake.scan()
    expect(codes(report)).not.toContain('warning TABLE_ELSEWHERE')
    expect(lake.table(report).partitions).toMatchObject({ added: 1 })
    expect(tableIn(lake.catalog)?.table.parameters['goldsync.lake']).toBe(ROOT)
  })

  test('by another address of the same lake is told how to say so', async () => {
    const lake = await lakeWith({ location: 'hdfs://datalake-vol/golden/orders' }, [])
    expect(findingsOf(await lake.scan())[0]?.fix).toMatch(/hdfs:\/\/datalake-vol\/golden .*catalogLocations/)
  })

  test('is looked at once: idle scans then ask no more than of a table in its place', async () => {
    const lake = await lakeWith(recorded, [`${own}/10`])
    await lake.scan()
    const inPlace = testLake()
    inPlace.put('orders/2019/09/01/11/a.parquet', 'v1')
    await inPlace.scan()
    const idle = async (of: TestLake) => {
      of.clock.now += 60_000
      const { inspect, partitions, apply } = of.catalog.calls
      await of.scan()
      const after = of.catalog.calls
      return [after.inspect - inspect, after.partitions - partitions, after.apply - apply]
    }
    expect(await idle(lake)).toEqual(await idle(inPlace))
  })
})

test('a table in its place gets goldsync.lake with its creation, an older one with its next change: never alone', async () => {
  const lake = testLake()
  lake.put('orders/2019/09/01/11/a.parquet', 'v1')
  await lake.scan()
  expect(tableIn(lake.catalog)?.table.parameters['goldsync.lake']).toBe(ROOT)
  await forgetLake(lake.catalog)
  const { apply } = lake.catalog.calls
  for (const mode of ['recent', 'full'] as const) await lake.scan({ mode })
  expect(lake.catalog.calls.apply).toBe(apply)
  lake.put('orders/2019/09/01/12/a.parquet', 'v1')
  await lake.scan()
  expect(tableIn(lake.catalog)?.table.parameters['goldsync.lake']).toBe(ROOT)
})
