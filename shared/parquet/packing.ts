/**
 * How a file is packed, for people: scans do not read it, so that they do not pay for it.
 * Field numbers by parquet.thrift (github.com/apache/parquet-format), FileMetaData and ColumnMetaData.
 */
import { type Decoded, i32, list, readEach, struct, text } from './decode.ts'
import { openCursor, readFields, WIRE } from './thrift.ts'

export interface Packing {
  /** Of Parquet itself; undefined where the file does not tell. */
  readonly formatVersion: number | undefined
  /** The writer as it names itself; '' where it does not. */
  readonly createdBy: string
  readonly rowGroups: number
  /** Compression of the column chunks, each once, in the order of their first use. */
  readonly codecs: readonly string[]
  /** Bytes of the metadata. */
  readonly footerBytes: number
}

/** By the numbers of parquet.thrift, CompressionCodec. */
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const

const COLUMN_CHUNK = struct({ metadata: [3, struct({ codec: [4, i32] })] })

// parseFooter has refused row groups with other columns than the schema: no bound is needed here.
const ROW_GROUP = struct({ columns: [1, list(COLUMN_CHUNK, Number.POSITIVE_INFINITY)] })

/**
 * Reads a footer that `parseFooter` accepts.
 * @param bytes as `parseFooter` takes them
 * @throws FooterError `CORRUPT_FOOTER`
 */
export function parsePacking(bytes: Uint8Array): Packing {
  const cursor = openCursor(bytes)
  const codecs = new Set<number>()
  let [formatVersion, createdBy, rowGroups]: [number | undefined, string, number] = [undefined, '', 0]
  readFields(cursor, (id, wire) => {
    if (id === 1 && wire === i32.wire) formatVersion = i32.read(cursor, wire)
    else if (id === 4 && wire === WIRE.list)
      readEach(cursor, ROW_GROUP, group => {
        rowGroups += 1
        for (const codec of codecsOf(group)) codecs.add(codec)
      })
    else if (id === 6 && wire === text.wire) createdBy = text.read(cursor, wire)
    else return false
    return true
  })
  const names = [...codecs].map(codec => CODECS[codec] ?? `codec ${codec}`)
  return { formatVersion, createdBy, rowGroups, codecs: names, footerBytes: bytes.length }
}

const codecsOf = ({ columns = [] }: Decoded<typeof ROW_GROUP>): number[] =>
  columns.flatMap(({ metadata }) => metadata?.codec ?? [])
