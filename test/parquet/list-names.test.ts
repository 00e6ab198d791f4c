/** Lists of structs by the name of their repeated group, at any depth: what Hive makes of them (docs/types.md). */
import { expect, test } from 'vitest'
import { packedOf, startPacked } from '../../shared/parquet/packed.ts'
import type { ColumnSummary } from '../../shared/parquet/summary.ts'
import type { Group, Leaf, Node } from '../../shared/parquet/tree.ts'
import { mapColumns } from '../../shared/parquet/types.ts'
import { unknownFacts } from '../../shared/schema/facts.ts'

const leaf = (name: string): Leaf => ({
  kind: 'leaf',
  name,
  repetition: 'optional',
  logical: undefined,
  converted: true,
  physical: 'INT32',
  length: 0,
  strayLength: false,
  column: 0,
  path: name,
  flat: false,
})
const group = (name: string, repetition: Group['repetition'], children: readonly Node[]): Group => ({
  kind: 'group',
  name,
  repetition,
  logical: undefined,
  converted: true,
  children,
})
const list = (name: string, repeated: Group): Group => ({
  ...group(name, 'optional', [repeated]),
  logical: { kind: 'list' },
})
const map = (name: string, value: Node): Group => ({
  ...group(name, 'optional', [
    group('key_value', 'repeated', [{ ...leaf('key'), repetition: 'required' }, value]),
  ]),
  logical: { kind: 'map' },
})

const AB = [leaf('a'), leaf('b')]
/** The group is around the structs, or is the struct. */
const around = (name: string, named: string): Group =>
  list(name, group(named, 'repeated', [group('element', 'optional', AB)]))
const itself = (name: string, named: string): Group => list(name, group(named, 'repeated', AB))

const SUMMARY: ColumnSummary = {
  encrypted: false,
  doubts: [],
  untyped: false,
  packed: packedOf(startPacked()),
  facts: unknownFacts(1),
}

const codes = (node: Node): readonly string[] =>
  mapColumns([node], [SUMMARY]).diagnostics.map(({ code, column }) => `${code} ${column}`)

test.each([
  ['list', around('v', 'list'), []],
  ['bag', around('v', 'bag'), []],
  ['item', around('v', 'item'), ['LIST_GROUP_NAME v']],
  ['LIST', around('v', 'LIST'), ['LIST_GROUP_NAME v']],
  ['of structs that are it: array', itself('v', 'array'), []],
  ['of structs that are it: list', itself('v', 'list'), ['LIST_WITHOUT_GROUP v']],
  ['of structs that are it: bag', itself('v', 'bag'), ['LIST_WITHOUT_GROUP v']],
  ['in a struct', group('v', 'optional', [around('l', 'item')]), ['LIST_GROUP_NAME v.l']],
  ['in a map, where Hive takes what the file has', map('v', around('value', 'item')), []],
  ['in a list of lists', list('v', group('list', 'repeated', [around('element', 'item')])), []],
  [
    'in a list of structs',
    list('v', group('list', 'repeated', [group('element', 'optional', [around('l', 'item')])])),
    ['LIST_GROUP_NAME v.element.l'],
  ],
  ['of numbers', list('v', group('item', 'repeated', [leaf('element')])), []],
] as const)('%s', (_, node, expected) => {
  expect(codes(node)).toEqual(expected)
})
