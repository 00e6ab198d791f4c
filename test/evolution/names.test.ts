import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { breaksHiveSchema, nameEffects, withoutNames } from '../../shared/evolution/names.ts'
import { ASSUMED_READERS } from '../../shared/evolution/readers.ts'
import type { Reader, ReaderKind } from '../../shared/schema/reader.ts'
import { printType, type Type } from '../../shared/schema/type.ts'
import { dataFile } from '../support/observed.ts'
import { columns } from '../support/types.ts'

/** By test/e2e/names/record.ts. */
interface Recorded {
  readonly name: string
  readonly place: 'column' | 'field' | 'element' | 'value'
  readonly declared: boolean
  readonly hive4?: object | 'right'
  /** Why Hive's own statements make no table with it. */
  readonly hiveserver2?: string
  readonly trino?: object | 'right'
  readonly presto?: object | 'right'
}

const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/names.json', import.meta.url), 'utf8'),
) as readonly Recorded[]

const reader = (...kinds: readonly ReaderKind[]): readonly Reader[] =>
  kinds.map(kind => ({ kind, version: undefined }))

const namesOf = (texts: readonly string[], readers: readonly Reader[], table: readonly string[] = []) =>
  withoutNames(dataFile('01', 'a', ...texts), { readers }, columns(...table)).columns.map(
    ({ name, type }) => `${name} ${printType(type)}`,
  )

describe('what engines were seen to make of a name', () => {
  test.each([
    ['hive4', 200],
    ['trino', 200],
    ['presto', 200],
  ] as const)('%s: what fails is told, and nothing else', (engine, least) => {
    // Tables of the recording have no partitions, and so no hidden column that tells of them.
    const asked = recorded.filter(
      ({ declared, name, [engine]: seen }) => declared && name !== '$partition' && seen !== undefined,
    )
    const wrong = asked.filter(({ name, place, [engine]: seen }) => {
      const told = nameEffects(name, place === 'column' ? 'column' : 'field')
      return told.some(effect => effect.engine === engine) !== (seen !== 'right')
    })
    expect(asked.length).toBeGreaterThan(least)
    expect(wrong.map(({ name, place }) => `${place} ${name}`)).toEqual([])
  })

  it('and no table is made with it by Hive where Hive refuses that', () => {
    const asked = recorded.filter(
      ({ declared, place }) => declared && (place === 'column' || place === 'field'),
    )
    const refused = asked.filter(({ name, place }) => {
      const type: Type = { kind: 'int' }
      const column =
        place === 'column'
          ? { name, type }
          : { name: 'v', type: { kind: 'struct', fields: [{ name, type }] } as const }
      const file = { ...dataFile('01', 'a'), columns: [column] }
      return withoutNames(file, { readers: [], hiveSql: true }).columns.length === 0
    })
    const seen = asked.filter(({ hiveserver2 }) => hiveserver2 !== undefined)
    expect(seen.length).toBeGreaterThan(30)
    expect(refused.map(({ name, place }) => `${place} ${name}`)).toEqual(
      seen.map(({ name, place }) => `${place} ${name}`),
    )
  })

  it('is nothing where the table does not declare it', () => {
    const undeclared = recorded.filter(({ declared }) => !declared)
    expect(undeclared.length).toBeGreaterThan(200)
    expect(undeclared.filter(({ trino, presto }) => trino !== 'right' || presto !== 'right')).toEqual([])
  })

  it('but in Hive, of names within a map with which it cannot parse a schema', () => {
    const undeclared = recorded.filter(({ declared, hive4 }) => !declared && hive4 !== undefined)
    // A field `1` comes first in the files, and is then read as the table's first: fields-by-position.test.ts.
    const failed = undeclared.filter(({ name, hive4 }) => hive4 !== 'right' && name !== '1')
    expect(failed.map(({ place }) => place)).toEqual(failed.map(() => 'value'))
    const within = undeclared.filter(({ place }) => place === 'value').map(({ name }) => name)
    expect(failed.map(({ name }) => name)).toEqual(within.filter(breaksHiveSchema))
  })
})

describe('a file without names that its readers cannot read', () => {
  it.each([
    ['a=b int', 'hive', 'trino'],
    ['a.b int', 'hive', 'presto'],
    ['input__file__name string', 'hive', 'trino'],
    ['$path string', 'trino', 'hive'],
    ['$partition string', 'trino', 'presto'],
    ['$path string', 'athena', 'duckdb'],
    ['$row_id binary', 'presto', 'trino'],
    ['a+b int', 'presto', 'trino'],
  ] as const)('%s: not for %s, but for %s', (column, not, but) => {
    expect(namesOf(['id int', column], reader(not))).toEqual(['id int'])
    expect(namesOf(['id int', column], reader(but))).toHaveLength(2)
    expect(namesOf(['id int', column], reader(but, not))).toEqual(['id int'])
  })

  it('loses fields at any depth, and what is left empty', () => {
    expect(
      namesOf(
        [
          'v struct<a:int,1b:array<int>>',
          'w array<map<string,struct<a:int,é:int>>>',
          'x struct<a:struct<1:int>>',
        ],
        reader('presto'),
      ),
    ).toEqual(['v struct<a:int>', 'w array<map<string,struct<a:int>>>'])
  })

  it('keeps what the table has already', () => {
    const table = ['a=b int', 'v struct<1b:int>']
    expect(namesOf(['a=b int', 'v struct<1b:int,2b:int>'], reader('hive', 'presto'), table)).toEqual([
      'a=b int',
      'v struct<1b:int>',
    ])
  })

  it('is the same file where there is nothing to leave out', () => {
    const file = dataFile('01', 'a', 'id int', 'v struct<a:int>')
    expect(
      withoutNames(file, { readers: reader('hive', 'trino', 'presto', 'spark', 'duckdb', 'athena') }),
    ).toBe(file)
  })

  it('says of each name what the readers make of it, and remembers that the file has it', () => {
    const file = withoutNames(dataFile('01', 'a', 'id int', 'a,b int', 'v struct<c:int,d-e:int>'), {
      readers: [...ASSUMED_READERS, ...reader('presto')],
    })
    expect(file.allNames).toEqual(['id', 'a,b', 'v'])
    expect(file.diagnostics).toMatchObject([
      { code: 'UNUSABLE_NAME', column: 'a,b', leftOut: true, path: file.path },
      { code: 'UNUSABLE_NAME', column: 'v.d-e', leftOut: true },
    ])
    expect(file.diagnostics[0]?.engines?.map(({ engine }) => engine)).toEqual(['hive3', 'hive4', 'presto'])
  })

  it('is left out whoever reads where no table can be made with it', () => {
    const named = dataFile(
      '01',
      'a',
      'id int',
      'a.b int',
      'a-b int',
      'file__path int',
      'v struct<c:int,d-e:int>',
    )
    const readers = reader('spark')
    expect(withoutNames(named, { readers })).toBe(named)
    const file = withoutNames(named, { readers, hiveSql: true }, columns('file__path int'))
    expect(file.columns.map(({ name, type }) => `${name} ${printType(type)}`)).toEqual([
      'id int',
      'a-b int',
      'file__path int',
      'v struct<c:int>',
    ])
    expect(file.diagnostics).toEqual(
      ['a.b', 'v.d-e'].map(column => ({
        code: 'UNUSABLE_NAME',
        severity: 'warning',
        leftOut: true,
        column,
        path: file.path,
        message: expect.stringContaining('HiveServer2'),
        fix: expect.stringContaining('metastore'),
      })),
    )
  })

  it('of readers that are only assumed, counts a name that each of them fails on', () => {
    expect(namesOf(['row__is__deleted int', 'row__id int'], ASSUMED_READERS)).toEqual([
      'row__is__deleted int',
    ])
  })
})

it.each([
  ['', true],
  ['a b', true],
  ['a(b', true],
  ['a-b', false],
  ['1a', false],
  ['a.b', false],
])('a schema with the name %j breaks Hive: %s', (name, breaks) => {
  expect(breaksHiveSchema(name)).toBe(breaks)
})
