/** Avro's object container files: a schema and texts by name, then blocks of records. Codecs: deflate, which all of Iceberg's writers take, and null. */
import { randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type Cursor, left, openCursor, readLong, readSize, readView } from './cursor.ts'
import { malformed, unsupported, within } from './malformed.ts'
import { openSink, takeWritten, writeBytes, writeLong, writeRaw } from './sink.ts'
import { type AvroType, avroType, notEmpty } from './types.ts'
import { type AvroRecord, readValue, writeValue } from './values.ts'

const MAGIC = Buffer.from('Obj\x01', 'latin1')
const SYNC_BYTES = 16
/** Of records in a block before it is compressed, as Avro's Java library has it. */
const BLOCK_BYTES = 64_000
/** All blocks of a file, decompressed. Manifests have 8 MB as a rule. */
const LARGEST = 512 * 1024 * 1024

const HEADER = avroType({ type: 'map', values: 'bytes' })

export interface AvroFile {
  /** Texts of the header, `avro.schema` and `avro.codec` among them. */
  readonly header: ReadonlyMap<string, string>
  readonly records: readonly AvroRecord[]
}

/**
 * @param where the file, for messages
 * @throws GoldsyncError `DATA_INVALID` where it is damaged, `UNSUPPORTED` for other codecs
 */
export const readAvro = (bytes: Uint8Array, where: string): AvroFile =>
  within(where, () => {
    const cursor = openCursor(bytes)
    if (!readView(cursor, MAGIC.length).equals(MAGIC)) malformed('it does not begin as one')
    const header = headerOf(cursor)
    const codec = codecOf(header, where)
    const type = notEmpty(avroType(JSON.parse(header.get('avro.schema') ?? malformed('it has no schema'))))
    if (type.kind !== 'record') malformed('its schema is no record')
    return { header, records: recordsOf(cursor, codec, type) }
  })

function recordsOf(cursor: Cursor, codec: Codec, type: AvroType): readonly AvroRecord[] {
  const sync = readView(cursor, SYNC_BYTES)
  const records: AvroRecord[] = []
  let size = 0
  while (left(cursor) > 0) {
    const count = readLong(cursor)
    const packed = readView(cursor, readSize(cursor))
    const block = codec === 'deflate' ? inflate(packed, LARGEST - size) : packed
    if (!readView(cursor, SYNC_BYTES).equals(sync)) malformed(`its block before byte ${cursor.at} is cut`)
    size += block.length
    readBlock(block, count, type, records)
  }
  return records
}

type Codec = 'deflate' | 'null'

function headerOf(cursor: Cursor): ReadonlyMap<string, string> {
  const entries = readValue(cursor, HEADER) as ReadonlyMap<string, Uint8Array>
  return new Map([...entries].map(([key, value]) => [key, Buffer.from(value).toString('utf8')]))
}

function codecOf(header: ReadonlyMap<string, string>, where: string): Codec {
  const codec = header.get('avro.codec') ?? 'null'
  if (codec === 'deflate' || codec === 'null') return codec
  throw unsupported(
    `${where} is compressed by ${codec.slice(0, 40)}, which goldsync does not read`,
    "manifests are compressed by gzip (Avro's deflate) as Iceberg's writers do by default: have the manifests rewritten so (rewrite_manifests)",
  )
}

function inflate(packed: Buffer, room: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, room) })
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return malformed(isLarge ? `it holds more than ${LARGEST} bytes` : 'a block cannot be decompressed')
  }
}

function readBlock(bytes: Buffer, records: bigint, type: AvroType, into: AvroRecord[]): void {
  const block = openCursor(bytes)
  const count = readSize(block, records)
  for (let nth = 0; nth < count; nth += 1) into.push(readValue(block, type) as AvroRecord)
  if (left(block) > 0) malformed('a block has more than its records')
}

/** @param schema as JSON @param header what else is in the header */
export function writeAvro(
  schema: unknown,
  header: ReadonlyMap<string, string>,
  records: Iterable<AvroRecord>,
): Uint8Array {
  const type = avroType(schema)
  const sync = randomBytes(SYNC_BYTES)
  const [file, block] = [openSink(), openSink()]
  const texts = [...header, ['avro.schema', JSON.stringify(schema)], ['avro.codec', 'deflate']] as const
  writeRaw(file, MAGIC)
  writeValue(file, HEADER, new Map(texts.map(([key, text]) => [key, Buffer.from(text, 'utf8')])))
  writeRaw(file, sync)
  let count = 0
  const endBlock = () => {
    writeLong(file, count)
    writeBytes(file, deflateRawSync(takeWritten(block)))
    writeRaw(file, sync)
    count = 0
  }
  for (const record of records) {
    writeValue(block, type, record)
    count += 1
    if (block.size >= BLOCK_BYTES) endBlock()
  }
  if (count > 0) endBlock()
  return takeWritten(file)
}
