import { describe, expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { narrowerNotes } from '../../shared/evolution/narrower.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const notes = (file: string, table: string) =>
  narrowerNotes(columns(`v ${file}`), columns(`v ${table}`)).map(({ code, column }) => `${code} ${column}`)

test.each([
  ['float', 'double', ['FLOAT_UNDER_DOUBLE v']],
  ['struct<a:int,b:float>', 'struct<b:double,a:int>', ['FLOAT_UNDER_DOUBLE v']],
  ['array<float>', 'array<double>', []],
  ['map<string,float>', 'map<string,double>', []],
  ['array<decimal(9,2)>', 'array<decimal(20,2)>', ['DECIMAL_UNDER_WIDER v']],
  ['decimal(9,2)', 'decimal(20,2)', ['DECIMAL_UNDER_WIDER v']],
  ['decimal(9,2)', 'decimal(18,2)', []],
  ['decimal(20,2)', 'decimal(38,2)', []],
  ['int', 'bigint', []],
  ['double', 'double', []],
])('files with %s under %s: %s', (file, table, said) => expect(notes(file, table)).toEqual(said))

test('columns that only one of them has are no matter', () => {
  expect(narrowerNotes(columns('a float'), columns('b double'))).toEqual([])
})

describe('a type is not widened', () => {
  const trino: Reader = { kind: 'trino', version: '476' }
  const hive: Reader = { kind: 'hive', version: '4' }
  const floats = hourOf('01', [dataFile('01', 'a', 'x float', 'e array<float>')])
  const doubles = hourOf('02', [dataFile('02', 'b', 'x double', 'e array<double>')])
  const review = (readers: readonly Reader[], widenFloat = false, observed = [floats, doubles]) =>
    reviewPartitions({
      columns: undefined,
      partitionKeys: [],
      observed,
      registered: new Set(),
      mode: 'additive',
      visibility: 'directory',
      table: 'golden.orders',
      rules: { widenDecimal: false, widenFloat },
      readers,
    })

  test('where a reader fails on the narrower files, in either order', () => {
    for (const observed of [
      [floats, doubles],
      [{ ...doubles, time: 0 }, floats],
    ]) {
      const { accepted, held, diagnostics } = review([trino], false, observed)
      expect([accepted.length, held.length]).toEqual([1, 1])
      expect(diagnostics[0]).toMatchObject({
        code: 'INCOMPATIBLE_TYPE',
        column: 'x',
        message: expect.stringContaining('Trino 476 fails on conditions'),
        fix: expect.stringContaining('types.widenFloat'),
      })
    }
  })

  test('but where that was allowed, or nobody of them does', () => {
    expect(review([trino], true).held).toEqual([])
    expect(review([hive]).held).toEqual([])
    expect(review([]).held).toEqual([])
  })
})
