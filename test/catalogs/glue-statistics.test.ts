import { expect, test } from 'vitest'
import { columnStatistics } from '../../shared/catalogs/glue/column-statistics.ts'
import type { KnownColumn } from '../../shared/schema/known-column.ts'

const about = { column: 'c', type: { kind: 'bigint' }, nulls: 0, distinct: 1 } as const
const constant = <T>(value: T) => ({ min: value, max: value })

test.each<[string, KnownColumn]>([
  ['bounds beyond what JavaScript sends exactly', { ...about, kind: 'integer', range: constant(2n ** 53n) }],
  [
    'integers that are only null: Trino 476 fails on LONG without bounds',
    { ...about, distinct: 0, kind: 'integer', range: undefined },
  ],
  [
    'floats that are only null: Trino 476 fails on DOUBLE without bounds',
    { ...about, distinct: 0, kind: 'float', range: undefined },
  ],
  ['days beyond JavaScript’s dates', { ...about, kind: 'date', range: constant(100_000_001n) }],
])('Glue is not told of %s', (_, known) => {
  expect(columnStatistics(known, new Date())).toBeUndefined()
})

test('Glue is told of dates and decimals that are only null', () => {
  const nulls = { ...about, nulls: 10, distinct: 0, range: undefined }
  const told = [
    columnStatistics({ ...nulls, kind: 'date' }, new Date()),
    columnStatistics({ ...nulls, kind: 'decimal', scale: 2 }, new Date()),
  ]
  const counts = { NumberOfNulls: 10, NumberOfDistinctValues: 0 }
  expect(told.map(one => one?.StatisticsData)).toEqual([
    { Type: 'DATE', DateColumnStatisticsData: counts },
    { Type: 'DECIMAL', DecimalColumnStatisticsData: counts },
  ])
})
