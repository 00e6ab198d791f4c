import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeColumns, mergeType, printColumns } from '../../shared/evolution/merge.ts'
import { parseType, printType } from '../../shared/schema/type.ts'
import { anyColumns, anyType, columns } from '../support/types.ts'

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
    ['decimal(20,4)', 'decimal(9,2)', 'decimal(20,4)'],
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

  test('a type takes in itself and stays', () => {
    fc.assert(
      fc.property(anyType, type => {
        expect(mergeType(type, type)).toBe(type)
      }),
      { numRuns: 1000 },
    )
  })

  test('what was merged takes in both again and stays', () => {
    fc.assert(
      fc.property(anyType, anyType, (a, b) => {
        const both = mergeType(a, b)
        fc.pre(both !== undefined)
        expect(printType(mergeType(both, a)!)).toBe(printType(both))
        expect(printType(mergeType(both, b)!)).toBe(printType(both))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('merging columns', () => {
  const fold = (schemas: ReturnType<typeof columns>[]) =>
    schemas.reduce((have, got) => mergeColumns(have, got).columns as ReturnType<typeof columns>, [])
  const sorted = (schema: ReturnType<typeof columns>) =>
    printColumns([...schema].sort((a, b) => (a.name < b.name ? -1 : 1)))

  test('appends new columns at the end and keeps the order of the old', () => {
    const { columns: all, conflicts } = mergeColumns(
      columns('b int', 'a string'),
      columns('c date', 'a string', 'b bigint'),
    )
    expect([printColumns(all), conflicts]).toEqual(['b bigint, a string, c date', []])
  })

  test('never drops, renames, reorders or narrows a column', () => {
    fc.assert(
      fc.property(anyColumns, anyColumns, (have, got) => {
        const all = mergeColumns(have, got).columns
        expect(all.slice(0, have.length).map(column => column.name)).toEqual(have.map(column => column.name))
        for (const [at, column] of have.entries())
          expect(mergeType(all[at]!.type, column.type)).toEqual(all[at]!.type)
      }),
      { numRuns: 1000 },
    )
  })

  test('a merged schema takes in each input without a change or a conflict, unless the input was in conflict', () => {
    fc.assert(
      fc.property(anyColumns, anyColumns, (have, got) => {
        const once = mergeColumns(have, got)
        const again = mergeColumns(once.columns, got)
        expect(printColumns(again.columns)).toBe(printColumns(once.columns))
        expect(again.conflicts.length).toBe(once.conflicts.length)
      }),
      { numRuns: 1000 },
    )
  })

  test('the result among compatible schemas does not depend on their order, but for the order of columns', () => {
    const flat = fc
      .uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
      .chain(names =>
        fc
          .tuple(...names.map(() => fc.constantFrom('tinyint', 'smallint', 'int', 'bigint')))
          .map(types => columns(...names.map((name, at) => `${name} ${types[at]}`))),
      )
    fc.assert(
      fc.property(fc.array(flat, { minLength: 2, maxLength: 6 }), schemas => {
        expect(sorted(fold([...schemas].reverse()))).toBe(sorted(fold(schemas)))
      }),
      { numRuns: 1000 },
    )
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
