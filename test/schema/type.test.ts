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
    'void',
    'array<uniontype<int,struct<a:void>>>',
    'struct<a:timestamp with local time zone,b:int>',
  ])('keeps %j, which it does not model, as it stands', text =>
    expect(parseType(text)).toEqual({ kind: 'opaque', text }),
  )

  test('a precision that a timestamp is given changes nothing, as in engines', () =>
    expect(parseType('array<timestamp(3)>')).toEqual(parseType('array<timestamp>')))

  test.each([
    'long',
    'numeric(10,2)',
    'array<long>',
    'array<integer>',
    'struct<a:INT>',
    'datetime',
    'varchar',
    'varchar(0)',
    'varchar(65536)',
    'char(256)',
    'decimal(10, 2)',
    'decimal (10,2)',
    'decimal(10,,2)',
    'decimal(39,2)',
    'decimal(5,6)',
    'array<decimal(10, 2)>',
    'array<int >',
    'map<string, int>',
    'struct<a:int, b:string>',
    'struct<a :int>',
    'struct<a: int>',
    'struct<`a`:int>',
    'bigint ',
    'array<',
    'struct<:int>',
    '',
  ])('keeps %j as it stands, and tells that engines do not all know it', text =>
    expect(parseType(text)).toEqual({ kind: 'opaque', text, unknown: true }),
  )

  test('reads names that Hive allows in structs', () => {
    expect(printType(parseType('struct<$a b:int,städte:array<struct<x_1:string>>>'))).toBe(
      'struct<$a b:int,städte:array<struct<x_1:string>>>',
    )
  })
})
