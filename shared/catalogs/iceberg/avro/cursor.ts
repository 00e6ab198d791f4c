/** Avro's primitives in bytes (Avro 1.12 specification, "Binary Encoding"): nothing is read behind the end. */
import { isUtf8 } from 'node:buffer'
import { malformed } from './malformed.ts'

/** More say more than 64 bits. */
const LONGEST_VARINT = 10
/** What fits into 28 bits. */
const SMALL_VARINT = 4

export interface Cursor {
  readonly bytes: Buffer
  at: number
}

export const openCursor = (bytes: Uint8Array): Cursor => ({
  bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  at: 0,
})

export const left = ({ bytes, at }: Cursor): number => bytes.length - at

/** The position of the next bytes, which are passed. */
function take(cursor: Cursor, size: number): number {
  if (size < 0 || size > left(cursor)) malformed(`it ends within a value at byte ${cursor.at}`)
  const start = cursor.at
  cursor.at += size
  return start
}

export const readByte = (cursor: Cursor): number => cursor.bytes[take(cursor, 1)] as number
export const readFloat = (cursor: Cursor): number => cursor.bytes.readFloatLE(take(cursor, 4))
export const readDouble = (cursor: Cursor): number => cursor.bytes.readDoubleLE(take(cursor, 8))

/** A view of the next bytes, not a copy. */
export const readView = (cursor: Cursor, size: number): Buffer => {
  const start = take(cursor, size)
  return cursor.bytes.subarray(start, start + size)
}

/** Up to 28 bits as a number, or undefined and the cursor where it was: most numbers are small, and bigint is slow. */
function readSmall(cursor: Cursor): number | undefined {
  const { bytes, at } = cursor
  let value = 0
  for (let nth = 0; nth < SMALL_VARINT; nth += 1) {
    const byte = bytes[at + nth]
    if (byte === undefined) return undefined
    value |= (byte & 0x7f) << (7 * nth)
    if (byte < 0x80) {
      cursor.at = at + nth + 1
      return (value >>> 1) ^ -(value & 1)
    }
  }
  return undefined
}

export function readLong(cursor: Cursor): bigint {
  const small = readSmall(cursor)
  if (small !== undefined) return BigInt(small)
  let value = 0n
  for (let nth = 0; nth < LONGEST_VARINT; nth += 1) {
    const byte = readByte(cursor)
    value |= BigInt(byte & 0x7f) << BigInt(7 * nth)
    if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
  }
  return malformed(`a number has more than ${LONGEST_VARINT} bytes at byte ${cursor.at}`)
}

export function readInt(cursor: Cursor): number {
  const small = readSmall(cursor)
  if (small !== undefined) return small
  const value = readLong(cursor)
  if (value !== BigInt.asIntN(32, value)) malformed(`${value} is no 32-bit number`)
  return Number(value)
}

/** A length or a count; no more than there are bytes left, since each item has one at least. */
export function readSize(cursor: Cursor, value = readLong(cursor)): number {
  if (value < 0n || value > BigInt(left(cursor))) malformed(`a length of ${value} at byte ${cursor.at}`)
  return Number(value)
}

export const readBytes = (cursor: Cursor): Uint8Array => new Uint8Array(readView(cursor, readSize(cursor)))

export function readText(cursor: Cursor): string {
  const view = readView(cursor, readSize(cursor))
  // What is replaced in reading could not be written again.
  return isUtf8(view) ? view.toString('utf8') : malformed(`a text is not in UTF-8 at byte ${cursor.at}`)
}
