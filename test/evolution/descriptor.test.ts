import { describe, expect, test } from 'vitest'
import { descriptorServes, onlyAppends } from '../../shared/evolution/descriptor.ts'
import { parseType } from '../../shared/schema/type.ts'
import { columns } from '../support/types.ts'

describe('partition descriptors', () => {
  const table = columns(
    'id bigint',
    's struct<a:int,b:string>',
    'l array<struct<x:int>>',
    'n struct<s:struct<a:int,c:int>,b:string>',
    'note string',
  )

  test.each([
    ['equal to the table', table, table],
    ['without a last column that its files lack', table.slice(0, 4), columns('id bigint')],
    [
      'without a last struct field that its files lack',
      [...columns('id bigint', 's struct<a:int>'), ...table.slice(2)],
      columns('s struct<a:int>'),
    ],
    ['with other names: made by someone else, left alone', columns('other int'), table],
  ])('one %s serves', (_, descriptor, files) => expect(descriptorServes(descriptor, table, files)).toBe(true))

  test.each([
    ['without a column that its files gained', table.slice(0, 4), columns('note string')],
    ['with a narrower scalar', columns('id int'), columns('id int')],
    [
      'without a last field of a struct in a struct, though its files lack it',
      [...table.slice(0, 3), ...columns('n struct<s:struct<a:int>,b:string>', 'note string')],
      columns('id bigint'),
    ],
    [
      'with a narrower scalar deep inside',
      [...table.slice(0, 2), ...columns('l array<struct<x:smallint>>'), ...table.slice(3)],
      columns('id bigint'),
    ],
    [
      'without a struct, though its files lack it',
      columns('id bigint', 's struct<a:int,b:string>', 'l array<struct<x:int>>'),
      columns('id bigint'),
    ],
    [
      'without a struct field that its files gained',
      columns('id bigint', 's struct<a:int>'),
      columns('s struct<a:int,b:string>'),
    ],
  ])('one %s does not', (_, descriptor, files) =>
    expect(descriptorServes(descriptor, table, files)).toBe(false),
  )

  test('only a change that appends fields leaves old descriptors as they are', () => {
    const appends = (from: string, to: string) => onlyAppends(parseType(from), parseType(to))
    expect(appends('struct<a:int>', 'struct<a:int,b:string>')).toBe(true)
    expect(appends('array<struct<a:int>>', 'array<struct<a:int,b:string>>')).toBe(true)
    expect(appends('struct<a:int>', 'struct<a:bigint,b:string>')).toBe(false)
    expect(appends('struct<s:struct<a:int>,b:int>', 'struct<s:struct<a:int,c:int>,b:int>')).toBe(false)
    expect(appends('int', 'bigint')).toBe(false)
  })
})
