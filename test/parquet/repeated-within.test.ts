/** What is repeated without a LIST around it: who reads a column that has it within. */
import { expect, it } from 'vitest'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { ReaderKind } from '../../shared/schema/reader.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { chunk, fileOf, group, i32, leaf, metadata, rowGroup, type Value } from '../support/compact.ts'

const [INT64, LIST, MAP] = [2, { 6: i32(3) }, { 6: i32(1) }]
const REQUIRED = { 3: i32(0) }
const REPEATED = { 3: i32(2) }
const READERS: readonly ReaderKind[] = ['hive', 'trino', 'presto', 'spark']

/** Those who read the column `v`, of such a schema. */
async function readersOf(schema: readonly Value[], ...leaves: (readonly string[])[]): Promise<ReaderKind[]> {
  const groups = [rowGroup(leaves.map(names => chunk({ names })))]
  const bytes = fileOf(metadata({ schema: [group('root', 1), ...schema], groups }))
  const file = await readDataFile(bytesStorage({ f: bytes }), { path: 'f', size: bytes.length, modified: 0 })
  if (!isAccepted(file)) throw new Error(file.diagnostic.message)
  return READERS.filter(kind => {
    const { file: seen, refused } = asReadBy(file, [{ kind, version: undefined }])
    return refused === undefined && seen.columns.length === 1
  })
}

it('as protobuf writes it, within structs, it is for all but Presto', async () => {
  const schema = [group('v', 1), group('s', 1), leaf('n', INT64, REPEATED)]
  expect(await readersOf(schema, ['v', 's', 'n'])).toEqual(['hive', 'trino', 'spark'])
})

it('within a list it is for none', async () => {
  const schema = [group('v', 1, LIST), group('list', 1, REPEATED), leaf('n', INT64, REPEATED)]
  expect(await readersOf(schema, ['v', 'list', 'n'])).toEqual([])
})

it('within the values of a map it is for none', async () => {
  const pairs = [group('key_value', 2, REPEATED), leaf('key', INT64, REQUIRED)]
  const schema = [group('v', 1, MAP), ...pairs, group('value', 1), leaf('n', INT64, REPEATED)]
  expect(await readersOf(schema, ['v', 'key_value', 'key'], ['v', 'key_value', 'value', 'n'])).toEqual([])
})
