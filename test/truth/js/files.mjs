/**
 * Files by the writers of JavaScript, for the truth table:
 *
 *     npm install --no-package-lock --prefix test/truth/js && node test/truth/js/files.mjs FOLDER    writes FOLDER/NAME.parquet
 *     python test/truth/expect.py FOLDER        writes FOLDER/NAME.json beside each: what pyarrow reads
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import parquetjs from '@dsnp/parquetjs'
import * as arrow from 'apache-arrow'
import { parquetWriteBuffer } from 'hyparquet-writer'
import * as wasm from 'parquet-wasm'

const ROWS = 50
const NOON = new Date('2026-11-21T12:00:00.123Z')
const times = (...values) => Array.from({ length: ROWS }, (_, at) => values[at % values.length])
const id = Array.from({ length: ROWS }, (_, at) => at)

/** By name, the columns (without `id`) and, where types do not say it, the schema. */
const HYPARQUET = {
  integers: [
    { name: 'i32', data: times(-(2 ** 31), 2 ** 31 - 1, null), type: 'INT32' },
    { name: 'i64', data: times(-(2n ** 63n) + 1n, 2n ** 63n - 1n, null), type: 'INT64' },
    { name: 'flag', data: times(true, false, null), type: 'BOOLEAN' },
  ],
  floats: [
    { name: 'f32', data: times(0.5, -1.25, null), type: 'FLOAT' },
    { name: 'f64', data: times(0.1, -1e300, null), type: 'DOUBLE' },
  ],
  odd_floats: [
    { name: 'f32', data: times(Number.NaN, Infinity, null), type: 'FLOAT' },
    { name: 'f64', data: times(-0, -Infinity, 1), type: 'DOUBLE' },
  ],
  half_floats: [{ name: 'f16', data: times(1.5, null), type: 'FLOAT16' }],
  texts: [
    { name: 'text', data: times('a', 'ä€😀', '', null), type: 'STRING' },
    { name: 'doc', data: times({ a: 1 }, null), type: 'JSON' },
    { name: 'raw', data: times(new Uint8Array([255]), null), type: 'BYTE_ARRAY' },
  ],
  timestamps: [{ name: 'at', data: times(NOON, null), type: 'TIMESTAMP' }],
  uuids: [{ name: 'u', data: times('00112233-4455-6677-8899-aabbccddeeff', null), type: 'UUID' }],
  guessed: [
    { name: 'n', data: times(1, 2) },
    { name: 'big', data: times(1n, null) },
    { name: 'real', data: times(0.5, 2) },
    { name: 'text', data: times('a', null) },
    { name: 'at', data: times(NOON) },
    { name: 'none', data: times(null) },
    { name: 'list', data: times(['a', 'b'], ['c']) },
    { name: 'object', data: times({ a: 1, b: 'x' }) },
  ],
  variants: [{ name: 'v', data: times({ a: 1 }, 'x', null), type: 'VARIANT' }],
  shredded: [{ name: 'v', data: times({ a: 1 }), type: 'VARIANT', shredding: true }],
  geometries: [{ name: 'g', data: times({ type: 'Point', coordinates: [1, 2] }), type: 'GEOMETRY' }],
  bloom: [
    { name: 'n', data: times(1, 2, null), type: 'INT32', bloomFilter: true },
    { name: 'text', data: times('a', 'b'), type: 'STRING', bloomFilter: true },
  ],
  indexed: [{ name: 'text', data: times('a', null), type: 'STRING', columnIndex: true }],
  delta: [
    { name: 'n', data: times(1, 2, 3), type: 'INT64', encoding: 'DELTA_BINARY_PACKED' },
    { name: 'text', data: times('a', 'ab'), type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' },
    { name: 'long', data: times('a', 'ab'), type: 'STRING', encoding: 'DELTA_LENGTH_BYTE_ARRAY' },
  ],
  split: [{ name: 'f64', data: times(0.5, 1.5), type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' }],
  split_int: [{ name: 'n', data: times(1, 2), type: 'INT32', encoding: 'BYTE_STREAM_SPLIT' }],
  rle: [{ name: 'flag', data: times(true, false), type: 'BOOLEAN', encoding: 'RLE' }],
}

const leaf = (name, type, more) => ({ name, type, repetition_type: 'OPTIONAL', ...more })
const int = (bitWidth, isSigned) => ({ logical_type: { type: 'INTEGER', bitWidth, isSigned } })
const HYPARQUET_LEAVES = {
  annotated: [
    [leaf('i8', 'INT32', { converted_type: 'INT_8' }), times(-128, 127, null)],
    [leaf('u16', 'INT32', int(16, false)), times(65535, null)],
    [leaf('u32', 'INT32', { converted_type: 'UINT_32' }), times(7, null)],
    [leaf('day', 'INT32', { converted_type: 'DATE' }), times(NOON, null)],
    [leaf('kind', 'BYTE_ARRAY', { converted_type: 'ENUM' }), times(Buffer.from('a'), null)],
  ],
  decimals: [
    [leaf('d9', 'INT32', { converted_type: 'DECIMAL', precision: 9, scale: 2 }), times(12.5, null)],
    [leaf('d18', 'INT64', { converted_type: 'DECIMAL', precision: 18, scale: 4 }), times(-0.25, null)],
  ],
  micros: [[leaf('us', 'INT64', { converted_type: 'TIMESTAMP_MICROS' }), times(NOON, null)]],
  logical: [
    [
      leaf('us', 'INT64', { logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } }),
      times(NOON, null),
    ],
    [
      leaf('ns', 'INT64', { logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } }),
      times(NOON, null),
    ],
  ],
}

function hyparquetFiles() {
  const write = (columnData, options) => () => new Uint8Array(parquetWriteBuffer({ columnData, ...options }))
  const first = { name: 'id', data: id, type: 'INT32', nullable: false }
  const plain = Object.entries(HYPARQUET).map(([name, columns]) => [name, write([first, ...columns])])
  const shaped = Object.entries(HYPARQUET_LEAVES).map(([name, leaves]) => {
    const columns = [[leaf('id', 'INT32'), id], ...leaves]
    const schema = [{ name: 'root', num_children: columns.length }, ...columns.map(([each]) => each)]
    return [
      name,
      write(
        columns.map(([{ name }, data]) => ({ name, data })),
        { schema },
      ),
    ]
  })
  const { texts } = HYPARQUET
  const options = {
    texts_none: { codec: 'UNCOMPRESSED' },
    texts_gzip: { codec: 'GZIP', compressors: { GZIP: bytes => gzipSync(bytes) } },
    texts_unproven: { statistics: false },
    texts_groups: { rowGroupSize: 7 },
    texts_pages: { pageSize: 16 },
  }
  const more = Object.entries(options).map(([name, option]) => [name, write([first, ...texts], option)])
  return [...plain, ...shaped, ...more].map(([name, write]) => [`hyparquet_${name}`, write])
}

const WASM = {
  scalars: {
    i8: arrow.vectorFromArray(times(-128, 127, null), new arrow.Int8()),
    u32: arrow.vectorFromArray(times(7, null), new arrow.Uint32()),
    f32: arrow.vectorFromArray(times(0.5, null), new arrow.Float32()),
    f64: arrow.vectorFromArray(times(0.25, null), new arrow.Float64()),
    text: arrow.vectorFromArray(times('a', 'ä€😀', null), new arrow.Utf8()),
    word: arrow.vectorFromArray(times('x', 'y')),
    flag: arrow.vectorFromArray(times(true, null), new arrow.Bool()),
    raw: arrow.vectorFromArray(times(new Uint8Array([255]), null), new arrow.Binary()),
  },
  times: {
    day: arrow.vectorFromArray(times(NOON, null), new arrow.DateDay()),
    date: arrow.vectorFromArray(times(NOON), new arrow.DateMillisecond()),
    ms: arrow.vectorFromArray(times(NOON, null), new arrow.TimestampMillisecond()),
    us: arrow.vectorFromArray(times(NOON, null), new arrow.TimestampMicrosecond('UTC')),
  },
  lists: {
    named: arrow.vectorFromArray(
      times([1, 2], null),
      new arrow.List(new arrow.Field('item', new arrow.Int32(), true)),
    ),
    bare: arrow.vectorFromArray(
      times(['a'], []),
      new arrow.List(new arrow.Field('', new arrow.Utf8(), true)),
    ),
  },
  named_lists: {
    v: arrow.vectorFromArray(
      times([1, 2], null),
      new arrow.List(new arrow.Field('item', new arrow.Int32(), true)),
    ),
  },
  structs: {
    point: arrow.vectorFromArray(
      times({ x: 1.5, y: 2 }, null),
      new arrow.Struct([
        new arrow.Field('x', new arrow.Float64(), true),
        new arrow.Field('y', new arrow.Int16(), true),
      ]),
    ),
    text: arrow.vectorFromArray(times('a', null), new arrow.Utf8()),
  },
  maps: {
    counts: arrow.vectorFromArray(
      times({ a: 1, b: 2 }),
      new arrow.Map_(
        new arrow.Field(
          'entries',
          new arrow.Struct([
            new arrow.Field('key', new arrow.Utf8()),
            new arrow.Field('value', new arrow.Int32(), true),
          ]),
        ),
      ),
    ),
  },
  nulls: { nothing: arrow.vectorFromArray(times(null), new arrow.Null()) },
}

function wasmFiles() {
  const write = (columns, settings) => () => {
    const table = new arrow.Table({ id: arrow.vectorFromArray(id, new arrow.Int32()), ...columns })
    const properties = settings(new wasm.WriterPropertiesBuilder()).build()
    return wasm.writeParquet(wasm.Table.fromIPCStream(arrow.tableToIPC(table, 'stream')), properties)
  }
  const settings = Object.entries(wasm.Compression)
    .filter(([name, number]) => typeof number === 'number' && name !== 'LZO')
    .map(([name, codec]) => [
      `scalars_${name.toLowerCase()}`,
      write(WASM.scalars, made => made.setCompression(codec)),
    ])
  const plain = Object.entries(WASM).map(([name, columns]) => [name, write(columns, made => made)])
  const { word: _, ...undictionaried } = WASM.scalars
  const version2 = write(undictionaried, made =>
    made.setWriterVersion(wasm.WriterVersion.V2).setDictionaryEnabled(false),
  )
  return [...plain, ...settings, ['scalars_v2', version2]].map(([name, write]) => [`wasm_${name}`, write])
}

const maybe = (type, more) => ({ type, optional: true, ...more })
const PARQUETJS = {
  integers: [
    {
      i8: maybe('INT_8'),
      i64: maybe('INT64'),
      u16: maybe('UINT_16'),
      u32: maybe('UINT_32'),
      flag: maybe('BOOLEAN'),
    },
    { i8: -5, i64: 5n, u16: 65535, u32: 7, flag: true },
  ],
  floats: [
    { f32: maybe('FLOAT'), f64: maybe('DOUBLE') },
    { f32: 0.5, f64: Number.NaN },
  ],
  texts: [
    { text: maybe('UTF8'), kind: maybe('ENUM'), doc: maybe('JSON'), raw: maybe('BYTE_ARRAY') },
    { text: 'ä€😀', kind: 'a', doc: { a: 1 }, raw: Buffer.from([255]) },
  ],
  times: [
    { day: maybe('DATE'), ms: maybe('TIMESTAMP_MILLIS'), us: maybe('TIMESTAMP_MICROS') },
    { day: NOON, ms: NOON, us: NOON },
  ],
  clocks: [{ us: maybe('TIME_MICROS') }, { us: 1 }],
  decimals: [
    { d9: maybe('DECIMAL', { precision: 9, scale: 2 }), d18: maybe('DECIMAL', { precision: 18, scale: 3 }) },
    { d9: 1.5, d18: 2.125 },
  ],
  repeated: [{ tags: { type: 'UTF8', repeated: true } }, { tags: ['a', 'b'] }],
  repeated_groups: [
    { items: { repeated: true, fields: { name: { type: 'UTF8' }, n: maybe('INT32') } } },
    { items: [{ name: 'a', n: 1 }] },
  ],
  lists: [
    { tags: { type: 'LIST', fields: { list: { repeated: true, fields: { element: { type: 'UTF8' } } } } } },
    { tags: { list: [{ element: 'a' }] } },
  ],
  structs: [{ point: { fields: { x: { type: 'DOUBLE' }, y: maybe('INT32') } } }, { point: { x: 0.5, y: 1 } }],
  gzip: [{ text: maybe('UTF8', { compression: 'GZIP' }) }, { text: 'a' }],
  snappy: [{ text: maybe('UTF8', { compression: 'SNAPPY' }) }, { text: 'a' }],
  brotli: [{ text: maybe('UTF8', { compression: 'BROTLI' }) }, { text: 'a' }],
  bloom: [
    { text: maybe('UTF8') },
    { text: 'a' },
    { bloomFilters: [{ column: 'text', numFilterBytes: 1024 }] },
  ],
  pages2: [{ text: maybe('UTF8') }, { text: 'a' }, { useDataPageV2: true }],
}

function parquetjsFiles() {
  return Object.entries(PARQUETJS).map(([name, [fields, values, options = {}]]) => [
    `parquetjs_${name}`,
    async path => {
      const schema = new parquetjs.ParquetSchema({ id: { type: 'INT32' }, ...fields })
      const writer = await parquetjs.ParquetWriter.openFile(schema, path, options)
      for (const at of id)
        await writer.appendRow({
          id: at,
          ...(at % 5 === 4 && !/repeated|lists|structs/.test(name) ? {} : values),
        })
      await writer.close()
    },
  ])
}

const folder = process.argv[2]
mkdirSync(folder, { recursive: true })
for (const [name, write] of [...hyparquetFiles(), ...wasmFiles(), ...parquetjsFiles()]) {
  const path = join(folder, `${name}.parquet`)
  try {
    const bytes = await write(path)
    if (bytes) writeFileSync(path, bytes)
  } catch (error) {
    console.log(`${name}: ${error}`)
    rmSync(path, { force: true })
  }
}
