/** What files hold besides their columns: by path and kind. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fieldNameFault } from '../../shared/parquet/names.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import { parseType, printType } from '../../shared/schema/type.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { acceptedKind } from '../support/kinds.ts'

const told = (undeclared: Awaited<ReturnType<typeof acceptedKind>>['undeclared'] = []) =>
  undeclared.map(({ path, shape, type }) => `${path.join(' ')}: ${shape}${type ? ` ${printType(type)}` : ''}`)

test.each([
  ['times', ['ms: time-millis']],
  ['nulls', ['nothing: null']],
  ['structs', ['part ms: time-millis', 'none ms: time-millis', 'none: empty-struct']],
] as const)('%s.parquet', async (name, expected) => {
  expect(told((await acceptedKind(name)).undeclared)).toEqual(expect.arrayContaining([...expected]))
})

test.each([
  ['list-of-null', 'id int', ['u []: null']],
  ['struct-of-null', 'id int, u struct<a:int>', ['u n: null']],
  ['overflow', 'id int', ['u: uint32-overflow']],
  ['duckdb-null', 'id int', ['u: null-int32']],
  ['duckdb-empty-list', 'id int', ['u []: null-int32']],
])('%s.parquet of test/fixtures/undeclared', async (name, columns, expected) => {
  const bytes = readFileSync(new URL(`../fixtures/undeclared/${name}.parquet`, import.meta.url))
  const file = await readDataFile(bytesStorage({ a: bytes }), { path: 'a', size: bytes.length, modified: 0 })
  if (!isAccepted(file)) throw new Error(file.diagnostic.message)
  expect(file.columns.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')).toBe(columns)
  expect(told(file.undeclared)).toEqual(expected)
})

test.each(['', 'a:b', 'a,b', 'a<b', 'a`b', ' a', 'a\u00A0'])(
  'a field %j is none that a table can be made with',
  name => {
    expect(fieldNameFault(name)).toEqual(expect.any(String))
    const type = { kind: 'struct', fields: [{ name, type: { kind: 'int' } }] } as const
    expect(parseType(printType(type))).not.toEqual(type)
  },
)

test.each(['a b', 'f.g', 'größe', 'a-b', '1a', 'a"b', "a'b", 'a(b)', 'a{b}=;', '日本'])(
  'a field %j is read back as it is from the text of its type',
  name => {
    expect(fieldNameFault(name)).toBeUndefined()
    const type = { kind: 'struct', fields: [{ name, type: { kind: 'int' } }] } as const
    expect(parseType(printType(type))).toEqual(type)
  },
)
