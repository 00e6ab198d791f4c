import { expect, test } from 'vitest'
import { withoutValues } from '../../shared/base/without-values.ts'

test.each([
  [
    "Cannot cast DECIMAL(20, 2) '1234567890.25' to DECIMAL(10, 2)",
    "Cannot cast DECIMAL(20, 2) '…' to DECIMAL(10, 2)",
  ],
  ["Cannot cast VARCHAR 'it's secret' to date", "Cannot cast VARCHAR '…' to date"],
  ["Value cannot be cast to date: 'secret that was cut o", "Value cannot be cast to date: '…'"],
  [
    'java.lang.NumberFormatException: For input string: "secret"',
    'java.lang.NumberFormatException: For input string: "…"',
  ],
  [
    'Malformed Parquet file. Corrupted statistics for column "[v] optional float v" in Parquet file "hdfs://h/a.parquet": [min: 0.1, max: 100.1, num_nulls: 0] [hdfs://h/a.parquet]',
    'Malformed Parquet file. Corrupted statistics for column "[v] optional float v" in Parquet file "hdfs://h/a.parquet": [min: …, max: …, num_nulls: 0] [hdfs://h/a.parquet]',
  ],
  ['Out of range for integer: 3000000000', 'Out of range for integer: …'],
  ['Value 3000000000 exceeds MAX_INT', 'Value … exceeds MAX_INT'],
])('a value of the data is not told: %s', (said, told) => {
  expect(withoutValues(said)).toBe(told)
})

test.each([
  'Unsupported Trino column type (integer) for Parquet column ([v] optional binary v (STRING))',
  "The column 'v' in table 'golden.orders' is declared as type 'int', but partition 'h=1' declared column 'v' as type 'string'",
  "The column 'value' in table 'golden.orders' is declared as type 'date', but partition 'h=1' declared column 'value' as type 'string'",
  'Malformed Parquet file. [hdfs://h/orders/2019/09/01/a.parquet]',
  'Error opening Hive split hdfs://h/orders/1/a.parquet (offset=0, length=1024): Invalid code: 7',
  'class org.apache.hadoop.io.IntWritable cannot be cast to class org.apache.hadoop.io.ArrayWritable',
])('names of columns, files and types stay: %s', said => {
  expect(withoutValues(said)).toBe(said)
})
