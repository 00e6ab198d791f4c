import { expect, test } from 'vitest'
import { narrowerNotes } from '../../shared/evolution/narrower.ts'
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
