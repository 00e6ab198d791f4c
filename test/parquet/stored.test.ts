import { parquetMetadata } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { storedFile } from '../../shared/parquet/stored.ts'
import type { StoredField } from '../../shared/schema/stored.ts'
import { group, i32, leaf, metadata, struct, type Value } from '../support/compact.ts'
import { fixtureNames, footerBytes, readFixture } from '../support/fixtures.ts'

const stored = (...schema: readonly Value[]) =>
  storedFile(parseFooter(metadata({ schema, groups: [], rows: 0 }))).fields

const leavesOf = ({ fields }: StoredField): number =>
  fields?.reduce((sum, field) => sum + leavesOf(field), 0) ?? 1

describe('how a file stores its columns', () => {
  test.each(fixtureNames)('%s has the leaves, sizes and row groups that hyparquet finds', name => {
    const file = readFixture(name)
    const { fields, sizes, splits = [] } = storedFile(parseFooter(footerBytes(file)))
    const { row_groups: groups, schema } = parquetMetadata(
      file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer,
    )
    const chunks = groups.map(({ columns }) => columns.map(({ meta_data: meta }) => meta!))
    const leaves = schema.filter(element => element.type !== undefined).length
    expect(fields.reduce((sum, field) => sum + leavesOf(field), 0)).toBe(leaves)
    expect(sizes).toEqual(
      Array.from({ length: leaves }, (_, at) =>
        chunks.reduce((sum, columns) => sum + Number(columns[at]!.total_compressed_size), 0),
      ),
    )
    const starts = chunks
      .filter((_, at) => groups[at]!.num_rows > 0n)
      .map(([first]) => Number(first!.dictionary_page_offset || first!.data_page_offset))
    expect(splits).toEqual(starts.every((start, at) => start > (starts[at - 1] ?? 0)) ? starts : [])
  })

  test('keeps the spelling, the ids of the writer, and whether a time is adjusted to UTC', () => {
    const time = (utc: boolean) =>
      struct({
        8: struct({ 1: { wire: utc ? 1 : 2, bytes: Uint8Array.of() }, 2: struct({ 2: struct({}) }) }),
      })
    expect(
      stored(
        group('root', 4),
        leaf('Id', 1, { 9: i32(7) }),
        leaf('at', 2, { 10: time(true) }),
        leaf('local', 2, { 10: time(false) }),
        group('S', 1, { 9: i32(8) }),
        leaf('X', 6, { 10: struct({ 1: struct({}) }) }),
      ),
    ).toEqual([
      { name: 'Id', id: 7, form: 'INT32' },
      { name: 'at', form: 'INT64 TIMESTAMP(MICROS)' },
      { name: 'local', form: 'INT64 TIMESTAMP(MICROS) LOCAL' },
      { name: 'S', id: 8, form: 'struct', fields: [{ name: 'X', form: 'BYTE_ARRAY STRING' }] },
    ])
  })

  test('has a list’s element and a map’s key and value, by the names that the file has for them', () => {
    const repeated = { 3: i32(2) }
    expect(
      stored(
        group('root', 3),
        group('l', 1, { 10: struct({ 3: struct({}) }) }),
        group('bag', 1, repeated),
        leaf('array_element', 1, { 9: i32(3) }),
        group('m', 1, { 10: struct({ 2: struct({}) }) }),
        group('map', 2, repeated),
        leaf('key', 1),
        leaf('value', 2),
        leaf('bare', 1, repeated),
      ),
    ).toEqual([
      { name: 'l', form: 'list', fields: [{ name: 'array_element', id: 3, form: 'INT32' }] },
      {
        name: 'm',
        form: 'map',
        fields: [
          { name: 'key', form: 'INT32' },
          { name: 'value', form: 'INT64' },
        ],
      },
      { name: 'bare', form: 'repeated INT32' },
    ])
  })
})
