import { describe, expect, test } from 'vitest'
import { mergeColumns, mergeType, printColumns } from '../../shared/evolution/merge.ts'
import { parseType, printType } from '../../shared/schema/type.ts'
import { columns } from '../support/types.ts'

const merged = (have: string, got: string): string | undefined => {
  const type = mergeType(parseType(have), parseType(got))
  return type && printType(type)
}

describe('merging types', () => {
  test.each([
    ['int', 'bigint', 'bigint'],
    ['bigint', 'tinyint', 'bigint'],
    ['float', 'double', 'double'],
    ['double', 'float', 'double'],
    ['decimal(20,2)', 'decimal(9,2)', 'decimal(20,2)'],
    ['varchar(10)', 'string', 'varchar(10)'],
    ['string', 'binary', 'string'],
    ['array<int>', 'array<bigint>', 'array<bigint>'],
    ['map<string,float>', 'map<string,double>', 'map<string,double>'],
    ['struct<a:int>', 'struct<b:string,a:bigint>', 'struct<a:bigint,b:string>'],
    ['array<struct<a:int,b:int>>', 'array<struct<b:bigint>>', 'array<struct<a:int,b:bigint>>'],
  ])('%s takes in %s as %s', (have, got, result) => expect(merged(have, got)).toBe(result))

  test.each([
    ['int', 'string'],
    ['int', 'double'],
    ['bigint', 'float'],
    ['double', 'int'],
    ['decimal(9,2)', 'decimal(20,4)'],
    ['decimal(20,4)', 'decimal(9,2)'],
    ['decimal(9,2)', 'decimal(9,3)'],
    ['binary', 'string'],
    ['date', 'timestamp'],
    ['boolean', 'int'],
    ['array<int>', 'int'],
    ['map<int,string>', 'map<bigint,string>'],
    ['struct<a:int>', 'struct<a:string>'],
    ['struct<a:int>', 'map<string,int>'],
    ['uniontype<int>', 'int'],
  ])('%s and %s have no safe type', (have, got) => expect(merged(have, got)).toBeUndefined())
})

describe('merging columns', () => {
  test('appends new columns at the end and keeps the order of the old', () => {
    const { columns: all, conflicts } = mergeColumns(
      columns('b int', 'a string'),
      columns('c date', 'a string', 'b bigint'),
    )
    expect([printColumns(all), conflicts]).toEqual(['b bigint, a string, c date', []])
  })

  test('names the column in conflict and keeps the table type', () => {
    const { columns: all, conflicts } = mergeColumns(
      columns('id bigint', 'x double'),
      columns('x string', 'y int'),
    )
    expect(printColumns(all)).toBe('id bigint, x double, y int')
    expect(conflicts).toEqual([{ column: 'x', have: { kind: 'double' }, got: { kind: 'string' } }])
  })
})
