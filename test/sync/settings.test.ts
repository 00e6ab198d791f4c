/** Settings that are others than when a table was filled: what follows is told before anything is written. */
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import type { LayoutOptions } from '../../shared/layout/layout.ts'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const HOUR = 3_600_000
const HOURLY = '{topic}/{yyyy}/{MM}/{dd}/{HH}'
const string = (value: string) => ({ type: 'string', value }) as const
const KEYS = { year: string('{yyyy}'), month: string('{MM}'), day: string('{dd}'), hour: string('{HH}') }

const laid = (options: Partial<LayoutOptions> = {}): Partial<Lake> => ({
  layout: compileLayout({ template: HOURLY, ...options }),
})

/** A lake that was scanned, with two hours. */
async function filled(more: Partial<Lake> = {}): Promise<TestLake> {
  const lake = testLake({ more })
  for (const path of ['2019/09/01/10', '2019/09/01/11']) lake.put(`orders/${path}/a.parquet`, 'v1')
  await lake.scan()
  lake.clock.now += HOUR
  return lake
}

/** The same lake and catalog by another config. */
function changed(lake: TestLake, more: Partial<Lake>): TestLake {
  const other = testLake({ catalog: lake.catalog, more: { storage: lake.lake.storage, ...more } })
  other.clock.now = lake.clock.now
  return { ...other, put: lake.put, storage: lake.storage }
}

const stateOf = ({ catalog }: TestLake, id = 'golden.orders') => catalog.state().tables.get(id)!
const partitionsOf = (lake: TestLake) =>
  [...stateOf(lake).partitions.values()].map(({ values }) => values.join('/')).sort()
const told = (report: Report) => findingsOf(report).map(({ code, severity }) => `${severity} ${code}`)

describe('a table that was filled by the settings as they are', () => {
  test('says so from the first, and idle scans of one that does not say so write nothing', async () => {
    const lake = await filled()
    const kept = JSON.parse(stateOf(lake).table.parameters['goldsync.layout']!)
    expect(kept).toEqual({ template: HOURLY, timeZone: 'UTC', partitionKeys: KEYS })
    const name = { database: 'golden', name: 'orders' }
    const removed = {
      kind: 'setParameters',
      table: name,
      parameters: {},
      removed: ['goldsync.layout'],
    } as const
    await lake.catalog.apply(lake.catalog.plan(name, [removed]))
    for (const mode of ['recent', 'full'] as const)
      expect(lake.table(await lake.scan({ mode }))).toMatchObject({ steps: [], diagnostics: [] })
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    await lake.scan()
    expect(stateOf(lake).table.parameters).toHaveProperty('goldsync.layout')
  })

  test('is told nothing where the config says the same in other words, or a later build says more', async () => {
    const lake = await filled()
    const same = changed(lake, laid({ partitionKeys: KEYS, timeZone: 'UTC' }))
    expect(same.table(await same.scan({ mode: 'full' }))).toMatchObject({ steps: [], diagnostics: [] })
    const kept = { ...JSON.parse(stateOf(lake).table.parameters['goldsync.layout']!), later: true }
    const name = { database: 'golden', name: 'orders' }
    const parameters = { 'goldsync.layout': JSON.stringify(kept) }
    await lake.catalog.apply(lake.catalog.plan(name, [{ kind: 'setParameters', table: name, parameters }]))
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'changed', diagnostics: [] })
    expect(stateOf(lake).table.parameters).toMatchObject(parameters)
  })
})

describe('another time zone', () => {
  test('is a warning, once, with a scan of the whole topic; no hour is registered twice', async () => {
    const lake = await filled()
    lake.put('orders/2019/01/01/00/late.parquet', 'v1')
    const zoned = changed(lake, laid({ timeZone: 'Europe/Berlin' }))
    const before = stateOf(lake)
    const plan = await zoned.scan({ dryRun: true })
    expect([told(plan), stateOf(lake)]).toEqual([['warning LAYOUT_CHANGED'], before])
    expect(findingsOf(plan)[0]!.message).toContain('timeZone was UTC and is Europe/Berlin')
    expect([told(await zoned.scan()), partitionsOf(lake)]).toEqual([
      ['warning LAYOUT_CHANGED'],
      ['2019/01/01/00', '2019/09/01/10', '2019/09/01/11'],
    ])
    zoned.clock.now += HOUR
    expect(zoned.table(await zoned.scan())).toMatchObject({
      steps: [],
      diagnostics: [],
      window: expect.anything(),
    })
  })

  test('is told by events until a scan has looked at the topic, and the scan goes on where its deadline cut it', async () => {
    const lake = await filled()
    for (let day = 1; day <= 28; day++)
      lake.put(`orders/2019/01/${String(day).padStart(2, '0')}/00/a.parquet`, 'v1', 0)
    const zoned = changed(lake, laid({ timeZone: 'Asia/Tokyo' }))
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    const options = { runId: 'event', dryRun: false, log: openLog('silent') }
    const event = () =>
      runFiles([zoned.lake], [{ location: `${ROOT}/orders/2019/09/01/12/a.parquet` }], options)
    for (const report of [await event(), await event()])
      expect([report.files[0]!.outcome, told(report)]).toEqual(['registered', ['warning LAYOUT_CHANGED']])
    expect(stateOf(lake).table.parameters['goldsync.layout']).toContain('UTC')
    expect(told(await zoned.scan())).toEqual(['warning LAYOUT_CHANGED'])
    expect(partitionsOf(lake)).toHaveLength(31)
    expect(told(await zoned.scan())).toEqual([])
  })

  test('that is set back is told again, and loses nothing', async () => {
    const lake = await filled()
    const zoned = changed(lake, laid({ timeZone: 'Europe/Berlin' }))
    await zoned.scan()
    lake.clock.now += HOUR
    lake.put('orders/2019/09/01/13/a.parquet', 'v1')
    expect([told(await lake.scan()), partitionsOf(lake).at(-1)]).toEqual([
      ['warning LAYOUT_CHANGED'],
      '2019/09/01/13',
    ])
  })
})

describe('another layout', () => {
  const HIVE = '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}'

  test('with the same keys is a warning that says what is stale, and all of its folders are found', async () => {
    const lake = await filled()
    for (const [day, hour] of [
      ['01', '12'],
      ['02', '00'],
    ])
      lake.put(`orders/year=2018/month=09/day=${day}/hour=${hour}/a.parquet`, 'v1', 0)
    const other = changed(lake, laid({ template: HIVE }))
    const report = await other.scan()
    expect(told(report)).toContain('warning LAYOUT_CHANGED')
    expect(findingsOf(report).find(({ code }) => code === 'LAYOUT_CHANGED')!.message).toMatch(
      /layout was \{topic\}\/\{yyyy\}.* and is \{topic\}\/year=.*no run looks into folders any more/,
    )
    expect(partitionsOf(lake)).toEqual(['2018/09/01/12', '2018/09/02/00', '2019/09/01/10', '2019/09/01/11'])
    expect(told(await other.scan())).not.toContain('warning LAYOUT_CHANGED')
  })

  test('that fits no folder yet is told by each run, which writes nothing, until one fits or it is set back', async () => {
    const lake = await filled()
    lake.put('other/2018/09/01/12/a.parquet', 'v1', 0)
    const other = changed(lake, { ...laid({ template: HIVE }), includes: topic => topic === 'orders' })
    const before = stateOf(lake)
    for (const mode of ['recent', 'full', 'recent'] as const) {
      expect(told(await other.scan({ mode }))).toContain('warning LAYOUT_CHANGED')
      expect(stateOf(lake)).toEqual(before)
    }
    expect(told(await lake.scan({ tables: ['orders'] }))).toEqual([])
    lake.put('orders/year=2019/month=09/day=01/hour=12/a.parquet', 'v1')
    await other.scan()
    expect(told(await other.scan())).not.toContain('warning LAYOUT_CHANGED')
  })

  test('that takes months for days is refused by every run, and nothing is registered under other values', async () => {
    const lake = await filled({ layout: compileLayout({ template: HOURLY, partitionKeys: KEYS }) })
    const before = stateOf(lake)
    const swapped = changed(lake, laid({ template: '{topic}/{yyyy}/{dd}/{MM}/{HH}', partitionKeys: KEYS }))
    for (const options of [
      {},
      { mode: 'full' },
      { dryRun: true },
      { partitions: ['2019/01/09/11'], tables: ['orders'] },
    ] as const) {
      const report = await swapped.scan(options)
      expect([told(report), exitCode(report)]).toEqual([['error LAYOUT_CHANGED'], 1])
      expect(report.tables[0]).toMatchObject({ outcome: 'refused', table: 'golden.orders' })
    }
    expect(stateOf(lake)).toBe(before)
  })

  test('that fits no folder writes nothing: set back, scans go on from where they were', async () => {
    const lake = await filled()
    const before = stateOf(lake).table.parameters
    const other = changed(lake, laid({ template: HIVE }))
    await other.scan({ mode: 'full' })
    expect(stateOf(lake).table.parameters).toEqual(before)
    expect(lake.table(await lake.scan())).toMatchObject({
      steps: [],
      diagnostics: [],
      window: expect.anything(),
    })
  })
})

describe('other partition keys', () => {
  const SPELLED = { ...KEYS, month: string('{M}') }

  test('that spell values otherwise are refused, and the message says how', async () => {
    const lake = await filled()
    const before = stateOf(lake)
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    const other = changed(lake, laid({ partitionKeys: SPELLED }))
    const report = await other.scan()
    expect([told(report), exitCode(report), stateOf(lake)]).toEqual([['error LAYOUT_CHANGED'], 1, before])
    expect(findingsOf(report)[0]).toMatchObject({
      message: expect.stringContaining(
        'what is registered as 2026/02/03/04 would be registered as 2026/2/03/04',
      ),
      fix: expect.stringContaining('tables.adopt: [orders]'),
    })
  })

  test('go on where tables.adopt names the table: what is registered otherwise is still not registered again', async () => {
    const lake = await filled()
    lake.put('orders/2018/10/01/12/a.parquet', 'v1')
    const other = changed(lake, { ...laid({ partitionKeys: SPELLED }), adopts: name => name === 'orders' })
    const report = await other.scan()
    expect(told(report)).toEqual(['warning LAYOUT_CHANGED', 'error PARTITION_VALUES_DIFFER'])
    expect(partitionsOf(lake)).toEqual(['2018/10/01/12', '2019/09/01/10', '2019/09/01/11'])
  })

  test('of other types are a warning: the table keeps its own', async () => {
    const lake = await filled()
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    const typed = { ...KEYS, hour: { type: 'int', value: '{HH}' } as const }
    const other = changed(lake, laid({ partitionKeys: typed }))
    expect(told(await other.scan())).toEqual(['warning LAYOUT_CHANGED'])
    expect(partitionsOf(lake).at(-1)).toBe('2019/09/01/12')
    expect(stateOf(lake).table.partitionKeys.at(-1)).toEqual({ name: 'hour', type: { kind: 'string' } })
  })

  test('that the table cannot have are refused as before, with what it was synced by', async () => {
    const lake = await filled()
    const daily = { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' }, hour: string('{HH}') } as const
    const other = changed(lake, laid({ partitionKeys: daily }))
    const report = await other.scan()
    expect(told(report)).toEqual(['error PARTITION_KEYS_DIFFER'])
    expect(findingsOf(report)[0]!.message).toContain(`it was synced by ${HOURLY} (year string {yyyy}, `)
  })
})

describe('another name rule', () => {
  const errorOf = (report: Report) => report.tables.map(({ error }) => [error?.code, error?.hint])

  test('makes no second table, whatever the rule was, and says how the first one gets the name', async () => {
    for (const [before, now] of [
      ['raw_{topic}', '{topic}'],
      ['{topic}', 'raw_{topic}'],
      ['a_{topic}', 'b_{topic}'],
    ]) {
      const lake = await filled({ naming: { template: before! } })
      const other = changed(lake, { naming: { template: now! } })
      const [from, to] = [before, now].map(rule => rule!.replace('{topic}', 'orders'))
      expect(errorOf(await other.scan())).toEqual([
        ['CONFLICT', expect.stringContaining(`goldsync rename golden.${from} ${to}`)],
      ])
      expect([...lake.catalog.state().tables.keys()]).toEqual([`golden.${from}`])
    }
  })

  const MINUTE = 60_000

  /** A lake whose catalog has other databases, and counts who looks for former tables. */
  function counting() {
    const catalog = openMemoryCatalog('memory')
    const looks = { tables: 0, databases: 0 }
    const counted = {
      ...catalog,
      otherTables: (...args: Parameters<NonNullable<typeof catalog.otherTables>>) => {
        looks.tables += 1
        return catalog.otherTables!(...args)
      },
      databases: async () => {
        looks.databases += 1
        return Array.from({ length: 40 }, (_, at) => `other${at}`)
      },
    }
    const lake = testLake({ catalog: counted })
    const close = (topic: string) => {
      lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
      const options = { runId: topic, dryRun: false, log: openLog('silent'), now: () => lake.clock.now }
      return runFiles([lake.lake], [{ location: `${ROOT}/${topic}/2019/09/01/11/a.parquet` }], options)
    }
    return { lake, looks, close }
  }

  test('is asked for once a run, and not by runs that make no table', async () => {
    const { lake, looks } = counting()
    for (const topic of ['orders', 'sales', 'visits']) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
    await lake.scan()
    expect(looks).toEqual({ tables: 1, databases: 1 })
    lake.clock.now += HOUR
    await lake.scan()
    expect(looks).toEqual({ tables: 1, databases: 1 })
  })

  test('is asked for by the first of many events that make tables, and again after a while', async () => {
    const { lake, looks, close } = counting()
    await close('t0')
    const before = lake.catalog.calls.inspect
    for (let at = 1; at <= 20; at++) await close(`t${at}`)
    expect(looks).toEqual({ tables: 1, databases: 1 })
    // Whether it is there, and nothing in 40 other databases.
    expect((lake.catalog.calls.inspect - before) / 20).toBeLessThanOrEqual(2)
    lake.clock.now += 11 * MINUTE
    await close('late')
    expect(looks).toEqual({ tables: 2, databases: 2 })
  })

  test('is believed no longer than the table has the name', async () => {
    const lake = await filled({ naming: { template: 'raw_{topic}' } })
    const other = changed(lake, {})
    expect(errorOf(await other.scan())).toEqual([['CONFLICT', expect.anything()]])
    const [table, to] = ['raw_orders', 'orders'].map(name => ({ database: 'golden', name }))
    const rename = { kind: 'renameTable', table: table!, to: to! } as const
    await lake.catalog.apply(lake.catalog.plan(table!, [rename]))
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    expect((await other.scan()).tables).toMatchObject([{ table: 'golden.orders', outcome: 'changed' }])
    const forgotten = { 'goldsync.topic': 'another' }
    await lake.catalog.apply(
      lake.catalog.plan(to!, [{ kind: 'setParameters', table: to!, parameters: forgotten }]),
    )
    const third = changed(lake, { naming: { template: 'third_{topic}' } })
    expect((await third.scan()).tables).toMatchObject([{ table: 'golden.third_orders', outcome: 'changed' }])
  })

  test('a table that another lake, or another topic, has is not it', async () => {
    const lake = await filled({ naming: { template: 'raw_{topic}' } })
    const other = changed(lake, {})
    lake.put('sales/2019/09/01/11/a.parquet', 'v1')
    const report = await other.scan({ tables: ['sales'] })
    expect(report.tables).toMatchObject([{ table: 'golden.sales', outcome: 'changed' }])
  })
})

describe('another database', () => {
  test('is told before tables are made there, with the tables that are left', async () => {
    const lake = await filled()
    lake.put('sales/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    const other = changed(lake, { database: 'gold' })
    const plan = await other.scan({ dryRun: true })
    expect(told(plan)).toEqual(['warning DATABASE_CHANGED', 'warning DATABASE_CHANGED'])
    expect(findingsOf(plan)[0]).toMatchObject({
      table: 'gold.orders',
      message: expect.stringContaining('topic orders has the table golden.orders already'),
    })
    expect(told(await other.scan())).toEqual(told(plan))
    expect(told(await other.scan())).toEqual([])
  })

  test('tables of that name which other topics or lakes have are not told', async () => {
    const lake = await filled()
    const name = { database: 'golden', name: 'orders' }
    const parameters = { 'goldsync.topic': 'Orders' }
    await lake.catalog.apply(lake.catalog.plan(name, [{ kind: 'setParameters', table: name, parameters }]))
    const other = changed(lake, { database: 'gold' })
    expect(told(await other.scan())).toEqual([])
  })

  test('where databases cannot be listed, tables are made without a word', async () => {
    const lake = await filled()
    const refuse = () => Promise.reject(new GoldsyncError('PERMISSION_DENIED', 'no'))
    const other = changed(lake, { database: 'gold', catalogs: [{ ...lake.catalog, databases: refuse }] })
    expect((await other.scan()).tables).toMatchObject([{ outcome: 'changed', diagnostics: [] }])
    const { databases: _, ...without } = lake.catalog
    const unable = changed(lake, { database: 'best', catalogs: [without] })
    expect((await unable.scan()).tables).toMatchObject([{ outcome: 'changed', diagnostics: [] }])
  })
})
