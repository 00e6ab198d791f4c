import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { CatalogState } from '../../shared/catalogs/memory/state.ts'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const stateOf = (lake: TestLake) => lake.catalog.state().tables.get('golden.orders')!
const valuesOf = (lake: TestLake) =>
  [...stateOf(lake).partitions.values()].map(({ values }) => values.join('/')).sort()
const codes = (report: Report) => findingsOf(report).map(({ code, severity }) => `${severity} ${code}`)
const parameter = (lake: TestLake, name: string) => stateOf(lake).table.parameters[`goldsync.${name}`]

/** A lake whose `10` and `11` were synced by a full scan. */
async function synced(options: Parameters<typeof testLake>[0] = {}): Promise<TestLake> {
  const lake = testLake(options)
  for (const hour of ['10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
  await lake.scan()
  lake.clock.now += HOUR
  return lake
}

/** The same lake over a catalog in which somebody has changed something by hand. */
const tampered = (lake: TestLake, change: (state: CatalogState) => CatalogState): TestLake => {
  const catalog = openMemoryCatalog('memory', {}, change(lake.catalog.state()))
  const other = testLake({ catalog, more: { ...lake.lake, catalogs: [catalog], identity: {} } })
  return {
    ...other,
    storage: lake.storage,
    clock: lake.clock,
    put: lake.put,
    scan: async options => {
      other.clock.now = lake.clock.now
      return other.scan(options)
    },
  }
}

const withPartitions = (
  state: CatalogState,
  change: (key: string) => 'keep' | 'drop' | { location: string },
): CatalogState => {
  const current = state.tables.get('golden.orders')!
  const partitions = [...current.partitions].flatMap(([key, partition]) => {
    const to = change(key)
    if (to === 'drop') return []
    return [[key, to === 'keep' ? partition : { ...partition, ...to }] as const]
  })
  return {
    ...state,
    tables: new Map([...state.tables, ['golden.orders', { ...current, partitions: new Map(partitions) }]]),
  }
}

const withTable = (state: CatalogState, change: { location: string }): CatalogState => {
  const current = state.tables.get('golden.orders')!
  const table = { ...current.table, ...change }
  return { ...state, tables: new Map([...state.tables, ['golden.orders', { ...current, table }]]) }
}

describe('what scans repair', () => {
  test('a file ten days late: in a folder of its own and in a known one, by the full scan', async () => {
    const lake = await synced()
    lake.clock.now += 10 * DAY
    lake.put('orders/2019/09/12/10/a.parquet', 'v1', Date.UTC(2019, 8, 12, 10, 30))
    await lake.scan()
    lake.put('orders/2019/08/31/10/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/late.parquet', 'v1')
    expect(lake.table(await lake.scan()).outcome).toBe('unchanged')
    const report = lake.table(await lake.scan({ mode: 'full' }))
    expect(report.partitions).toMatchObject({ added: 1, altered: 1 })
    const [late] = [...stateOf(lake).partitions.values()].filter(
      ({ values }) => values.join('/') === '2019/09/01/10',
    )
    expect(late!.parameters).toMatchObject({ numFiles: '2', numRows: '6' })
  })

  test('the same where the catalog keeps no fingerprints: what changed since the last full scan is looked at', async () => {
    const lake = await synced({
      catalog: openMemoryCatalog('memory', { partitionParameters: false, bulkDetails: false }),
    })
    lake.clock.now += 10 * DAY
    lake.put('orders/2019/09/11/10/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/10/late.parquet', 'v2', lake.clock.now - DAY)
    expect(lake.table(await lake.scan()).outcome).toBe('unchanged')
    const report = lake.table(await lake.scan({ mode: 'full' }))
    expect(report.steps.map(({ kind }) => kind)).toContain('addColumns')
  })

  test('a lost event: by the next recent scan', async () => {
    const lake = await synced()
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    expect(lake.table(await lake.scan()).partitions.added).toBe(1)
  })

  test('a partition dropped by hand: within the window by a recent scan, an old one by the full scan only', async () => {
    const lake = await synced()
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    await lake.scan({ mode: 'full' })
    const all = valuesOf(lake)
    const dropped = tampered(lake, state => withPartitions(state, () => 'drop'))
    await dropped.scan()
    expect(valuesOf(dropped)).toEqual(['2019/09/01/10', '2019/09/01/11'])
    await dropped.scan({ mode: 'full' })
    expect(valuesOf(dropped)).toEqual(all)
  })

  test('an outage longer than the lookback: by the first recent scan after it', async () => {
    const lake = await synced()
    for (let day = 2; day <= 20; day += 1)
      lake.put(`orders/2019/09/${String(day).padStart(2, '0')}/05/a.parquet`, 'v1', Date.UTC(2019, 8, day, 6))
    lake.clock.now += 20 * DAY
    expect(lake.table(await lake.scan()).partitions.added).toBe(19)
  })

  test('a replay of an old topic, renamed into place with its old times: by the full scan', async () => {
    const lake = await synced()
    for (const hour of ['00', '01', '02'])
      lake.put(`orders/2017/05/05/${hour}/a.parquet`, 'v1', Date.UTC(2017, 4, 5))
    expect(lake.table(await lake.scan({ mode: 'full' })).partitions.added).toBe(3)
  })

  test('the clock of the lake running behind ours: files with times of before the scan that missed them', async () => {
    const lake = await synced()
    await lake.scan()
    lake.put('orders/2019/09/01/11/b.parquet', 'v1', lake.clock.now - 5 * 60_000)
    expect(lake.table(await lake.scan()).partitions.altered).toBe(1)
  })
})

describe('partitions that are not finished', () => {
  test('are looked at by every recent scan, however old, until they are', async () => {
    const lake = await synced()
    lake.put('orders/2018/01/01/00/a.parquet', 'wrong')
    const full = await lake.scan({ mode: 'full' })
    expect([codes(full), lake.table(full).pending, parameter(lake, 'pending')]).toEqual([
      ['warning INCOMPATIBLE_TYPE', 'info BEHIND_LOOKBACK'],
      ['2018/01/01/00'],
      '["2018/01/01/00"]',
    ])
    lake.clock.now += 10 * DAY
    const steps = lake.catalog.calls.steps
    expect([codes(await lake.scan()), lake.catalog.calls.steps - steps]).toEqual([
      ['warning INCOMPATIBLE_TYPE'],
      0,
    ])
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    expect(lake.table(await lake.scan()).partitions.added).toBe(1)
    expect(parameter(lake, 'pending')).toBeUndefined()
  })

  test('and exposed ones too: each run says so until the file is gone, and statistics come back', async () => {
    const lake = await synced()
    lake.put('orders/2019/09/01/11/bad.parquet', 'wrong')
    const exposed = await lake.scan()
    const partition = () =>
      [...stateOf(lake).partitions.values()].find(({ values }) => values.at(-1) === '11')!
    expect([codes(exposed), exitCode(exposed)]).toEqual([['error EXPOSED_FILE'], 1])
    expect(partition().parameters.numRows).toBeUndefined()
    lake.clock.now += 10 * DAY
    expect(exitCode(await lake.scan())).toBe(1)
    lake.storage.drop(`${ROOT}/orders/2019/09/01/11/bad.parquet`)
    expect([exitCode(await lake.scan()), partition().parameters.numRows]).toEqual([0, '3'])
  })

  test('too many to be named make every scan a full one, until there are fewer', async () => {
    const lake = await synced()
    for (let day = 0; day < 400; day += 1) {
      const date = new Date(Date.UTC(2017, 0, 1) + day * DAY).toISOString().slice(0, 10).replaceAll('-', '/')
      lake.put(`orders/${date}/00/a.parquet`, 'text')
    }
    await lake.scan({ mode: 'full' })
    expect(parameter(lake, 'pending')).toBe('*')
    lake.clock.now += 10 * DAY
    lake.put('orders/2017/01/01/00/a.parquet', 'v1')
    expect(lake.table(await lake.scan()).partitions.added).toBe(1)
  })

  test('a folder without _SUCCESS waits where its topic says so, and is registered once it has one', async () => {
    const lake = testLake({ more: { waitsForSuccess: topic => topic === 'orders' } })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.storage.put(`${ROOT}/orders/2019/09/01/10/_SUCCESS`, new Uint8Array(), lake.clock.now)
    const first = await lake.scan()
    expect([valuesOf(lake), codes(first), lake.table(first).held]).toEqual([
      ['2019/09/01/10'],
      ['info AWAITING_SUCCESS'],
      ['2019/09/01/11'],
    ])
    lake.clock.now += 10 * DAY
    lake.storage.put(`${ROOT}/orders/2019/09/01/11/_SUCCESS`, new Uint8Array(), lake.clock.now)
    await lake.scan()
    expect(valuesOf(lake)).toEqual(['2019/09/01/10', '2019/09/01/11'])
  })

  test('a partition whose footer cannot be read this time is left as it is', async () => {
    const lake = await synced({ catalog: openMemoryCatalog('memory', { visibility: 'file' }) })
    lake.put('orders/2019/09/01/11/b.parquet', 'v1')
    let broken = true
    lake.storage.failWhen(({ operation, location }) =>
      broken && operation === 'read' && location.endsWith('/b.parquet')
        ? new GoldsyncError('UNAVAILABLE', 'the DataNode is away')
        : undefined,
    )
    const before = stateOf(lake).partitions
    const report = await lake.scan()
    expect([codes(report), exitCode(report), stateOf(lake).partitions]).toEqual([
      ['error FILE_UNREADABLE'],
      1,
      before,
    ])
    broken = false
    expect(lake.table(await lake.scan()).partitions.altered).toBe(1)
  })

  test('a folder that a compaction rewrites while it is read is left as it is, and read again', async () => {
    const lake = await synced()
    lake.put('orders/2019/09/01/11/b.parquet', 'v1')
    let compacted = false
    lake.storage.failWhen(({ operation, location }) => {
      if (compacted || operation !== 'read' || !location.includes('/11/')) return undefined
      compacted = true
      for (const file of ['a', 'b']) lake.storage.drop(`${ROOT}/orders/2019/09/01/11/${file}.parquet`)
      lake.put('orders/2019/09/01/11/compacted.parquet', 'v2')
      return undefined
    })
    const before = stateOf(lake).partitions
    const report = await lake.scan()
    expect([new Set(codes(report)), stateOf(lake).partitions]).toEqual([
      new Set(['warning FILE_REPLACED']),
      before,
    ])
    const next = lake.table(await lake.scan())
    expect([next.partitions.altered, next.pending, next.rows]).toEqual([1, [], 2])
  })

  test('a registered one that has no data file any more, or an empty one, is told by the run that finds it', async () => {
    const lake = await synced()
    const folder = `${ROOT}/orders/2019/09/01/10`
    lake.storage.put(`${folder}/a.parquet`, new Uint8Array(), lake.clock.now)
    lake.storage.mkdir(folder, lake.clock.now)
    expect(codes(await lake.scan())).toEqual(['warning EMPTIED_PARTITION'])
    expect(codes(await lake.scan({ mode: 'full' }))).toEqual([])
    lake.put('orders/2019/09/01/10/b.parquet', 'v1')
    await lake.scan()
    lake.storage.drop(`${folder}/a.parquet`)
    lake.storage.drop(`${folder}/b.parquet`)
    expect(codes(await lake.scan({ mode: 'full' }))).toEqual(['warning EMPTIED_PARTITION'])
  })

  test('a folder far in the future is registered, and told', async () => {
    const lake = await synced()
    lake.put('orders/2031/01/01/00/a.parquet', 'v1')
    const report = await lake.scan()
    expect([codes(report), valuesOf(lake).includes('2031/01/01/00')]).toEqual([
      ['warning FUTURE_PARTITION'],
      true,
    ])
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    lake.clock.now += HOUR
    expect(lake.table(await lake.scan()).partitions).toMatchObject({ added: 1 })
  })
})

describe('chunks', () => {
  test('are full, however the days divide the hours', async () => {
    const lake = testLake()
    for (let ago = 1; ago <= 50 * 24; ago += 1) {
      const hour = new Date(lake.clock.now - ago * HOUR).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')
      lake.put(`orders/${hour}/a.parquet`, 'v1')
    }
    const added = lake.table(await lake.scan()).steps.filter(({ kind }) => kind === 'addPartitions')
    expect(added.map(({ summary }) => summary)).toEqual(['add 1000 partitions', 'add 200 partitions'])
  })

  test('are applied in their turn, and the next is read meanwhile', async () => {
    const lake = testLake({ layout: '{topic}/{yyyy}/{MM}/{dd}' })
    for (let ago = 1; ago <= 2500; ago += 1) {
      const day = new Date(lake.clock.now - ago * DAY).toISOString().slice(0, 10).replaceAll('-', '/')
      lake.put(`orders/${day}/a.parquet`, 'v1')
    }
    const readAt: number[] = []
    const onProgress = ({ kind }: { kind: string }) => {
      if (kind === 'step')
        readAt.push(lake.storage.asked.filter(({ operation }) => operation === 'read').length)
    }
    await lake.scan({ onProgress })
    expect(readAt.at(-1)).toBe(2500)
    // The first partitions are added when more of them than these were read already.
    expect(readAt[2]).toBeGreaterThan(1100)
  })
})

describe('a scan that is cut by its deadline', () => {
  async function cut(lake: TestLake, listings: number, mode: 'recent' | 'full') {
    const from = lake.storage.asked.length
    const now = () => lake.clock.now + (lake.storage.asked.length - from > listings ? HOUR : 0)
    return lake.scan({ mode, now, deadline: lake.clock.now + HOUR })
  }

  /** Two chunks of partitions: 1,500 days. */
  function large(): TestLake {
    const lake = testLake({ layout: '{topic}/{yyyy}/{MM}/{dd}' })
    for (let ago = 1; ago <= 1500; ago += 1)
      lake.put(
        `orders/${new Date(lake.clock.now - ago * DAY).toISOString().slice(0, 10).replaceAll('-', '/')}/a.parquet`,
        'v1',
        lake.clock.now - HOUR,
      )
    return lake
  }

  test('does the newest first, and any next scan goes on where it was cut, after what is new', async () => {
    const lake = large()
    const first = await cut(lake, 1000, 'recent')
    expect([exitCode(first), lake.table(first).outcome, parameter(lake, 'mark')]).toEqual([
      3,
      'partial',
      undefined,
    ])
    const done = valuesOf(lake)
    expect([done.length, done.at(-1), parameter(lake, 'cursor')]).toEqual([
      expect.any(Number),
      '2019/08/31',
      `2019-09-01T12:00:00.000Z ${done[0]}`,
    ])
    expect(done.length).toBeGreaterThanOrEqual(1000)
    expect(done.length).toBeLessThan(1500)
    lake.clock.now += HOUR
    lake.put('orders/2019/09/01/a.parquet', 'v1')
    const reads = lake.storage.asked.filter(({ operation }) => operation === 'read').length
    const second = await lake.scan()
    expect([lake.table(second).outcome, valuesOf(lake).length, parameter(lake, 'cursor')]).toEqual([
      'changed',
      1501,
      undefined,
    ])
    expect(lake.storage.asked.filter(({ operation }) => operation === 'read').length - reads).toBe(
      1501 - done.length,
    )
    expect([parameter(lake, 'mark'), parameter(lake, 'full')]).toEqual([
      '2019-09-01T13:00:00.000Z',
      '2019-09-01T12:00:00.000Z',
    ])
  })

  test('of a table that has a mark keeps it: recent scans stay recent, and go on with the full one', async () => {
    const lake = large()
    await lake.scan()
    lake.clock.now += DAY
    await cut(lake, 1000, 'full')
    expect(parameter(lake, 'cursor')).toMatch(/^2019-09-02T12:00:00.000Z /)
    lake.clock.now += HOUR
    await lake.scan()
    expect([parameter(lake, 'cursor'), parameter(lake, 'full')]).toEqual([
      undefined,
      '2019-09-02T12:00:00.000Z',
    ])
  })
})

describe('a column that gets wider in a table of many partitions', () => {
  async function widened(): Promise<TestLake> {
    const lake = testLake({ layout: '{topic}/{yyyy}/{MM}/{dd}' })
    for (let ago = 1; ago <= 1100; ago += 1)
      lake.put(
        `orders/${new Date(lake.clock.now - ago * DAY).toISOString().slice(0, 10).replaceAll('-', '/')}/a.parquet`,
        'v1',
        lake.clock.now - HOUR,
      )
    await lake.scan()
    lake.clock.now += HOUR
    lake.put('orders/2019/09/01/a.parquet', 'v2')
    return lake
  }
  const narrow = (lake: TestLake) =>
    [...stateOf(lake).partitions.values()]
      .filter(({ columns }) => columns[0]!.type.kind === 'int')
      .map(({ values }) => values.join('/'))

  test('reaches them in batches, and the table says so until it is done', async () => {
    const lake = await widened()
    const plan = await lake.scan({ dryRun: true })
    expect([codes(plan), findingsOf(plan)[0]!.message]).toEqual([
      ['info MANY_DESCRIPTORS'],
      expect.stringContaining('1100 registered partitions'),
    ])
    const report = lake.table(await lake.scan())
    expect([report.outcome, narrow(lake), parameter(lake, 'descriptors')]).toEqual(['changed', [], undefined])
    expect(report.steps.map(({ kind }) => kind)).toEqual([
      'changeColumnTypes',
      'addColumns',
      'addPartitions',
      'alterPartitions',
      'alterPartitions',
      'setParameters',
    ])
  })

  test.each([1, 2, 3, 4, 5, 6])(
    'is finished by the next recent scan when the run dies at step %i',
    async step => {
      const lake = await widened()
      lake.catalog.failAt({
        step: lake.catalog.calls.steps + step,
        when: 'before',
        error: new GoldsyncError('UNAVAILABLE', 'killed'),
      })
      await lake.scan()
      lake.clock.now += 5 * 60_000
      await lake.scan()
      expect([narrow(lake), parameter(lake, 'descriptors'), valuesOf(lake).length]).toEqual([
        [],
        undefined,
        1101,
      ])
    },
  )

  describe('where the catalog does not take them along', () => {
    const few = async () => {
      const lake = testLake({ catalog: openMemoryCatalog('memory', { cascades: false }) })
      for (const hour of ['09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
      await lake.scan()
      lake.clock.now += HOUR
      lake.put('orders/2019/09/01/12/a.parquet', 'v2')
      return lake
    }

    test('reaches a few in a step of their own, which is not worth a word', async () => {
      const lake = await few()
      const report = await lake.scan()
      expect(lake.table(report).steps.map(({ kind }) => kind)).toEqual([
        'changeColumnTypes',
        'addColumns',
        'addPartitions',
        'alterPartitions',
        'setParameters',
      ])
      expect([codes(report), narrow(lake), parameter(lake, 'descriptors')]).toEqual([[], [], undefined])
    })

    test.each([1, 2, 3, 4, 5])('reaches them in the next scan when the run dies at step %i', async step => {
      const lake = await few()
      const error = new GoldsyncError('UNAVAILABLE', 'killed')
      lake.catalog.failAt({ step: lake.catalog.calls.steps + step, when: 'before', error })
      await lake.scan()
      lake.clock.now += 5 * 60_000
      await lake.scan()
      expect([narrow(lake), parameter(lake, 'descriptors')]).toEqual([[], undefined])
    })
  })

  test('reaches those too that the same first scan has registered', async () => {
    const lake = testLake({ layout: '{topic}/{yyyy}/{MM}/{dd}' })
    const day = (ago: number) =>
      new Date(lake.clock.now - ago * DAY).toISOString().slice(0, 10).replaceAll('-', '/')
    for (let ago = 1; ago <= 2500; ago += 1)
      lake.put(`orders/${day(ago)}/a.parquet`, ago > 2100 ? 'v2' : 'v1')
    await lake.scan()
    expect([narrow(lake), parameter(lake, 'descriptors'), valuesOf(lake).length]).toEqual([
      [],
      undefined,
      2500,
    ])
  })

  test('goes on behind the last batch after a deadline, and says how many are left', async () => {
    const lake = await widened()
    let over = false
    const now = () => lake.clock.now + (over ? HOUR : 0)
    const onProgress = ({ kind, ...event }: { kind: string; summary?: string }) => {
      if (kind === 'step' && event.summary?.startsWith('alter')) over = true
    }
    const report = await lake.scan({ now, deadline: lake.clock.now + HOUR, onProgress })
    expect([exitCode(report), codes(report)]).toEqual([
      3,
      ['info MANY_DESCRIPTORS', 'warning DESCRIPTORS_PENDING'],
    ])
    expect(findingsOf(report)[1]!.message).toContain('101 of 1101 partitions')
    expect([narrow(lake).length, parameter(lake, 'descriptors')]).toEqual([
      101,
      expect.stringMatching(/^after 2016\/12\/0/),
    ])
    lake.clock.now += 5 * 60_000
    await lake.scan()
    expect([narrow(lake), parameter(lake, 'descriptors')]).toEqual([[], undefined])
  })
})

describe('partitions at another place', () => {
  test('below a former root are moved to where the lake is now, by the full scan, and their table too', async () => {
    const lake = await synced({ more: { formerLocations: ['hdfs://nn1:8020/golden'] } })
    const moved = tampered(lake, state =>
      withTable(
        withPartitions(state, key => ({
          location: `hdfs://nn1:8020/golden/orders/${key.split('\0').join('/')}`,
        })),
        { location: 'hdfs://nn1/golden/orders' },
      ),
    )
    const report = moved.table(await moved.scan({ mode: 'full' }))
    expect([report.partitions.moved, report.diagnostics]).toEqual([2, []])
    expect(stateOf(moved).table.location).toBe(`${ROOT}/orders`)
    expect([...stateOf(moved).partitions.values()].map(({ location }) => location)).toEqual([
      `${ROOT}/orders/2019/09/01/10`,
      `${ROOT}/orders/2019/09/01/11`,
    ])
  })

  test('of the lake that is gone are moved; one that is there, or outside, is left and told by every run', async () => {
    const lake = await synced()
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan({ mode: 'full' })
    lake.put('copies/2019/09/01/10/a.parquet', 'v1')
    const places: Record<string, string> = {
      '09': `${ROOT}/orders/2019/9/1/9`,
      '10': `${ROOT}/copies/2019/09/01/10`,
      '11': 'hdfs://elsewhere/orders/11',
    }
    const moved = tampered(lake, state =>
      withPartitions(state, key => ({ location: places[key.slice(-2)]! })),
    )
    const tables = (report: Report) => report.tables.find(({ topic }) => topic === 'orders')!
    const full = await moved.scan({ mode: 'full' })
    expect([tables(full).partitions.moved, codes(full), exitCode(full)]).toEqual([
      1,
      ['error PARTITION_ELSEWHERE', 'error PARTITION_ELSEWHERE'],
      1,
    ])
    lake.clock.now += 10 * DAY
    expect(codes(await moved.scan())).toEqual(['error PARTITION_ELSEWHERE', 'error PARTITION_ELSEWHERE'])
  })

  test('are written as the catalog shall have them', async () => {
    const lake = await synced({ more: { locationIn: () => 's3a://bucket/golden' } })
    expect(stateOf(lake).table.location).toBe('s3a://bucket/golden/orders')
    expect([...stateOf(lake).partitions.values()][0]!.location).toBe(
      's3a://bucket/golden/orders/2019/09/01/10',
    )
    expect(lake.table(await lake.scan({ mode: 'full' })).outcome).toBe('unchanged')
  })
})

describe('partitions whose folders are gone', () => {
  const gone = async (
    unregister?: { most: number; share: number },
    catalog = openMemoryCatalog('memory'),
  ) => {
    const lake = await synced({ catalog, more: unregister ? { unregister } : {} })
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    await lake.scan({ mode: 'full' })
    lake.storage.drop(`${ROOT}/orders/2018`)
    return lake
  }

  test('stay registered unless the lake says otherwise, and are told', async () => {
    const lake = await gone()
    expect(codes(await lake.scan({ mode: 'full' }))).toEqual(['warning VANISHED_PARTITIONS'])
    expect(valuesOf(lake)).toContain('2018/01/01/00')
  })

  test('are unregistered by a full scan where it does, and registered again when they come back', async () => {
    const lake = await gone({ most: 10, share: 0.5 })
    expect(lake.table(await lake.scan()).outcome).toBe('unchanged')
    const report = lake.table(await lake.scan({ mode: 'full' }))
    expect([report.partitions.dropped, valuesOf(lake)]).toEqual([1, ['2019/09/01/10', '2019/09/01/11']])
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    expect(lake.table(await lake.scan({ mode: 'full' })).partitions.added).toBe(1)
  })

  test.each([
    ['more than the cap', { most: 10, share: 0.1 }, () => undefined],
    [
      'a listing failed',
      { most: 10, share: 1 },
      (lake: TestLake) =>
        lake.storage.failWhen(({ operation, location }) =>
          operation === 'list' && location.endsWith('/10')
            ? new GoldsyncError('UNAVAILABLE', 'away')
            : undefined,
        ),
    ],
    [
      'the whole topic is empty',
      { most: 10, share: 1 },
      (lake: TestLake) => lake.storage.drop(`${ROOT}/orders/2019`),
    ],
    [
      'the folder is back when it is looked at once more',
      { most: 10, share: 1 },
      (lake: TestLake) =>
        lake.storage.failWhen(({ operation }) => {
          if (operation === 'stat') lake.storage.mkdir(`${ROOT}/orders/2018/01/01/00`)
          return undefined
        }),
    ],
  ] as const)('are never unregistered on doubt: %s', async (_, unregister, happens) => {
    const lake = await gone(unregister)
    happens(lake)
    await lake.scan({ mode: 'full' })
    expect(valuesOf(lake)).toEqual(['2018/01/01/00', '2019/09/01/10', '2019/09/01/11'])
  })

  test('show no file any more in a catalog that shows files', async () => {
    const lake = await gone(undefined, openMemoryCatalog('memory', { visibility: 'file' }))
    await lake.scan({ mode: 'full' })
    const [partition] = [...stateOf(lake).partitions.values()].filter(({ values }) => values[0] === '2018')
    expect(partition!.files).toEqual([])
    const steps = lake.catalog.calls.steps
    await lake.scan({ mode: 'full' })
    expect(lake.catalog.calls.steps - steps).toBe(0)
  })
})
