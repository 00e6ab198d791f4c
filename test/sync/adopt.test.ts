import { describe, expect, test } from 'vitest'
import { type MemoryCatalog, openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { printColumns } from '../../shared/evolution/merge.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { exitCode, findingsOf, type Report } from '../../shared/run/report.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import type { Table } from '../../shared/schema/table.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { columns } from '../support/types.ts'

const orders = { database: 'golden', name: 'orders' }
const HOURLY = '{topic}/{yyyy}/{MM}/{dd}/{HH}'
const keys = (type: string) => columns(...['year', 'month', 'day', 'hour'].map(name => `${name} ${type}`))

const partition = (location: string, ...values: string[]): Partition => ({
  values,
  location: `${ROOT}/orders/${location}`,
  columns: columns('id int', 'amount double'),
  parameters: { by: 'ann' },
  files: [],
})

/** A catalog with a table of somebody's, and partitions that goldsync did not register. */
async function catalogWith(
  change: Partial<Table>,
  partitions: readonly Partition[],
  name = 'memory',
): Promise<MemoryCatalog> {
  const catalog = openMemoryCatalog(name)
  const table: Table = {
    name: orders,
    kind: 'external',
    format: 'parquet',
    columns: columns('id int', 'amount double'),
    partitionKeys: keys('string'),
    location: `${ROOT}/orders`,
    parameters: { owner: 'ann' },
    ...change,
  }
  await catalog.apply(
    catalog.plan(orders, [
      { kind: 'createDatabase', database: 'golden' },
      { kind: 'createTable', table },
      { kind: 'addPartitions', table: orders, partitionKeys: table.partitionKeys, partitions },
    ]),
  )
  return catalog
}

const codes = (report: Report) => findingsOf(report).map(({ code, severity }) => `${severity} ${code}`)
const stateOf = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')!
const partitionsOf = (lake: TestLake) =>
  [...stateOf(lake).partitions.values()].map(({ values }) => values.join('/')).sort()
const oldOf = (lake: TestLake) =>
  [...stateOf(lake).partitions.values()].filter(({ parameters }) => parameters.by)

describe('a table with int keys', () => {
  const registered = [partition('2019/09/01/09', '2019', '9', '1', '9')]

  async function adopted(): Promise<TestLake> {
    const lake = testLake({ catalog: await catalogWith({ partitionKeys: keys('int') }, registered) })
    for (const hour of ['09', '10']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    lake.clock.now += 3_600_000
    return lake
  }

  test('gets new partitions in its own spelling; the old one is left as it is', async () => {
    const lake = await adopted()
    const report = await lake.scan()
    expect([codes(report), partitionsOf(lake)]).toEqual([[], ['2019/9/1/10', '2019/9/1/9']])
    expect(lake.table(report).partitions).toMatchObject({ added: 1, altered: 0 })
    expect(oldOf(lake)).toEqual(registered)
    expect(stateOf(lake).table.partitionKeys).toEqual(keys('int'))
  })

  test('is left alone by later scans, recent and full', async () => {
    const lake = await adopted()
    await lake.scan()
    for (const mode of ['recent', 'full'] as const)
      expect(lake.table(await lake.scan({ mode })).outcome).toBe('unchanged')
    expect(oldOf(lake)).toEqual(registered)
  })

  test('takes a named partition in the spelling of the layout', async () => {
    const lake = await adopted()
    await lake.scan({ tables: ['orders'], partitions: ['2019/09/01/10'] })
    expect(partitionsOf(lake)).toEqual(['2019/9/1/10', '2019/9/1/9'])
  })

  test('and one with string keys take the same folders, each in its own spelling', async () => {
    const ints = await catalogWith({ partitionKeys: keys('int') }, [], 'ints')
    const strings = await catalogWith({}, [], 'strings')
    const lake = testLake({ catalog: ints, more: { catalogs: [ints, strings] } })
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan()
    const valuesIn = (catalog: MemoryCatalog) =>
      [...catalog.state().tables.get('golden.orders')!.partitions.values()].map(({ values }) => values)
    expect([valuesIn(ints), valuesIn(strings)]).toEqual([
      [['2019', '9', '1', '9']],
      [['2019', '09', '01', '09']],
    ])
  })
})

describe('an old partition', () => {
  test('is altered where Hive would fail on it, since its types are narrower than the table', async () => {
    const narrow = {
      ...partition('2019/09/01/09', '2019', '09', '01', '09'),
      columns: columns('id smallint'),
    }
    const lake = testLake({ catalog: await catalogWith({}, [narrow]) })
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    lake.clock.now += 3_600_000
    expect(lake.table(await lake.scan()).partitions).toMatchObject({ added: 0, altered: 1 })
    expect(oldOf(lake)[0]!.columns.slice(0, 1)).toEqual(columns('id int'))
  })

  test('is altered once its files change, and keeps what its owner left there', async () => {
    const lake = testLake({
      catalog: await catalogWith({}, [partition('2019/09/01/12', '2019', '09', '01', '12')]),
    })
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    lake.clock.now += 3_600_000
    await lake.scan()
    lake.clock.now += 3_600_000
    lake.put('orders/2019/09/01/12/b.parquet', 'v1')
    expect(lake.table(await lake.scan()).partitions).toMatchObject({ added: 0, altered: 1 })
    expect(oldOf(lake)[0]!.parameters).toMatchObject({
      by: 'ann',
      'goldsync.fingerprint': expect.any(String),
    })
  })
})

describe('folders that are registered under other values', () => {
  const registered = [
    partition('2019/09/01/08', '2019', '9', '1', '8'),
    partition('2019/09/01/09', '2019', '9', '1', '9'),
  ]

  async function adopted(layout = {}): Promise<TestLake> {
    const lake = testLake({ catalog: await catalogWith({}, registered), more: layout })
    for (const hour of ['08', '09', '10']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
    return lake
  }

  test('are not registered again, by no scan; the run says what to do, and the mark waits', async () => {
    const lake = await adopted()
    for (const mode of ['recent', 'recent', 'full'] as const) {
      const report = await lake.scan({ mode })
      expect([codes(report), exitCode(report)]).toEqual([['error PARTITION_VALUES_DIFFER'], 1])
      expect(findingsOf(report)[0]!.message).toMatch(
        /^2 folders .* as 2019\/9\/1\/9 instead of 2019\/09\/01\/09/,
      )
    }
    expect(partitionsOf(lake)).toEqual(['2019/09/01/10', '2019/9/1/8', '2019/9/1/9'])
    expect(oldOf(lake)).toEqual(registered)
    expect(stateOf(lake).table.parameters).not.toHaveProperty('goldsync.mark')
  })

  test('are adopted once the lake spells values as the table does', async () => {
    const value = (variable: string) => ({ type: 'string', value: `{${variable}}` }) as const
    const partitionKeys = { year: value('yyyy'), month: value('M'), day: value('d'), hour: value('H') }
    const lake = await adopted({ layout: compileLayout({ template: HOURLY, partitionKeys }) })
    const report = await lake.scan()
    expect([codes(report), partitionsOf(lake)]).toEqual([[], ['2019/9/1/10', '2019/9/1/8', '2019/9/1/9']])
    expect(stateOf(lake).table.parameters).toHaveProperty('goldsync.mark')
  })
})

describe('what its owner made of a table', () => {
  test('stays: types that hold the files, comments, parameters', async () => {
    const mine = columns('id bigint', 'amount double', 'note varchar(20)').map(column => ({
      ...column,
      comment: `the ${column.name}`,
    }))
    const lake = testLake({ catalog: await catalogWith({ columns: mine }, []) })
    lake.put('orders/2019/09/01/09/a.parquet', 'v2')
    const report = await lake.scan()
    expect([codes(report), stateOf(lake).table.columns]).toEqual([[], mine])
    expect(stateOf(lake).table.parameters).toMatchObject({ owner: 'ann' })
  })

  test("of Spark's own: its properties stay, and the run says which new columns Spark does not see", async () => {
    const parameters = { 'spark.sql.sources.provider': 'parquet', 'spark.sql.sources.schema': '{}' }
    const lake = testLake({ catalog: await catalogWith({ parameters }, []) })
    lake.put('orders/2019/09/01/09/a.parquet', 'v2')
    const report = await lake.scan()
    expect(codes(report)).toEqual([
      'warning SPARK_PARTITIONS',
      'warning SPARK_SCHEMA',
      'warning SPARK_SCHEMA',
      'info OLDER_FILES_UNKNOWN',
    ])
    expect(printColumns(stateOf(lake).table.columns)).toBe('id bigint, amount double, note string')
    expect(stateOf(lake).table.parameters).toMatchObject(parameters)
    lake.clock.now += 3_600_000
    lake.put('orders/2019/09/01/10/a.parquet', 'v2')
    expect(codes(await lake.scan())).toEqual([])
  })
})
