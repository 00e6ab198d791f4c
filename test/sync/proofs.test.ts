import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { type Engine, NoRow, type Probe } from '../../shared/engines/engine.ts'
import { readStatus } from '../../shared/function/status.ts'
import type { News } from '../../shared/run/news.ts'
import { exitCode, type Report } from '../../shared/run/report.ts'
import type { RunOptions } from '../../shared/run/run.ts'
import { cannot, type EngineDouble, openDouble } from '../support/engine-double.ts'
import { FILES, ROOT, type TestLake, type TestLakeOptions, testLake } from '../support/lake.ts'
import { mortal, mortalCatalog, mortalEngine } from '../support/mortal.ts'

/** A server that was started again is another process's engine: versions are asked once in a while. */
const restarted = (double: EngineDouble, version: string): Engine => {
  double.version = version
  return { ...double.engine }
}

const lakeWith = (engine: Engine, options: TestLakeOptions = {}) =>
  testLake({ ...options, more: { ...options.more, engines: [engine] } })
const codes = (report: Report) => report.tables.flatMap(table => table.diagnostics.map(({ code }) => code))
const parameterOf = (lake: TestLake): string | undefined =>
  [...lake.catalog.state().tables.values()][0]?.table.parameters['goldsync.engine.trino']
const kept = (lake: TestLake) => JSON.parse(parameterOf(lake) ?? '{}')
const reads = ({ calls }: EngineDouble) => calls.filter(call => call.startsWith('read'))
const HOUR = 3_600_000
const next = (lake: TestLake, options: Partial<RunOptions> = {}) => {
  lake.clock.now += HOUR
  return lake.scan(options)
}

describe('an engine', () => {
  test('reads one file of each kind, once, and after that is asked nothing more', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    for (const hour of ['09', '10']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    const first = lake.table(await lake.scan())
    expect(first.engines).toMatchObject([{ visible: 2, expected: 2, read: 1, unread: 0 }])
    expect(reads(double)).toEqual(['read orders/2019/09/01/10/a.parquet id,amount'])
    expect(kept(lake)).toMatchObject({
      version: '476',
      unproven: [],
      proven: expect.stringMatching(/^\w{12}$/),
    })
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    const { steps } = lake.table(await next(lake))
    expect(steps.map(({ kind }) => kind)).toEqual(['addPartitions'])
    const [calls, writes] = [double.calls.length, lake.catalog.calls.steps]
    expect(lake.table(await next(lake))).toMatchObject({ outcome: 'unchanged', engines: [] })
    expect([double.calls.length, lake.catalog.calls.steps, reads(double).length]).toEqual([calls, writes, 1])
  })

  test('is not asked for a row of a file that has none', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    lake.storage.put(
      `${ROOT}/orders/2019/09/01/09/a.parquet`,
      readFileSync(new URL('../fixtures/parquet/no-rows.parquet', import.meta.url)),
      lake.clock.now,
    )
    expect(lake.table(await lake.scan()).engines).toMatchObject([{ visible: 1, read: 0, unread: 0 }])
    expect([reads(double), parameterOf(lake)]).toEqual([[], undefined])
  })

  test.each(['before', 'after'] as const)(
    'reads in the next run what one that was killed %s any step has registered',
    async when => {
      let steps = 0
      for (let last = 0; last <= steps; last += 1) {
        const double = openDouble()
        const lake = lakeWith(double.engine)
        lake.put('orders/2019/09/01/09/a.parquet', 'v1')
        const life = mortal(last, when)
        const killed = testLake({ more: { ...lake.lake, catalogs: [mortalCatalog(lake.catalog, life)] } })
        await killed.scan()
        steps = Math.max(steps, life.steps)
        await next(lake)
        expect([kept(lake).unproven, kept(lake).proven]).toEqual([[], expect.stringMatching(/^\w{12}$/)])
        const read = reads(double).length
        await next(lake)
        expect(reads(double)).toHaveLength(read)
      }
      expect(steps).toBeGreaterThan(4)
    },
  )

  describe.each(['before', 'after'] as const)('when a run was killed %s a step', when => {
    test.each(['read', 'metadata'] as const)(
      'is made to forget, and asked what it sees, by the next (verify: %s)',
      async verify => {
        let steps = 0
        for (let last = 0; last <= steps; last += 1) {
          const double = openDouble({ verify })
          const lake = lakeWith({
            ...double.engine,
            refresh: async ({ name }) => void double.calls.push(`refresh ${name}`),
          })
          lake.put('orders/2019/09/01/09/a.parquet', 'v1')
          const life = mortal(last, when)
          const engines = lake.lake.engines.map(engine => mortalEngine(engine, life))
          const killed = { ...lake.lake, engines, catalogs: [mortalCatalog(lake.catalog, life)] }
          await testLake({ more: killed }).scan()
          steps = Math.max(steps, life.steps)
          await next(lake)
          expect(`${last}: ${double.calls.join(', ')}`).toContain('refresh orders, visible orders')
          expect(kept(lake).unseen).toBeUndefined()
          const all = double.calls.length
          await next(lake)
          expect(double.calls).toHaveLength(all)
        }
        expect(steps).toBeGreaterThan(6)
      },
    )
  })

  test.each([
    ['PERMISSION_DENIED', 'Access Denied'],
    ['TIMEOUT', 'no result within 60000 ms'],
    ['UNAVAILABLE', 'QUERY_QUEUE_FULL'],
  ] as const)(
    'that does not answer (%s) is no verdict on a file, and is asked again',
    async (code, message) => {
      const double = openDouble()
      const lake = lakeWith(double.engine)
      double.read = () => {
        throw new GoldsyncError(code, message)
      }
      lake.put('orders/2019/09/01/09/a.parquet', 'v1')
      const report = await lake.scan()
      expect([codes(report), exitCode(report)]).toEqual([['ENGINE_NOT_ASKED'], 0])
      expect(lake.table(report).engines).toMatchObject([{ read: 0, unread: 1 }])
      expect(kept(lake).unproven).toEqual(['2019/09/01/09'])
      const { tables } = await readStatus([lake.lake], {})
      expect(tables[0]!.engines).toEqual([
        { engine: 'trino', version: '476', unproven: ['2019/09/01/09'], failed: [], unseen: false },
      ])
      const writes = lake.catalog.calls.steps
      expect(codes(await next(lake))).toEqual(['ENGINE_NOT_ASKED'])
      expect(lake.catalog.calls.steps).toBe(writes)
      double.read = () => ({ outcome: 'read', lost: [] })
      expect(codes(await next(lake))).toEqual([])
      expect(kept(lake)).toMatchObject({ unproven: [], proven: expect.stringMatching(/\w/) })
      const asked = reads(double).length
      await next(lake)
      expect(reads(double)).toHaveLength(asked)
    },
  )

  test('that is down when a partition is registered is asked for it by the next run', async () => {
    const double = openDouble()
    const refreshed: string[] = []
    let isUp = false
    const lake = lakeWith({
      ...double.engine,
      refresh: async ({ name }) => {
        if (!isUp) throw new GoldsyncError('UNAVAILABLE', 'Trino is away')
        refreshed.push(name)
      },
    })
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    const down = await lake.scan()
    expect([codes(down), exitCode(down)]).toEqual([['ENGINE_FAILED'], 1])
    expect(lake.table(down).diagnostics[0]!.fix).not.toContain('caching')
    const writes = lake.catalog.calls.steps
    const still = await next(lake)
    expect([codes(still), exitCode(still), lake.catalog.calls.steps]).toEqual([['ENGINE_FAILED'], 1, writes])
    isUp = true
    const up = lake.table(await next(lake))
    expect(up).toMatchObject({ diagnostics: [], engines: [{ visible: 1, expected: 1, read: 1 }] })
    await next(lake)
    expect([refreshed, kept(lake).unseen]).toEqual([['orders'], undefined])
  })

  test('that a run had no time to ask is asked by the next', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    for (const hour of ['08', '09', '10']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    let now = lake.clock.now
    const cut = lake.table(await lake.scan({ deadline: now + 1, now: () => now++ }))
    expect([cut.outcome, double.calls]).toEqual(['partial', []])
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await next(lake)
    expect(reads(double)).toHaveLength(1)
    expect(kept(lake)).toMatchObject({ unproven: [], proven: expect.stringMatching(/\w/) })
    expect(kept(lake).unseen).toBeUndefined()
  })

  test('is asked for so many kinds in a run, and for the others in the next', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    // A run's time for an engine is used up by the first file.
    double.read = () => {
      lake.clock.now += 61_000
      return { outcome: 'read', lost: [] }
    }
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/a.parquet', 'v2')
    const first = lake.table(await lake.scan({ runId: 'first' }))
    expect(first.engines).toMatchObject([{ visible: 2, expected: 2, read: 1, unread: 1 }])
    expect(reads(double)[0]).toContain('/10/')
    expect(first.diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([])
    const second = lake.table(await next(lake, { runId: 'second' }))
    expect(second.engines).toMatchObject([{ read: 1, unread: 0 }])
    await next(lake, { runId: 'third' })
    expect(reads(double)).toHaveLength(2)
  })

  test('that does not see a partition is asked for it until it does', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    double.sees = () => 0
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    expect(codes(await lake.scan())).toEqual(['NOT_VISIBLE'])
    expect(reads(double)).toEqual([])
    expect(codes(await next(lake))).toEqual(['NOT_VISIBLE'])
    double.sees = (_table, partitions) => partitions
    expect(codes(await next(lake))).toEqual([])
    expect(reads(double)).toHaveLength(1)
  })

  test.each(['metadata', 'off'] as const)('with verify: %s reads nothing', async verify => {
    const double = openDouble({ verify })
    const lake = lakeWith(double.engine)
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    expect(codes(await lake.scan())).toEqual([])
    expect(double.calls).toEqual(verify === 'off' ? [] : ['visible orders'])
    expect(parameterOf(lake)).toBeUndefined()
  })

  test('of another version reads anew, kind by kind as it meets them', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan()
    const newer = testLake({ more: { ...lake.lake, engines: [restarted(double, '477')] } })
    newer.clock.now = lake.clock.now
    await next(newer)
    expect(reads(double)).toHaveLength(1)
    newer.storage.put(`${ROOT}/orders/2019/09/01/10/a.parquet`, FILES.v1, lake.clock.now)
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const again = testLake({ more: { ...lake.lake, engines: newer.lake.engines } })
    again.clock.now = lake.clock.now
    await next(again)
    expect([reads(double).length, kept(lake).version]).toEqual([2, '477'])
  })
})

describe('a file that an engine fails on', () => {
  const failing = (column: string) => (probe: Probe) =>
    probe.columns.some(({ name }) => name === column)
      ? cannot(`HIVE_BAD_DATA: ${column} is bad`)
      : ({ outcome: 'read', lost: [] } as const)

  test('is named with its partition, its column and the engine’s words; its kind is held back until it is gone', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    const told: News[] = []
    const announce = async (news: readonly News[]) => {
      told.push(...news)
      return undefined
    }
    double.read = failing('amount')
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    const report = await lake.scan({ announce })
    const path = `${ROOT}/orders/2019/09/01/09/a.parquet`
    expect(lake.table(report)).toMatchObject({
      outcome: 'changed',
      pending: ['2019/09/01/09'],
      diagnostics: [
        {
          code: 'ENGINE_CANNOT_READ',
          severity: 'error',
          table: 'golden.orders',
          partition: '2019/09/01/09',
          path,
          column: 'amount',
          message: expect.stringContaining('HIVE_BAD_DATA: amount is bad'),
        },
      ],
    })
    expect(exitCode(report)).toBe(1)
    expect(told).toMatchObject([
      { kind: 'table.changed' },
      { kind: 'partitions.added' },
      { kind: 'partition.unreadable', partition: '2019/09/01/09', path, column: 'amount' },
    ])
    const asked = reads(double).length
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const after = lake.table(await next(lake))
    expect(after.held).toEqual(['2019/09/01/10'])
    expect(after.diagnostics.map(({ code, partition }) => `${partition} ${code}`).sort()).toEqual([
      '2019/09/01/09 EXPOSED_FILE',
      '2019/09/01/10 ENGINE_CANNOT_READ',
    ])
    expect(lake.table(await next(lake)).held).toEqual(['2019/09/01/10'])
    expect(reads(double)).toHaveLength(asked)
    const { tables } = await readStatus([lake.lake], {})
    expect(tables[0]!.engines).toMatchObject([
      { failed: [{ partition: '2019/09/01/09', column: 'amount', holdsBack: true }] },
    ])
    lake.storage.drop(path)
    double.read = () => ({ outcome: 'read', lost: [] })
    await next(lake)
    const healed = lake.table(await next(lake))
    expect([healed.held, healed.pending, healed.diagnostics]).toEqual([[], [], []])
    expect(kept(lake)).toMatchObject({ failures: [], unproven: [] })
  })

  test('and is written anew is read anew, and nothing waits any more', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    double.read = failing('amount')
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan()
    await next(lake)
    double.read = () => ({ outcome: 'read', lost: [] })
    lake.put('orders/2019/09/01/09/a.parquet', 'v1', lake.clock.now + 1)
    expect(codes(await next(lake))).toEqual([])
    expect(kept(lake)).toMatchObject({ failures: [], unproven: [], proven: expect.stringMatching(/\w/) })
    expect(lake.table(await next(lake))).toMatchObject({ outcome: 'unchanged', pending: [], engines: [] })
  })

  test('alone of its kind to fail does not hold its kind back', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    double.read = ({ partition }) => (partition.at(-1) === '10' ? cannot() : { outcome: 'read', lost: [] })
    for (const hour of ['09', '10']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    const report = lake.table(await lake.scan())
    expect(report.diagnostics.map(({ code, partition }) => `${code} ${partition}`)).toEqual([
      'ENGINE_CANNOT_READ 2019/09/01/10',
    ])
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    const after = lake.table(await next(lake))
    expect([after.held, after.partitions.added]).toEqual([[], 1])
    expect(after.diagnostics.map(({ code, partition }) => `${code} ${partition}`)).toEqual([
      'EXPOSED_FILE 2019/09/01/10',
    ])
  })

  test('that it reads when it is asked again is no failure', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    let asked = 0
    double.read = () => {
      asked += 1
      return asked === 1
        ? cannot('HIVE_CANNOT_OPEN_SPLIT: a DataNode was away')
        : { outcome: 'read', lost: [] }
    }
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    expect(codes(await lake.scan())).toEqual([])
    expect(kept(lake)).toMatchObject({ failures: [], proven: expect.stringMatching(/\w/) })
  })

  test('is tried again by a full scan, and by an engine of another version', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    double.read = failing('id')
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan()
    await next(lake)
    expect(codes(await next(lake, { mode: 'full' }))).toEqual(['ENGINE_CANNOT_READ'])
    expect(codes(await next(lake))).toEqual(['EXPOSED_FILE'])
    double.read = () => ({ outcome: 'read', lost: [] })
    const newer = testLake({
      catalog: lake.catalog,
      more: { ...lake.lake, engines: [restarted(double, '480')] },
    })
    newer.clock.now = lake.clock.now
    expect(codes(await next(newer))).toEqual([])
    expect(kept(lake)).toMatchObject({ version: '480', failures: [], unproven: [] })
  })

  test('is found by a value that is surely in it', async () => {
    const double = openDouble()
    const lake = lakeWith(double.engine)
    lake.put('orders/2019/09/01/09/a.parquet', 'v2')
    await lake.scan()
    const conditions: unknown[] = []
    double.read = probe => {
      conditions.push(probe.conditions.map(({ column, value }) => [column.name, value]))
      return { outcome: 'read', lost: probe.conditions.slice(0, 1) }
    }
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const [found] = lake
      .table(await next(lake))
      .diagnostics.filter(({ code }) => code === 'ENGINE_CANNOT_READ')
    expect(conditions).toEqual([[['id', expect.stringMatching(/^\d+$/)]]])
    expect(found).toMatchObject({
      column: 'id',
      message: expect.stringMatching(/finds no row by a value of id that the file's footer proves/),
    })
  })
})

describe('a file of which an engine finds no row', () => {
  const noRow = (): never => {
    throw new NoRow('NOT_FOUND', 'Trino finds no row of the file')
  }
  const filled = async (visibility: 'directory' | 'file', read: EngineDouble['read']) => {
    const double = openDouble()
    double.read = read
    const lake = lakeWith(double.engine, { catalog: openMemoryCatalog('memory', { visibility }) })
    for (const name of ['a', 'b']) lake.put(`orders/2019/09/01/09/${name}.parquet`, 'v1')
    return { double, lake, told: codes(await lake.scan()) }
  }

  test('counts as done where another writer may have taken it out of the table, and is asked for no more', async () => {
    const { double, lake, told } = await filled('file', noRow)
    expect([told, kept(lake), reads(double).length]).toEqual([[], {}, 2])
    expect([codes(await next(lake)), reads(double).length]).toEqual([[], 2])
    double.read = () => ({ outcome: 'read', lost: [] })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    await next(lake)
    expect([reads(double).length, kept(lake).proven]).toEqual([3, expect.stringMatching(/^\w{12}$/)])
  })

  test('lets another of its kind be read, and its kind is proven by that', async () => {
    const { lake, told } = await filled('file', ({ file }) =>
      file === 'a.parquet' ? noRow() : { outcome: 'read', lost: [] },
    )
    expect([told, kept(lake)]).toEqual([
      [],
      expect.objectContaining({ unproven: [], proven: expect.stringMatching(/^\w{12}$/) }),
    ])
  })

  test('is asked for again where the folder alone says what the table has', async () => {
    const { lake, told } = await filled('directory', noRow)
    expect([told, kept(lake).unproven]).toEqual([['ENGINE_NOT_ASKED'], ['2019/09/01/09']])
    expect(codes(await next(lake))).toEqual(['ENGINE_NOT_ASKED'])
  })

  test('is asked for again where the engine did not come to look for it', async () => {
    const { lake, told } = await filled('file', () => {
      throw new GoldsyncError('NOT_FOUND', 'TABLE_NOT_FOUND')
    })
    expect([told, kept(lake).unproven]).toEqual([['ENGINE_NOT_ASKED'], ['2019/09/01/09']])
  })
})

describe('of twenty tables, one that an engine fails on', () => {
  const TABLES = Array.from({ length: 20 }, (_, at) => `t${String(at).padStart(2, '0')}`)
  const filled = (engine: Engine) => {
    const lake = lakeWith(engine)
    for (const topic of TABLES) lake.put(`${topic}/2019/09/01/09/a.parquet`, 'v1')
    return lake
  }
  const blamed = (report: Report) =>
    report.tables.flatMap(({ table, diagnostics }) => diagnostics.map(({ code }) => `${table} ${code}`))
  const seen = (report: Report) => report.tables.filter(({ engines }) => engines[0]!.visible === 1).length

  test('when it tells what it sees is named, and the others are visible', async () => {
    const double = openDouble()
    let together = 0
    const visible: Engine['visible'] = async wanted => {
      together = Math.max(together, wanted.length)
      if (wanted.some(({ table }) => table.name === 't13'))
        throw new GoldsyncError('UNAVAILABLE', 'HIVE_INVALID_METADATA')
      return double.engine.visible(wanted)
    }
    const report = await filled({ ...double.engine, visible }).scan()
    expect(blamed(report)).toEqual(['golden.t13 ENGINE_FAILED'])
    expect([seen(report), together > 1]).toEqual([19, true])
  })

  test('when it reads is named, and the others are visible and read', async () => {
    const double = openDouble()
    double.read = ({ table }) => (table.name === 't13' ? cannot() : { outcome: 'read', lost: [] })
    const report = await filled(double.engine).scan()
    expect(blamed(report)).toEqual(['golden.t13 ENGINE_CANNOT_READ'])
    expect(seen(report)).toBe(20)
    expect(report.tables.filter(({ engines }) => engines[0]!.read === 1)).toHaveLength(19)
  })

  test('is not waited for by each where it answers none of them', async () => {
    const double = openDouble()
    double.read = () => {
      throw new GoldsyncError('TIMEOUT', 'no result within 60000 ms')
    }
    const report = await filled(double.engine).scan()
    expect([reads(double).length, codes(report)]).toEqual([3, Array(3).fill('ENGINE_NOT_ASKED')])
    expect(report.tables.filter(({ engines }) => engines[0]!.unread === 1)).toHaveLength(20)
  })

  test('is nobody’s fault where the engine is down', async () => {
    const away = async (): Promise<never> => {
      throw new GoldsyncError('UNAVAILABLE', 'no answer')
    }
    const double = openDouble({ visible: away, reader: away })
    const report = await filled(double.engine).scan()
    expect(new Set(codes(report))).toEqual(new Set(['ENGINE_FAILED']))
    expect(codes(report)).toHaveLength(20)
  })
})
