/** A bound as it stands in the footer (PLAIN-encoded) → the value that it means. */
import type { Value } from '../schema/facts.ts'
import type { TimeUnit } from './logical.ts'
import { type Order, readFloat } from './order.ts'
import type { Leaf } from './tree.ts'

const NANOS: Readonly<Record<TimeUnit, bigint>> = { millis: 1_000_000n, micros: 1000n, nanos: 1n }

/** The value, or undefined where the bytes mean none of the column's type: `300` of an INT_8. */
export function boundValue(leaf: Leaf, order: Order, bytes: Uint8Array): Value | undefined {
  switch (order) {
    case 'float':
      // +0 for −0: engines take them as equal, and writers mix them up (ColumnOrder, rules for floats).
      return { kind: 'float', value: readFloat(bytes) + 0 }
    case 'bytes':
      return { kind: isText(leaf) ? 'text' : 'bytes', value: bytes.slice() }
    case 'big-endian':
      return decodeInteger(leaf, bytes.toReversed(), true)
    default:
      return decodeInteger(leaf, bytes, order === 'signed')
  }
}

const isText = ({ logical }: Leaf): boolean =>
  logical !== undefined && ['string', 'enum', 'json'].includes(logical.kind)

function decodeInteger(leaf: Leaf, bytes: Uint8Array, signed: boolean): Value | undefined {
  const value = readInteger(bytes, signed)
  const { logical, physical } = leaf
  switch (logical?.kind) {
    case 'decimal':
      return within(value, 10n ** BigInt(Math.max(0, logical.precision)), true)
        ? { kind: 'decimal', value, scale: logical.scale }
        : undefined
    case 'integer':
      return within(value, 2n ** BigInt(signed ? logical.bits - 1 : logical.bits), signed)
        ? { kind: 'integer', value }
        : undefined
    case 'date':
      return { kind: 'date', value }
    case 'timestamp':
      return { kind: 'timestamp', value: value * NANOS[logical.unit] }
    default:
      return physical === 'BOOLEAN' ? decodeBoolean(value) : { kind: 'integer', value }
  }
}

const within = (value: bigint, limit: bigint, signed: boolean): boolean =>
  value < limit && value >= (signed ? -limit : 0n)

const decodeBoolean = (value: bigint): Value | undefined =>
  value <= 1n ? { kind: 'boolean', value } : undefined

/** Little-endian, two's complement if signed. */
function readInteger(bytes: Uint8Array, signed: boolean): bigint {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return signed ? BigInt.asIntN(bytes.length * 8, value) : value
}
