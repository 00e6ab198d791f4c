import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseType, printType, type Type } from '../../shared/schema/type.ts'
import { anyType } from '../support/types.ts'

describe('Hive type text', () => {
  test('parse(print(type)) is the identity', () => {
    fc.assert(
      fc.property(anyType, type => {
        expect(parseType(printType(type))).toEqual(type)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['decimal', { kind: 'decimal', precision: 10, scale: 0 }],
    ['decimal(5)', { kind: 'decimal', precision: 5, scale: 0 }],
    ['varchar(20)', { kind: 'varchar', length: 20 }],
    ['INT', { kind: 'int' }],
    ['integer', { kind: 'int' }],
  ] satisfies [string, Type][])('reads %s as Hive does', (text, type) =>
    expect(parseType(text)).toEqual(type),
  )

  test.each([
    'uniontype<int,string>',
    'interval_day_time',
    'timestamp with local time zone',
    'array<',
    'struct<:int>',
    '',
  ])('keeps %j, which it does not model, as it stands', text =>
    expect(parseType(text)).toEqual({ kind: 'opaque', text }),
  )

  test('reads names that Hive allows in structs', () => {
    expect(printType(parseType('struct<$a b:int,städte:array<struct<x_1:string>>>'))).toBe(
      'struct<$a b:int,städte:array<struct<x_1:string>>>',
    )
  })
})
