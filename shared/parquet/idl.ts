/**
 * The parts of Parquet's metadata that are read, by the field numbers of parquet.thrift
 * (github.com/apache/parquet-format, src/main/thrift/parquet.thrift).
 */
import {
  binary,
  bool,
  type Decoded,
  each,
  i8,
  i32,
  i64,
  lateBinary,
  list,
  numberSet,
  numbersWithin,
  struct,
  text,
  union,
} from './decode.ts'
import { KEYS } from './keys.ts'
import { corrupt } from './reject.ts'

/** No metastore holds as many columns; a bound for broken footers. */
const MAX_SCHEMA_ELEMENTS = 100_000

/** Groups within groups. */
export const MAX_SCHEMA_DEPTH = 128

/** An annotation without parameters. */
const EMPTY = struct({})

const TIME_UNIT = union({ millis: [1, EMPTY], micros: [2, EMPTY], nanos: [3, EMPTY] })

const TIME = struct({ utc: [1, bool], unit: [2, TIME_UNIT] })

const LOGICAL_TYPE = union({
  string: [1, EMPTY],
  map: [2, EMPTY],
  list: [3, EMPTY],
  enum: [4, EMPTY],
  decimal: [5, struct({ scale: [1, i32], precision: [2, i32] })],
  date: [6, EMPTY],
  time: [7, TIME],
  timestamp: [8, TIME],
  integer: [10, struct({ bits: [1, i8], signed: [2, bool] })],
  null: [11, EMPTY],
  json: [12, EMPTY],
  bson: [13, EMPTY],
  uuid: [14, EMPTY],
  float16: [15, EMPTY],
  variant: [16, EMPTY],
  geometry: [17, EMPTY],
  geography: [18, EMPTY],
})

export type RawLogicalType = Decoded<typeof LOGICAL_TYPE>

const SCHEMA_ELEMENT = struct({
  type: [1, i32],
  typeLength: [2, i32],
  repetition: [3, i32],
  name: [4, text],
  children: [5, i32],
  convertedType: [6, i32],
  scale: [7, i32],
  precision: [8, i32],
  fieldId: [9, i32],
  logicalType: [10, LOGICAL_TYPE],
})

export type SchemaElement = Decoded<typeof SCHEMA_ELEMENT>

export const SCHEMA = list(SCHEMA_ELEMENT, MAX_SCHEMA_ELEMENTS)

const STATISTICS = struct({
  /** Deprecated, and in signed order whatever the type. */
  signedMax: [1, lateBinary],
  signedMin: [2, lateBinary],
  nulls: [3, i64],
  distinct: [4, i64],
  max: [5, binary],
  min: [6, binary],
  maxExact: [7, bool],
  minExact: [8, bool],
  nans: [9, i64],
})

export type RawStatistics = Decoded<typeof STATISTICS>

const COLUMN_METADATA = struct({
  type: [1, i32],
  encodings: [2, numberSet],
  path: [3, list(binary, MAX_SCHEMA_DEPTH)],
  codec: [4, i32],
  values: [5, i64],
  uncompressedSize: [6, i64],
  compressedSize: [7, i64],
  keys: [8, KEYS],
  dataOffset: [9, i64],
  dictionaryOffset: [11, i64],
  statistics: [12, STATISTICS],
  /** Of the pages; engines refuse a footer with a kind or an encoding that they do not know. */
  pages: [13, numbersWithin],
  bloomOffset: [14, i64],
})

export type ColumnMetadata = Decoded<typeof COLUMN_METADATA>

const COLUMN_CHUNK = struct({ offset: [2, i64], metadata: [3, COLUMN_METADATA], crypto: [8, union({})] })

export type ColumnChunk = Decoded<typeof COLUMN_CHUNK>

/** Not used; engines refuse a footer in which one lacks what parquet.thrift requires. */
const SORTING = each(struct({ column: [1, i32], descending: [2, bool], nullsFirst: [3, bool] }), one => {
  if (one.column === undefined || one.descending === undefined || one.nullsFirst === undefined)
    corrupt('a sorting column lacks its number, its direction or where its nulls are')
})

export const ROW_GROUP = struct({
  columns: [1, list(COLUMN_CHUNK, MAX_SCHEMA_ELEMENTS)],
  bytes: [2, i64],
  rows: [3, i64],
  sorting: [4, SORTING],
  offset: [5, i64],
})

export type RowGroup = Decoded<typeof ROW_GROUP>

const COLUMN_ORDER = union({ type: [1, EMPTY], ieee754: [2, EMPTY], int96: [3, EMPTY] })

/** How a column's `min` and `max` were compared. */
export type ColumnOrder = Decoded<typeof COLUMN_ORDER>

/** By leaf column. */
export const COLUMN_ORDERS = list(COLUMN_ORDER, MAX_SCHEMA_ELEMENTS)
