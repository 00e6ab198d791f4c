import { describe, expect, test } from 'vitest'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import { type TypeRules, USUAL_TYPES } from '../../shared/parquet/rules.ts'
import { printType } from '../../shared/schema/type.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { kindBytes } from '../support/kinds.ts'

async function read(kind: string, rules: Partial<TypeRules>) {
  const bytes = kindBytes(kind)
  const file = { path: kind, size: bytes.length, modified: 0 }
  return readDataFile(bytesStorage({ [kind]: bytes }), file, { types: { ...USUAL_TYPES, ...rules } })
}

async function columnsOf(kind: string, rules: Partial<TypeRules>): Promise<readonly string[]> {
  const file = await read(kind, rules)
  if (!isAccepted(file)) throw new Error(file.diagnostic.message)
  return file.columns.map(({ name, type, comment }) =>
    [name, printType(type), ...(comment === undefined ? [] : [comment])].join(' '),
  )
}

describe('hive3', () => {
  test('makes INT64 timestamps counts of the unit that the comment names', async () => {
    expect(await columnsOf('timestamps', { hive3: true })).toEqual([
      'on_day date',
      'ms bigint milliseconds since 1970-01-01',
      'us bigint microseconds since 1970-01-01',
      'us_utc bigint microseconds since 1970-01-01',
      'ms_utc bigint milliseconds since 1970-01-01',
      'ms_zone bigint milliseconds since 1970-01-01',
    ])
  })

  test('reaches timestamps inside others', async () => {
    expect(await columnsOf('lists', { hive3: true })).toContain('times array<bigint>')
  })

  test('leaves INT96 alone, which Hive 3 reads', async () => {
    const columns = await columnsOf('spark-legacy', { hive3: true })
    expect(columns).toContain('at timestamp')
    expect(columns).toContain('local bigint microseconds since 1970-01-01')
  })
})

describe('binaryAsString', () => {
  test('makes bytes without an annotation strings, and no others', async () => {
    expect(await columnsOf('bytes', { binaryAsString: true })).toEqual([
      'text string',
      'dictionary string',
      'json string',
      'raw string',
      'fixed binary',
      'uuid binary',
    ])
    expect(await columnsOf('odd-bytes', { binaryAsString: true })).toContain('bson binary')
  })
})

describe('unsigned: hold', () => {
  test.each([
    ['unsigned', 'UNSIGNED_UNPROVEN', 'u32'],
    ['unsigned-proven', 'UNSIGNED_OVERFLOW', 'u32'],
    ['fastparquet', 'UNSIGNED_UNPROVEN', 'u32'],
  ])('does not accept %s.parquet: %s', async (kind, code, column) => {
    const file = await read(kind, { unsigned: 'hold' })
    expect(isAccepted(file) ? undefined : file.diagnostic).toMatchObject({ code, column, path: kind })
  })

  test.each(['integers', 'polars', 'timestamps'])('accepts %s.parquet, whose values fit', async kind => {
    expect(isAccepted(await read(kind, { unsigned: 'hold' }))).toBe(true)
  })
})

test('a time of day tells its unit in the comment', async () => {
  expect(await columnsOf('times', {})).toEqual([
    'id int',
    'us bigint microseconds since midnight',
    'ns bigint nanoseconds since midnight',
  ])
})
