/** Thrift's compact protocol, written: for footers that no Parquet writer would make. */

/** A value with its wire type. */
export interface Value {
  readonly wire: number
  readonly bytes: Uint8Array
}

export const join = (...parts: readonly Uint8Array[]): Uint8Array => concat(parts)

const concat = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))

export function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  return Uint8Array.of(...bytes, Number(left))
}

const zigzag = (value: bigint): bigint => (value >= 0n ? value << 1n : (-value << 1n) - 1n)

export const i8 = (value: number): Value => ({ wire: 3, bytes: Uint8Array.of(value) })
export const i32 = (value: number): Value => ({ wire: 5, bytes: varint(zigzag(BigInt(value))) })
export const i64 = (value: number | bigint): Value => ({ wire: 6, bytes: varint(zigzag(BigInt(value))) })
export const bool = (value: boolean): Value => ({ wire: value ? 1 : 2, bytes: Uint8Array.of() })

export function binary(value: string | Uint8Array): Value {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return { wire: 8, bytes: join(varint(BigInt(bytes.length)), bytes) }
}

export const listHeader = (size: number, wire: number): Uint8Array =>
  size < 15 ? Uint8Array.of((size << 4) | wire) : join(Uint8Array.of(0xf0 | wire), varint(BigInt(size)))

export const list = (wire: number, values: readonly Value[]): Value => ({
  wire: 9,
  bytes: concat([listHeader(values.length, wire), ...values.map(value => value.bytes)]),
})

/** Field number → value, ascending. */
export function struct(fields: Readonly<Record<number, Value | undefined>>): Value {
  let last = 0
  const parts = Object.entries(fields).map(([key, value]) => {
    if (value === undefined) return Uint8Array.of()
    const id = Number(key)
    const delta = id - last
    last = id
    const head =
      delta < 16 ? Uint8Array.of((delta << 4) | value.wire) : join(Uint8Array.of(value.wire), i32(id).bytes)
    return join(head, value.bytes)
  })
  return { wire: 12, bytes: join(...parts, Uint8Array.of(0)) }
}

const MAGIC = new TextEncoder().encode('PAR1')

/** As many bytes as `chunk` claims. */
const DATA = new Uint8Array(10)

/** A whole file around metadata bytes. @param claimed the length that the file states, if not the true one */
export function fileOf(metadata: Uint8Array, claimed = metadata.length, magic = MAGIC): Uint8Array {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, claimed, true)
  return join(MAGIC, DATA, metadata, length, magic)
}

/** Parquet's structs with what a test changes; one INT64 column `n`, one row group of 3 rows, unless told otherwise. */
export const element = (fields: Readonly<Record<number, Value | undefined>>): Value => struct(fields)

export const leaf = (name: string, physical: number, more: Readonly<Record<number, Value>> = {}): Value =>
  struct({ 1: i32(physical), 3: i32(1), 4: binary(name), ...more })

export const group = (name: string, children: number, more: Readonly<Record<number, Value>> = {}): Value =>
  struct({ 3: i32(1), 4: binary(name), 5: i32(children), ...more })

export interface Chunk {
  readonly type?: number
  readonly path?: string
  /** Where its path has several. */
  readonly names?: readonly string[]
  readonly values?: number | bigint
  readonly size?: number
  readonly uncompressed?: number
  readonly codec?: number
  readonly encodings?: readonly number[]
  readonly offset?: number
  readonly dictionary?: number
  readonly bloom?: number
  /** Their types and encodings. */
  readonly pages?: readonly (readonly [type: number, encoding: number])[]
  /** Of its metadata, instead of those that it has or beside them. */
  readonly fields?: Readonly<Record<number, Value>>
  /** The field of its metadata that it lacks. */
  readonly without?: number
  readonly statistics?: Readonly<Record<number, Value>>
  /** Encrypted with a column key. */
  readonly encrypted?: boolean
  readonly withoutMetadata?: boolean
}

export function chunk({ type = 2, path = 'n', values = 3, size = 10, ...more }: Chunk = {}): Value {
  const { encodings = [0, 3], codec = 0, uncompressed = size, offset = 4, dictionary, bloom, pages } = more
  const fields: Readonly<Record<number, Value | undefined>> = {
    1: i32(type),
    2: list(5, encodings.map(i32)),
    3: list(8, (more.names ?? [path]).map(binary)),
    4: i32(codec),
    5: i64(values),
    6: i64(uncompressed),
    7: i64(size),
    9: i64(offset),
    11: dictionary === undefined ? undefined : i64(dictionary),
    12: more.statistics && struct(more.statistics),
    13:
      pages &&
      list(
        12,
        pages.map(([type, encoding]) => struct({ 1: i32(type), 2: i32(encoding), 3: i32(1) })),
      ),
    14: bloom === undefined ? undefined : i64(bloom),
    ...more.fields,
  }
  const metadata = struct(more.without === undefined ? fields : { ...fields, [more.without]: undefined })
  const crypto = more.encrypted ? struct({ 2: struct({}) }) : undefined
  return struct({ 2: i64(4), 3: more.withoutMetadata ? undefined : metadata, 8: crypto })
}

export const rowGroup = (chunks: readonly Value[], rows: number | bigint = 3): Value =>
  struct({ 1: list(12, chunks), 2: i64(10), 3: i64(rows) })

export interface Metadata {
  readonly schema?: readonly Value[]
  readonly rows?: number
  readonly groups?: readonly Value[]
  /** Field number of each column's ColumnOrder; 1 is TYPE_ORDER. */
  readonly orders?: readonly number[]
  readonly createdBy?: string
  /** The file's own keys, and their values. */
  readonly keys?: readonly (readonly [key: string, value?: string])[]
}

export function metadata(given: Metadata = {}): Uint8Array {
  const {
    schema = [group('root', 1), leaf('n', 2)],
    rows = 3,
    groups = [rowGroup([chunk()])],
    orders = [1],
    createdBy,
    keys,
  } = given
  const order = (id: number) => struct({ [id]: struct({}) })
  return struct({
    1: i32(2),
    2: list(12, schema),
    3: i64(rows),
    4: list(12, groups),
    5:
      keys &&
      list(
        12,
        keys.map(([key, value]) =>
          struct({ 1: binary(key), 2: value === undefined ? undefined : binary(value) }),
        ),
      ),
    6: createdBy === undefined ? undefined : binary(createdBy),
    7: list(12, orders.map(order)),
  }).bytes
}
