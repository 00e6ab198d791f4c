import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { outcomeOfRun } from '../../shared/function/outcome.ts'
import { exitCode, type Report } from '../../shared/run/report.ts'
import type { RunOptions } from '../../shared/run/run.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { cannot, openDouble } from '../support/engine-double.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const day = (hour: string) => `2019/09/01/${hour}`
const sync = (lake: TestLake, hours: readonly string[], more: Partial<RunOptions> = {}) =>
  lake.scan({ tables: ['orders'], partitions: hours.map(day), mode: 'full', ...more })
const states = ({ tables }: Report) =>
  tables.flatMap(({ named = [] }) =>
    named.map(({ partition, state, code }) =>
      [partition.slice(-2), state, ...(code ? [code] : [])].join(' '),
    ),
  )
const unmet = ({ unmet = [] }: Report) =>
  unmet.map(({ partition = '', code }) => [partition.slice(-2), code].join(' ').trim())

/** One hour of each kind: 01 good, 02 of text, 03 cut off, 04 empty; 05 is not there. */
function hours(lake: TestLake) {
  lake.put(`orders/${day('01')}/a.parquet`, 'v1')
  lake.put(`orders/${day('02')}/a.parquet`, 'text')
  lake.put(`orders/${day('03')}/a.parquet`, 'truncated')
  lake.put(`orders/${day('04')}/_SUCCESS`, 'text')
  return lake
}

describe('a partition that is named', () => {
  test('is told of: registered, held for its file, or absent', async () => {
    const report = await sync(hours(testLake()), ['01', '02', '03', '04', '05'])
    expect(states(report)).toEqual([
      '01 registered',
      '02 held NOT_PARQUET',
      '03 held INCOMPLETE_FILE',
      '04 absent',
      '05 absent',
    ])
  })

  test('is told apart from one that has empty files only', async () => {
    const lake = hours(testLake())
    lake.storage.put(`${ROOT}/orders/${day('06')}/a.parquet`, new Uint8Array())
    const report = await sync(lake, ['06'], { require: true })
    expect([states(report), unmet(report)]).toEqual([['06 absent EMPTY_FILE'], ['06 EMPTY_FILE']])
    expect(report.unmet![0]!.message).toBe('only empty files are in its folder: a.parquet')
  })

  test('is told of when nothing is done any more, too', async () => {
    const lake = hours(testLake())
    await sync(lake, ['01', '03'])
    const report = await sync(lake, ['01', '03', '05'])
    expect([states(report), lake.table(report).outcome]).toEqual([
      ['01 registered', '03 held INCOMPLETE_FILE', '05 absent'],
      'unchanged',
    ])
  })

  test('waits for its writer: a file that is being written, or _SUCCESS', async () => {
    const lake = testLake({ more: { waitsForSuccess: topic => topic === 'orders' } })
    lake.put(`orders/${day('01')}/a.parquet`, 'v1')
    expect(states(await sync(lake, ['01']))).toEqual(['01 incomplete AWAITING_SUCCESS'])
    const other = testLake()
    other.put(`orders/${day('01')}/a.parquet`, 'v1')
    other.put(`orders/${day('01')}/b.parquet.tmp`, 'v1')
    other.put(`orders/${day('02')}/b.parquet.tmp`, 'v1')
    other.put(`orders/${day('02')}/c.parquet`, 'text')
    expect(states(await sync(other, ['01', '02']))).toEqual([
      '01 incomplete TEMPORARY_FILE',
      '02 held NOT_PARQUET',
    ])
  })

  test('waits where its file could not be read this time', async () => {
    const lake = hours(testLake())
    lake.storage.failWhen(({ operation, location }) =>
      operation === 'read' && location.includes(day('01'))
        ? new GoldsyncError('UNAVAILABLE', 'the DataNode is away')
        : undefined,
    )
    expect(states(await sync(lake, ['01']))).toEqual(['01 incomplete FILE_UNREADABLE'])
  })

  test('is exposed where a wrong file comes to it after it was registered', async () => {
    const lake = hours(testLake())
    await sync(lake, ['01'])
    lake.put(`orders/${day('01')}/b.parquet`, 'wrong')
    const report = await sync(lake, ['01'])
    expect([states(report), exitCode(report)]).toEqual([['01 exposed EXPOSED_FILE'], 1])
    expect(exitCode(await sync(lake, ['01'], { require: true }))).toBe(4)
  })

  test('is absent where the catalog has it and its folder is gone or empty', async () => {
    const lake = hours(testLake())
    await sync(lake, ['01'])
    lake.storage.drop(`${ROOT}/orders/${day('01')}/a.parquet`)
    expect(states(await sync(lake, ['01']))).toEqual(['01 absent VANISHED_PARTITIONS'])
  })

  test('is not known of where the deadline, a listing or the catalog kept the run from it', async () => {
    const late = hours(testLake())
    expect(states(await sync(late, ['01'], { deadline: late.clock.now }))).toEqual(['01 unknown TIMEOUT'])
    const lists = hours(testLake())
    lists.storage.failWhen(({ operation, location }) =>
      operation === 'list' && location.endsWith('/01/01')
        ? new GoldsyncError('UNAVAILABLE', 'the NameNode is away')
        : undefined,
    )
    expect(states(await sync(lists, ['01']))).toEqual(['01 unknown LISTING_FAILED'])
    const catalog = openMemoryCatalog('memory')
    const failing = { ...catalog, apply: () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'away')) }
    const writes = hours(testLake({ more: { catalogs: [failing] } }))
    expect(states(await sync(writes, ['01', '02']))).toEqual([
      '01 unknown UNAVAILABLE',
      '02 held NOT_PARQUET',
    ])
  })

  test('is held where its table is refused, or may not be made', async () => {
    const frozen = hours(testLake({ evolution: 'frozen' }))
    expect(states(await sync(frozen, ['01']))).toEqual(['01 held FROZEN_TABLE_MISSING'])
    const hudi = hours(testLake())
    hudi.put('orders/.hoodie/hoodie.properties', 'text')
    expect(states(await sync(hudi, ['01']))).toEqual(['01 held TABLE_FORMAT'])
  })

  test('is held where the catalog has it elsewhere', async () => {
    const lake = hours(testLake())
    await sync(lake, ['01'])
    const table = lake.catalog.state().tables.get('golden.orders')!
    const partitions = table.partitions as Map<string, Partition>
    const [key, partition] = [...partitions][0]!
    partitions.set(key, { ...partition, location: 'memory://other/place' })
    expect(states(await sync(lake, ['01']))).toEqual(['01 held PARTITION_ELSEWHERE'])
  })

  test('is held where its catalog shows files one by one, and one of them is not accepted', async () => {
    const catalog = openMemoryCatalog('memory', { visibility: 'file' })
    const lake = hours(testLake({ catalog }))
    lake.put(`orders/${day('01')}/b.parquet`, 'text')
    expect(states(await sync(lake, ['01', '02']))).toEqual(['01 held NOT_PARQUET', '02 held NOT_PARQUET'])
  })

  test('is exposed where Hive cannot read its folder, also if that is told of another one', async () => {
    const lake = testLake()
    for (const hour of ['01', '02', '03']) lake.put(`orders/${day(hour)}/a.parquet`, 'v1')
    await sync(lake, ['01', '02', '03'])
    for (const hour of ['01', '02']) lake.put(`orders/${day(hour)}/HIVE_UNION_SUBDIR_1/a.parquet`, 'v1')
    expect(states(await sync(lake, ['01', '02', '03']))).toEqual([
      '01 exposed NESTED_FOLDER',
      '02 exposed NESTED_FOLDER',
      '03 registered',
    ])
  })

  test('is told of for each catalog', async () => {
    const broken = {
      ...openMemoryCatalog('broken'),
      inspect: () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'no')),
    }
    const lake = hours(testLake({ more: { catalogs: [openMemoryCatalog('memory'), broken] } }))
    expect(states(await sync(lake, ['01', '05']))).toEqual([
      '01 registered',
      '05 absent',
      '01 unknown UNAVAILABLE',
      '05 unknown UNAVAILABLE',
    ])
  })

  test('is told of to each of those that ask together, and looked at however old it is', async () => {
    const lake = hours(testLake())
    await lake.scan()
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    const named = (partitions: string[]) => lake.scan({ tables: ['orders'], partitions })
    const [, , first, second] = await Promise.all([
      lake.scan(),
      lake.scan(),
      named(['2018/01/01/00']),
      named(['2019/09/01/05', '2019/09/01/01']),
    ])
    expect([states(first), states(second)]).toEqual([['00 registered'], ['05 absent', '01 registered']])
  })

  test('is not told to be absent where there was no time left to look at it', async () => {
    const lake = hours(testLake())
    await lake.scan()
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    const counted = { reads: 0, most: Number.POSITIVE_INFINITY }
    const storage = {
      ...lake.storage,
      read: async (...args: Parameters<typeof lake.storage.read>) => {
        counted.reads += 1
        if (counted.reads > counted.most) now += 10_000
        return lake.storage.read(...args)
      },
    }
    let now = lake.clock.now
    const slow = { ...lake.lake, storage }
    const run = (more: Partial<RunOptions> = {}) =>
      runScan([slow], {
        runId: 'test',
        mode: 'recent',
        dryRun: false,
        log: openLog('silent'),
        now: () => now,
        ...more,
      })
    await run()
    counted.most = 2 * counted.reads
    const old = { tables: ['orders'], partitions: ['2018/01/01/00'], deadline: now + 5_000 }
    const [, , named] = await Promise.all([run(), run(), run(old)])
    expect(counted.reads).toBeGreaterThan(counted.most)
    expect(states(named)).toEqual(['00 unknown TIMEOUT'])
    expect(states(await run({ ...old, deadline: now + 5_000_000 }))).toEqual(['00 registered'])
  })

  test('has no footers read of what others ask for together with it; those who want all read anew get it', async () => {
    const lake = hours(testLake())
    await lake.scan()
    const full = { mode: 'full' } as const
    const alone = lake.table(await lake.scan(full)).files
    const [, , whole] = await Promise.all([
      lake.scan(),
      sync(lake, ['01'], { mode: 'recent' }),
      lake.scan(full),
    ])
    // The named one's, which has not changed.
    expect(lake.table(whole).files).toBe(alone + 1)
    const [, , again] = await Promise.all([lake.scan(), lake.scan(), lake.scan({ ...full, reread: true })])
    expect(lake.table(again).files).toBeGreaterThan(alone)
  })

  test('has its footers read, and no others, where it is asked for together with a scan of all', async () => {
    const lake = testLake()
    for (const hour of ['01', '02']) lake.put(`orders/${day(hour)}/a.parquet`, 'v1')
    await lake.scan()
    expect(lake.table(await lake.scan()).files).toBe(0)
    const [, named] = await Promise.all([lake.scan(), sync(lake, ['01'], { mode: 'recent' }), lake.scan()])
    expect([states(named), lake.table(named).files]).toEqual([['01 registered'], 1])
  })

  test('is no part of a plan, nor of a run that names none', async () => {
    const lake = hours(testLake())
    expect(lake.table(await sync(lake, ['01'], { dryRun: true }))).not.toHaveProperty('named')
    expect(lake.table(await lake.scan())).not.toHaveProperty('named')
  })
})

describe('what is required to be queryable', () => {
  const status = (report: Report) => [exitCode(report), outcomeOfRun(report).status]
  const required = (lake: TestLake, ...hours: string[]) => sync(lake, hours, { require: true })

  test('ends with 4 where one named partition is not, and names it', async () => {
    const lake = hours(testLake())
    const good = await required(lake, '01')
    expect([status(good), good.unmet]).toEqual([[0, 'ok'], []])
    const bad = await required(lake, '01', '02', '03', '04', '05')
    expect(status(bad)).toEqual([4, 'unmet'])
    expect(unmet(bad)).toEqual(['02 NOT_PARQUET', '03 INCOMPLETE_FILE', '04 ABSENT', '05 ABSENT'])
    expect(outcomeOfRun(bad)).toMatchObject({
      error: {
        code: 'NOT_QUERYABLE',
        retryable: false,
        message: expect.stringMatching(
          /^golden\.orders 2019\/09\/01\/02 cannot be queried: .*\(and 3 more\)$/,
        ),
      },
    })
  })

  test('where none is named is all that was looked at', async () => {
    const lake = hours(testLake())
    expect(unmet(await lake.scan({ tables: ['orders'], require: true, mode: 'full' }))).toEqual([
      '02 NOT_PARQUET',
      '03 INCOMPLETE_FILE',
    ])
    const clean = testLake()
    clean.put(`orders/${day('01')}/a.parquet`, 'v1')
    expect(status(await clean.scan({ tables: ['orders'], require: true }))).toEqual([0, 'ok'])
  })

  test('is not met by a topic that has no table of its own', async () => {
    const lake = testLake()
    lake.put(`a.b/${day('01')}/a.parquet`, 'v1')
    lake.put(`a-b/${day('01')}/a.parquet`, 'v1')
    const report = await lake.scan({ tables: ['a_b'], partitions: [day('01')], require: true })
    expect([unmet(report), exitCode(report)]).toEqual([['NAME_COLLISION'], 4])
  })

  test('is not met in a lake that cannot be reached', async () => {
    const lake = hours(testLake())
    lake.storage.failWhen(() => new GoldsyncError('UNAVAILABLE', 'the NameNode is away'))
    const report = await required(lake, '01')
    expect([unmet(report), status(report)]).toEqual([['UNAVAILABLE'], [1, 'unavailable']])
  })

  test('is worth a repeat where a deadline or an error kept the run from it', async () => {
    const late = hours(testLake())
    expect(status(await sync(late, ['01'], { require: true, deadline: late.clock.now }))).toEqual([
      4,
      'unavailable',
    ])
    const away = hours(
      testLake({
        more: {
          catalogs: [
            {
              ...openMemoryCatalog('memory'),
              inspect: () => Promise.reject(new GoldsyncError('TIMEOUT', 'no')),
            },
          ],
        },
      }),
    )
    expect(status(await required(away, '01'))).toEqual([1, 'unavailable'])
  })

  test('is seen by each engine, which is asked though nothing has changed', async () => {
    const double = openDouble()
    const lake = hours(testLake({ more: { engines: [double.engine] } }))
    await sync(lake, ['01'])
    double.calls.length = 0
    await sync(lake, ['01'])
    expect(double.calls).toEqual([])
    const report = await required(lake, '01')
    expect([double.calls, status(report)]).toEqual([['visible orders'], [0, 'ok']])
    expect(lake.table(report).named).toEqual([
      {
        partition: day('01'),
        state: 'registered',
        engines: [{ engine: 'trino', visible: true, read: true }],
      },
    ])
    double.sees = () => 0
    const blind = await required(lake, '01')
    expect([unmet(blind), exitCode(blind)]).toEqual([['01 NOT_VISIBLE'], 4])
  })

  test('names the one of several that an engine does not see', async () => {
    const double = openDouble({
      visible: async wanted =>
        wanted.map(({ partitions }) => partitions.filter(([, , , hour]) => hour !== '02').length),
    })
    const lake = testLake({ more: { engines: [double.engine] } })
    for (const hour of ['01', '02', '03']) lake.put(`orders/${day(hour)}/a.parquet`, 'v1')
    expect(unmet(await required(lake, '01', '02', '03'))).toEqual(['02 NOT_VISIBLE'])
  })

  test('is told of the engine that does not see it, not of one whose name is part of its name', async () => {
    const blind = openDouble({ visible: async wanted => wanted.map(() => 0) })
    const away = openDouble({ visible: () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'away')) })
    const engines = [
      { ...away.engine, name: 'trino_cold' },
      { ...blind.engine, name: 'trino' },
    ]
    const lake = hours(testLake({ more: { engines } }))
    const { diagnostics, named } = lake.table(await required(lake, '01'))
    expect(named).toMatchObject([{ engines: [{ visible: false }, { visible: false }] }])
    expect(diagnostics.map(({ code, engine }) => [engine, code])).toEqual(
      expect.arrayContaining([
        ['trino_cold', 'ENGINE_FAILED'],
        ['trino', 'NOT_VISIBLE'],
      ]),
    )
  })

  test('is not met by what an engine cannot read, nor where it cannot be asked', async () => {
    const double = openDouble()
    double.read = () => cannot()
    const lake = hours(testLake({ more: { engines: [double.engine] } }))
    const report = await required(lake, '01')
    expect([unmet(report), exitCode(report)]).toEqual([['01 ENGINE_CANNOT_READ'], 4])
    const away = openDouble({ visible: () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'away')) })
    const other = hours(testLake({ more: { engines: [away.engine] } }))
    expect(status(await required(other, '01'))).toEqual([1, 'unavailable'])
  })

  test('is in one of two lakes that feed one table', async () => {
    const hot = hours(testLake())
    const cold = testLake({ catalog: hot.catalog })
    cold.put(`orders/${day('09')}/a.parquet`, 'v1')
    const catalogs = [hot.catalog]
    const lakes = [
      { ...hot.lake, catalogs },
      { ...cold.lake, catalogs },
    ]
    const options = { runId: 'r', mode: 'full', dryRun: false, log: openLog('silent') } as const
    const named = { tables: ['orders'], partitions: [day('01')], require: true }
    expect((await runScan([lakes[0]!], { ...options, ...named })).unmet).toEqual([])
    expect(unmet(await runScan(lakes, { ...options, ...named }))).toEqual([])
  })
})
