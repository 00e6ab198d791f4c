/** Footers made by hand to crash, hang or bloat a reader. */
import {
  binary,
  chunk,
  group,
  i32,
  i64,
  join,
  leaf,
  list,
  listHeader,
  metadata,
  rowGroup,
  struct,
  type Value,
  varint,
} from './compact.ts'

/** FileMetaData's field headers, as its first field. */
const SCHEMA = Uint8Array.of(0x29)
const ROWS = Uint8Array.of(0x36)
const ROW_GROUPS = Uint8Array.of(0x49)
const UNKNOWN_LIST = Uint8Array.of(0xe9)

const repeat = (bytes: Uint8Array, times: number): Uint8Array =>
  Uint8Array.from(Buffer.alloc(bytes.length * times, bytes))

const schemaOf = (...elements: Value[]): Uint8Array => schemaFrom(elements)

const schemaFrom = (elements: readonly Value[]): Uint8Array =>
  struct({ 2: list(12, elements), 3: i64(0), 4: list(12, []) }).bytes

/** Hostile metadata by name; the libraries crash or hang on several of these (hyparquet, DuckDB, parquet-wasm). */
export const HOSTILE: Record<string, () => Uint8Array> = {
  'nothing at all': () => new Uint8Array(0),
  'a varint of 1 MB of 0xff': () => join(ROWS, repeat(Uint8Array.of(0xff), 1 << 20)),
  'an unread varint of 1 MB of 0xff': () => join(Uint8Array.of(0xe6), repeat(Uint8Array.of(0xff), 1 << 20)),
  '30 nested list headers of 33,554,431': () => join(UNKNOWN_LIST, repeat(listHeader(33_554_431, 9), 30)),
  '1 MB of nested list headers': () => join(UNKNOWN_LIST, repeat(Uint8Array.of(0x19), 1 << 20)),
  'a list of 16 million empty structs as schema': () =>
    join(SCHEMA, listHeader(16_000_000, 12), new Uint8Array(16_000_001)),
  'a list of 16 million empty row groups': () =>
    join(
      struct({ 2: list(12, [group('root', 1), leaf('n', 2)]) }).bytes.slice(0, -1),
      Uint8Array.of(0x29),
      listHeader(16_000_000, 12),
      new Uint8Array(16_000_001),
    ),
  'a row group of 16 million empty columns': () =>
    join(
      struct({ 2: list(12, [group('root', 1), leaf('n', 2)]) }).bytes.slice(0, -1),
      Uint8Array.of(0x29),
      listHeader(1, 12),
      Uint8Array.of(0x19),
      listHeader(16_000_000, 12),
      new Uint8Array(16_000_002),
    ),
  '100,001 schema elements': () =>
    schemaFrom([group('root', 100_000), ...Array<Value>(100_000).fill(leaf('n', 2))]),
  'a list header of 2^31-1': () => join(SCHEMA, listHeader(2 ** 31 - 1, 12)),
  'a list header of 2^32': () => join(SCHEMA, Uint8Array.of(0xfc), varint(2n ** 32n)),
  'a map header of 2^31-1': () => join(Uint8Array.of(0xeb), varint(2n ** 31n - 1n), Uint8Array.of(0x11)),
  'a binary of 2^31-1 bytes': () => join(Uint8Array.of(0xe8), varint(2n ** 31n - 1n)),
  '2 million nested structs': () => repeat(Uint8Array.of(0xec), 2_000_000),
  '2 million nested structs in the schema': () =>
    join(SCHEMA, listHeader(1, 12), repeat(Uint8Array.of(0xec), 2_000_000)),
  '1 MB of zeros': () => new Uint8Array(1 << 20),
  '1 MB of 0xff': () => repeat(Uint8Array.of(0xff), 1 << 20),
  'a wire type that does not exist': () => Uint8Array.of(0xee, 0),
  'row groups before the schema': () => join(ROW_GROUPS, listHeader(0, 12), Uint8Array.of(0)),
  'a schema of scalars': () => join(SCHEMA, listHeader(3, 5), Uint8Array.of(2, 2, 2, 0)),
  'an empty schema': () => schemaOf(),
  'a schema 20,000 deep': () => schemaOf(...Array(20_000).fill(group('g', 1)), leaf('n', 2)),
  'num_children of 2^31-1': () => schemaOf(group('root', 2 ** 31 - 1), leaf('n', 2)),
  'num_children of -2^31': () => schemaOf(group('root', -(2 ** 31)), leaf('n', 2)),
  'more elements than the tree takes': () => schemaOf(group('root', 1), leaf('n', 2), leaf('m', 2)),
  'fewer elements than the tree takes': () => schemaOf(group('root', 2), leaf('n', 2)),
  'an element without a name': () => schemaOf(group('root', 1), struct({ 1: i32(2), 3: i32(1) })),
  'a physical type of -7': () => schemaOf(group('root', 1), leaf('n', -7)),
  'a physical type of 8': () => schemaOf(group('root', 1), leaf('n', 8)),
  'a repetition of 3': () => schemaOf(group('root', 1), leaf('n', 2, { 3: i32(3) })),
  'a fixed array without a length': () => schemaOf(group('root', 1), leaf('n', 7)),
  'a fixed array of -1 bytes': () => schemaOf(group('root', 1), leaf('n', 7, { 2: i32(-1) })),
  'a name longer than the footer': () =>
    schemaOf(group('root', 1), struct({ 1: i32(2), 3: i32(1), 4: binary('n') })).slice(0, -8),
  'a row group without a row count': () => metadata({ groups: [struct({ 1: list(12, [chunk()]) })] }),
  'a row group without columns': () => metadata({ groups: [rowGroup([])] }),
}
