/**
 * Each guard of the footer's reader, by metadata that is just beyond it, beside metadata that is just within. All of it is small,
 * and other readers refuse it with an error or read it.
 */
import { describe, expect, it } from 'vitest'
import { type Decoder, list, readEach } from '../../shared/parquet/decode.ts'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { openCursor, readByte, readI64, WIRE } from '../../shared/parquet/thrift.ts'
import {
  chunk,
  group,
  i32,
  i64,
  join,
  leaf,
  listHeader,
  list as listOf,
  metadata,
  rowGroup,
  struct,
  type Value,
} from '../support/compact.ts'
import { fixtureNames, footerBytes, readFixture } from '../support/fixtures.ts'
import { visited } from '../support/visits.ts'

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)
const times = (count: number, ...values: readonly number[]): readonly number[] =>
  Array(count).fill(values).flat()

/** Good metadata that goes on with a field 15, which no specification has, and ends with the bytes given. */
const skipped = (wire: number, ...value: readonly number[]): Uint8Array =>
  join(metadata().slice(0, -1), bytes(0x80 | wire, ...value))

const schemaOf = (...elements: readonly Value[]): Uint8Array =>
  struct({ 1: i32(2), 2: listOf(12, elements), 3: i64(0), 4: listOf(12, []) }).bytes

const columnOf = (physical: number, more: Readonly<Record<number, Value>> = {}): Uint8Array =>
  schemaOf(group('root', 1), leaf('n', physical, more))

/** A list of the smallest structs that there are: one byte each, all fields left out. */
const empties = (count: number): Value => ({
  wire: WIRE.list,
  bytes: join(listHeader(count, WIRE.struct), new Uint8Array(count)),
})

const withEmptySchema = (count: number): Uint8Array => struct({ 2: empties(count) }).bytes
const withEmptyColumns = (count: number): Uint8Array =>
  metadata({ groups: [struct({ 1: empties(count), 3: i64(3) })] })
const withEmptyOrders = (count: number): Uint8Array =>
  struct({
    1: i32(2),
    2: listOf(12, [group('root', 1), leaf('n', 2)]),
    3: i64(0),
    4: listOf(12, []),
    7: listOf(12, Array(count).fill(struct({ 1: struct({}) }))),
  }).bytes
const withPathOf = (count: number): Uint8Array =>
  metadata({
    groups: [rowGroup([chunk({ names: Array(count).fill('') })])],
  })

/** `n` as an INT64 with such an i32 as its length, which is not looked at. */
const withNumber = (...value: readonly number[]): Uint8Array =>
  columnOf(2, { 2: { wire: WIRE.i32, bytes: bytes(...value) } })

/** `n` with a field of the future: so many structs, each within the one before. */
const withStructs = (depth: number): Uint8Array =>
  columnOf(2, {
    15: { wire: WIRE.struct, bytes: bytes(...times(depth - 1, 0x1c), ...times(depth, 0)) },
  })

/** What goes too far → what the refusal says. */
type Beyond = readonly [name: string, metadata: Uint8Array, says: RegExp]

const UNREAD: readonly Beyond[] = [
  ['a number of 11 bytes', skipped(WIRE.i64, ...times(10, 0x80), 0, 0), /varint at .* more than 10 bytes/],
  ['a length of 6 bytes', skipped(WIRE.binary, ...times(5, 0x80), 0, 0), /varint at .* more than 5 bytes/],
  [
    'a length of 33 bits',
    skipped(WIRE.binary, ...times(4, 0x80), 0x10, 0),
    /length of 4294967296 .* 1 bytes are left/,
  ],
  ['a text one byte longer than the rest', skipped(WIRE.binary, 3, 65, 0), /length of 3 .* 2 bytes are left/],
  ['a list one longer than the rest', skipped(WIRE.list, 0x33, 7, 0), /list of 3 .* 2 bytes are left/],
  [
    'a long list one longer than the rest',
    skipped(WIRE.list, 0xf3, 15, ...times(14, 0)),
    /length of 15 .* 14 bytes are left/,
  ],
  ['a set one longer than the rest', skipped(WIRE.set, 0x33, 7, 0), /list of 3 .* 2 bytes are left/],
  ['a map one longer than the rest', skipped(WIRE.map, 3, 0x33, 0), /length of 3 .* 2 bytes are left/],
  ['a double of 7 bytes', skipped(WIRE.double, ...times(7, 0)), /ends within a value of 8 bytes/],
  ['a UUID of 15 bytes', skipped(WIRE.uuid, ...times(15, 0)), /ends within a value of 16 bytes/],
  ['a wire type that does not exist', skipped(14, 0), /wire type 14 at byte \d+ does not exist/],
  ['structs 65 deep', skipped(WIRE.struct, ...times(63, 0x1c), ...times(65, 0)), /deeper than 64 levels/],
  ['lists 65 deep', skipped(WIRE.list, ...times(63, 0x19), 0x03, 0), /deeper than 64 levels/],
  ['maps 65 deep', skipped(WIRE.map, ...times(63, 1, 0x3b, 7), 0, 0), /deeper than 64 levels/],
  ['structs 65 deep, the first in a schema element', withStructs(62), /deeper than 64 levels/],
]

const READ: readonly Beyond[] = [
  ['nothing at all', bytes(), /ends within a value, after 0 bytes/],
  ['an end before the end', metadata().slice(0, -1), /ends within a value/],
  ['an i64 of 11 bytes', bytes(0x36, ...times(10, 0x80), 0, 0), /varint at .* more than 10 bytes/],
  ['an i32 of 6 bytes', withNumber(...times(5, 0x80), 0), /varint at .* more than 5 bytes/],
  ['an i32 of 33 bits', withNumber(...times(4, 0xff), 0x1f), /i32 .* more than 32 bits/],
  ['a name one byte longer than the rest', bytes(0x29, 0x1c, 0x48, 2, 65), /length of 2 .* 1 bytes are left/],
  ['a schema one element longer than the rest', bytes(0x29, 0x2c, 0), /list of 2 .* 1 bytes are left/],
  ['a schema of scalars', bytes(0x29, 0x15, 2, 0), /elements of wire type 5/],
  ['a schema of 100,001 elements', withEmptySchema(100_001), /more than 100000 elements/],
  ['100,001 columns in a row group', withEmptyColumns(100_001), /more than 100000 elements/],
  ['the orders of 100,001 columns', withEmptyOrders(100_001), /more than 100000 elements/],
  ['a column’s path of 129 names', withPathOf(129), /more than 128 elements/],
]

const TREE: readonly Beyond[] = [
  ['no schema', bytes(0), /has no schema/],
  ['row groups before the schema', bytes(0x49, 0x0c, 0), /row groups come before the schema/],
  ['an empty schema', schemaOf(), /schema is empty/],
  ['groups 129 deep', schemaOf(...Array(129).fill(group('g', 1)), leaf('n', 2)), /deeper than 128 levels/],
  ['-1 children', schemaOf(group('root', -1), leaf('n', 2)), /'root' has -1 children/],
  [
    'one element too many',
    schemaOf(group('root', 1), leaf('n', 2), leaf('m', 2)),
    /3 elements, .* ends before/,
  ],
  ['one element too few', schemaOf(group('root', 2), leaf('n', 2)), /2 elements, its tree needs more/],
  ['an element without a name', schemaOf(group('root', 1), struct({ 1: i32(2), 3: i32(1) })), /has no name/],
  ['a physical type of -1', columnOf(-1), /'n' has physical type -1/],
  ['a physical type of 8', columnOf(8), /'n' has physical type 8/],
  ['a repetition of 3', columnOf(2, { 3: i32(3) }), /'n' has repetition 3/],
  ['a fixed array without a length', columnOf(7), /FIXED_LEN_BYTE_ARRAY without a length/],
  ['a fixed array of -1 bytes', columnOf(7, { 2: i32(-1) }), /FIXED_LEN_BYTE_ARRAY without a length/],
]

const GROUPS: readonly Beyond[] = [
  [
    'no row count',
    metadata({ groups: [struct({ 1: listOf(12, [chunk()]) })] }),
    /row group 0 has no row count/,
  ],
  ['no columns', metadata({ groups: [rowGroup([])] }), /row group 0 has 0 columns, the schema has 1/],
  [
    'nothing',
    metadata({ groups: [rowGroup([chunk()]), struct({})] }),
    /row group 1 has 0 columns, the schema has 1/,
  ],
]

const ALL = [...UNREAD, ...READ, ...TREE, ...GROUPS]

const expectRefusal = (metadata: Uint8Array, says: RegExp): void =>
  expect(() => parseFooter(metadata)).toThrow(
    expect.objectContaining({
      name: 'FooterError',
      code: 'CORRUPT_FOOTER',
      message: expect.stringMatching(says),
    }),
  )

describe('metadata is refused as corrupt, and told why', () => {
  it.each(UNREAD)('where what is not read has %s', (_, beyond, says) => expectRefusal(beyond, says))
  it.each(READ)('where it has %s', (_, beyond, says) => expectRefusal(beyond, says))
  it.each(TREE)('where its schema has %s', (_, beyond, says) => expectRefusal(beyond, says))
  it.each(GROUPS)('where a row group has %s', (_, beyond, says) => expectRefusal(beyond, says))
})

describe('metadata is read', () => {
  it.each<[string, Uint8Array]>([
    ['a number of 10 bytes', skipped(WIRE.i64, ...times(9, 0x80), 0, 0)],
    ['a text as long as the rest', skipped(WIRE.binary, 1, 65, 0)],
    ['structs 64 deep', skipped(WIRE.struct, ...times(62, 0x1c), ...times(64, 0))],
    ['lists 64 deep', skipped(WIRE.list, ...times(62, 0x19), 0x03, 0)],
    ['maps 64 deep', skipped(WIRE.map, ...times(62, 1, 0x3b, 7), 0, 0)],
    ['structs 64 deep, the first in a schema element', withStructs(61)],
    ['an i32 of 5 bytes', withNumber(...times(4, 0x80), 0)],
    ['an i32 of 32 bits', withNumber(...times(4, 0xff), 0x0f)],
    ['the orders of 100,000 columns', withEmptyOrders(100_000)],
    ['groups 128 deep', schemaOf(...Array(128).fill(group('g', 1)), leaf('n', 2))],
  ])('with %s', (_, within) => {
    expect(parseFooter(within).schema.leaves.at(-1)?.name).toBe('n')
  })

  it.each<Beyond>([
    ['a schema of 100,000 elements', withEmptySchema(100_000), /has 100000 elements, its tree ends before/],
    ['100,000 columns in a row group', withEmptyColumns(100_000), /has 100000 columns, the schema has 1/],
    ['a column’s path of 128 names', withPathOf(128), /is '\.{127}' in row group 0/],
  ])('to the end of %s', (_, within, says) => expectRefusal(within, says))
})

it.each([
  [2 ** 52 - 1, 2 ** 52 - 1],
  [2 ** 52, Number.NaN],
  [-(2 ** 52), -(2 ** 52)],
  [-(2 ** 52) - 1, Number.NaN],
])('an i64 of %d is read as %d', (value, read) => {
  expect(readI64(openCursor(i64(value).bytes))).toBe(read)
})

describe('no byte is looked at twice', () => {
  const visitsOf = (footer: Uint8Array): number => {
    const counted = visited(footer)
    try {
      parseFooter(counted.bytes)
    } catch {}
    return counted.visits()
  }

  it.each(ALL)('of %s', (_, beyond) => {
    // One more than there are: the look that finds the end.
    expect(visitsOf(beyond)).toBeLessThanOrEqual(beyond.length + 1)
  })

  it.each(fixtureNames)('of the fixture %s', name => {
    const footer = footerBytes(readFixture(name))
    expect(visitsOf(footer)).toBeLessThanOrEqual(footer.length)
  })
})

describe('a list of at most 3', () => {
  /** One byte, and a count of how many were read. */
  function counting(): Decoder<number> & { reads: number } {
    const decoder = {
      wire: WIRE.byte,
      reads: 0,
      read: (cursor: Parameters<typeof readByte>[0]) => {
        decoder.reads += 1
        return readByte(cursor)
      },
    }
    return decoder
  }

  const readList = (element: Decoder<number>, ...from: readonly number[]) =>
    list(element, 3).read(openCursor(bytes(...from)), WIRE.list)

  it('has 3', () => {
    expect(readList(counting(), 0x33, 5, 6, 7)).toEqual([5, 6, 7])
  })

  it('is left at its fourth element, however many follow', () => {
    const element = counting()
    expect(() => readList(element, 0x53, 5, 6, 7, 8, 9)).toThrow(/at byte 5 has more than 3 elements/)
    expect(element.reads).toBe(4)
  })

  it('is not begun where it says more than the bytes that follow', () => {
    const element = counting()
    expect(() => readList(element, 0x33, 5, 6)).toThrow(/list of 3 at byte 1, where 2 bytes are left/)
    expect(element.reads).toBe(0)
  })

  it('may have any number where it is handed over one by one', () => {
    const taken: number[] = []
    const cursor = openCursor(bytes(0x53, 5, 6, 7, 8, 9))
    readEach(cursor, counting(), value => taken.push(value))
    expect(taken).toEqual([5, 6, 7, 8, 9])
  })
})
