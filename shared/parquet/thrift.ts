/**
 * A bounded reader of Thrift's compact protocol. Whatever the bytes are, it ends after at most one visit of each, holds
 * nothing that they do not pay for, and throws FooterError `CORRUPT_FOOTER` where they break the protocol.
 * The rule's source: thrift/doc/specs/thrift-compact-protocol.md.
 */
import { corrupt } from './reject.ts'

export interface Cursor {
  readonly bytes: Uint8Array
  at: number
  depth: number
}

/** Wire types by their number; a boolean field's value is its wire type. */
export const WIRE = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
  uuid: 13,
} as const

/** Parquet's own metadata nests 8 deep. */
const MAX_DEPTH = 64

export const openCursor = (bytes: Uint8Array): Cursor => ({ bytes, at: 0, depth: 0 })

export function readByte(cursor: Cursor): number {
  return (
    cursor.bytes[cursor.at++] ??
    corrupt(`the metadata ends within a value, after ${cursor.bytes.length} bytes`)
  )
}

/** An unsigned varint of at most `most` bytes; above 2^53 the result is inexact. */
function readVarint(cursor: Cursor, most: number): number {
  let value = 0
  let weight = 1
  for (let i = 0; i < most; i++) {
    const byte = readByte(cursor)
    value += (byte & 0x7f) * weight
    if (byte < 0x80) return value
    weight *= 128
  }
  return corrupt(`a varint at byte ${cursor.at - most} has more than ${most} bytes`)
}

const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)

/** Also for the wire's i16, which it contains. */
export function readI32(cursor: Cursor): number {
  const value = readVarint(cursor, 5)
  return value <= 0xffff_ffff
    ? unzigzag(value)
    : corrupt(`an i32 ends at byte ${cursor.at} with more than 32 bits`)
}

/** NaN for values beyond ±2^52, which no count or size of a real file has: check with `>=`, never with `<`. */
export function readI64(cursor: Cursor): number {
  const value = readVarint(cursor, 10)
  return Number.isSafeInteger(value) ? unzigzag(value) : Number.NaN
}

/** A view of the cursor's bytes, not a copy. */
export function readBinary(cursor: Cursor): Uint8Array {
  const length = readSize(cursor)
  cursor.at += length
  return cursor.bytes.subarray(cursor.at - length, cursor.at)
}

/** Passes over what `readBinary` would read. */
export function skipBinary(cursor: Cursor): void {
  const length = readSize(cursor)
  cursor.at += length
}

/** A length or count; each element of any container takes at least one byte. */
function readSize(cursor: Cursor): number {
  const size = readVarint(cursor, 5)
  const left = cursor.bytes.length - cursor.at
  return size <= left
    ? size
    : corrupt(`a length of ${size} at byte ${cursor.at}, where ${left} bytes are left`)
}

export interface ListHeader {
  readonly size: number
  /** Wire type of the elements. */
  readonly wire: number
}

export function readListHeader(cursor: Cursor): ListHeader {
  const header = readByte(cursor)
  const size = header >> 4
  const left = cursor.bytes.length - cursor.at
  if (size < 15 && size > left)
    corrupt(`a list of ${size} at byte ${cursor.at}, where ${left} bytes are left`)
  return { size: size < 15 ? size : readSize(cursor), wire: header & 0x0f }
}

/** Runs `read` one level deeper. */
export function nested<T>(cursor: Cursor, read: () => T): T {
  if (++cursor.depth > MAX_DEPTH) corrupt(`the metadata nests deeper than ${MAX_DEPTH} levels`)
  const value = read()
  cursor.depth -= 1
  return value
}

/** Offers each field of a struct to `take`, which reads it and says true, or leaves it and says false: then it is skipped. */
export function readFields(cursor: Cursor, take: (id: number, wire: number) => boolean): void {
  nested(cursor, () => {
    let id = 0
    for (let header = readByte(cursor); header !== 0; header = readByte(cursor)) {
      const delta = header >> 4
      id = delta === 0 ? readI32(cursor) : id + delta
      const wire = header & 0x0f
      if (!take(id, wire)) skip(cursor, wire)
    }
  })
}

/** Bytes of the wire types that always have as many. */
const FIXED: Readonly<Record<number, number>> = {
  [WIRE.true]: 0,
  [WIRE.false]: 0,
  [WIRE.byte]: 1,
  [WIRE.double]: 8,
  [WIRE.uuid]: 16,
}

/** Passes over a value. */
export function skip(cursor: Cursor, wire: number): void {
  const bytes = FIXED[wire]
  if (bytes !== undefined) advance(cursor, bytes)
  else if (wire === WIRE.i16 || wire === WIRE.i32 || wire === WIRE.i64) readVarint(cursor, 10)
  else if (wire === WIRE.binary) skipBinary(cursor)
  else if (wire === WIRE.list || wire === WIRE.set) nested(cursor, () => skipList(cursor))
  else if (wire === WIRE.map) nested(cursor, () => skipMap(cursor))
  else if (wire === WIRE.struct) readFields(cursor, () => false)
  else corrupt(`wire type ${wire} at byte ${cursor.at} does not exist`)
}

function advance(cursor: Cursor, bytes: number): void {
  cursor.at += bytes
  if (cursor.at > cursor.bytes.length) corrupt(`the metadata ends within a value of ${bytes} bytes`)
}

function skipList(cursor: Cursor): void {
  const { size, wire } = readListHeader(cursor)
  for (let i = 0; i < size; i++) skipElement(cursor, wire)
}

function skipMap(cursor: Cursor): void {
  const size = readSize(cursor)
  if (size === 0) return
  const wires = readByte(cursor)
  for (let i = 0; i < size; i++) {
    skipElement(cursor, wires >> 4)
    skipElement(cursor, wires & 0x0f)
  }
}

/** In containers a boolean has a byte of its own. */
function skipElement(cursor: Cursor, wire: number): void {
  if (wire === WIRE.true || wire === WIRE.false) advance(cursor, 1)
  else skip(cursor, wire)
}
