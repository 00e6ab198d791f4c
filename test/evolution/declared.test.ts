import { describe, expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { printColumns } from '../../shared/evolution/merge.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { readFixture } from '../support/fixtures.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const millis = { ...dataFile('01', 'a', 'id int', 'at timestamp'), millis: ['at'] }

const review = (file: DataFile, table: readonly string[] | undefined) =>
  reviewPartitions({
    columns: table && columns(...table),
    partitionKeys: [],
    observed: [hourOf('01', [file])],
    registered: new Set(),
    mode: 'additive',
    visibility: 'directory',
    table: 'golden.orders',
  })

describe('timestamps in milliseconds', () => {
  test('fit a table whose owner declared them bigint, which stays as it is', () => {
    const result = review(millis, ['id int', 'at bigint'])
    expect(printColumns(result.columns)).toBe('id int, at bigint')
    expect(result.accepted.map(({ columns }) => printColumns(columns))).toEqual(['id int, at bigint'])
    expect(result.diagnostics).toEqual([])
  })

  test('are timestamps in a new table, and where the table says so', () => {
    expect(printColumns(review(millis, undefined).columns)).toBe('id int, at timestamp')
    expect(printColumns(review(millis, ['id int', 'at timestamp']).columns)).toBe('id int, at timestamp')
  })

  test.each([
    ['micros, INT96', { ...dataFile('01', 'a', 'at timestamp') }, 'at bigint'],
    ['dates', { ...dataFile('01', 'a', 'at date') }, 'at int'],
    ['decimals', { ...dataFile('01', 'a', 'at decimal(20,2)') }, 'at binary'],
    ['milliseconds, too small a type', { ...millis, columns: columns('at timestamp') }, 'at int'],
  ])('of another kind do not: %s', (_, file, column) => {
    expect(review(file, [column]).diagnostics.map(({ code }) => code)).toEqual(['INCOMPATIBLE_TYPE'])
  })
})

test.each([
  ['temporal', ['ts_s', 'ts_ms', 'ts_ms_utc']],
  ['int96', undefined],
  ['integers', undefined],
])('the footer tells which columns of %s.parquet they are', async (name, expected) => {
  const bytes = readFixture(name)
  const storage = bytesStorage({ [name]: bytes })
  const file = await readDataFile(storage, { path: name, size: bytes.length, modified: 1 })
  expect(isAccepted(file) && file.millis).toEqual(expected)
})
