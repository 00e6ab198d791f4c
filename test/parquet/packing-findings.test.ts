import { describe, expect, it } from 'vitest'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import {
  binary,
  type Chunk,
  chunk,
  fileOf,
  group,
  i32,
  i64,
  leaf,
  list,
  type Metadata,
  metadata,
  rowGroup,
  struct,
  type Value,
} from '../support/compact.ts'

const [INT32, INT64, FLOAT, DOUBLE, BYTES, FIXED] = [1, 2, 4, 5, 6, 7]
const READERS = {
  hive: { kind: 'hive', version: '4.0.1' },
  trino: { kind: 'trino', version: '476' },
  presto: { kind: 'presto', version: '0.287' },
} as const satisfies Record<string, Reader>

async function read(given: Metadata): Promise<DataFile> {
  const bytes = fileOf(metadata(given))
  const file = await readDataFile(bytesStorage({ f: bytes }), { path: 'f', size: bytes.length, modified: 0 })
  if (!isAccepted(file)) throw new Error(file.diagnostic.message)
  return file
}

/** `CODE column` of the refusal, by those who refuse. */
async function refusals(given: Metadata): Promise<Readonly<Record<string, string>>> {
  const file = await read(given)
  const found = Object.entries(READERS).flatMap(([name, reader]) => {
    const { refused } = asReadBy(file, [reader])
    return refused ? [[name, [refused.code, refused.column].filter(Boolean).join(' ')]] : []
  })
  return Object.fromEntries(found)
}

const packed = (change: Chunk, physical = INT64): Metadata => ({
  schema: [group('root', 1), leaf('n', physical)],
  groups: [rowGroup([chunk({ ...change, type: physical })])],
})

describe('a codec', () => {
  it.each([
    ['SNAPPY', 1, {}],
    ['ZSTD', 6, {}],
    ['BROTLI', 4, { hive: 'RARE_CODEC n', trino: 'RARE_CODEC n', presto: 'RARE_CODEC n' }],
    ['LZ4_RAW', 7, { trino: 'RARE_CODEC n', presto: 'RARE_CODEC n' }],
    ['LZO', 3, { hive: 'RARE_CODEC n' }],
    ['LZ4', 5, { hive: 'RARE_CODEC n', trino: 'RARE_CODEC n', presto: 'RARE_CODEC n' }],
  ])('%s', async (_, codec, expected) => {
    expect(await refusals(packed({ codec }))).toEqual(expected)
  })

  it('LZ4 by parquet-java is framed as Trino and Presto want it', async () => {
    const given = { ...packed({ codec: 5 }), createdBy: 'parquet-mr version 1.12.0' }
    expect(await refusals(given)).toEqual({ hive: 'RARE_CODEC n' })
  })

  it.each([
    ['parquet-rs version 60.1.0', { hive: 'RARE_CODEC n' }],
    ['parquet-rs version 26.0.0', { hive: 'RARE_CODEC n', trino: 'RARE_CODEC n', presto: 'RARE_CODEC n' }],
  ])('LZ4 by %s', async (createdBy, expected) => {
    expect(await refusals({ ...packed({ codec: 5 }), createdBy })).toEqual(expected)
  })

  it('in one of the row groups is enough', async () => {
    const groups = [rowGroup([chunk()]), rowGroup([chunk({ codec: 4 })])]
    expect(await refusals({ groups, rows: 6 })).toMatchObject({ hive: 'RARE_CODEC n' })
  })
})

it.each([
  ['INT64', INT64, { hive: 'RARE_ENCODING n', trino: 'RARE_ENCODING n', presto: 'RARE_ENCODING n' }],
  ['DOUBLE', DOUBLE, { presto: 'RARE_ENCODING n' }],
])('BYTE_STREAM_SPLIT on %s', async (_, physical, expected) => {
  expect(await refusals(packed({ encodings: [9, 3] }, physical))).toEqual(expected)
})

it('DELTA encodings are read by all', async () => {
  expect(await refusals(packed({ encodings: [5, 3] }))).toEqual({})
})

describe('the order of IEEE 754', () => {
  const columns = (schema: readonly Value[], names: readonly (readonly [string[], number])[]): Metadata => ({
    schema,
    groups: [rowGroup(names.map(([path, type]) => chunk({ names: path, type })))],
  })

  it('of a double: Hive does not find it', async () => {
    const given = columns(
      [group('root', 2), leaf('n', INT64), leaf('d', DOUBLE)],
      [
        [['n'], INT64],
        [['d'], DOUBLE],
      ],
    )
    expect(await refusals({ ...given, orders: [1, 2] })).toEqual({ hive: 'COLUMN_ORDER d' })
  })

  it('behind a struct lands on another column, which is the one that is named', async () => {
    const schema = [
      ...[group('root', 3), group('s', 2), leaf('x', INT64), leaf('y', INT64)],
      ...[leaf('t', BYTES), leaf('d', DOUBLE)],
    ]
    const given = columns(schema, [
      [['s', 'x'], INT64],
      [['s', 'y'], INT64],
      [['t'], BYTES],
      [['d'], DOUBLE],
    ])
    // Hive gives s, t and d the entries 0, 1 and 2: the last of them is that of t.
    expect(await refusals({ ...given, orders: [1, 1, 1, 2] })).toEqual({})
    expect(await refusals({ ...given, orders: [1, 2, 1, 1] })).toEqual({ hive: 'COLUMN_ORDER s.y' })
    expect(await refusals({ ...given, orders: [1, 1, 2, 1] })).toEqual({ hive: 'COLUMN_ORDER d' })
  })

  it.each([
    [2, 'has the order of IEEE 754'],
    [9, 'has an order that goldsync does not know'],
  ])('is told as what it is, of half floats too: %d', async (order, told) => {
    const half = leaf('n', FIXED, { 2: i32(2), 10: struct({ 15: struct({}) }) })
    const groups = [rowGroup([chunk({ type: FIXED })])]
    const { diagnostics } = await read({ schema: [group('root', 1), half], groups, orders: [order] })
    expect(diagnostics.find(({ code }) => code === 'COLUMN_ORDER')?.message).toBe(`column 'n' ${told}`)
  })

  it('of fewer columns than there are: Hive cannot open the file', async () => {
    expect(await refusals({ orders: [] })).toEqual({ hive: 'COLUMN_ORDER' })
  })
})

it('a bloom filter of parquetjs: Trino cannot read its header', async () => {
  const createdBy = '@dsnp/parquetjs'
  expect(await refusals({ ...packed({ bloom: 5 }), createdBy })).toEqual({ trino: 'BLOOM_UNREADABLE n' })
  expect(await refusals({ ...packed({}), createdBy })).toEqual({})
})

it.each([
  ['nulls alone', { dictionary: 4, statistics: { 3: i64(3) } }, ['DICTIONARY_OF_NULLS n']],
  ['nulls alone, without a dictionary', { statistics: { 3: i64(3) } }, []],
  ['nulls and others', { dictionary: 4, statistics: { 3: i64(2) } }, []],
])('a chunk of %s: told where Presto reads, which fails on conditions, and taken', async (_, of, told) => {
  const file = await read(packed(of))
  const codesFor = (kind: 'presto' | 'trino') => {
    const { file: found, refused } = asReadBy(file, [{ kind, version: undefined }])
    expect(refused).toBeUndefined()
    return found.diagnostics.map(({ code, column }) => `${code} ${column}`)
  }
  expect([codesFor('presto'), codesFor('trino')]).toEqual([told, []])
})

describe('two columns of one name but for its case', () => {
  const failing = (column: string) => ({
    trino: `MISTAKEN_COLUMN ${column}`,
    presto: `MISTAKEN_COLUMN ${column}`,
    told: `column '${column}' is stored otherwise than another of its name, case ignored`,
  })
  const outcome = async (given: Metadata) => {
    const { diagnostics } = await read(given)
    const told = diagnostics.find(({ code }) => code === 'MISTAKEN_COLUMN')?.message
    return { ...(await refusals(given)), ...(told === undefined ? {} : { told }) }
  }

  it.each([
    ['INT32 and INT64', INT32, INT64, failing('V')],
    ['INT64 and INT32', INT64, INT32, {}],
    ['INT32 and FLOAT', INT32, FLOAT, {}],
    ['INT32 and text', INT32, BYTES, {}],
    ['text and INT64', BYTES, INT64, failing('V')],
  ])('%s', async (_, first, second, expected) => {
    const schema = [group('root', 3), leaf('id', INT64), leaf('V', first), leaf('v', second)]
    const groups = [
      rowGroup([
        chunk({ path: 'id' }),
        chunk({ path: 'V', type: first }),
        chunk({ path: 'v', type: second }),
      ]),
    ]
    expect(await outcome({ schema, groups, orders: [1, 1, 1] })).toEqual(expected)
  })

  it.each([
    ['of other fields', 'b', failing('S.a')],
    ['of the same', 'A', {}],
  ])('structs %s', async (_, field, expected) => {
    const schema = [
      ...[group('root', 3), leaf('id', INT64), group('S', 1), leaf('a', INT64)],
      ...[group('s', 1), leaf(field, INT64)],
    ]
    const groups = [
      rowGroup([chunk({ path: 'id' }), chunk({ names: ['S', 'a'] }), chunk({ names: ['s', field] })]),
    ]
    expect(await outcome({ schema, groups, orders: [1, 1, 1] })).toEqual(expected)
  })

  it('a struct and a number', async () => {
    const schema = [group('root', 3), leaf('id', INT64), group('S', 1), leaf('a', INT64), leaf('s', INT64)]
    const groups = [rowGroup([chunk({ path: 'id' }), chunk({ names: ['S', 'a'] }), chunk({ path: 's' })])]
    expect(await outcome({ schema, groups, orders: [1, 1, 1] })).toEqual(failing('S.a'))
  })
})

it('a dictionary at byte 0 troubles Hive in the first column', async () => {
  expect(await refusals(packed({ dictionary: 0 }))).toEqual({ hive: 'DICTIONARY_AT_ZERO n' })
})

it.each(['', 'my root', 'a,b', 'a(b)'])('a schema of the name %j: every query fails in Hive', async name => {
  expect(await refusals({ schema: [group(name, 1), leaf('n', INT64)] })).toEqual({ hive: 'ROOT_NAME' })
})

it.each<[string, NonNullable<Metadata['keys']>, object]>([
  ['none', [], {}],
  ['one with a value', [['pandas', '{}']], {}],
  ['one with an empty value', [['pandas', '']], {}],
  [
    'one twice',
    [
      ['pandas', '{}'],
      ['pandas', '{}'],
    ],
    {},
  ],
  ['one without a value', [['pandas']], { trino: 'KEY_WITHOUT_VALUE' }],
  ['one without a value behind others', [['pandas', '{}'], ['a'], ['b', '']], { trino: 'KEY_WITHOUT_VALUE' }],
  ['one of the calendar without a value', [['writer.date.proleptic']], { trino: 'KEY_WITHOUT_VALUE' }],
])('keys of the file, %s: Trino opens it or not', async (_, keys, expected) => {
  expect(await refusals({ keys })).toEqual(expected)
})

it('a key of a column without a value troubles nobody', async () => {
  const fields = { 8: list(12, [struct({ 1: binary('key') })]) }
  expect(await refusals(packed({ fields }))).toEqual({})
})

it.each([
  ['', { hive: 'ELEMENT_NAME n' }],
  ['a b', { hive: 'ELEMENT_NAME n' }],
  ['a.b', {}],
])('a list’s element of the name %j', async (name, expected) => {
  const repeated = group('list', 1, { 3: i32(2) })
  const schema = [group('root', 1), group('n', 1, { 6: i32(3) }), repeated, leaf(name, INT64)]
  const groups = [rowGroup([chunk({ names: ['n', 'list', name] })])]
  expect(await refusals({ schema, groups })).toEqual(expected)
})

it('a column that is not in the table may be packed as it is', async () => {
  const schema = [group('root', 2), leaf('n', INT64), leaf('a\tb', INT64)]
  const groups = [rowGroup([chunk(), chunk({ path: 'a\tb', codec: 4 })])]
  expect(await refusals({ schema, groups, orders: [1, 1] })).toEqual({})
})

describe('a signature', () => {
  const signatureOf = async (given: Metadata) => (await read(given)).signature

  it('is that of all files of one kind', async () => {
    const first = await signatureOf({ createdBy: 'parquet-mr version 1.15.2 (build 1a)' })
    const groups = [rowGroup([chunk({ values: 7 })], 7)]
    expect(await signatureOf({ createdBy: 'parquet-mr version 1.15.2 (build 2b)', groups, rows: 7 })).toBe(
      first,
    )
    expect(first).toMatch(/^[0-9a-f]{16}$/)
  })

  it('is the same whether the file has nulls in a column or, REQUIRED, none', async () => {
    const withRepetition = (repetition: number) =>
      signatureOf({ schema: [group('root', 1), leaf('n', INT64, { 3: i32(repetition) })] })
    expect(await withRepetition(0)).toBe(await withRepetition(1))
    expect(await withRepetition(2)).not.toBe(await withRepetition(1))
  })

  it.each<[string, Metadata]>([
    ['type', packed({}, DOUBLE)],
    ['codec', packed({ codec: 6 })],
    ['encoding', packed({ encodings: [9] })],
    ['column order', { orders: [2] }],
    ['key without a value', { keys: [['pandas']] }],
    ['bloom filter', packed({ bloom: 5 })],
    ['writer', { createdBy: 'another' }],
    ['root', { schema: [group('schema', 1), leaf('n', INT64)] }],
  ])('is another where the file has another %s', async (_, given) => {
    expect(await signatureOf(given)).not.toBe(await signatureOf({}))
  })
})

describe('a bloom filter', () => {
  it.each([
    ['INT32', 1, [{ path: ['n'], shape: 'bloom-int32' }]],
    ['FLOAT', 4, [{ path: ['n'], shape: 'bloom-float' }]],
    ['INT64', INT64, undefined],
  ])('of %s values', async (_, physical, expected) => {
    expect((await read(packed({ bloom: 5 }, physical))).undeclared).toEqual(expected)
    expect((await read(packed({}, physical))).undeclared).toBeUndefined()
  })

  it('is of the column, whatever dots are in names', async () => {
    const schema = [group('root', 2), leaf('N.m', 1), group('v.w', 1), leaf('x.y', 1)]
    const bloomed = (...names: string[]) => chunk({ type: 1, names, bloom: 5 })
    const groups = [rowGroup([bloomed('N.m'), bloomed('v.w', 'x.y')])]
    expect((await read({ schema, groups, orders: [1, 1] })).undeclared).toEqual([
      { path: ['n.m'], shape: 'bloom-int32' },
      { path: ['v.w', 'x.y'], shape: 'bloom-int32' },
    ])
  })
})
