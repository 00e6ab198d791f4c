import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { printColumns } from '../../shared/evolution/merge.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const orders = { database: 'golden', name: 'orders' }
const codes = (report: Report) => findingsOf(report).map(({ code, severity }) => `${severity} ${code}`)
const stateOf = ({ catalog }: TestLake, table = 'golden.orders') => catalog.state().tables.get(table)
const partitionsOf = (lake: TestLake, table?: string) =>
  [...(stateOf(lake, table)?.partitions.values() ?? [])].map(partition => partition.values.join('/')).sort()
const columnsOf = (lake: TestLake, table?: string) => printColumns(stateOf(lake, table)?.table.columns ?? [])

describe('a first scan', () => {
  test('makes a table of a topic and a partition of each folder, and leaves a mark', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put('orders/2019/09/01/02/a.parquet', 'v2')
    const report = await lake.scan()
    expect(lake.table(report)).toMatchObject({
      table: 'golden.orders',
      outcome: 'changed',
      partitions: { listed: 2, added: 2, altered: 0, held: 0 },
      files: 2,
      rows: 5,
    })
    expect(lake.table(report).steps.map(step => step.kind)).toEqual([
      'createDatabase',
      'createTable',
      'addPartitions',
      'setParameters',
    ])
    expect(columnsOf(lake)).toBe('id bigint, amount double, note string')
    expect(partitionsOf(lake)).toEqual(['2019/09/01/01', '2019/09/01/02'])
    expect(stateOf(lake)!.table).toMatchObject({
      location: 'memory://lake/golden/orders',
      parameters: {
        'goldsync.topic': 'orders',
        'goldsync.mark': '2019-09-01T12:00:00.000Z',
        'discover.partitions': 'false',
      },
    })
  })

  test('a dry run says the same and does nothing', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    const plan = lake.table(await lake.scan({ dryRun: true }))
    expect([plan.outcome, lake.catalog.state().tables.size, lake.catalog.calls.apply]).toEqual([
      'planned',
      0,
      0,
    ])
    expect(plan.steps).toEqual(lake.table(await lake.scan()).steps)
  })

  test('reads each file once', async () => {
    const lake = testLake()
    for (const hour of ['01', '02', '03']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    await lake.scan()
    expect(lake.storage.asked.filter(({ operation }) => operation === 'read').length).toBe(3)
  })

  test('an empty lake is nothing to do', async () => {
    const report = await testLake().scan()
    expect([report.tables, report.failures, exitCode(report)]).toEqual([[], [], 0])
  })
})

describe('later scans', () => {
  async function synced(...hours: string[]): Promise<TestLake> {
    const lake = testLake()
    for (const hour of hours) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    await lake.scan()
    lake.clock.now += 3_600_000
    return lake
  }

  test.each(['recent', 'full'] as const)('with nothing new issue no DDL: %s', async mode => {
    const lake = await synced('01', '11')
    const steps = lake.catalog.calls.steps
    const report = await lake.scan({ mode })
    expect([lake.table(report).outcome, lake.catalog.calls.steps - steps, lake.table(report).files]).toEqual([
      'unchanged',
      0,
      0,
    ])
  })

  test('a recent one looks only at the window behind the mark', async () => {
    const lake = await synced('01', '02', '11')
    const before = lake.storage.asked.length
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    await lake.scan()
    const listed = lake.storage.asked.slice(before).filter(({ operation }) => operation === 'list')
    expect(listed.map(({ location }) => location.slice('memory://lake/golden/'.length))).toEqual([
      '',
      'orders',
      'orders/2019',
      'orders/2019/09',
      'orders/2019/09/01',
      'orders/2019/09/01/12',
      'orders/2019/09/01/11',
    ])
    expect(partitionsOf(lake)).toContain('2019/09/01/12')
  })

  test('a full one finds a partition that came late', async () => {
    const lake = await synced('11')
    lake.put('orders/2018/01/01/00/a.parquet', 'v1')
    expect(lake.table(await lake.scan()).outcome).toBe('unchanged')
    expect(lake.table(await lake.scan({ mode: 'full' })).partitions.added).toBe(1)
  })

  test('widen the table and its registered partitions, and add columns at the end', async () => {
    const lake = await synced('10', '11')
    lake.put('orders/2019/09/01/12/b.parquet', 'v2')
    const report = await lake.scan()
    expect(lake.table(report).steps.map(step => step.kind)).toEqual([
      'changeColumnTypes',
      'addColumns',
      'addPartitions',
    ])
    expect(columnsOf(lake)).toBe('id bigint, amount double, note string')
    const old = [...stateOf(lake)!.partitions.values()].map(partition => printColumns(partition.columns))
    expect(old).toEqual([
      'id bigint, amount double',
      'id bigint, amount double',
      'id bigint, amount double, note string',
    ])
  })

  test('a registered partition whose files gain a column is altered', async () => {
    const lake = await synced('11', '12')
    lake.put('orders/2019/09/01/11/b.parquet', 'v2')
    const report = await lake.scan()
    expect(lake.table(report).partitions).toMatchObject({ added: 0, altered: 1 })
    expect(printColumns([...stateOf(lake)!.partitions.values()][0]!.columns)).toBe(
      'id bigint, amount double, note string',
    )
  })
})

describe('what is not accepted', () => {
  test.each([
    ['truncated', 'INCOMPLETE_FILE'],
    ['text', 'NOT_PARQUET'],
  ] as const)('a %s file holds back its new partition; all else is synced', async (kind, code) => {
    const lake = testLake()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put('orders/2019/09/01/02/a.parquet', 'v1')
    lake.put('orders/2019/09/01/02/b.parquet', kind)
    const report = await lake.scan()
    expect([partitionsOf(lake), codes(report), exitCode(report)]).toEqual([
      ['2019/09/01/01'],
      [`warning ${code}`],
      0,
    ])
    expect(lake.table(report).partitions.held).toBe(1)
  })

  test('a file of another type in a registered partition is exposed, and the run says so by its status', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/11/b.parquet', 'wrong')
    const report = await lake.scan()
    expect([codes(report), exitCode(report)]).toEqual([['error EXPOSED_FILE'], 1])
    expect(columnsOf(lake)).toBe('id int, amount double')
  })

  test('hidden, empty and unfinished files are no data', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put('orders/2019/09/01/01/_SUCCESS', 'text')
    lake.put('orders/2019/09/01/01/.part.inprogress', 'text')
    lake.storage.put('memory://lake/golden/orders/2019/09/01/01/empty.parquet', new Uint8Array())
    lake.put('orders/2019/09/01/02/a.parquet.inprogress.1', 'text')
    const report = await lake.scan()
    expect([partitionsOf(lake), codes(report)]).toEqual([['2019/09/01/01'], ['warning TEMPORARY_FILE']])
  })

  test('a folder whose value is none of its key is told, and nothing else suffers', async () => {
    const layout = compileLayout({
      template: '{topic}/shard={shard}',
      partitionKeys: { shard: { type: 'int', value: '{shard}' } },
    })
    const lake = testLake({ more: { layout } })
    lake.put('orders/shard=1/a.parquet', 'v1')
    lake.put('orders/shard=one/a.parquet', 'v1')
    const report = await lake.scan()
    expect([partitionsOf(lake), codes(report)]).toEqual([['1'], ['warning FOREIGN_FOLDER']])
  })

  test('foreign folders, impossible dates and wrong depths are told, and nothing else suffers', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put('orders/2019/13/01/01/a.parquet', 'v1')
    lake.put('orders/backup/a.parquet', 'v1')
    lake.put('orders/2019/09/01/02/deep/a.parquet', 'v1')
    lake.put('orders/2019/09/stray.parquet', 'v1')
    const report = await lake.scan()
    expect(codes(report).sort()).toEqual([
      'warning FOREIGN_FOLDER',
      'warning IMPOSSIBLE_DATE',
      'warning WRONG_DEPTH',
      'warning WRONG_DEPTH',
    ])
    expect([partitionsOf(lake), exitCode(report)]).toEqual([['2019/09/01/01'], 0])
  })

  test.each([
    ['.hoodie/x', 'hudi'],
    ['_delta_log/0.json', 'delta'],
    ['metadata/v1.metadata.json', 'iceberg'],
  ])('a topic with %s is a %s table and is refused', async path => {
    const lake = testLake()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put(`orders/${path}`, 'text')
    const report = await lake.scan()
    expect([lake.table(report).outcome, codes(report), lake.catalog.state().tables.size]).toEqual([
      'refused',
      ['warning TABLE_FORMAT'],
      0,
    ])
  })

  test('topics that meet in one table name are refused, unless the table knows whose it is', async () => {
    const lake = testLake()
    lake.put('a.b/2019/09/01/01/a.parquet', 'v1')
    lake.put('a-b/2019/09/01/01/a.parquet', 'v1')
    const report = await lake.scan()
    expect([codes(report), report.tables]).toEqual([['error NAME_COLLISION', 'error NAME_COLLISION'], []])
    lake.storage.drop('memory://lake/golden/a-b')
    await lake.scan()
    lake.put('a-b/2019/09/01/01/a.parquet', 'v1')
    const later = await lake.scan()
    expect([codes(later), later.tables.map(({ topic }) => topic)]).toEqual([
      ['error NAME_COLLISION'],
      ['a.b'],
    ])
  })

  test('two folders for one partition: one is synced, the other told', async () => {
    const lake = testLake({ layout: '{topic}/region={region}' })
    lake.put('orders/region=a%3Ab/a.parquet', 'v1')
    lake.put('orders/region=a:b/a.parquet', 'v1')
    lake.put('orders/region=c/a.parquet', 'v1')
    const report = await lake.scan()
    expect([codes(report), partitionsOf(lake)]).toEqual([['warning PARTITION_COLLISION'], ['a:b', 'c']])
    expect(report.tables[0]!.diagnostics[0]!.message).toContain('region=a%3Ab')
  })
})

describe('tables that are there already', () => {
  const existing = (change: object) => ({
    name: orders,
    kind: 'external' as const,
    format: 'parquet',
    columns: [{ name: 'id', type: { kind: 'bigint' as const }, comment: 'the key' }],
    partitionKeys: ['year', 'month', 'day', 'hour'].map(name => ({
      name,
      type: { kind: 'string' as const },
    })),
    location: 'memory://lake/golden/orders',
    parameters: { owner: 'ann' },
    ...change,
  })

  async function withTable(change: object): Promise<TestLake> {
    const catalog = openMemoryCatalog('memory')
    const table = existing(change)
    await catalog.apply(
      catalog.plan(orders, [
        { kind: 'createDatabase', database: 'golden' },
        { kind: 'createTable', table },
      ]),
    )
    const lake = testLake({ catalog })
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    return lake
  }

  test('are grown and keep what their owner made', async () => {
    const lake = await withTable({})
    expect(exitCode(await lake.scan())).toBe(0)
    expect(columnsOf(lake)).toBe('id bigint, amount double')
    expect(stateOf(lake)!.table.columns[0]!.comment).toBe('the key')
    expect(stateOf(lake)!.table.parameters).toMatchObject({ owner: 'ann', 'goldsync.topic': 'orders' })
  })

  test.each([
    ['managed', { kind: 'managed' }, 'TABLE_NOT_EXTERNAL'],
    ['transactional', { parameters: { transactional: 'true' } }, 'TABLE_NOT_EXTERNAL'],
    ['a view', { kind: 'view' }, 'TABLE_NOT_EXTERNAL'],
    ['of another format', { format: 'orc' }, 'TABLE_NOT_PARQUET'],
    [
      'partitioned otherwise',
      { partitionKeys: [{ name: 'dt', type: { kind: 'date' } }] },
      'PARTITION_KEYS_DIFFER',
    ],
    ["another topic's", { parameters: { 'goldsync.topic': 'Orders' } }, 'NAME_COLLISION'],
  ])('are refused where they are %s', async (_, change, code) => {
    const lake = await withTable(change)
    const report = await lake.scan()
    expect([lake.table(report).outcome, codes(report), exitCode(report)]).toEqual([
      'refused',
      [`error ${code}`],
      1,
    ])
    expect(partitionsOf(lake)).toEqual([])
  })

  test('a partition that is registered elsewhere is left alone and told; the rest is synced', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    const partition = [...stateOf(lake)!.partitions.values()][0]!
    const moved = { ...partition, values: ['2019', '09', '01', '12'], location: 'memory://lake/other' }
    const keys = stateOf(lake)!.table.partitionKeys
    await lake.catalog.apply(
      lake.catalog.plan(orders, [
        { kind: 'addPartitions', table: orders, partitionKeys: keys, partitions: [moved] },
      ]),
    )
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const report = await lake.scan()
    expect([codes(report), exitCode(report), lake.table(report).partitions.added]).toEqual([
      ['error PARTITION_ELSEWHERE'],
      1,
      1,
    ])
  })
})

describe('sync of named partitions', () => {
  test('looks at those folders only, and leaves the mark', async () => {
    const lake = testLake()
    for (const hour of ['01', '02']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    const report = await lake.scan({ tables: ['golden.orders'], partitions: ['2019/09/01/02'] })
    expect([partitionsOf(lake), lake.table(report).files]).toEqual([['2019/09/01/02'], 1])
    expect(stateOf(lake)!.table.parameters).not.toHaveProperty('goldsync.mark')
  })

  test('a new file in a registered partition is seen', async () => {
    const lake = testLake({ catalog: openMemoryCatalog('m', { visibility: 'file' }) })
    lake.put('orders/2019/09/01/02/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/02/b.parquet', 'v1')
    await lake.scan({ tables: ['orders'], partitions: ['2019/09/01/02'] })
    expect([...stateOf(lake)!.partitions.values()][0]!.files.length).toBe(2)
  })

  test('a table that no topic makes is an error that names the topics', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/02/a.parquet', 'v1')
    await expect(lake.scan({ tables: ['order'] })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      hint: expect.stringContaining('orders'),
    })
  })

  test("may be written in Hive's own form", async () => {
    const lake = testLake()
    for (const hour of ['01', '02']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    await lake.scan({ tables: ['orders'], partitions: ['year=2019/month=09/day=01/hour=02'] })
    expect(partitionsOf(lake)).toEqual(['2019/09/01/02'])
  })

  test('a day of a table of hours is an error that tells the form', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/02/a.parquet', 'v1')
    await expect(lake.scan({ tables: ['orders'], partitions: ['2019/09/01'] })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: '"2019/09/01" names no partition: it has 3 of 4 values',
      hint: expect.stringContaining('year/month/day/hour'),
    })
  })

  test('a partition that does not fit the layout is an error', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/02/a.parquet', 'v1')
    await expect(lake.scan({ tables: ['orders'], partitions: ['2019/13/01/02'] })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
  })
})

test('a column that is named like a partition key is told once, however many files have it', async () => {
  const lake = testLake({ layout: '{topic}/{amount}' })
  for (const folder of ['a', 'b', 'c'])
    for (const file of ['1', '2']) lake.put(`orders/${folder}/${file}.parquet`, 'v1')
  lake.put('clicks/a/1.parquet', 'v1')
  const { tables } = await lake.scan()
  expect(tables.map(({ table, diagnostics }) => [table, diagnostics.map(({ code }) => code)])).toEqual([
    ['golden.clicks', ['PARTITION_KEY_COLUMN']],
    ['golden.orders', ['PARTITION_KEY_COLUMN']],
  ])
})

test('a lake that is not there is told with what to do', async () => {
  const { lake } = testLake()
  const gone = testLake({ more: { ...lake, location: `${lake.location}/gone` } })
  expect((await gone.scan()).failures).toMatchObject([
    {
      error: {
        code: 'NOT_FOUND',
        hint: expect.stringContaining('the folder below which its layout, {topic}/{yyyy}'),
      },
    },
  ])
})

describe('faults', () => {
  const unavailable = (what: string) => new GoldsyncError('UNAVAILABLE', `${what} did not answer`)

  test('a folder that cannot be listed is told; the others are synced, and the mark waits', async () => {
    const lake = testLake()
    for (const hour of ['01', '02', '03']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    lake.storage.failWhen(({ location }) =>
      location.endsWith('/02') ? unavailable('the DataNode') : undefined,
    )
    const report = await lake.scan()
    expect([partitionsOf(lake), codes(report), exitCode(report)]).toEqual([
      ['2019/09/01/01', '2019/09/01/03'],
      ['error LISTING_FAILED'],
      1,
    ])
    expect(stateOf(lake)!.table.parameters).not.toHaveProperty('goldsync.mark')
    lake.storage.failWhen(() => undefined)
    await lake.scan()
    expect([partitionsOf(lake).length, stateOf(lake)!.table.parameters]).toEqual([
      3,
      expect.objectContaining({ 'goldsync.mark': expect.any(String) }),
    ])
  })

  test('a footer that cannot be read holds its partition back, as does a file that is gone since the listing', async () => {
    const lake = testLake()
    for (const hour of ['01', '02', '03']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    lake.put('orders/2019/09/01/03/gone.parquet', 'v1')
    lake.storage.failWhen(({ operation, location }) => {
      if (operation === 'read' && location.includes('/02/')) return unavailable('the DataNode')
      return operation === 'read' && location.endsWith('gone.parquet')
        ? new GoldsyncError('NOT_FOUND', 'gone')
        : undefined
    })
    const report = await lake.scan()
    expect([partitionsOf(lake), codes(report), exitCode(report)]).toEqual([
      ['2019/09/01/01'],
      ['error FILE_UNREADABLE', 'warning FILE_REPLACED'],
      1,
    ])
  })

  test('a lake that cannot be reached is a failure of that lake', async () => {
    const lake = testLake()
    lake.storage.failWhen(() => unavailable('the NameNode'))
    const report = await lake.scan()
    expect([report.failures, exitCode(report)]).toEqual([
      [
        {
          location: 'memory://lake/golden',
          error: expect.objectContaining({ code: 'UNAVAILABLE', retryable: true }),
        },
      ],
      1,
    ])
  })

  test('a run that fails at any step converges in the next, and the mark is never ahead of the work', async () => {
    const whole = testLake()
    whole.put('orders/2019/09/01/11/a.parquet', 'v1')
    whole.put('orders/2019/09/01/12/b.parquet', 'v2')
    await whole.scan()
    const steps = whole.catalog.calls.steps
    for (let step = 1; step <= steps; step += 1) {
      for (const when of ['before', 'after'] as const) {
        const lake = testLake()
        lake.put('orders/2019/09/01/11/a.parquet', 'v1')
        lake.put('orders/2019/09/01/12/b.parquet', 'v2')
        lake.catalog.failAt({ step, when, error: unavailable('the metastore') })
        const failed = await lake.scan()
        expect([lake.table(failed).outcome, exitCode(failed)]).toEqual(['failed', 1])
        await lake.scan()
        expect([...stateOf(lake)!.partitions]).toEqual([...stateOf(whole)!.partitions])
        expect(stateOf(lake)!.table.columns).toEqual(stateOf(whole)!.table.columns)
      }
    }
  })

  test('one failing catalog does not stop the other', async () => {
    const lake = testLake()
    const broken = openMemoryCatalog('broken')
    await broken.close()
    const both = testLake({ catalog: lake.catalog, more: { catalogs: [broken, lake.catalog] } })
    both.put('orders/2019/09/01/11/a.parquet', 'v1')
    const report = await both.scan()
    expect(report.tables.map(({ catalog, outcome }) => [catalog, outcome])).toEqual([
      ['broken', 'failed'],
      ['memory', 'changed'],
    ])
    expect([partitionsOf(both), exitCode(report)]).toEqual([['2019/09/01/11'], 1])
  })

  test('a deadline stops between chunks and leaves the rest to the next run', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    const report = await lake.scan({ deadline: lake.clock.now })
    expect([lake.table(report).outcome, report.partial, exitCode(report)]).toEqual(['partial', true, 3])
    expect(exitCode(await lake.scan())).toBe(0)
  })
})

describe('catalogs that show files one by one', () => {
  const byFile = () => testLake({ catalog: openMemoryCatalog('files', { visibility: 'file' }) })
  const filesOf = (lake: TestLake) =>
    [...stateOf(lake)!.partitions.values()].flatMap(partition =>
      partition.files.map(file => file.path.split('golden/')[1]),
    )

  test('hold back the file alone', async () => {
    const lake = byFile()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put('orders/2019/09/01/01/b.parquet', 'truncated')
    const report = await lake.scan()
    expect([filesOf(lake), codes(report)]).toEqual([
      ['orders/2019/09/01/01/a.parquet'],
      ['warning INCOMPLETE_FILE'],
    ])
    expect(lake.table(await lake.scan({ mode: 'full' })).outcome).toBe('unchanged')
  })

  test('lose the files of a folder that vanished, and take in those of one that changed', async () => {
    const lake = byFile()
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put('orders/2019/09/01/02/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += 86_400_000
    lake.storage.drop('memory://lake/golden/orders/2019/09/01/01')
    lake.put('orders/2019/09/01/02/b.parquet', 'v2')
    await lake.scan({ mode: 'full' })
    expect(filesOf(lake).sort()).toEqual(['orders/2019/09/01/02/a.parquet', 'orders/2019/09/01/02/b.parquet'])
  })
})

describe('evolution modes', () => {
  test('frozen makes no table', async () => {
    const lake = testLake({ evolution: 'frozen' })
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    expect([codes(await lake.scan()), lake.catalog.state().tables.size]).toEqual([
      ['warning FROZEN_TABLE_MISSING'],
      0,
    ])
  })

  test('strict holds back what would change the table', async () => {
    const lake = testLake({ evolution: 'strict' })
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/12/b.parquet', 'v2')
    expect([codes(await lake.scan()), columnsOf(lake)]).toEqual([
      ['warning SCHEMA_HELD'],
      'id int, amount double',
    ])
  })
})
