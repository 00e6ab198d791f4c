/**
 * How the chunks of one leaf column are packed, folded over all row groups: with its type that decides which engines read it.
 * Numbers by parquet.thrift (github.com/apache/parquet-format), CompressionCodec and Encoding.
 */
import type { ColumnMetadata } from './idl.ts'

const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const

const ENCODINGS = [
  'PLAIN',
  undefined,
  'PLAIN_DICTIONARY',
  'RLE',
  'BIT_PACKED',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
] as const

export type Codec = (typeof CODECS)[number]
export type Encoding = Exclude<(typeof ENCODINGS)[number], undefined>

/** While row groups are folded. */
export interface PackedFold {
  /** Bit n stands for number n. */
  codecs: number
  encodings: number
  bloom: boolean
  dictionaryAtZero: boolean
  dictionaryOfNulls: boolean
  bytes: number
}

/** Of one leaf column. */
export interface Packed {
  /** Of its chunks and of their values and levels, each once, by their numbers. */
  readonly codecs: readonly Codec[]
  readonly encodings: readonly Encoding[]
  /** Whether a chunk has a bloom filter. */
  readonly bloom: boolean
  /** Whether a chunk says that its dictionary begins at byte 0, where the file's magic is. */
  readonly dictionaryAtZero: boolean
  /** Whether a chunk has nulls only, and a dictionary. */
  readonly dictionaryOfNulls: boolean
  /** Compressed, of all chunks. */
  readonly bytes: number
}

export const startPacked = (): PackedFold => ({
  codecs: 0,
  encodings: 0,
  bloom: false,
  dictionaryAtZero: false,
  dictionaryOfNulls: false,
  bytes: 0,
})

/** Adds a chunk. */
export function foldPacked(packed: PackedFold, metadata: ColumnMetadata): void {
  packed.codecs |= 1 << (metadata.codec as number)
  packed.encodings |= metadata.encodings as number
  packed.bloom ||= metadata.bloomOffset !== undefined
  packed.dictionaryAtZero ||= metadata.dictionaryOffset === 0
  packed.bytes += metadata.compressedSize as number
  packed.dictionaryOfNulls ||= metadata.dictionaryOffset !== undefined && isNull(metadata)
}

const isNull = ({ values = 0, statistics }: ColumnMetadata): boolean =>
  values > 0 && statistics?.nulls === values

/** Whether the number of a codec, or all bits of a set of encodings, are those of the format. */
export const isCodec = (number: number): boolean => CODECS[number] !== undefined
export const areEncodings = (bits: number): boolean => (bits & ~KNOWN_ENCODINGS) === 0

/** Whether a set of page types and encodings together has but those of the format: 1 is a page of an index. */
export const arePages = (bits: number): boolean => (bits & ~(KNOWN_ENCODINGS | 2)) === 0

const KNOWN_ENCODINGS = ENCODINGS.reduce(
  (bits, name, at) => (name === undefined ? bits : bits | (1 << at)),
  0,
)

export const packedOf = ({
  codecs,
  encodings,
  bloom,
  dictionaryAtZero,
  dictionaryOfNulls,
  bytes,
}: PackedFold): Packed => ({
  codecs: codecsOf(codecs),
  encodings: encodingsOf(encodings),
  bloom,
  dictionaryAtZero,
  dictionaryOfNulls,
  bytes,
})

/** The names of a set of bits. Most columns of a file have the same: each is made once. */
function namesOf<T>(names: readonly (T | undefined)[]): (bits: number) => readonly T[] {
  const known = new Map<number, readonly T[]>()
  return bits => {
    const found =
      known.get(bits) ??
      names.flatMap((name, at) => (name !== undefined && (bits & (1 << at)) !== 0 ? [name] : []))
    known.set(bits, found)
    return found
  }
}

const codecsOf = namesOf<Codec>(CODECS)
const encodingsOf = namesOf<Encoding>(ENCODINGS)
