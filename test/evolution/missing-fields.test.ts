import { expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { missingFieldNotes } from '../../shared/evolution/missing-fields.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const HIVE: Reader = { kind: 'hive', version: '4.0.1' }
const TRINO: Reader = { kind: 'trino', version: '476' }

const told = (file: string, table: string, reader = HIVE) =>
  missingFieldNotes(columns(`v ${file}`), columns(`v ${table}`), [reader]).map(
    ({ code, message }) => `${code} ${/\((.*)\)/.exec(message)?.[1]}`,
  )

test.each([
  ['struct<a:int>', 'struct<a:int,b:string>', ['FIELD_NOT_IN_FILES v.b']],
  ['struct<B:int>', 'struct<a:int,b:int>', ['FIELD_NOT_IN_FILES v.a']],
  ['struct<s:struct<a:int>>', 'struct<s:struct<a:int,b:int>>', ['FIELD_NOT_IN_FILES v.s.b']],
  ['struct<a:int>', 'struct<a:int,s:struct<b:int>>', ['FIELD_NOT_IN_FILES v.s']],
  ['struct<b:int,a:int>', 'struct<a:int,b:int>', []],
  ['array<struct<a:int>>', 'array<struct<a:int,b:int>>', []],
  ['map<string,struct<a:int>>', 'map<string,struct<a:int,b:int>>', []],
])('files with %s under %s: %s', (file, table, said) => expect(told(file, table)).toEqual(said))

test('who reads otherwise is not told of it, and a column that files lack is no matter', () => {
  expect(told('struct<a:int>', 'struct<a:int,b:int>', TRINO)).toEqual([])
  expect(missingFieldNotes(columns('id int'), columns('id int', 's struct<a:int>'), [HIVE])).toEqual([])
})

test.each([
  ['gains', 'struct<a:int>', 'struct<a:int,b:int>'],
  ['loses', 'struct<a:int,b:int>', 'struct<a:int>'],
])('a struct that %s a field is accepted, and told of', (_, old, now) => {
  const { accepted, diagnostics } = reviewPartitions({
    columns: columns(`s ${old}`),
    partitionKeys: [],
    observed: [hourOf('02', [dataFile('02', 'b', `s ${now}`)])],
    registered: new Set(),
    mode: 'additive',
    visibility: 'directory',
    table: 'golden.orders',
    readers: [HIVE],
  })
  expect(accepted).toHaveLength(1)
  expect(diagnostics).toMatchObject([
    { code: 'FIELD_NOT_IN_FILES', severity: 'warning', column: 's', engines: [{ engine: 'hive4' }] },
  ])
})
