import { describe, expect, test } from 'vitest'
import { hintsOf } from '../../shared/iceberg/hints.ts'
import { mappingOf, nameMapping } from '../../shared/iceberg/mapping.ts'
import { columnsOf, evolve, firstSchema } from '../../shared/iceberg/schema.ts'
import type { StoredField } from '../../shared/schema/stored.ts'
import type { Column } from '../../shared/schema/table.ts'
import { parseType, printType } from '../../shared/schema/type.ts'

const column = (name: string, type: string): Column => ({ name, type: parseType(type) })
const columns = (...all: readonly (readonly [string, string])[]) =>
  all.map(([name, type]) => column(name, type))
const leaf = (name: string, form: string, id?: number): StoredField => ({
  name,
  form,
  ...(id === undefined ? {} : { id }),
})
const fileOf = (...fields: readonly StoredField[]) => ({ fields, sizes: [] })
const retype = (name: string, from: string, to: string) => ({
  name,
  from: parseType(from),
  to: parseType(to),
})

describe('the schema of a new table', () => {
  test('has the data columns, then the keys; ids of a struct come before those within', () => {
    const { schema, lastColumnId } = firstSchema(
      columns(['a', 'tinyint'], ['s', 'struct<x:bigint,l:array<string>>'], ['m', 'map<string,double>']),
      columns(['day', 'date']),
    )
    expect(schema.fields.map(({ id, name }) => [id, name])).toEqual([
      [1, 'a'],
      [2, 's'],
      [3, 'm'],
      [4, 'day'],
    ])
    expect(schema.fields[1]?.type).toMatchObject({
      fields: [
        { id: 5, name: 'x' },
        { id: 6, name: 'l', type: { 'element-id': 7 } },
      ],
    })
    expect(schema.fields[2]?.type).toMatchObject({ 'key-id': 8, 'value-id': 9 })
    expect(lastColumnId).toBe(9)
  })

  test('has the exact type that files tell', () => {
    const hints = hintsOf([
      fileOf(
        leaf('At', 'INT64 TIMESTAMP(MILLIS) LOCAL'),
        leaf('u', 'FIXED_LEN_BYTE_ARRAY(16) UUID'),
        leaf('t', 'INT64 TIME(MICROS)'),
        leaf('f', 'FIXED_LEN_BYTE_ARRAY(5)'),
        leaf('n', 'INT32'),
      ),
    ])
    const { schema } = firstSchema(
      columns(
        ['at', 'timestamp'],
        ['z', 'timestamp'],
        ['u', 'binary'],
        ['t', 'bigint'],
        ['f', 'binary'],
        ['n', 'bigint'],
      ),
      [],
      hints,
    )
    expect(schema.fields.map(({ type }) => type)).toEqual([
      'timestamp',
      'timestamptz',
      'uuid',
      'time',
      'fixed[5]',
      'long',
    ])
  })

  test('takes the ids of files that have some, where no two are equal', () => {
    const own = hintsOf([fileOf(leaf('a', 'INT32', 7), leaf('b', 'INT32', 3))])
    const ids = (hints: ReturnType<typeof hintsOf>) =>
      firstSchema(columns(['a', 'int'], ['b', 'int']), columns(['k', 'string']), hints).schema.fields.map(
        ({ id }) => id,
      )
    expect(ids(own)).toEqual([7, 3, 8])
    expect(ids(hintsOf([fileOf(leaf('a', 'INT32', 7), leaf('b', 'INT32', 7))]))).toEqual([1, 2, 3])
    expect(ids(hintsOf([fileOf(leaf('a', 'INT32', 7)), fileOf(leaf('a', 'INT32', 8))]))).toEqual([1, 2, 3])
  })

  test('says which type Iceberg has not', () => {
    expect(() => firstSchema(columns(['a', 'uniontype<int,string>']), [])).toThrow(
      /column a: Iceberg has no type/,
    )
  })

  test('is Hive’s again', () => {
    const types = [
      'boolean',
      'int',
      'bigint',
      'float',
      'double',
      'decimal(20,3)',
      'string',
      'binary',
      'date',
      'timestamp',
      'array<struct<a:int,b:map<string,array<date>>>>',
    ]
    const { schema } = firstSchema(
      types.map((type, at) => column(`c${at}`, type)),
      columns(['k', 'bigint']),
    )
    const back = columnsOf(schema, ['k'])
    expect(back.columns.map(({ type }) => printType(type))).toEqual(types)
    expect(back.keys).toEqual(columns(['k', 'bigint']))
  })
})

describe('a schema that grows', () => {
  const first = firstSchema(
    columns(['a', 'int'], ['s', 'struct<x:int>'], ['d', 'decimal(9,2)']),
    columns(['k', 'string']),
  )

  test('keeps ids, takes new ones, and has new columns before the keys', () => {
    const { schema, lastColumnId } = evolve(first.schema, first.lastColumnId, {
      add: columns(['n', 'double']),
      retype: [
        retype('s', 'struct<x:int>', 'struct<x:bigint,y:struct<z:int>>'),
        retype('d', 'decimal(9,2)', 'decimal(18,2)'),
      ],
      keys: ['k'],
    })
    expect(schema.fields.map(({ id, name }) => `${id} ${name}`)).toEqual(['1 a', '2 s', '3 d', '6 n', '4 k'])
    expect(schema.fields[1]?.type).toMatchObject({
      fields: [
        { id: 5, type: 'long' },
        { id: 7, name: 'y', type: { fields: [{ id: 8 }] } },
      ],
    })
    expect(schema.fields[2]?.type).toBe('decimal(18,2)')
    expect([schema['schema-id'], lastColumnId]).toEqual([1, 8])
  })

  test('is itself where nothing changes', () => {
    const same = evolve(first.schema, first.lastColumnId, {
      add: columns(['a', 'int']),
      retype: [retype('a', 'tinyint', 'smallint')],
    })
    expect(same.schema).toBe(first.schema)
  })

  test.each([
    ['a', 'string', /int, which Iceberg does not let become string/],
    ['d', 'decimal(18,3)', /decimal\(9,2\), which Iceberg does not let become decimal\(18,3\)/],
    ['s', 'array<int>', /struct<x:int>, and cannot become array<int>/],
    ['s', 'struct<x:string>', /column s\.x: it is int/],
  ])('refuses %s as %s', (name, to, message) => {
    expect(() => evolve(first.schema, 9, { retype: [retype(name, 'int', to)] })).toThrow(message)
  })
})

describe('a name mapping', () => {
  const { schema } = firstSchema(
    columns(['id', 'int'], ['l', 'array<struct<x:int>>'], ['m', 'map<string,int>']),
    columns(['day', 'string']),
  )
  const hints = hintsOf([
    fileOf(leaf('ID', 'INT32'), {
      name: 'l',
      form: 'list',
      fields: [{ name: 'array_element', form: 'struct', fields: [leaf('X', 'INT32')] }],
    }),
  ])

  test('has every spelling, the names that readers take for granted, and no key', () => {
    expect(mappingOf(schema, { keys: ['day'], hints })).toEqual([
      { 'field-id': 1, names: ['id', 'ID'] },
      {
        'field-id': 2,
        names: ['l'],
        fields: [
          {
            'field-id': 5,
            names: ['element', 'array_element'],
            fields: [{ 'field-id': 6, names: ['x', 'X'] }],
          },
        ],
      },
      {
        'field-id': 3,
        names: ['m'],
        fields: [
          { 'field-id': 7, names: ['key'] },
          { 'field-id': 8, names: ['value'] },
        ],
      },
    ])
  })

  test('only grows', () => {
    const known = mappingOf(schema, { keys: ['day'], hints })
    expect(mappingOf(schema, { keys: ['day'], known })).toEqual(known)
    expect(
      JSON.parse(
        nameMapping(schema, { keys: ['day'], known: [...known, { 'field-id': 99, names: ['gone'] }] }),
      ),
    ).toHaveLength(4)
  })
})
