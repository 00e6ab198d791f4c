import { expect, test } from 'vitest'
import { formatOf, kindOf } from '../../shared/catalogs/hive-tables.ts'

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
