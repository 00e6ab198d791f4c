/**
 * How the bounds of a column are compared, by its type (parquet.thrift, ColumnOrder): on the footer's own bytes, so that
 * folding many row groups decodes nothing.
 */
import { compareBytes } from '../schema/value.ts'
import { fits } from './fits.ts'
import { isDecimal } from './logical.ts'
import type { Leaf } from './tree.ts'

export type Order = 'signed' | 'unsigned' | 'float' | 'big-endian' | 'bytes'

/** The order of a column's values, or undefined where the specification defines none, or goldsync does not know it. */
export function orderOf(leaf: Leaf): Order | undefined {
  const { logical } = leaf
  if (logical === undefined) return byPhysical(leaf)
  if (!fits(logical, leaf)) return undefined
  switch (logical.kind) {
    case 'integer':
      return logical.signed ? 'signed' : 'unsigned'
    case 'date':
    case 'time':
    case 'timestamp':
      return 'signed'
    case 'decimal':
      if (!isDecimal(logical.precision, logical.scale)) return undefined
      return byPhysical(leaf) === 'bytes' ? 'big-endian' : 'signed'
    case 'string':
    case 'enum':
    case 'json':
    case 'bson':
    case 'uuid':
      return 'bytes'
    default:
      return undefined
  }
}

function byPhysical({ physical }: Leaf): Order | undefined {
  switch (physical) {
    case 'BOOLEAN':
      return 'unsigned'
    case 'INT32':
    case 'INT64':
      return 'signed'
    case 'FLOAT':
    case 'DOUBLE':
      return 'float'
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return 'bytes'
    case 'INT96':
      return undefined
    default:
      physical satisfies never
      return undefined
  }
}

/** Compares two bounds of one column; they have the column's width, and floats are no NaN. */
export function compareRaw(order: Order, a: Uint8Array, b: Uint8Array): number {
  switch (order) {
    case 'signed':
      return compareLittleEndian(a, b, 0x80)
    case 'unsigned':
      return compareLittleEndian(a, b, 0)
    case 'float':
      return compareNumbers(readFloat(a), readFloat(b))
    case 'big-endian':
      return compareBigEndian(a, b)
    default:
      return compareBytes(a, b)
  }
}

const compareNumbers = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

/** @param flip what turns the first byte's order into an unsigned one: the sign bit, or nothing */
function compareLittleEndian(a: Uint8Array, b: Uint8Array, flip: number): number {
  const last = a.length - 1
  const difference = ((a[last] as number) ^ flip) - ((b[last] as number) ^ flip)
  if (difference !== 0) return difference
  for (let i = last - 1; i >= 0; i--) {
    const lower = (a[i] as number) - (b[i] as number)
    if (lower !== 0) return lower
  }
  return 0
}

/** Two's complement of any length, the shorter one sign-extended. */
function compareBigEndian(a: Uint8Array, b: Uint8Array): number {
  const length = Math.max(a.length, b.length)
  const byteOf = (bytes: Uint8Array, i: number): number => {
    const at = i - (length - bytes.length)
    return at >= 0 ? (bytes[at] as number) : (bytes[0] as number) >= 0x80 ? 0xff : 0
  }
  for (let i = 0; i < length; i++) {
    const flip = i === 0 ? 0x80 : 0
    const difference = (byteOf(a, i) ^ flip) - (byteOf(b, i) ^ flip)
    if (difference !== 0) return difference
  }
  return 0
}

/** A FLOAT's 4 bytes or a DOUBLE's 8. */
export function readFloat(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true)
}
