import { expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { finding } from '../../shared/parquet/findings.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const REPEATED = 'x array<struct<a:array<int>>>'

/** A file whose `x.element.a` is repeated without a LIST around it: Trino fails on that within a list. */
const bare = (hour: string) => ({
  ...dataFile(hour, 'bare', 'id int', REPEATED),
  diagnostics: [finding('REPEATED_WITHOUT_LIST', "column 'x.element.a' is repeated", 'x.element.a', true)],
})

const nanoseconds = (hour: string) => ({
  ...dataFile(hour, 'nanoseconds', 'id int', 'x bigint'),
  diagnostics: [finding('TIMESTAMP_NANOS', "column 'x' counts nanoseconds", 'x')],
})

function review(
  kind: Reader['kind'],
  table: readonly string[],
  file: ReturnType<typeof dataFile>,
  remembered = [],
) {
  return reviewPartitions({
    columns: columns(...table),
    partitionKeys: columns('year string', 'month string', 'day string', 'hour string'),
    observed: [hourOf('02', [file])],
    registered: new Set(),
    remembered,
    mode: 'additive',
    visibility: 'directory',
    readers: [{ kind, version: undefined }],
    table: 'golden.orders',
  })
}

test.each([
  ['within', 'trino', bare('02'), REPEATED, 'REPEATED_WITHOUT_LIST', /^write the column as a LIST/],
  ['itself', 'presto', nanoseconds('02'), 'x bigint', 'TIMESTAMP_NANOS', /^write microseconds/],
] as const)(
  'what a reader cannot read of a column that the table has holds the file back: %s',
  (_, kind, file, x, code, fix) => {
    const { held, diagnostics } = review(kind, ['id int', x], file)
    expect(held).toHaveLength(1)
    expect(diagnostics).toEqual([
      expect.objectContaining({
        code,
        column: 'x',
        message: expect.stringMatching(
          /^column x is stored as not all who read the table read it in this file, and is /,
        ),
        fix: expect.stringMatching(fix),
      }),
    ])
  },
)

test('what was left out for something within it holds a type for the column back', () => {
  const { columns: made, news } = review('trino', ['id int'], bare('02'))
  expect(made.map(({ name }) => name)).toEqual(['id'])
  const { held, diagnostics } = review(
    'trino',
    ['id int'],
    dataFile('02', 'good', 'id int', REPEATED),
    news as never,
  )
  expect([held.length, diagnostics.map(({ code }) => code)]).toEqual([1, ['TYPE_HELD']])
})
