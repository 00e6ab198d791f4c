/** Footers that no engine takes, or of which engines return no rows and no error: measured in test/e2e/packing. */
import { describe, expect, it } from 'vitest'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import {
  binary,
  bool,
  type Chunk,
  chunk,
  fileOf,
  group,
  i8,
  i32,
  i64,
  leaf,
  list,
  metadata,
  rowGroup,
  struct,
  type Value,
} from '../support/compact.ts'

async function codeOf(footer: Uint8Array): Promise<string> {
  const bytes = fileOf(footer)
  const read = await readDataFile(bytesStorage({ f: bytes }), { path: 'f', size: bytes.length, modified: 0 })
  return isAccepted(read) ? 'accepted' : read.diagnostic.code
}

const withChunk = (change: Chunk): Uint8Array => metadata({ groups: [rowGroup([chunk(change)])] })

const FILE: Readonly<Record<number, Value>> = {
  1: i32(2),
  2: list(12, [group('root', 1), leaf('n', 2)]),
  3: i64(3),
  4: list(12, [rowGroup([chunk()])]),
}
const GROUP: Readonly<Record<number, Value>> = { 1: list(12, [chunk()]), 2: i64(10), 3: i64(3) }

const lacking = (fields: Readonly<Record<number, Value>>, id: number) =>
  struct({ ...fields, [id]: undefined })

/** By their numbers in LogicalType, with all that they require. */
const ANNOTATIONS: readonly (readonly [string, number, Readonly<Record<number, Value>>])[] = [
  ['DECIMAL', 5, { 1: i32(2), 2: i32(9) }],
  ['TIME', 7, { 1: bool(true), 2: struct({ 2: struct({}) }) }],
  ['TIMESTAMP', 8, { 1: bool(false), 2: struct({ 2: struct({}) }) }],
  ['INTEGER', 10, { 1: i8(64), 2: bool(true) }],
]

const annotated = (
  number: number,
  fields: Readonly<Record<number, Value | undefined>>,
  more: Readonly<Record<number, Value>> = {},
): Uint8Array =>
  metadata({
    schema: [group('root', 1), leaf('n', 2, { ...more, 10: struct({ [number]: struct(fields) }) })],
  })

describe('what parquet.thrift requires', () => {
  it('is all there', async () => {
    expect(await codeOf(struct(FILE).bytes)).toBe('accepted')
  })

  it.each([1, 2, 3, 4])('field %d of the file', async id => {
    expect(await codeOf(lacking(FILE, id).bytes)).toBe('CORRUPT_FOOTER')
  })

  it.each([1, 2, 3])('field %d of a row group', async id => {
    expect(await codeOf(metadata({ groups: [lacking(GROUP, id)] }))).toBe('CORRUPT_FOOTER')
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 9])('field %d of a column chunk’s metadata', async without => {
    expect(await codeOf(withChunk({ without }))).toBe('CORRUPT_FOOTER')
  })

  const all = (fields: Readonly<Record<number, Value>>) => Object.keys(fields).map(Number)
  const KEY = { 1: binary('key'), 2: binary('value') }
  const SORTING = { 1: i32(0), 2: bool(false), 3: bool(true) }
  const PAGES = { 1: i32(0), 2: i32(0), 3: i32(1) }
  const keysOfFile = (one: Value) => struct({ ...FILE, 5: list(12, [struct(KEY), one]) }).bytes
  const keysOfColumn = (one: Value) => withChunk({ fields: { 8: list(12, [struct(KEY), one]) } })
  const sorted = (one: Value) =>
    metadata({ groups: [struct({ ...GROUP, 4: list(12, [struct(SORTING), one]) })] })
  const paged = (one: Value) => withChunk({ fields: { 13: list(12, [struct(PAGES), one]) } })

  it.each([
    ['a sorting column', SORTING, sorted],
    ['the statistics of pages', PAGES, paged],
  ])('a field of %s', async (_, fields, footerOf) => {
    expect(await codeOf(footerOf(struct(fields)))).toBe('accepted')
    expect(await codeOf(footerOf(struct({ ...fields, 9: i32(5) })))).toBe('accepted')
    for (const id of all(fields)) expect(await codeOf(footerOf(lacking(fields, id)))).toBe('CORRUPT_FOOTER')
  })

  it.each([
    ['the file', keysOfFile],
    ['a column chunk', keysOfColumn],
  ])('the name of a key of %s, but not its value', async (_, footerOf) => {
    expect(await codeOf(footerOf(struct(KEY)))).toBe('accepted')
    expect(await codeOf(footerOf(lacking(KEY, 2)))).toBe('accepted')
    expect(await codeOf(footerOf(lacking(KEY, 1)))).toBe('CORRUPT_FOOTER')
    expect(await codeOf(footerOf(struct({ ...KEY, 1: i32(5) })))).toBe('CORRUPT_FOOTER')
  })

  it.each(ANNOTATIONS)('a field of the annotation %s', async (_, number, fields) => {
    expect(await codeOf(annotated(number, fields))).toBe('accepted')
    for (const id of [1, 2])
      expect(await codeOf(annotated(number, { ...fields, [id]: undefined }))).toBe('CORRUPT_FOOTER')
  })

  it('an annotation’s field of the required type, as hyparquet-writer does not have it', async () => {
    expect(await codeOf(annotated(10, { 1: i32(64), 2: bool(true) }))).toBe('CORRUPT_FOOTER')
  })

  it('of an annotation also where the old form stands beside it', async () => {
    expect(await codeOf(annotated(10, { 2: bool(true) }, { 6: i32(18) }))).toBe('CORRUPT_FOOTER')
  })
})

describe('where the data lie', () => {
  it.each<[string, Uint8Array]>([
    ['before the first byte', withChunk({ offset: -5 })],
    ['at the magic', withChunk({ offset: 0 })],
    ['beyond the end', withChunk({ offset: 1_000_000 })],
    ['beyond the end, behind a dictionary within', withChunk({ dictionary: 4, offset: 1_000_000 })],
    ['across the end', withChunk({ size: 11 })],
    ['in no bytes', withChunk({ size: 0 })],
    ['in fewer than no bytes', withChunk({ size: -1 })],
    ['with a dictionary before the first byte', withChunk({ dictionary: -1 })],
    ['with a dictionary beyond the end', withChunk({ dictionary: 1_000_000 })],
    ['with a bloom filter beyond the end', withChunk({ bloom: 1_000_000 })],
    ['in a row group beyond the end', metadata({ groups: [struct({ ...GROUP, 5: i64(1_000_000) })] })],
    ['in a row group before the first byte', metadata({ groups: [struct({ ...GROUP, 5: i64(-1) })] })],
  ])('%s: refused', async (_, footer) => {
    expect(await codeOf(footer)).toBe('CORRUPT_FOOTER')
  })

  it('anywhere, where there are none', async () => {
    const empty = metadata({ rows: 0, groups: [rowGroup([chunk({ values: 0, offset: 0, size: 0 })], 0)] })
    expect(await codeOf(empty)).toBe('accepted')
  })
})

describe('what nobody can unpack', () => {
  it.each<[string, Chunk]>([
    ['codec 99', { codec: 99 }],
    ['codec -1', { codec: -1 }],
    ['encoding 99', { encodings: [0, 99] }],
    ['encoding -1', { encodings: [-1] }],
    ['pages of encoding 99', { pages: [[0, 99]] }],
    ['pages of type 9000', { pages: [[9000, 0]] }],
    ['encoding 1, which the format gave up', { encodings: [1] }],
  ])('%s', async (_, change) => {
    expect(await codeOf(withChunk(change))).toBe('UNKNOWN_PACKING')
  })
})
