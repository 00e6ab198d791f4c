import { describe, expect, test } from 'vitest'
import {
  classifyFile,
  isSparkSink,
  isWorkFolder,
  mayHoldData,
  replaces,
  tableFormatOf,
} from '../../shared/layout/files.ts'
import { isPattern, relativeTo, sameLocation } from '../../shared/layout/location.ts'
import { resolveNames, tableNameOf } from '../../shared/layout/naming.ts'

describe('file names', () => {
  test.each([
    ['part-0.snappy.parquet', 10, 'data'],
    ['no-extension', 10, 'data'],
    ['.hidden.parquet', 10, 'hidden'],
    ['_SUCCESS', 10, 'hidden'],
    ['a.parquet', 0, 'empty'],
    ['a.parquet.tmp', 10, 'temporary'],
    ['a.parquet.inprogress.17', 10, 'temporary'],
    ['a.parquet._COPYING_', 10, 'temporary'],
  ])('%s of %i bytes is %s', (name, size, kind) => expect(classifyFile(name, size)).toBe(kind))

  test('work folders of sinks are not entered', () => {
    expect(['+tmp', '_temporary', '.hive-staging_1', 'orders'].map(isWorkFolder)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('hidden folders that no writer is known to work in may hold data', () => {
    const names = [
      '_audit',
      '__HIVE_DEFAULT_PARTITION__',
      '.eu',
      '_temporary',
      '.hive-staging_1',
      '.Trash',
      'orders',
    ]
    expect(names.filter(mayHoldData)).toEqual(['_audit', '__HIVE_DEFAULT_PARTITION__', '.eu'])
  })

  test('tmp_ is temporary beside the file that it replaces only', () => {
    const names = ['tmp_x.parquet', 'x.parquet', 'tmp_y.parquet', 'tmp_']
    expect(names.filter(name => replaces(name, new Set(names)))).toEqual(['tmp_x.parquet'])
  })

  test("Spark's sink is told by its log", () => {
    expect([isSparkSink(['_spark_metadata', '2019']), isSparkSink(['2019'])]).toEqual([true, false])
  })

  test('table formats are told by their folders', () => {
    expect(tableFormatOf(['.hoodie', '2019'])).toBe('hudi')
    expect(tableFormatOf(['_delta_log'])).toBe('delta')
    expect(tableFormatOf(['metadata', 'data'], ['v1.metadata.json'])).toBe('iceberg')
    expect(tableFormatOf(['metadata', '2019'], ['notes.txt'])).toBeUndefined()
  })
})

describe('locations', () => {
  test.each([
    ['s3://bucket/a', 's3a://bucket/a/'],
    ['hdfs://NN:8020/a/b', 'hdfs://nn/a//b'],
    ['file:/a/b', '/a/b'],
    ['file:///a/b', '/a/b/'],
    ['hdfs://nn/a b', 'hdfs://nn/a%20b'],
    ['hdfs://nn/a/./b', 'hdfs://nn/a/c/../b'],
  ])('%s is %s', (a, b) => expect(sameLocation(a, b)).toBe(true))

  test.each([
    ['hdfs://nn/a', 'hdfs://other/a'],
    ['hdfs://nn:8020/a', 'hdfs://nn:9000/a'],
    ['/a/b', '/a/B'],
    ['s3://bucket/a', 'hdfs://bucket/a'],
    ['s3://bucket/a/b', 's3a://bucket/a//b'],
    ['s3://bucket/a/b', 's3://bucket/a/./b'],
    ['s3://bucket/a/b', 's3://bucket//a/b'],
    ['s3://bucket/a', 's3://bucket/a//'],
  ])('%s is not %s', (a, b) => expect(sameLocation(a, b)).toBe(false))

  test('below a root, or not', () => {
    expect(relativeTo('hdfs://nn/golden', 'hdfs://nn/golden/orders/2019')).toEqual(['orders', '2019'])
    expect(relativeTo('hdfs://nn/golden', 'hdfs://nn/goldenrod')).toBeUndefined()
    expect(relativeTo('hdfs://nn/golden', 'hdfs://nn/golden/../secret')).toBeUndefined()
    expect(relativeTo('s3://b/golden', 's3a://b/golden/orders//2019')).toEqual(['orders', '', '2019'])
    expect(relativeTo('s3://b/golden', 's3://b//golden/orders')).toBeUndefined()
    expect(relativeTo('s3://b', 's3a://b/golden/orders')).toEqual(['golden', 'orders'])
    expect(relativeTo('s3://b/', 's3://b/')).toEqual([])
  })

  test.each(['a*b', 'a?b', 'a[x]b', 'a{x,y}b', 'a[b', 'a{b', 'a\\b'])('%s is a pattern', name =>
    expect(isPattern(`hdfs://nn/golden/${name}/01`)).toBe(true),
  )

  test('a host that is an IPv6 address is none', () =>
    expect(isPattern('hdfs://[fd00::1]:8020/golden/orders/01')).toBe(false))

  test('what Hive reads as it is written is none', () => {
    const names = ['a,b', 'a]b', 'a}b', 'a^b', 'a%2Ab', 'a b', 'a$b', 'a(b)', 'a+b', 'a|b', 'a~b', "a'b"]
    expect(names.filter(isPattern)).toEqual([])
  })
})

describe('table names', () => {
  test.each([
    ['Orders.EU-1', {}, 'orders_eu_1'],
    ['orders', { template: 'raw_{topic}' }, 'raw_orders'],
    ['a.b', { rename: { 'a.b': 'second' } }, 'second'],
    ['$&', { template: 'x_{topic}' }, 'x___'],
  ])('topic %s by %j is %s', (topic, rule, name) => expect(tableNameOf(topic, rule)).toBe(name))

  test('topics that meet are both refused, each naming the other', () => {
    const { assigned, refused } = resolveNames(['a.b', 'a-b', 'c'], new Map())
    expect([...assigned]).toEqual([['c', 'c']])
    expect([...refused.values()].map(({ code, message }) => [code, message])).toEqual([
      ['NAME_COLLISION', expect.stringContaining('"a.b"')],
      ['NAME_COLLISION', expect.stringContaining('"a-b"')],
    ])
  })

  test('the one that the table records keeps it', () => {
    const { assigned, refused } = resolveNames(['a.b', 'a-b'], new Map([['a_b', 'a-b']]))
    expect([...assigned]).toEqual([['a-b', 'a_b']])
    expect([...refused.keys()]).toEqual(['a.b'])
  })

  test('a rename gives each its own', () => {
    expect(
      [...resolveNames(['a.b', 'a-b'], new Map(), { rename: { 'a.b': 'a_b_2' } }).assigned].sort(),
    ).toEqual([
      ['a-b', 'a_b'],
      ['a.b', 'a_b_2'],
    ])
  })
})
