import { describe, expect, it } from 'vitest'
import { misplacedField, withGaps } from '../../shared/evolution/fields-by-position.ts'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { ASSUMED_READERS } from '../../shared/evolution/readers.ts'
import { finding } from '../../shared/parquet/findings.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { dataFile } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const HIVE: readonly Reader[] = [{ kind: 'hive', version: '4.0.1' }]
const OTHERS: readonly Reader[] = (['trino', 'presto', 'spark', 'duckdb', 'athena'] as const).map(kind => ({
  kind,
  version: undefined,
}))

const WITHIN = [
  ['map<string,S>', 'value'],
  ['array<array<S>>', 'element.element'],
  ['array<map<string,S>>', 'element.value'],
  ['map<string,array<S>>', 'value.element'],
  ['map<string,struct<s:S>>', 'value.s'],
  ['struct<m:map<string,S>>', 'm.value'],
  ['array<struct<m:array<array<S>>>>', 'element.m.element.element'],
] as const
const BY_NAME = ['S', 'array<S>', 'struct<s:S>', 'array<struct<s:array<S>>>'] as const

const of = (outer: string, fields: string) => `v ${outer.replace('S', `struct<${fields}>`)}`
const placed = (outer: string, file: string, table: string, readers = HIVE) =>
  misplacedField(dataFile('01', 'a', of(outer, file)), columns(of(outer, table)), readers)

describe('where Hive takes the fields by their position', () => {
  it.each(WITHIN)('%s: a file has them in the order of the table, as far as it has them', (outer, within) => {
    expect(placed(outer, 'a:int,b:int', 'a:int,b:int,c:int')).toBeUndefined()
    expect(placed(outer, 'A:int', 'a:int,b:int')).toBeUndefined()
    expect(placed(outer, 'b:int,a:int', 'a:int,b:int')).toMatchObject({
      code: 'FIELDS_BY_POSITION',
      severity: 'warning',
      column: `v.${within}.b`,
      message: expect.stringContaining('stands where the table has a'),
    })
    expect(placed(outer, 'b:int', 'a:int,b:int')?.column).toBe(`v.${within}.b`)
    expect(placed(outer, 'a:int,c:int', 'a:int,b:int,c:int')?.column).toBe(`v.${within}.c`)
  })

  it.each(BY_NAME)('%s: by name, so that any order is right', outer => {
    expect(placed(outer, 'b:int,a:int', 'a:int,b:int')).toBeUndefined()
  })

  it('is none of the others, and of Hive where nobody says who reads', () => {
    expect(placed('map<string,S>', 'b:int', 'a:int,b:int', OTHERS)).toBeUndefined()
    expect(placed('map<string,S>', 'b:int', 'a:int,b:int', [...ASSUMED_READERS])).toBeDefined()
  })
})

describe('a field there that no table can have', () => {
  const file = (path: readonly string[], ...texts: string[]) => ({
    ...dataFile('01', 'a', 'id int', ...texts),
    undeclared: [{ path, shape: 'time-millis' }],
  })

  it.each([
    [['v', '{value}', 'x'], 'v map<string,struct<a:int>>'],
    [['v', '[]', '[]', 'x'], 'v array<array<struct<a:int>>>'],
    [['v', 'm', '{value}', 'x', '[]'], 'v struct<m:map<string,struct<a:int>>>'],
    [['v', '[]', '{value}', 'a', 'x'], 'v array<map<string,struct<a:struct<b:int>>>>'],
  ])('%j: the column is left out for Hive', (path, text) => {
    const left = asReadBy(withGaps(file(path, text)), HIVE).file
    expect(left.columns).toEqual(columns('id int'))
    expect(left.diagnostics).toMatchObject([{ code: 'FIELDS_BY_POSITION', leftOut: true }])
    expect(left.undeclared).toContainEqual({
      path: ['v'],
      shape: 'FIELDS_BY_POSITION',
      type: columns(text)[0]?.type,
    })
    expect(asReadBy(withGaps(file(path, text)), OTHERS).file).toEqual(file(path, text))
  })

  it('is not told of a column that Hive fails on anyway', () => {
    const whole = file(['v', '{value}', 'x'], 'v map<string,struct<a:int>>')
    const told = { ...finding('NAME_WITHIN', 'has b c in it', 'v'), path: whole.path }
    const known = { ...whole, diagnostics: [told] }
    expect(withGaps(known)).toBe(known)
  })

  it.each([
    [['v', 'x'], 'v struct<a:int>'],
    [['v', '[]', 'x'], 'v array<struct<a:int>>'],
    [['v'], 'w int'],
    // What is declared all the same: integers without a sign, say.
    [['v', '{value}', 'a'], 'v map<string,struct<a:int>>'],
  ])('%j is none', (path, text) => {
    const whole = file(path, text)
    expect(withGaps(whole)).toBe(whole)
  })
})
