import { expect, test } from 'vitest'
import { toTable as ofGlue } from '../../shared/catalogs/glue/convert.ts'
import { formatOf, kindOf, traitsOf } from '../../shared/catalogs/hive-tables.ts'
import { describedTable } from '../../shared/catalogs/hiveserver2/describe.ts'
import { toTable as ofMetastore } from '../../shared/catalogs/metastore/requests/convert.ts'

test.each([
  ['EXTERNAL_TABLE', {}, 'external'],
  ['MANAGED_TABLE', { EXTERNAL: 'TRUE' }, 'external'],
  ['MANAGED_TABLE', { EXTERNAL: 'true' }, 'external'],
  ['MANAGED_TABLE', { EXTERNAL: 'FALSE' }, 'managed'],
  ['MANAGED_TABLE', {}, 'managed'],
  ['VIRTUAL_VIEW', { EXTERNAL: 'TRUE' }, 'view'],
  ['MATERIALIZED_VIEW', {}, 'view'],
])('a table of type %s with %j is %s', (type, parameters, kind) => {
  expect(kindOf(type, parameters)).toBe(kind)
})

test.each([
  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  'parquet.hive.DeprecatedParquetInputFormat',
  'parquet.hive.MapredParquetInputFormat',
  'com.cloudera.impala.hive.serde.ParquetInputFormat',
])('%s is Parquet', inputFormat => {
  expect(formatOf(inputFormat)).toBe('parquet')
})

test.each([
  'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat',
  'org.apache.hadoop.mapred.SequenceFileInputFormat',
  'org.apache.hudi.hadoop.HoodieParquetInputFormat',
  '',
])('%s is not, and is told as it is', inputFormat => {
  expect(formatOf(inputFormat)).toBe(inputFormat)
})

test('a table whose SerDe or storage handler is another is not Parquet', () => {
  const input = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
  const lazy = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
  const handler = 'org.apache.hadoop.hive.hbase.HBaseStorageHandler'
  expect([
    formatOf(input, 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'),
    formatOf(input, lazy),
    formatOf(input, undefined, { storage_handler: handler }),
  ]).toEqual(['parquet', lazy, handler])
})

test('what a table wants of its files is told, and nothing where it wants nothing', () => {
  const byIndex = (value: string) => ({ 'parquet.column.index.access': value })
  expect([
    traitsOf({
      numBuckets: -1,
      storedAsSubDirectories: false,
      serdeParameters: { 'serialization.format': '1' },
    }),
    traitsOf({ parameters: byIndex('false'), serdeParameters: { 'PARQUET.COLUMN.INDEX.ACCESS': 'true' } }),
    traitsOf({ numBuckets: 4 }),
    traitsOf({ numBuckets: -1, parameters: { 'spark.sql.sources.schema.numBuckets': '8' } }),
    traitsOf({ storedAsSubDirectories: true }),
    traitsOf({ parameters: byIndex('TRUE') }),
    traitsOf({ serdeParameters: byIndex('true') }),
  ]).toEqual([
    {},
    {},
    { traits: { buckets: 4 } },
    { traits: { buckets: 8 } },
    { traits: { skewed: true } },
    { traits: { byPosition: true } },
    { traits: { byPosition: true } },
  ])
})

test('Glue, the metastore and DESCRIBE FORMATTED tell the same of one table', () => {
  const name = { database: 'golden', name: 'orders' }
  const byIndex = { 'parquet.column.index.access': 'true' }
  const rows = [
    ['# Storage Information', '', ''],
    ['Num Buckets:', '4', ''],
    ['Stored As SubDirectories:', 'Yes', ''],
    ['Storage Desc Params:', '', ''],
    ['', 'parquet.column.index.access', 'true'],
  ].map(([col_name = '', data_type = '', comment = '']) => ({ col_name, data_type, comment }))
  const tables = [
    ofGlue(name, {
      Name: name.name,
      StorageDescriptor: {
        NumberOfBuckets: 4,
        StoredAsSubDirectories: true,
        SerdeInfo: { Parameters: byIndex },
      },
    }),
    ofMetastore(name, {
      sd: { numBuckets: 4, storedAsSubDirectories: true, serdeInfo: { parameters: byIndex } },
    }),
    describedTable(name, rows),
  ]
  expect(tables.map(({ traits }) => traits)).toEqual(
    tables.map(() => ({ buckets: 4, skewed: true, byPosition: true })),
  )
})
