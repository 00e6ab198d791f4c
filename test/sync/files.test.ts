import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
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
  test('makes its partition visible, and its table where there is none', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const report = await closed(lake, 'orders/2019/09/01/11/a.parquet')
    expect([told(report), partitions(lake)]).toEqual([['visible'], ['2019/09/01/11']])
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
    expect(told(await closed(lake, 'orders/2019/09/01/11/b.parquet'))).toEqual(['visible'])
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
      'visible',
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
    expect([...told(report), ...told(bare)]).toEqual(['visible', 'visible', 'visible'])
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
    expect(reports.flatMap(told)).toEqual(Array.from({ length: 24 }, () => 'visible'))
    expect([partitions(lake).length, lake.catalog.calls.inspect]).toEqual([12, 2])
  })
})
