/** Reads structs by their field tables. What the table does not list is kept as raw bytes. */
import { malformed } from './malformed.ts'
import { FIXED_SIZES, type FieldIndex, MAX_DEPTH, WIRE, type WireType } from './types.ts'
import { UNKNOWN } from './views.ts'

export interface Cursor {
  readonly bytes: Buffer
  at: number
  depth: number
}

export const openCursor = (bytes: Buffer, at = 0): Cursor => ({ bytes, at, depth: 0 })

/** The position of the next `size` bytes, which are passed. */
function take(cursor: Cursor, size: number): number {
  const start = cursor.at
  if (size < 0 || size > cursor.bytes.length - start) {
    malformed(`a message of ${cursor.bytes.length} bytes ends within a value at byte ${start}`)
  }
  cursor.at += size
  return start
}

const readByte = (cursor: Cursor): number => cursor.bytes[take(cursor, 1)] as number
const readI16 = (cursor: Cursor): number => cursor.bytes.readInt16BE(take(cursor, 2))
export const readI32 = (cursor: Cursor): number => cursor.bytes.readInt32BE(take(cursor, 4))

function readI64(cursor: Cursor): number | bigint {
  const value = cursor.bytes.readBigInt64BE(take(cursor, 8))
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

export function readString(cursor: Cursor): string {
  const length = readI32(cursor)
  const start = take(cursor, length)
  return cursor.bytes.toString('utf8', start, start + length)
}

function readBytes(cursor: Cursor): Uint8Array {
  const length = readI32(cursor)
  const start = take(cursor, length)
  return Uint8Array.from(cursor.bytes.subarray(start, start + length))
}

/** A struct as an object; fields of an unexpected type are kept raw, as unknown ones are. */
export function readStruct(cursor: Cursor, fields: FieldIndex): Record<string, unknown> {
  const struct: Record<string | symbol, unknown> = {}
  const unknown: Uint8Array[] = []
  enter(cursor)
  for (let wire = readByte(cursor); wire !== WIRE.stop; wire = readByte(cursor)) {
    const start = cursor.at - 1
    const field = fields.byId.get(readI16(cursor))
    if (field?.type.wire === wire) struct[field.name] = readValue(cursor, field.type)
    else {
      skip(cursor, wire)
      unknown.push(cursor.bytes.subarray(start, cursor.at))
    }
  }
  cursor.depth -= 1
  if (unknown.length > 0) struct[UNKNOWN] = Buffer.concat(unknown)
  return struct
}

function readValue(cursor: Cursor, type: WireType): unknown {
  switch (type.kind) {
    case 'bool':
      return readByte(cursor) !== 0
    case 'byte':
      return cursor.bytes.readInt8(take(cursor, 1))
    case 'i16':
      return readI16(cursor)
    case 'i32':
      return readI32(cursor)
    case 'i64':
      return readI64(cursor)
    case 'double':
      return cursor.bytes.readDoubleBE(take(cursor, 8))
    case 'string':
      return readString(cursor)
    case 'binary':
      return readBytes(cursor)
    case 'list':
      return readList(cursor, type.element)
    case 'map':
      return readMap(cursor, type.value)
    case 'struct':
      return readStruct(cursor, type.fields())
    default:
      return type satisfies never
  }
}

function readList(cursor: Cursor, element: WireType): unknown[] {
  const wire = readByte(cursor)
  const count = readCount(cursor)
  if (wire !== element.wire && count > 0)
    malformed(`a list holds elements of type ${wire}, not ${element.wire}`)
  enter(cursor)
  const list = Array.from({ length: count }, () => readValue(cursor, element))
  cursor.depth -= 1
  return list
}

function readMap(cursor: Cursor, value: WireType): Record<string, unknown> {
  const [keyWire, valueWire] = [readByte(cursor), readByte(cursor)]
  const count = readCount(cursor)
  if (count > 0 && (keyWire !== WIRE.string || valueWire !== value.wire))
    malformed(`a map holds types ${keyWire} and ${valueWire}, not ${WIRE.string} and ${value.wire}`)
  enter(cursor)
  const entries = Array.from({ length: count }, () => [readString(cursor), readValue(cursor, value)] as const)
  cursor.depth -= 1
  return Object.fromEntries(entries)
}

/** Each element takes at least one byte. */
function readCount(cursor: Cursor): number {
  const count = readI32(cursor)
  if (count < 0 || count > cursor.bytes.length - cursor.at)
    malformed(`a container says it holds ${count} values`)
  return count
}

function enter(cursor: Cursor): void {
  cursor.depth += 1
  if (cursor.depth > MAX_DEPTH) malformed(`values are nested deeper than ${MAX_DEPTH}`)
}

function skip(cursor: Cursor, wire: number): void {
  const size = FIXED_SIZES[wire]
  if (size !== undefined) take(cursor, size)
  else if (wire === WIRE.string) take(cursor, readI32(cursor))
  else skipNested(cursor, wire)
}

function skipNested(cursor: Cursor, wire: number): void {
  enter(cursor)
  switch (wire) {
    case WIRE.struct:
      for (let type = readByte(cursor); type !== WIRE.stop; type = readByte(cursor)) {
        readI16(cursor)
        skip(cursor, type)
      }
      break
    case WIRE.list:
    case WIRE.set:
      skipItems(cursor, [readByte(cursor)])
      break
    case WIRE.map:
      skipItems(cursor, [readByte(cursor), readByte(cursor)])
      break
    default:
      malformed(`type ${wire} at byte ${cursor.at} is none of the protocol's`)
  }
  cursor.depth -= 1
}

function skipItems(cursor: Cursor, types: readonly number[]): void {
  for (let left = readCount(cursor); left > 0; left--) {
    for (const type of types) skip(cursor, type)
  }
}
