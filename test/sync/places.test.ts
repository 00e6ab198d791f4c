import { describe, expect, test } from 'vitest'
import { findingsOf, type Report } from '../../shared/run/report.ts'
import type { ReaderKind } from '../../shared/schema/reader.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const lakeOf = (layout: string, ...readers: ReaderKind[]) =>
  testLake({
    layout,
    more: readers.length > 0 ? { readers: readers.map(kind => ({ kind, version: undefined })) } : {},
  })

const findings = (report: Report) =>
  [...report.diagnostics, ...report.tables.flatMap(table => table.diagnostics)].map(
    ({ severity, code, path }) => `${severity} ${code} ${path?.replace(`${ROOT}/`, '')}`,
  )
const partitions = ({ catalog }: TestLake) =>
  [...(catalog.state().tables.get('golden.orders')?.partitions.values() ?? [])].map(({ values }) => values[0])

describe('a folder that Hive takes for a pattern', () => {
  const filled = (lake: TestLake) => {
    for (const name of ['eu', 'a*b', 'a[x]b', 'a,b', 'region=%2A']) lake.put(`orders/${name}/a.parquet`, 'v1')
    return lake
  }

  test('is held back where Hive reads, or may, and told once', async () => {
    const lake = filled(lakeOf('{topic}/{region}'))
    const report = await lake.scan()
    expect(partitions(lake).sort()).toEqual(['a,b', 'eu', 'region=%2A'])
    expect(findings(report)).toEqual(['warning PATTERN_FOLDER orders/a*b'])
    expect(lake.table(report).held).toEqual(['a*b', 'a[x]b'])
  })

  test('is registered where Hive is not among the readers', async () => {
    const lake = filled(lakeOf('{topic}/{region}', 'trino', 'presto'))
    expect([findings(await lake.scan()), partitions(lake).length]).toEqual([[], 5])
  })

  test('is an error where it is registered', async () => {
    const before = filled(lakeOf('{topic}/{region}', 'trino'))
    await before.scan()
    const after = filled(testLake({ layout: '{topic}/{region}', catalog: before.catalog }))
    expect(findings(await after.scan({ mode: 'full' }))).toEqual(['error PATTERN_FOLDER orders/a*b'])
  })

  test('is none where Hive style values are escaped', async () => {
    const lake = lakeOf('{topic}/region={region}')
    lake.put('orders/region=a%2Ab/a.parquet', 'v1')
    expect([findings(await lake.scan()), partitions(lake)]).toEqual([[], ['a*b']])
  })
})

describe('what lies beside the data of a partition', () => {
  test('a file without bytes holds a new partition back where Presto reads, and is exposed in a registered one', async () => {
    const lake = lakeOf('{topic}/{region}', 'trino', 'presto')
    lake.put('orders/eu/a.parquet', 'v1')
    lake.storage.put(`${ROOT}/orders/us/_empty`, new Uint8Array())
    lake.put('orders/us/a.parquet', 'v1')
    await lake.scan()
    for (const region of ['eu', 'asia'])
      lake.storage.put(`${ROOT}/orders/${region}/empty.parquet`, new Uint8Array())
    lake.put('orders/asia/a.parquet', 'v1')
    expect(findings(await lake.scan({ mode: 'full' }))).toEqual([
      'warning EMPTY_FILE orders/asia/empty.parquet',
      'error EXPOSED_FILE orders/eu/empty.parquet',
    ])
    expect(partitions(lake).sort()).toEqual(['eu', 'us'])
  })

  test('it is nothing where Presto does not read', async () => {
    const lake = lakeOf('{topic}/{region}', 'trino', 'hive')
    lake.put('orders/eu/a.parquet', 'v1')
    lake.storage.put(`${ROOT}/orders/eu/empty.parquet`, new Uint8Array())
    expect([findings(await lake.scan()), partitions(lake)]).toEqual([[], ['eu']])
  })

  test('a folder holds it back where Hive reads, and is told everywhere', async () => {
    const [hive, trino] = [lakeOf('{topic}/{region}'), lakeOf('{topic}/{region}', 'trino')]
    for (const lake of [hive, trino]) {
      lake.put('orders/eu/a.parquet', 'v1')
      lake.put('orders/eu/HIVE_UNION_SUBDIR_1/a.parquet', 'v1')
      lake.put('orders/us/_work/a.parquet', 'v1')
      lake.put('orders/us/a.parquet', 'v1')
    }
    expect(findings(await hive.scan())).toEqual(['warning NESTED_FOLDER orders/eu/HIVE_UNION_SUBDIR_1'])
    expect(findings(await trino.scan())).toEqual(['warning WRONG_DEPTH orders/eu/HIVE_UNION_SUBDIR_1'])
    expect([partitions(hive), partitions(trino).sort()]).toEqual([['us'], ['eu', 'us']])
    for (const lake of [hive, trino]) lake.put('orders/us/below/a.parquet', 'v1')
    expect(findings(await hive.scan({ mode: 'full' }))).toEqual([
      'warning NESTED_FOLDER orders/eu/HIVE_UNION_SUBDIR_1',
      'error NESTED_FOLDER orders/us/below',
    ])
    const both = await trino.scan({ mode: 'full' })
    expect(findingsOf(both)).toMatchObject([{ code: 'WRONG_DEPTH', severity: 'warning', count: 2 }])
    expect(
      findingsOf(both)
        .flatMap(({ examples = [] }) => examples)
        .sort(),
    ).toEqual([`${ROOT}/orders/eu/HIVE_UNION_SUBDIR_1`, `${ROOT}/orders/us/below`])
  })

  test("DuckDB's file in the making waits, a real one that is named like it does not", async () => {
    const lake = lakeOf('{topic}/{region}', 'trino')
    for (const file of ['eu/x.parquet', 'eu/tmp_x.parquet', 'us/tmp_y.parquet'])
      lake.put(`orders/${file}`, 'v1')
    expect(findings(await lake.scan())).toEqual(['warning TEMPORARY_FILE orders/eu/tmp_x.parquet'])
    expect(partitions(lake)).toEqual(['us'])
  })
})

describe('folders whose names are hidden', () => {
  test('are not synced, and told once for topics and once for the folders of each', async () => {
    const lake = lakeOf('{topic}/{region}/{zone}', 'trino')
    for (const path of [
      'eu/a',
      '_unknown/a',
      'eu/__HIVE_DEFAULT_PARTITION__',
      'us/_b',
      'us/a',
      '_temporary/0',
    ])
      lake.put(`orders/${path}/a.parquet`, 'v1')
    lake.put('_audit/eu/a/a.parquet', 'v1')
    lake.put('.Trash/eu/a/a.parquet', 'v1')
    const report = await lake.scan()
    expect(findings(report)).toEqual([`info HIDDEN_FOLDER ${ROOT}`, 'warning HIDDEN_FOLDER orders'])
    expect(report.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('here _audit:'),
      expect.stringContaining('here _unknown:'),
    ])
    expect(partitions(lake).sort()).toEqual(['eu', 'us'])
  })

  test('are left alone without a word where the layout has no place for them', async () => {
    const lake = lakeOf('{topic}/{yyyy}/{MM}/{dd}/{HH}', 'trino')
    lake.put('orders/2019/09/01/01/a.parquet', 'v1')
    lake.put('orders/_checkpoint/2019/a.parquet', 'v1')
    expect(findings(await lake.scan())).toEqual([])
  })
})

test("a topic of Spark Structured Streaming's file sink is refused: files that its log does not name would count", async () => {
  const lake = lakeOf('{topic}/{region}', 'trino')
  lake.put('orders/eu/a.parquet', 'v1')
  lake.put('orders/_spark_metadata/0', 'text')
  const report = await lake.scan()
  expect([findings(report), partitions(lake)]).toEqual([['warning TABLE_FORMAT orders'], []])
})

test('a partition at another S3 key that only a slash tells apart is moved to its folder', async () => {
  const lake = testLake({ layout: '{topic}/{region}', more: { locationIn: () => 's3://b/golden' } })
  lake.put('orders/eu/a.parquet', 'v1')
  await lake.scan()
  const { catalog } = lake
  const name = { database: 'golden', name: 'orders' }
  const [right, wrong] = ['s3://b/golden/orders/eu', 's3a://b/golden/orders//eu']
  const partitions = [{ values: ['eu'], from: right, to: wrong }]
  await catalog.apply(
    catalog.plan(name, [{ kind: 'movePartitions', table: name, partitionKeys: [], partitions }]),
  )
  const report = await lake.scan({ mode: 'full' })
  const [partition] = catalog.state().tables.get('golden.orders')?.partitions.values() ?? []
  expect([lake.table(report).partitions.moved, partition?.location]).toEqual([1, right])
})
