/** Values by their Avro type: 64-bit numbers stay bigint, records are maps by field id, decimals are their unscaled number. */
import {
  type Cursor,
  readByte,
  readBytes,
  readDouble,
  readFloat,
  readInt,
  readLong,
  readSize,
  readText,
  readView,
} from './cursor.ts'
import { malformed } from './malformed.ts'
import { type Sink, writeByte, writeBytes, writeDouble, writeFloat, writeLong, writeRaw } from './sink.ts'
import type { AvroType, FieldKey, Primitive } from './types.ts'

export type AvroRecord = ReadonlyMap<FieldKey, AvroValue>
/** Of a map whose keys are Avro's int. */
export type AvroPairs = ReadonlyMap<number, AvroValue>
export type AvroValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly AvroValue[]
  | AvroRecord

export function readValue(cursor: Cursor, type: AvroType): AvroValue {
  switch (type.kind) {
    case 'null':
      return null
    case 'boolean':
      return readByte(cursor) !== 0
    case 'int':
      return readInt(cursor)
    case 'long':
      return readLong(cursor)
    case 'float':
      return readFloat(cursor)
    case 'double':
      return readDouble(cursor)
    case 'bytes':
      return readBytes(cursor)
    case 'string':
      return readText(cursor)
    case 'fixed':
      return fixedValue(readView(cursor, type.size), type.isDecimal)
    case 'array':
      return readArray(cursor, type.items)
    case 'pairs':
      return readPairs(cursor, type.key, type.value)
    case 'map':
      return new Map(readBlocks(cursor, () => [readText(cursor), readValue(cursor, type.values)] as const))
    case 'union':
      return readValue(cursor, type.branches[readInt(cursor)] ?? malformed('a value of no type'))
    case 'record':
      return new Map(type.fields.map(field => [field.key, readValue(cursor, field.type)]))
    default:
      throw new TypeError(type satisfies never)
  }
}

const readArray = (cursor: Cursor, items: AvroType): readonly AvroValue[] =>
  readBlocks(cursor, () => readValue(cursor, items))

function readPairs(cursor: Cursor, key: AvroType, value: AvroType): AvroPairs {
  const pairs = new Map<number, AvroValue>()
  readBlocks(cursor, () => {
    const id = readValue(cursor, key)
    if (typeof id !== 'number') malformed('a map is not by numbers')
    pairs.set(id, readValue(cursor, value))
  })
  return pairs
}

/** Arrays and maps come in blocks; one of a negative count tells its bytes, too. */
function readBlocks<T>(cursor: Cursor, readItem: () => T): T[] {
  const items: T[] = []
  for (let count = readLong(cursor); count !== 0n; count = readLong(cursor)) {
    if (count < 0n) readLong(cursor)
    const size = readSize(cursor, count < 0n ? -count : count)
    for (let nth = 0; nth < size; nth += 1) items.push(readItem())
  }
  return items
}

const fixedValue = (bytes: Buffer, isDecimal: boolean): bigint | Uint8Array =>
  isDecimal
    ? BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex') || '0'}`))
    : new Uint8Array(bytes)

/** Writes what a type holds. @throws TypeError where the value is not of it: a bug of the caller */
export function writeValue(sink: Sink, type: AvroType, value: AvroValue | undefined): void {
  switch (type.kind) {
    case 'fixed':
      writeRaw(sink, fixedBytes(value as bigint | Uint8Array, type.size))
      break
    case 'array':
      writeItems(sink, value as readonly AvroValue[], item => writeValue(sink, type.items, item))
      break
    case 'pairs':
      writeItems(sink, [...(value as AvroPairs)], ([id, item]) => {
        writeValue(sink, type.key, id)
        writeValue(sink, type.value, item)
      })
      break
    case 'map':
      writeItems(sink, [...(value as AvroRecord)], ([key, item]) => {
        writeText(sink, String(key))
        writeValue(sink, type.values, item)
      })
      break
    case 'union':
      writeOptional(sink, type.branches, value)
      break
    case 'record':
      for (const field of type.fields) writeValue(sink, field.type, (value as AvroRecord).get(field.key))
      break
    default:
      writePrimitive(sink, type.kind, value)
  }
}

function writePrimitive(sink: Sink, kind: Primitive, value: AvroValue | undefined): void {
  switch (kind) {
    case 'null':
      break
    case 'boolean':
      writeByte(sink, value ? 1 : 0)
      break
    case 'int':
    case 'long':
      writeLong(sink, value as number | bigint)
      break
    case 'float':
      writeFloat(sink, value as number)
      break
    case 'double':
      writeDouble(sink, value as number)
      break
    case 'bytes':
      writeBytes(sink, value as Uint8Array)
      break
    case 'string':
      writeText(sink, value as string)
      break
    default:
      throw new TypeError(kind satisfies never)
  }
}

const writeText = (sink: Sink, text: string): void => writeBytes(sink, Buffer.from(text, 'utf8'))

/** The unions that Iceberg writes: null, or one type. */
function writeOptional(sink: Sink, branches: readonly AvroType[], value: AvroValue | undefined): void {
  const isAbsent = value === null || value === undefined
  const branch = branches.findIndex(({ kind }) => (kind === 'null') === isAbsent)
  writeLong(sink, branch)
  writeValue(sink, branches[branch] as AvroType, value)
}

function writeItems<T>(sink: Sink, items: readonly T[], write: (item: T) => void): void {
  if (items.length > 0) writeLong(sink, items.length)
  for (const item of items) write(item)
  writeLong(sink, 0)
}

function fixedBytes(value: bigint | Uint8Array, size: number): Uint8Array {
  if (typeof value !== 'bigint') {
    if (value.length === size) return value
    throw new TypeError(`${value.length} bytes where the type has ${size}`)
  }
  if (value !== BigInt.asIntN(8 * size, value))
    throw new TypeError(`${value} does not fit into ${size} bytes`)
  return Buffer.from(
    BigInt.asUintN(8 * size, value)
      .toString(16)
      .padStart(2 * size, '0'),
    'hex',
  )
}
