import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { readStatus } from '../../shared/function/status.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

describe('the status', () => {
  test('tells when tables were scanned, and what every run looks at again', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('orders/2019/09/01/12/a.parquet', 'text')
    await lake.scan()
    lake.put('clicks/2019/09/01/11/a.parquet', 'v1')
    const reads = lake.storage.asked.length
    expect(await readStatus([lake.lake], {})).toEqual({
      lakes: [
        {
          location: ROOT,
          catalog: 'memory',
          keptOn: 'golden.orders',
          notKept: expect.stringContaining('no scan of all tables has left its time'),
        },
      ],
      tables: [
        {
          table: 'golden.clicks',
          topic: 'clicks',
          catalog: 'memory',
          state: 'noTable',
          pending: [],
          descriptorsPending: false,
        },
        {
          table: 'golden.orders',
          topic: 'orders',
          catalog: 'memory',
          state: 'synced',
          mark: '2019-09-01T12:00:00.000Z',
          full: '2019-09-01T12:00:00.000Z',
          pending: ['2019/09/01/12'],
          waits: [
            {
              partition: '2019/09/01/12',
              code: 'NOT_PARQUET',
              file: 'a.parquet',
              since: '2019-09-01T12:00:00.000Z',
              remedy: 'move the file out of the folder',
            },
          ],
          descriptorsPending: false,
          leftOut: 'all',
        },
      ],
      failures: [],
      diagnostics: [],
    })
    // The lake's folder, and that of the topic without a table.
    expect(lake.storage.asked.length - reads).toBe(2)
  })

  test('of topics without a table tells what keeps them from having one', async () => {
    const lake = testLake({ more: { createDatabase: false } })
    for (const topic of ['a', 'b']) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
    const list: typeof lake.storage.list = async (directory, call) => {
      if (directory.endsWith('/b')) throw new GoldsyncError('PERMISSION_DENIED', 'b is not for you')
      return lake.storage.list(directory, call)
    }
    const { tables } = await readStatus([{ ...lake.lake, storage: { ...lake.storage, list } }], {})
    expect(tables.map(({ topic, state, error }) => [topic, state, error?.message])).toEqual([
      ['a', 'failed', 'database golden does not exist in memory'],
      ['b', 'failed', 'b is not for you'],
    ])
  })

  test.each([
    ['createDatabase', { createDatabase: true }, {}],
    ['a catalog that makes them by itself', { createDatabase: false }, { createsDatabases: true as const }],
  ])(
    'of topics without a table tells what asking for the database fails with, with %s',
    async (_, more, able) => {
      const lake = testLake({ more, catalog: openMemoryCatalog('memory', able) })
      lake.put('orders/2019/09/01/11/a.parquet', 'v1')
      const denied = new GoldsyncError('PERMISSION_DENIED', 'the catalog file cannot be written')
      const broken: Catalog = { ...lake.catalog, hasDatabase: () => Promise.reject(denied) }
      const { tables } = await readStatus([{ ...lake.lake, catalogs: [broken] }], {})
      expect(tables).toMatchObject([
        { topic: 'orders', state: 'failed', error: { code: 'PERMISSION_DENIED', message: denied.message } },
      ])
      expect((await readStatus([lake.lake], {})).tables).toMatchObject([{ state: 'noTable' }])
    },
  )

  test('of topics without a table is one look at all of them, and none at each', async () => {
    const lake = testLake()
    for (const topic of ['a', 'b', 'c']) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
    await lake.scan({ tables: ['b'] })
    const { inspect, inspectAll } = lake.catalog.calls
    const { tables } = await readStatus([lake.lake], {})
    expect(tables.map(({ topic, state }) => [topic, state])).toEqual([
      ['a', 'noTable'],
      ['b', 'synced'],
      ['c', 'noTable'],
    ])
    expect(lake.catalog.calls).toMatchObject({ inspect, inspectAll: inspectAll + 1 })
  })

  test('of column statistics of an earlier build that are being taken away', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    const name = { database: 'golden', name: 'orders' }
    const pending = async () => (await readStatus([lake.lake], {})).tables[0]?.statisticsPending
    expect(await pending()).toBeUndefined()
    const parameters = { 'goldsync.withdrawal': 'after 2019/09/01/10' }
    await lake.catalog.apply(lake.catalog.plan(name, [{ kind: 'setParameters', table: name, parameters }]))
    expect(await pending()).toBe(true)
  })

  test('of one table; of a catalog that cannot be asked', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('clicks/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    const closed = openMemoryCatalog('broken')
    await closed.close()
    const { tables } = await readStatus([{ ...lake.lake, catalogs: [lake.catalog, closed] }], {
      tables: ['orders'],
    })
    expect(tables.map(({ table, catalog, state, error }) => [table, catalog, state, error?.code])).toEqual([
      ['golden.orders', 'memory', 'synced', undefined],
      ['golden.orders', 'broken', 'failed', 'UNAVAILABLE'],
    ])
  })

  describe('where topics meet in one name, and a catalog cannot be asked', () => {
    async function meeting() {
      const lake = testLake()
      lake.put('orders/2019/09/01/11/a.parquet', 'v1')
      lake.put('clicks/2019/09/01/11/a.parquet', 'v1')
      await lake.scan()
      lake.put('Orders/2019/09/01/11/a.parquet', 'v1')
      const away = openMemoryCatalog('away')
      await away.close()
      return { lake, away }
    }

    const told = async (lake: TestLake, catalogs: readonly Catalog[]) => {
      const { tables, failures } = await readStatus([{ ...lake.lake, catalogs }], {})
      expect(failures).toEqual([])
      return tables.map(({ topic, catalog, state, error, refusal }) => [
        topic,
        catalog,
        state,
        ...(error ? [error.code] : []),
        ...(refusal ? [refusal.code] : []),
      ])
    }

    test.each([
      ['the first', true],
      ['the last', false],
    ])('the others are told, and the one away by each table: %s', async (_, first) => {
      const { lake, away } = await meeting()
      const found = await told(lake, first ? [away, lake.catalog] : [lake.catalog, away])
      expect(found.filter(([, catalog]) => catalog === 'memory')).toEqual(
        expect.arrayContaining([
          ['orders', 'memory', 'synced'],
          ['clicks', 'memory', 'synced'],
          ['Orders', 'memory', 'refused', 'NAME_COLLISION'],
        ]),
      )
      const others = found.filter(([, catalog]) => catalog === 'away')
      expect(others.map(([, , ...state]) => state)).toEqual([1, 2, 3].map(() => ['failed', 'UNAVAILABLE']))
    })

    test('nothing is said of names that only the one away may have recorded', async () => {
      const { lake, away } = await meeting()
      const other = openMemoryCatalog('memory')
      expect(await told(lake, [other, away])).toEqual(
        expect.arrayContaining([
          ['clicks', 'memory', 'noTable'],
          ['orders', 'memory', 'failed', 'UNAVAILABLE'],
          ['Orders', 'memory', 'failed', 'UNAVAILABLE'],
        ]),
      )
    })
  })
})

const HOUR = 3_600_000
const MINUTE = 60_000

/** The function as a host calls it, at the real time. */
const invoke = (lake: TestLake, params: object = {}, delivery?: object) =>
  scan.invoke(
    { id: 'tick', params },
    {
      lakes: async () => [lake.lake],
      log: openLog('silent'),
      ...(delivery ? { delivery: delivery as never } : {}),
    },
  )

const scansOf = async (lake: TestLake, tables?: string[]) =>
  (await readStatus([lake.lake], tables ? { tables } : {})).lakes[0]!

describe('when scans ran', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2019, 8, 1, 12) })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)
  const at = (hour: number, minute = 0) => ({
    startedAt: new Date(Date.UTC(2019, 8, 1, hour, minute)).toISOString(),
    handedOn: false,
  })

  /** Tables of three topics, scanned by the function. */
  async function scannedLake(): Promise<TestLake> {
    const lake = testLake()
    for (const topic of ['a', 'b', 'c']) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
    await invoke(lake)
    return lake
  }

  test('is on one table of the lake, by one write an hour, whatever changes or does not', async () => {
    const lake = await scannedLake()
    expect(await scansOf(lake)).toEqual({
      location: ROOT,
      catalog: 'memory',
      keptOn: 'golden.a',
      lastScan: at(12),
    })
    const { apply, inspectAll } = lake.catalog.calls
    const state = lake.catalog.state()
    for (let run = 0; run < 11; run += 1) {
      pass(5 * MINUTE)
      await invoke(lake)
    }
    expect(lake.catalog.state()).toBe(state)
    expect(lake.catalog.calls).toMatchObject({ apply, inspectAll: inspectAll + 11 })
    for (let run = 0; run < 12; run += 1) {
      pass(5 * MINUTE)
      await invoke(lake)
    }
    expect(lake.catalog.calls).toMatchObject({ apply: apply + 1, inspectAll: inspectAll + 23 })
    expect((await scansOf(lake)).lastScan).toEqual(at(13))
    expect((await scansOf(lake, ['c'])).lastScan).toEqual(at(13))
  })

  test('tells full ones apart, each of which an hour apart is noted by itself', async () => {
    const lake = await scannedLake()
    pass(10 * MINUTE)
    await invoke(lake, { mode: 'full' })
    await invoke(lake, { mode: 'full' })
    pass(60 * MINUTE)
    await invoke(lake)
    expect(await scansOf(lake)).toMatchObject({ lastScan: at(13, 10), lastFullScan: at(12, 10) })
  })

  test('is not what a plan, a named table, a sync or a broken scan says', async () => {
    const lake = await scannedLake()
    pass(2 * HOUR)
    await invoke(lake, { dryRun: true })
    await invoke(lake, { tables: ['a'] })
    await lake.scan({ trigger: 'sync', tables: ['a'] })
    const stopped = AbortSignal.abort()
    await scan.invoke(
      { id: 'tick', params: {}, signal: stopped },
      { lakes: async () => [lake.lake], log: openLog('silent') },
    )
    expect((await scansOf(lake)).lastScan).toEqual(at(12))
  })

  test('says so where a table was scanned later than that', async () => {
    const lake = await scannedLake()
    pass(4 * HOUR)
    lake.put('b/2019/09/01/15/a.parquet', 'v1', Date.now())
    await invoke(lake, { tables: ['b'] })
    expect(await scansOf(lake)).toMatchObject({ lastScan: at(12), laterMark: at(16).startedAt })
  })

  test('is kept on the first table, which status looks at, also while that table cannot be brought up to date', async () => {
    const lake = await scannedLake()
    const catalog: Catalog = {
      ...lake.catalog,
      apply: async (plan, call) => {
        if (plan.table.name === 'a' && plan.steps[0]?.change.kind === 'addPartitions')
          throw new GoldsyncError('PERMISSION_DENIED', 'no')
        return lake.catalog.apply(plan, call)
      },
    }
    const failing = { ...lake, lake: { ...lake.lake, catalogs: [catalog] } }
    pass(2 * HOUR)
    lake.put('a/2019/09/01/13/a.parquet', 'v1', Date.now())
    expect(await invoke(failing)).toMatchObject({ status: 'failed' })
    expect(await scansOf(failing)).toMatchObject({ keptOn: 'golden.a', lastScan: at(14) })
  })

  test('is kept where the first table goes and another comes', async () => {
    const lake = await scannedLake()
    lake.put('0/2019/09/01/11/a.parquet', 'v1')
    expect(await scansOf(lake)).toMatchObject({ keptOn: 'golden.a', lastScan: at(12) })
    pass(MINUTE)
    await invoke(lake)
    expect(await scansOf(lake)).toMatchObject({ keptOn: 'golden.0', lastScan: at(12, 1) })
  })

  test.each([
    ['PERMISSION_DENIED', 'a right that is missing'],
    ['UNAVAILABLE', 'a catalog that goes away'],
  ] as const)('fails no scan by %s, %s, and is then not kept here', async (code, _why) => {
    const lake = testLake()
    lake.put('a/2019/09/01/11/a.parquet', 'v1')
    const refused: unknown[] = []
    const catalog: Catalog = {
      ...lake.catalog,
      apply: async (plan, call) => {
        if (Object.keys(JSON.parse(JSON.stringify(plan.steps[0]))?.change.parameters ?? {}).some(isRan)) {
          refused.push(plan)
          throw new GoldsyncError(code, 'no')
        }
        return lake.catalog.apply(plan, call)
      },
    }
    const with_ = { ...lake, lake: { ...lake.lake, catalogs: [catalog] } }
    for (let run = 0; run < 3; run += 1) {
      expect(await invoke(with_)).toMatchObject({ status: 'ok' })
      pass(MINUTE)
    }
    expect(refused).toHaveLength(1)
    expect(await scansOf(with_)).toEqual({
      location: ROOT,
      catalog: 'memory',
      keptOn: 'golden.a',
      notKept: expect.stringContaining('must not be set'),
    })
  })

  const isRan = (key: string) => key.startsWith('goldsync.ran.')

  test('that lies ahead is not kept here, and is put right by the next scan', async () => {
    const lake = await scannedLake()
    pass(-2 * 86_400_000)
    expect(await scansOf(lake)).not.toHaveProperty('lastScan')
    await invoke(lake)
    expect((await scansOf(lake)).lastScan?.startedAt).toBe('2019-08-30T12:00:00.000Z')
  })

  test('is not known where the lake has no table, or the first cannot be read', async () => {
    const empty = testLake()
    empty.put('a/2019/09/01/11/a.parquet', 'text')
    await invoke(empty)
    expect((await scansOf(empty)).notKept).toContain('no table yet')
    const lake = await scannedLake()
    const catalog: Catalog = {
      ...lake.catalog,
      inspectAll: async () => new Map(),
      inspect: async (name, call) => {
        if (name.name === 'a') throw new GoldsyncError('UNAVAILABLE', 'no')
        return lake.catalog.inspect(name, call)
      },
    }
    expect((await scansOf({ ...lake, lake: { ...lake.lake, catalogs: [catalog] } })).notKept).toContain(
      'golden.a',
    )
  })

  test('of one that is handed on says so, and costs a look and a write an hour', async () => {
    const lake = await scannedLake()
    pass(2 * HOUR)
    const { apply, inspect } = lake.catalog.calls
    const delivery = { atOnce: 8, send: async () => 'taken' as const }
    for (let run = 0; run < 12; run += 1) {
      expect(await invoke(lake, {}, delivery)).toMatchObject({ status: 'accepted' })
      pass(5 * MINUTE - 1000)
    }
    expect(lake.catalog.calls).toMatchObject({ apply: apply + 1, inspect: inspect + 1 })
    expect((await scansOf(lake)).lastScan).toEqual({ ...at(14), handedOn: true })
  })
})
