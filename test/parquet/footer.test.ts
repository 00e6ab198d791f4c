import { describe, expect, it } from 'vitest'
import { type FileMetadata, parseFooter } from '../../shared/parquet/footer.ts'
import {
  binary,
  bool,
  type Chunk,
  chunk,
  group,
  i32,
  i64,
  join,
  leaf,
  list,
  type Metadata,
  metadata,
  rowGroup,
  struct,
} from '../support/compact.ts'

const parse = (given: Metadata = {}): FileMetadata => parseFooter(metadata(given))
const withChunk = (given: Chunk): FileMetadata => parse({ groups: [rowGroup([chunk(given)])] })

describe('a footer that agrees with itself', () => {
  it('tells rows and columns', () => {
    const { rows, rowsDoubt, columns, schema } = parse()
    expect({ rows, rowsDoubt, doubts: columns[0]?.doubts }).toEqual({ rows: 3, doubts: [] })
    expect(schema.fields).toMatchObject([
      { kind: 'leaf', name: 'n', physical: 'INT64', repetition: 'optional' },
    ])
  })

  it('sums the rows of all row groups', () => {
    expect(parse({ rows: 6, groups: [rowGroup([chunk()]), rowGroup([chunk()])] }).rows).toBe(6)
  })

  it('may have no row groups', () => {
    expect(parse({ rows: 0, groups: [] }).rows).toBe(0)
  })

  it('may have no columns', () => {
    const nothing = parse({ schema: [group('root', 0)], groups: [rowGroup([])], orders: [] })
    expect(nothing).toMatchObject({ rows: 3, schema: { fields: [] } })
  })

  it('may hold fields of a later specification, of any wire type', () => {
    const later = struct({
      ...{ 1: i32(2), 2: list(12, [group('root', 1), leaf('n', 2)]), 3: i64(0), 4: list(12, []) },
      ...{
        30: struct({ 1: bool(true), 2: list(2, [{ wire: 1, bytes: Uint8Array.of(1) }]), 3: binary('x') }),
      },
      ...{
        31: { wire: 7, bytes: new Uint8Array(8) },
        32: { wire: 11, bytes: Uint8Array.of(1, 0x85, 1, 65, 2) },
      },
      ...{ 33: { wire: 13, bytes: new Uint8Array(16) }, 34: { wire: 11, bytes: Uint8Array.of(0) } },
    })
    expect(parseFooter(later.bytes).rows).toBe(0)
  })

  it('skips a field of another wire type than the specification has', () => {
    const odd = leaf('n', 2, { 2: binary('not a length'), 6: bool(true) })
    expect(parse({ schema: [group('root', 1), odd] }).schema.leaves[0]?.logical).toBeUndefined()
  })

  it('may be followed by a signature', () => {
    expect(parseFooter(join(metadata(), new Uint8Array(28).fill(7))).rows).toBe(3)
  })
})

describe('a footer that contradicts itself about rows', () => {
  it('of the file leaves them unknown: readers go by the row groups', () => {
    const { rows, rowsDoubt, schema } = parse({ rows: 4 })
    expect(rows).toBeUndefined()
    expect(rowsDoubt).toMatch(/row/)
    expect(schema.leaves).toHaveLength(1)
  })

  it.each<[string, Metadata]>([
    ['the values of a flat column', { groups: [rowGroup([chunk({ values: 2 })])] }],
    ['a negative row count', { rows: -3, groups: [rowGroup([chunk({ values: -3 })], -3)] }],
    ['a row count of 2^60', { groups: [rowGroup([chunk({ values: 2n ** 60n })], 2n ** 60n)] }],
  ])('of a group is corrupt, since readers lose some: %s', (_, given) => {
    expect(() => parse(given)).toThrow(
      expect.objectContaining({ code: 'CORRUPT_FOOTER', message: expect.stringMatching(/row/) }),
    )
  })

  it('but a column in a list may have any number of values', () => {
    const schema = [group('root', 1), leaf('n', 2, { 3: i32(2) })]
    expect(parse({ schema, groups: [rowGroup([chunk({ values: 9 })])] }).rows).toBe(3)
  })
})

describe('a footer whose row groups have other columns than its schema is corrupt', () => {
  it.each<[string, Chunk]>([
    ['another path', { path: 'm' }],
    ['another physical type', { type: 1 }],
    ['no metadata', { withoutMetadata: true }],
  ])('%s', (_, given) => {
    expect(() => withChunk(given)).toThrow(expect.objectContaining({ code: 'CORRUPT_FOOTER' }))
  })

  it('another path in a later row group', () => {
    const groups = [rowGroup([chunk()]), rowGroup([chunk({ path: 'm' })])]
    expect(() => parse({ rows: 6, groups })).toThrow(/'m' in row group 1/)
  })

  it('more columns', () => {
    expect(() => parse({ groups: [rowGroup([chunk(), chunk()])] })).toThrow(/2 columns, the schema has 1/)
  })
})

it('a negative size makes the column’s statistics doubtful', () => {
  expect(withChunk({ uncompressed: -1 }).columns[0]?.doubts).toMatchObject([{ words: 'has a negative size' }])
})

it('a column encrypted under a plaintext footer keeps its place in the schema', () => {
  const { columns, schema } = withChunk({ encrypted: true, withoutMetadata: true })
  expect(schema.leaves).toHaveLength(1)
  expect(columns).toMatchObject([{ encrypted: true, doubts: [], facts: { nulls: undefined } }])
})
