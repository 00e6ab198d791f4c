import { describe, expect, test } from 'vitest'
import { adopt } from '../../shared/adoption/adoption.ts'
import { sparkFindings, sparkNotes } from '../../shared/adoption/spark.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import type { ReaderKind } from '../../shared/schema/reader.ts'
import type { Table } from '../../shared/schema/table.ts'
import { parseType } from '../../shared/schema/type.ts'

const layout = compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}' })
const topic = { name: 'orders', segments: ['orders'], location: 'hdfs://nn/golden/orders' }
const home = { roots: ['hdfs://nn/golden'], others: [], named: false }
const keys = (...types: string[]) =>
  ['year', 'month', 'day', 'hour'].map((name, at) => ({ name, type: parseType(types[at] ?? 'string') }))
const table = (change: Partial<Table> = {}): Table => ({
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: [{ name: 'id', type: { kind: 'bigint' } }],
  partitionKeys: keys(),
  location: topic.location,
  parameters: {},
  ...change,
})

describe('a table that somebody else made', () => {
  test('with the same keys is worked on by the same layout', () => {
    expect(adopt(table(), topic, layout, home, ['hive'])).toEqual({ kind: 'adopted', layout })
  })

  test('with other types of the same keys is worked on in its own spelling', () => {
    const adoption = adopt(table({ partitionKeys: keys('int', 'int', 'int', 'int') }), topic, layout, home, [
      'hive',
    ])
    expect(
      adoption.kind === 'adopted' && adoption.layout.parse(['orders', '2019', '09', '01', '07']),
    ).toMatchObject({
      values: ['2019', '9', '1', '7'],
    })
  })

  test('that says which topic it is of in letters that its catalog has lost is not taken, and that is said', () => {
    const lost = table({ parameters: { 'goldsync.topic': '??????' } })
    expect(adopt(lost, { ...topic, name: 'заказы' }, layout, home, ['hive'])).toMatchObject({
      kind: 'refused',
      finding: {
        code: 'NAME_COLLISION',
        message: expect.stringContaining(
          'what a catalog keeps of заказы whose database holds no such letters',
        ),
        fix: expect.stringContaining('utf8mb4'),
      },
    })
  })

  test.each<[string, Partial<Table>, string, string]>([
    ['managed', { kind: 'managed' }, 'error TABLE_NOT_EXTERNAL', 'managed by the engine'],
    ['transactional', { parameters: { transactional: 'true' } }, 'error TABLE_NOT_EXTERNAL', 'managed'],
    ['a view', { kind: 'view' }, 'error TABLE_NOT_EXTERNAL', 'a view'],
    ['of another format', { format: 'orc' }, 'error TABLE_NOT_PARQUET', 'orc'],
    ['of no format', { format: '' }, 'error TABLE_NOT_PARQUET', 'not told'],
    [
      "another topic's",
      { parameters: { 'goldsync.topic': 'Orders' } },
      'error NAME_COLLISION',
      'topic Orders',
    ],
    [
      "another topic's, all of it question marks",
      { parameters: { 'goldsync.topic': '??????' } },
      'error NAME_COLLISION',
      'belongs to topic ??????, so topic orders',
    ],
    [
      "Spark's Delta",
      { kind: 'managed', parameters: { 'spark.sql.sources.provider': 'DELTA' }, partitionKeys: [] },
      'warning TABLE_FORMAT',
      'delta',
    ],
    ['Iceberg', { format: '', parameters: { table_type: 'ICEBERG' } }, 'warning TABLE_FORMAT', 'iceberg'],
    [
      'Iceberg of Hive',
      { format: 'org.apache.iceberg.mr.hive.HiveIcebergInputFormat' },
      'warning TABLE_FORMAT',
      'iceberg',
    ],
    ['Hudi', { format: 'org.apache.hudi.hadoop.HoodieParquetInputFormat' }, 'warning TABLE_FORMAT', 'hudi'],
    [
      'partitioned by other keys',
      { partitionKeys: [{ name: 'dt', type: { kind: 'date' } }] },
      'error PARTITION_KEYS_DIFFER',
      'by (dt), the layout {topic}/{yyyy}/{MM}/{dd}/{HH} by (year, month, day, hour)',
    ],
    [
      'partitioned in another order',
      { partitionKeys: keys().reverse() },
      'error PARTITION_KEYS_DIFFER',
      'by (hour, day, month, year)',
    ],
    ['bucketed', { traits: { buckets: 4 } }, 'error TABLE_BUCKETED', '4 buckets'],
    ['skewed', { traits: { skewed: true } }, 'error TABLE_BUCKETED', 'STORED AS DIRECTORIES'],
    ['read by position', { traits: { byPosition: true } }, 'error TABLE_BY_POSITION', 'Hive takes columns'],
    [
      'with a type that engines do not all know',
      { columns: [{ name: 'price', type: parseType('decimal(10, 2)') }] },
      'error TYPE_UNKNOWN',
      'column price as "decimal(10, 2)"',
    ],
    [
      'partitioned by types that the folders do not give',
      { partitionKeys: keys('int', 'int', 'date', 'int') },
      'error PARTITION_KEYS_DIFFER',
      'day date, hour int), which the folders of {topic}/{yyyy}/{MM}/{dd}/{HH} do not give: partition key day: "{dd}" gives values like 29',
    ],
  ])('%s is refused', (_, change, code, message) => {
    const adoption = adopt(table(change), topic, layout, home, ['hive'])
    if (adoption.kind !== 'refused') throw new Error('not refused')
    const { finding } = adoption
    expect([`${finding.severity} ${finding.code}`, finding.table, finding.path]).toEqual([
      code,
      'golden.orders',
      topic.location,
    ])
    expect(finding.message).toContain(message)
    expect(finding.fix).toBeTruthy()
  })
})

test('what buckets do is told of those who read the table, and of nobody else', () => {
  const told = (readers: readonly ReaderKind[]) => {
    const adoption = adopt(table({ traits: { buckets: 4 } }), topic, layout, home, readers)
    return adoption.kind === 'refused' ? adoption.finding.message : adoption.kind
  }
  expect(told(['hive'])).toMatch(/4 buckets .* joins by bucket/)
  expect(told(['hive'])).not.toMatch(/Trino|Presto/)
  expect(told(['trino', 'hive'])).toMatch(/Trino fails on the table then$/)
  expect(told(['presto'])).toMatch(/: Presto fails on the table then, or leaves out rows$/)
})

describe('what only some readers mind', () => {
  const codes = (change: Partial<Table>, readers: readonly ReaderKind[]) => {
    const adoption = adopt(table(change), topic, layout, home, readers)
    return adoption.kind === 'refused' ? adoption.finding.code : adoption.kind
  }

  test('columns by position: Hive and Athena', () => {
    const change = { traits: { byPosition: true } } as const
    expect(
      [['trino', 'spark'], ['trino', 'hive'], ['athena']].map(kinds => codes(change, kinds as ReaderKind[])),
    ).toEqual(['adopted', 'TABLE_BY_POSITION', 'TABLE_BY_POSITION'])
  })

  test('partitions that are computed: Athena', () => {
    const change = { parameters: { 'projection.enabled': 'true' } }
    expect([codes(change, ['hive', 'trino']), codes(change, ['athena'])]).toEqual([
      'adopted',
      'TABLE_PROJECTED',
    ])
  })
})

describe("a table of Spark's own (USING parquet)", () => {
  const spark = table({
    parameters: {
      'spark.sql.sources.provider': 'parquet',
      'spark.sql.sources.schema': '{"type":"struct","fields":[]}',
      'spark.sql.partitionProvider': 'catalog',
    },
  })
  const note = { name: 'note', type: parseType('string') }
  const changes = [
    {
      kind: 'changeColumnTypes',
      table: spark.name,
      cascade: true,
      columns: [{ name: 'id', from: parseType('int'), to: parseType('bigint') }],
    },
    { kind: 'addColumns', table: spark.name, columns: [note] },
    { kind: 'setParameters', table: spark.name, parameters: {} },
  ] as const

  test('is told what Spark will not see of new columns and types', () => {
    expect(sparkFindings(spark, changes)).toMatchObject([
      { code: 'SPARK_SCHEMA', severity: 'warning', message: expect.stringContaining('(id bigint)') },
      { code: 'SPARK_SCHEMA', fix: 'in Spark SQL: ALTER TABLE golden.orders ADD COLUMNS (note string)' },
    ])
  })

  test('is told that Spark will not ask the catalog for new partitions, where it does not', () => {
    const { 'spark.sql.partitionProvider': _, ...parameters } = spark.parameters
    expect(sparkNotes(spark)).toEqual([])
    expect(sparkNotes({ ...spark, parameters })).toMatchObject([
      { code: 'SPARK_PARTITIONS', severity: 'warning', fix: 'in Spark SQL: MSCK REPAIR TABLE golden.orders' },
    ])
    expect(sparkNotes({ ...spark, parameters, partitionKeys: [] })).toEqual([])
  })

  test('a Hive table that Spark made follows the catalog: nothing to tell', () => {
    const hive = table({
      parameters: { 'spark.sql.create.version': '3.5.1', 'spark.sql.sources.schema': '{}' },
    })
    expect([...sparkFindings(hive, changes), ...sparkNotes(hive)]).toEqual([])
  })
})
