import { describe, expect, it } from 'vitest'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { fileOf, group, leaf, metadata, type Value } from '../support/compact.ts'

const INT = 1

async function read(...schema: readonly Value[]): Promise<DataFile> {
  const bytes = fileOf(metadata({ schema, groups: [], rows: 0 }))
  const file = await readDataFile(bytesStorage({ f: bytes }), { path: 'f', size: bytes.length, modified: 0 })
  if (!isAccepted(file)) throw new Error(file.diagnostic.message)
  return file
}

const told = ({ diagnostics }: DataFile) =>
  diagnostics
    .filter(({ code }) => /^(DUPLICATE_WITHIN|MISTAKEN_COLUMN)$/.test(code))
    .map(({ code, column }) => `${code} ${column}`)

describe('names that differ in case only', () => {
  it.each([
    ['columns of one form', [leaf('V', INT), leaf('v', INT)], []],
    ['a column and a struct', [leaf('V', INT), group('v', 1), leaf('a', INT)], ['MISTAKEN_COLUMN V']],
    ['a struct and a column', [group('V', 1), leaf('a', INT), leaf('v', INT)], ['MISTAKEN_COLUMN V.a']],
    ['structs of one form', [group('V', 1), leaf('a', INT), group('v', 1), leaf('A', INT)], []],
    [
      'a struct with fewer fields than the last',
      [group('V', 1), leaf('a', INT), group('v', 2), leaf('a', INT), leaf('b', INT)],
      [],
    ],
    [
      'a struct with more fields than the last',
      [group('V', 2), leaf('a', INT), leaf('b', INT), group('v', 1), leaf('a', INT)],
      ['MISTAKEN_COLUMN V.b'],
    ],
  ] as const)('%s', async (_, columns, expected) => {
    expect(told(await read(group('root', 2), ...columns))).toEqual(expected)
  })

  const inStruct = [group('s', 3), leaf('ok', INT), leaf('a', INT), leaf('A', INT)]

  it('within a struct: Presto alone fails on it, so that it is left out where Presto reads', async () => {
    const file = await read(group('root', 2), leaf('id', INT), ...inStruct)
    expect(told(file)).toEqual(['DUPLICATE_WITHIN s'])
    const columnsFor = (kind: 'presto' | 'trino') =>
      asReadBy(file, [{ kind, version: undefined }]).file.columns.map(({ name }) => name)
    expect([columnsFor('presto'), columnsFor('trino')]).toEqual([['id'], ['id', 's']])
  })

  it('of other forms, however deep: Trino and Presto cannot open the file', async () => {
    const deep = [group('l', 1), group('s', 2), leaf('A', INT), group('a', 1), leaf('x', INT)]
    const file = await read(group('root', 2), leaf('id', INT), ...deep)
    expect(told(file)).toEqual(['MISTAKEN_COLUMN l.s.A', 'DUPLICATE_WITHIN l'])
    const refusedBy = (kind: 'presto' | 'trino' | 'duckdb') =>
      asReadBy(file, [{ kind, version: undefined }]).refused?.code
    expect([refusedBy('trino'), refusedBy('presto'), refusedBy('duckdb')]).toEqual([
      'MISTAKEN_COLUMN',
      'MISTAKEN_COLUMN',
      undefined,
    ])
  })
})
