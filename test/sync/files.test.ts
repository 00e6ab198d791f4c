import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { outcomeOfEvent } from '../../shared/outbound/event-outcome.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { cannot, openDouble } from '../support/engine-double.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const closed = (lake: TestLake, ...paths: string[]) =>
  runFiles(
    [lake.lake],
    paths.map(path => ({ location: path.includes('://') ? path : `${ROOT}/${path}` })),
    { runId: 'event', dryRun: false, log: openLog('silent'), now: () => lake.clock.now },
  )
const partitions = ({ catalog }: TestLake, table = 'golden.orders') =>
  [...(catalog.state().tables.get(table)?.partitions.values() ?? [])].map(({ values }) => values.join('/'))
const told = ({ files }: Awaited<ReturnType<typeof closed>>) =>
  files.map(({ outcome, code }) => (code ? `${outcome} ${code}` : outcome))

describe('a closed file', () => {
  test('has its partition registered, and its table where there is none', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const report = await closed(lake, 'orders/2019/09/01/11/a.parquet')
    expect([told(report), partitions(lake)]).toEqual([['registered'], ['2019/09/01/11']])
  })

  test('leaves no mark: a scan still finds what no event told', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    await closed(lake, 'orders/2019/09/01/11/a.parquet')
    await lake.scan()
    expect(partitions(lake).sort()).toEqual(['2018/01/01/00', '2019/09/01/11'])
  })

  test('of a known partition with a known schema costs no write; the next recent scan brings its statistics', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += 60_000
    lake.put('orders/2019/09/01/11/b.parquet', 'v1')
    const steps = lake.catalog.calls.steps
    expect(told(await closed(lake, 'orders/2019/09/01/11/b.parquet'))).toEqual(['registered'])
    expect(lake.catalog.calls.steps - steps).toBe(0)
    await lake.scan()
    const [partition] = lake.catalog.state().tables.get('golden.orders')!.partitions.values()
    expect(partition!.parameters).toMatchObject({ numRows: '6', numFiles: '2' })
  })

  test('of a partition with many files has its own footer read, and no other', async () => {
    const lake = testLake()
    const reads = () => lake.storage.asked.filter(({ operation }) => operation === 'read').length
    for (const name of ['a', 'b', 'c', 'd']) {
      lake.put(`orders/2019/09/01/11/${name}.parquet`, 'v1')
      const before = reads()
      await closed(lake, `orders/2019/09/01/11/${name}.parquet`)
      expect(reads() - before).toBe(1)
    }
    lake.put('orders/2019/09/01/11/a.parquet', 'v2', lake.clock.now + 1)
    const before = reads()
    const report = await closed(lake, 'orders/2019/09/01/11/a.parquet')
    expect(reads() - before).toBe(1)
    expect(lake.table(report).steps.map(({ kind }) => kind)).toContain('addColumns')
  })

  test('that comes too late for any recent scan has its statistics written at once', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/01/b.parquet', 'v1')
    await closed(lake, 'orders/2019/09/01/01/b.parquet')
    const [partition] = lake.catalog.state().tables.get('golden.orders')!.partitions.values()
    expect(partition!.parameters).toMatchObject({ numRows: '6', numFiles: '2' })
  })

  test('with a new column in a known partition changes the table and the partition at once', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/11/b.parquet', 'v2')
    const report = await closed(lake, 'orders/2019/09/01/11/b.parquet')
    expect(lake.table(report).steps.map(({ kind }) => kind)).toEqual([
      'changeColumnTypes',
      'addColumns',
      'alterPartitions',
    ])
  })

  test('is answered for itself: one bad file does not fail the others', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/bad.parquet', 'text')
    lake.put('orders/2019/09/01/10/good.parquet', 'v1')
    const report = await closed(
      lake,
      'orders/2019/09/01/11/a.parquet',
      'orders/2019/09/01/10/bad.parquet',
      'orders/2019/09/01/10/good.parquet',
      'memory://other/place/a.parquet',
      'orders/2019/09/01/a.parquet',
      'orders/2019/09/01/11/_temporary/0/a.parquet',
      'orders/2019/09/01/11/b.parquet.tmp',
    )
    expect(told(report)).toEqual([
      'registered',
      'held NOT_PARQUET',
      'held NOT_PARQUET',
      'failed OUTSIDE_LAKE',
      'ignored WRONG_DEPTH',
      'ignored WRONG_DEPTH',
      'ignored NOT_DATA',
    ])
    expect(partitions(lake)).toEqual(['2019/09/01/11'])
  })

  test('that is held back is remembered, and every later scan looks at it, however old it is', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2018/01/01/00/a.parquet', 'truncated')
    expect(told(await closed(lake, 'orders/2018/01/01/00/a.parquet'))).toEqual(['held INCOMPLETE_FILE'])
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    expect(lake.table(await lake.scan()).partitions.added).toBe(1)
    expect(
      lake.catalog.state().tables.get('golden.orders')!.table.parameters['goldsync.pending'],
    ).toBeUndefined()
  })

  test('is found by any of the ways in which its lake is written', async () => {
    const lake = testLake({
      more: { locationIn: () => 's3a://bucket/golden', formerLocations: ['hdfs://old/golden'] },
    })
    for (const hour of ['09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    const report = await closed(
      lake,
      's3://bucket/golden/orders/2019/09/01/09/a.parquet',
      'hdfs://old/golden/orders/2019/09/01/10/a.parquet',
    )
    const bare = await runFiles([lake.lake], [{ location: '/golden/orders/2019/09/01/11/a.parquet' }], {
      runId: 'event',
      dryRun: false,
      log: openLog('silent'),
      now: () => lake.clock.now,
    })
    expect([...told(report), ...told(bare)]).toEqual(['registered', 'registered', 'registered'])
  })

  test('of a new table whose name two topics want is held, as a scan would', async () => {
    const lake = testLake()
    lake.put('a.b/2019/09/01/11/a.parquet', 'v1')
    lake.put('a-b/2019/09/01/11/a.parquet', 'v1')
    expect(told(await closed(lake, 'a.b/2019/09/01/11/a.parquet'))).toEqual(['held NAME_COLLISION'])
  })

  test('of a partition that cannot be listed has failed, and may be sent again', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.storage.failWhen(({ operation, location }) =>
      operation === 'list' && location.endsWith('/11')
        ? new GoldsyncError('UNAVAILABLE', 'the NameNode is away')
        : undefined,
    )
    expect(told(await closed(lake, 'orders/2019/09/01/11/a.parquet'))).toEqual(['failed LISTING_FAILED'])
  })

  test('told twice, and together with many others of its table, is one run of the table', async () => {
    const lake = testLake()
    for (let hour = 0; hour < 12; hour += 1)
      lake.put(`orders/2019/09/01/${String(hour).padStart(2, '0')}/a.parquet`, 'v1')
    const paths = Array.from(
      { length: 12 },
      (_, hour) => `orders/2019/09/01/${String(hour).padStart(2, '0')}/a.parquet`,
    )
    const reports = await Promise.all([...paths, ...paths].map(path => closed(lake, path)))
    expect(reports.flatMap(told)).toEqual(Array.from({ length: 24 }, () => 'registered'))
    expect([partitions(lake).length, lake.catalog.calls.inspect]).toEqual([12, 2])
  })
})

describe('what is told of a closed file', () => {
  const lists = (lake: TestLake, location: string) =>
    lake.storage.asked.filter(asked => asked.operation === 'list' && asked.location === location).length

  test('of a topic that the lake does not have is that it is ignored, without a look at the root', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    const paths = Array.from({ length: 400 }, (_, at) => `made-up-${at}/2019/09/01/11/a.parquet`)
    const report = await closed(lake, ...paths, 'orders/2019/09/01/11/a.parquet')
    expect(new Set(told(report).slice(0, 400))).toEqual(new Set(['ignored UNKNOWN_TOPIC']))
    expect(told(report)[400]).toBe('registered')
    expect([report.tables.map(({ table }) => table), lists(lake, ROOT)]).toEqual([['golden.orders'], 1])
  })

  test('of many new topics costs one look at the root', async () => {
    const lake = testLake()
    const paths = Array.from({ length: 20 }, (_, at) => `new-${at}/2019/09/01/11/a.parquet`)
    for (const path of paths) lake.put(path, 'v1')
    expect(new Set(told(await closed(lake, ...paths)))).toEqual(new Set(['registered']))
    expect(lists(lake, ROOT)).toBe(1)
  })

  test('that is not there is that it is absent: in a known partition, a new one, or a topic that is gone', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('clicks/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.storage.drop(`${ROOT}/clicks`)
    const report = await closed(
      lake,
      'orders/2019/09/01/11/b.parquet',
      'orders/2019/09/01/10/a.parquet',
      'clicks/2019/09/01/11/a.parquet',
      'orders/2019/09/01/11/a.parquet',
    )
    expect(told(report)).toEqual([
      'absent FILE_ABSENT',
      'absent FILE_ABSENT',
      'absent FILE_ABSENT',
      'registered',
    ])
  })

  test('without bytes is that it is no data', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.storage.put(`${ROOT}/orders/2019/09/01/11/b.parquet`, new Uint8Array(), lake.clock.now)
    lake.storage.put(`${ROOT}/orders/2019/09/01/10/b.parquet`, new Uint8Array(), lake.clock.now)
    const report = await closed(lake, 'orders/2019/09/01/11/b.parquet', 'orders/2019/09/01/10/b.parquet')
    expect(told(report)).toEqual(['ignored EMPTY_FILE', 'ignored EMPTY_FILE'])
  })

  test('that is wrong in a registered partition is that it is exposed, and not the good one beside it', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/11/bad.parquet', 'text')
    lake.put('orders/2019/09/01/11/good.parquet', 'v1')
    const report = await closed(lake, 'orders/2019/09/01/11/bad.parquet', 'orders/2019/09/01/11/good.parquet')
    expect(told(report)).toEqual(['exposed EXPOSED_FILE', 'registered'])
  })

  test('whose catalog shows files one by one is for itself, too', async () => {
    const lake = testLake({ catalog: openMemoryCatalog('memory', { visibility: 'file' }) })
    lake.put('orders/2019/09/01/11/good.parquet', 'v1')
    lake.put('orders/2019/09/01/11/bad.parquet', 'text')
    lake.put('orders/2019/09/01/10/bad.parquet', 'text')
    const paths = ['11/good', '11/bad', '10/bad'].map(path => `orders/2019/09/01/${path}.parquet`)
    expect(told(await closed(lake, ...paths))).toEqual(['registered', 'held NOT_PARQUET', 'held NOT_PARQUET'])
  })

  test('is the most that holds of all engines: registered, visible, read', async () => {
    const word = async (...doubles: ReturnType<typeof openDouble>[]) => {
      const lake = testLake({ more: { engines: doubles.map(({ engine }) => engine) } })
      lake.put('orders/2019/09/01/11/a.parquet', 'v1')
      return told(await closed(lake, 'orders/2019/09/01/11/a.parquet'))[0]
    }
    const away = () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'away'))
    const slow = openDouble()
    slow.read = () => {
      throw new GoldsyncError('TIMEOUT', 'a queue')
    }
    const blind = openDouble()
    blind.sees = () => 0
    const cannotRead = openDouble()
    cannotRead.read = () => cannot()
    expect(await word()).toBe('registered')
    expect(await word(openDouble())).toBe('read')
    expect(await word(openDouble({ verify: 'metadata' }))).toBe('visible')
    expect(await word(openDouble(), openDouble({ name: 'presto', verify: 'metadata' }))).toBe('visible')
    expect(await word(openDouble({ verify: 'off' }))).toBe('registered')
    expect(await word(slow)).toBe('visible')
    expect(await word(openDouble(), openDouble({ name: 'presto', visible: away }))).toBe('registered')
    expect(await word(blind)).toBe('registered')
    expect(await word(cannotRead)).toBe('exposed ENGINE_CANNOT_READ')
  })

  test('of a known kind in a known partition is that it is read, without a question', async () => {
    const double = openDouble()
    const lake = testLake({ more: { engines: [double.engine] } })
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    double.calls.length = 0
    lake.clock.now += 60_000
    lake.put('orders/2019/09/01/11/b.parquet', 'v1')
    expect(told(await closed(lake, 'orders/2019/09/01/11/b.parquet'))).toEqual(['read'])
    expect(double.calls).toEqual([])
  })

  test('that meets a scan is looked at, however old its partition is', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    const [, , report] = await Promise.all([
      lake.scan(),
      lake.scan(),
      closed(lake, 'orders/2018/01/01/00/a.parquet'),
    ])
    expect([told(report), partitions(lake).length]).toEqual([['registered'], 2])
  })
})

describe('the deadline of an event', () => {
  const late = (lake: TestLake, deadline: number, paths: readonly string[]) =>
    runFiles(
      [lake.lake],
      paths.map(path => ({ location: `${ROOT}/${path}` })),
      { runId: 'event', dryRun: false, log: openLog('silent'), now: () => lake.clock.now, deadline },
    )

  test('stops between topics: what is left is told as failed, and done when it is sent again', async () => {
    const lake = testLake()
    const topics = Array.from({ length: 40 }, (_, at) => `t${at}/2019/09/01/11/a.parquet`)
    for (const path of topics) lake.put(path, 'v1')
    // Each look at a topic's own folder takes a second.
    lake.storage.failWhen(({ operation, location }) => {
      if (operation === 'list' && /t\d+$/.test(location)) lake.clock.now += 1000
      return undefined
    })
    const report = await late(lake, lake.clock.now + 5_000, topics)
    const outcomes = told(report)
    const failed = outcomes.filter(outcome => outcome === 'failed TIMEOUT').length
    expect([failed > 20, new Set(outcomes).size <= 2, report.partial]).toEqual([true, true, true])
    expect(outcomeOfEvent({ files: [], ignored: [], refused: [] }, report).status).toBe('unavailable')
    const asked = lake.storage.asked.filter(({ operation }) => operation === 'list').length
    expect(asked).toBeLessThan(40)
    expect(new Set(told(await closed(lake, ...topics)))).toEqual(new Set(['registered']))
  })

  test('stops between partitions of one topic, and tells which are done', async () => {
    const lake = testLake()
    const two = (number: number) => String(number).padStart(2, '0')
    const own = Array.from(
      { length: 600 },
      (_, at) => `orders/2019/08/${two(1 + Math.floor(at / 24))}/${two(at % 24)}/a.parquet`,
    )
    for (const path of own) lake.put(path, 'v1')
    const start = lake.clock.now
    lake.storage.failWhen(({ operation }) => {
      if (operation === 'list') lake.clock.now += 1
      return undefined
    })
    const report = await late(lake, start + 30, own)
    const outcomes = told(report)
    const done = outcomes.filter(outcome => outcome === 'registered').length
    expect(done).toBe(partitions(lake).length)
    expect(done).toBeLessThan(own.length)
    expect(outcomes.filter(outcome => outcome === 'failed TIMEOUT')).toHaveLength(own.length - done)
  })
})

describe('a name that its sender may have spelled in either of two ways', () => {
  const spelled = (lake: TestLake, location: string, alternative: string, size?: number) =>
    runFiles(
      [lake.lake],
      [
        {
          location: `${ROOT}/${location}`,
          alternative: `${ROOT}/${alternative}`,
          ...(size === undefined ? {} : { size }),
        },
      ],
      { runId: 'event', dryRun: false, log: openLog('silent'), now: () => lake.clock.now },
    )
  const found = ({ files }: Awaited<ReturnType<typeof spelled>>) =>
    files.map(({ location, outcome }) => [location.replace(`${ROOT}/`, ''), outcome])
  const [PLUS, BLANK] = ['orders/2019/09/01/11/a+b.parquet', 'orders/2019/09/01/11/a b.parquet']

  test.each([
    [PLUS, BLANK],
    [BLANK, PLUS],
  ])('is the one that is there: %s', async (there, other) => {
    const lake = testLake()
    lake.put(there, 'v1')
    expect(found(await spelled(lake, there, other))).toEqual([[there, 'registered']])
    expect(found(await spelled(lake, other, there))).toEqual([[there, 'registered']])
  })

  test('is both, where both are there', async () => {
    const lake = testLake()
    for (const name of [PLUS, BLANK]) lake.put(name, 'v1')
    expect(found(await spelled(lake, PLUS, BLANK))).toEqual([
      [PLUS, 'registered'],
      [BLANK, 'registered'],
    ])
  })

  test('is absent under the first, where neither is there', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/c.parquet', 'v1')
    expect(found(await spelled(lake, PLUS, BLANK))).toEqual([[PLUS, 'absent']])
  })

  test('may be of the partition as well: each folder is looked at, and only these', async () => {
    const lake = testLake({ layout: '{topic}/{region}' })
    lake.put('orders/a+b/x.parquet', 'v1')
    lake.put('orders/other/x.parquet', 'v1')
    expect(found(await spelled(lake, 'orders/a b/x.parquet', 'orders/a+b/x.parquet'))).toEqual([
      ['orders/a+b/x.parquet', 'registered'],
    ])
    expect(partitions(lake)).toEqual(['a+b'])
  })

  test('is looked for under another topic only where the first spelling has no place', async () => {
    const lake = testLake()
    lake.put('a b/2019/09/01/11/x.parquet', 'v1')
    const report = await spelled(lake, 'a b/2019/09/01/11/x.parquet', 'a+b/2019/09/01/11/x.parquet')
    expect([found(report), report.tables.map(({ topic }) => topic)]).toEqual([
      [['a b/2019/09/01/11/x.parquet', 'registered']],
      ['a b'],
    ])
    expect(found(await spelled(lake, 'a%20b%2F2019/x.parquet', 'a b/2019/09/01/11/x.parquet'))).toEqual([
      ['a b/2019/09/01/11/x.parquet', 'registered'],
    ])
  })

  test('costs no call more where its folder is one', async () => {
    const lake = testLake()
    lake.put(PLUS, 'v1')
    await closed(lake, PLUS)
    const calls = async (work: () => Promise<unknown>) => {
      const before = lake.storage.asked.length
      await work()
      return lake.storage.asked.length - before
    }
    expect(await calls(() => spelled(lake, PLUS, BLANK))).toBe(await calls(() => closed(lake, PLUS)))
  })

  test('is no empty file because its sender gives it no size', async () => {
    const lake = testLake()
    lake.put(PLUS, 'v1')
    expect(found(await spelled(lake, PLUS, BLANK, 0))).toEqual([[PLUS, 'registered']])
  })
})
