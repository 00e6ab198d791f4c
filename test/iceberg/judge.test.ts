import { describe, expect, test } from 'vitest'
import { judgeStored } from '../../shared/iceberg/judge.ts'
import { formerTypes } from '../../shared/iceberg/paths.ts'
import type { TableFields } from '../../shared/schema/iceberg-schema.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { StoredField } from '../../shared/schema/stored.ts'
import type { Column } from '../../shared/schema/table.ts'
import { parseType } from '../../shared/schema/type.ts'

const leaf = (name: string, form: string, id?: number): StoredField => ({
  name,
  form,
  ...(id === undefined ? {} : { id }),
})
const columns = (text: string): Column[] =>
  text.split(', ').map(part => {
    const [name = '', type = ''] = part.split(' ')
    return { name, type: parseType(type) }
  })
const keys = columns('day date')

const fileOf = (declared: string, ...fields: readonly StoredField[]): DataFile => ({
  path: 'f',
  size: 1,
  modified: 0,
  rows: 1,
  columns: columns(declared),
  diagnostics: [],
  stored: { fields, sizes: [] },
})

function judge(file: DataFile, before?: TableFields, wanted = file.columns, nullsAreTaken = false) {
  const judged = judgeStored(file, before, { columns: wanted, keys }, nullsAreTaken)
  return judged.refused ? { code: judged.refused.code, message: judged.refused.message } : judged.fields
}

function fieldsOf(file: DataFile, before?: TableFields, wanted = file.columns): TableFields {
  const judged = judgeStored(file, before, { columns: wanted, keys })
  if (judged.refused) throw new Error(judged.refused.message)
  return judged.fields
}

const UTC = 'INT64 TIMESTAMP(MICROS)'
const table = fieldsOf(
  fileOf('a int, at timestamp, s struct<x:string>', leaf('a', 'INT32'), leaf('at', UTC), {
    name: 's',
    form: 'struct',
    fields: [leaf('x', 'BYTE_ARRAY STRING')],
  }),
)

describe('a file of an Iceberg table', () => {
  test('is accepted where readers take it for what it is', () => {
    expect(
      judge(
        fileOf('a tinyint, at timestamp', leaf('A', 'INT32 INT(8)'), leaf('at', 'INT64 TIMESTAMP(MILLIS)')),
        table,
        columns('a int, at timestamp, s struct<x:string>'),
      ),
    ).toMatchObject({ lastColumnId: table.lastColumnId })
  })

  test.each([
    [
      'a time that is not adjusted to UTC',
      leaf('at', `${UTC} LOCAL`),
      /column at is stored as .* LOCAL.*not adjusted to UTC, and the column is/,
    ],
    ['nanoseconds', leaf('at', 'INT64 TIMESTAMP(NANOS)'), /version 2 has no nanoseconds/],
    ['INT96', leaf('at', 'INT96'), /PyIceberg does not read INT96/],
    ['nulls without a type', leaf('a', 'INT32 NULL'), /holds only nulls/],
    ['unsigned 64 bits', leaf('a', 'INT64 UINT(64)'), /Iceberg-Java fails/],
    ['a wider integer', leaf('a', 'INT64'), /stored as INT64, which is no int/],
    ['a field of a struct', { name: 's', form: 'struct', fields: [leaf('X', 'BYTE_ARRAY')] }, undefined],
    [
      'another form',
      leaf('s', 'BYTE_ARRAY STRING'),
      /column s is stored as BYTE_ARRAY STRING, which is no struct/,
    ],
  ])('is judged by how it stores a column: %s', (_, field, message) => {
    const judged = judge(fileOf('a int', field), table, columns('a int, at timestamp, s struct<x:string>'))
    if (message)
      expect(judged).toMatchObject({ code: 'ICEBERG_TYPE', message: expect.stringMatching(message) })
    else expect(judged).toHaveProperty('schema')
  })

  test('gives a new table its exact types, and the next file has to have them', () => {
    const local = fieldsOf(fileOf('at timestamp', leaf('at', `${UTC} LOCAL`)))
    expect(local.schema.fields[0]?.type).toBe('timestamp')
    expect(judge(fileOf('at timestamp', leaf('at', UTC)), local)).toMatchObject({ code: 'ICEBERG_TYPE' })
    expect(judge(fileOf('at timestamp', leaf('at', 'INT96')))).toMatchObject({ code: 'ICEBERG_TYPE' })
  })

  test('is refused a type that Iceberg does not promote to', () => {
    expect(
      judge(fileOf('a string', leaf('a', 'BYTE_ARRAY STRING')), table, columns('a string')),
    ).toMatchObject({
      code: 'ICEBERG_TYPE',
      message: expect.stringMatching(/Iceberg does not let become string/),
    })
  })

  test('has a column once', () => {
    expect(
      judge(fileOf('a int', leaf('a', 'INT32'), leaf('A', 'INT32')), table, table ? columns('a int') : []),
    ).toMatchObject({ code: 'ICEBERG_NAME' })
  })

  test('has no name of a column that somebody has renamed in the table', () => {
    const [first, ...others] = table.schema.fields
    const after = { ...table, schema: { ...table.schema, fields: [{ ...first!, name: 'b' }, ...others] } }
    const wanted = columns('b int, at timestamp, s struct<x:string>, a int')
    expect(judge(fileOf('a int', leaf('a', 'INT32')), after, wanted)).toMatchObject({
      code: 'ICEBERG_NAME',
      message: expect.stringMatching(/column a of the file is b in the table/),
    })
  })

  describe('has a column that somebody has dropped in the table', () => {
    const [first, ...others] = table.schema.fields
    const dropped = (type: string): TableFields => ({
      ...table,
      schema: { ...table.schema, 'schema-id': 1, fields: others },
      former: formerTypes([{ ...table.schema, fields: [{ ...first!, type }, ...others] }], {
        ...table.schema,
        fields: others,
      }),
    })
    const wanted = columns('at timestamp, s struct<x:string>, a int')
    const file = fileOf('a int', leaf('a', 'INT32'))

    test('and is there again, by the id that it had', () => {
      const judged = fieldsOf(file, dropped('int'), wanted)
      expect(judged.schema.fields.find(({ name }) => name === 'a')).toMatchObject({ id: 1, type: 'int' })
      const wide = fileOf('a bigint', leaf('a', 'INT64'))
      const all = columns('at timestamp, s struct<x:string>, a bigint')
      expect(judge(wide, dropped('int'), all)).toHaveProperty('schema')
    })

    test.each([['string'], ['long']])('but not where it was of another type: %s', type => {
      expect(judge(file, dropped(type), wanted)).toMatchObject({
        code: 'TYPE_HELD',
        message: expect.stringMatching(`dropped as ${type}`),
      })
    })

    test('and what was in it, of the same types', () => {
      const [a, at, s, day] = table.schema.fields
      const without = { ...table.schema, 'schema-id': 1, fields: [a!, at!, day!] }
      const before = { ...table, schema: without, former: formerTypes([table.schema], without) }
      const struct = (type: string, form: string) =>
        judge(
          fileOf(`s struct<x:${type}>`, { name: 's', form: 'struct', fields: [leaf('x', form)] }),
          before,
          columns(`a int, at timestamp, s struct<x:${type}>`),
        )
      const back = struct('string', 'BYTE_ARRAY STRING') as TableFields
      expect(back.schema.fields.find(({ name }) => name === 's')).toEqual(s)
      expect(struct('int', 'INT32')).toMatchObject({
        code: 'TYPE_HELD',
        message: expect.stringMatching(/s\.x a column again.*dropped as string/),
      })
    })
  })

  test('tells its rows', () => {
    expect(judge({ ...fileOf('a int', leaf('a', 'INT32')), rows: undefined }, table)).toMatchObject({
      code: 'ROWS_UNKNOWN',
    })
  })

  test('may have ids of its own where they are the table’s', () => {
    const own = fileOf('b int, l array<int>', leaf('b', 'INT32', 5), {
      name: 'l',
      id: 9,
      form: 'list',
      fields: [leaf('element', 'INT32', 3)],
    })
    const fields = fieldsOf(own)
    expect(fields.schema.fields.map(({ id }) => id)).toEqual([5, 9, 10])
    expect(judge(own, fields)).toBe(fields)
    expect(judge(fileOf('b int', leaf('b', 'INT32', 6)), fields, own.columns)).toMatchObject({
      code: 'ICEBERG_FIELD_IDS',
      message: expect.stringMatching(/column b has 6, where the table has 5/),
    })
    expect(
      judge(fileOf('b int', leaf('b', 'INT32', 5), leaf('day', 'INT32', 10)), fields, own.columns),
    ).toMatchObject({ code: 'ICEBERG_FIELD_IDS' })
    const partly: StoredField = { name: 'l', id: 9, form: 'list', fields: [leaf('element', 'INT32')] }
    expect(judge(fileOf('b int', leaf('b', 'INT32', 5), partly), fields, own.columns)).toMatchObject({
      code: 'ICEBERG_FIELD_IDS',
    })
    expect(judge(fileOf('b int', leaf('B', 'INT32')), fields, own.columns)).toHaveProperty('schema')
  })

  test('whose ids repeat within structs is none that readers could read', () => {
    const message = fileOf('a int, s struct<x:string>', leaf('a', 'INT32', 1), {
      name: 's',
      id: 2,
      form: 'struct',
      fields: [leaf('x', 'BYTE_ARRAY STRING', 1)],
    })
    expect(judge(message)).toMatchObject({ code: 'ICEBERG_FIELD_IDS' })
  })
})

describe('names that the table does not have', () => {
  const odd = fileOf('a int', leaf('a', 'INT32'), leaf('day', 'BYTE_ARRAY STRING'), leaf('n', 'INT32 NULL'), {
    name: 'v',
    form: 'other',
    fields: [leaf('w', 'BYTE_ARRAY')],
  })
  const after = fieldsOf(odd, table, columns('a int, at timestamp, s struct<x:string>'))

  test('get ids that no column has: PyIceberg reads no file with a name that has none', () => {
    expect(after.mapping.slice(3)).toEqual([
      { 'field-id': 2147483447, names: ['day'] },
      { 'field-id': 2147483446, names: ['n'] },
      { 'field-id': 2147483445, names: ['v'], fields: [{ 'field-id': 2147483444, names: ['w'] }] },
    ])
    expect([after.lastColumnId, after.schema]).toEqual([table.lastColumnId, table.schema])
  })

  test('do not become columns, since those files have something else there', () => {
    const typed = fileOf('n string', leaf('n', 'BYTE_ARRAY STRING'))
    const wanted = columns('a int, at timestamp, s struct<x:string>, n string')
    expect(judge(typed, after, wanted)).toMatchObject({
      code: 'TYPE_HELD',
      message: expect.stringMatching(/would make n a column/),
    })
    const other = columns('a int, at timestamp, s struct<x:string>, m string')
    expect(judge(fileOf('m string', leaf('m', 'BYTE_ARRAY STRING')), after, other)).toMatchObject({
      lastColumnId: 6,
    })
  })

  test('may be nulls under any type where the lake says so', () => {
    const nulls = {
      ...fileOf('at timestamp', leaf('at', UTC), leaf('a', 'INT32 NULL')),
      undeclared: [{ path: ['a'], shape: 'null' }],
    }
    const wanted = columns('a int, at timestamp, s struct<x:string>')
    expect(judge(nulls, table, wanted, true)).toHaveProperty('schema')
    expect(judge(nulls, table, wanted)).toMatchObject({ code: 'ICEBERG_TYPE' })
  })
})
