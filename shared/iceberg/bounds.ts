/** A column's bounds as manifests hold them (Table Spec, appendix D; "Metrics" of `lower_bounds` and `upper_bounds`). */
import type { Bound, ColumnFacts, Value } from '../schema/facts.ts'
import { decimalOf } from './forms.ts'
import { encodeValue, textOf } from './values.ts'

export interface Bounds {
  readonly lower?: Uint8Array
  readonly upper?: Uint8Array
}

type Side = 'lower' | 'upper'

/**
 * What is proven, for a column of the type. Of floats among which a NaN may be there is no upper bound: Spark and DuckDB take NaN for the
 * greatest value, and would skip the file by it.
 */
export function boundsOf(type: string, { min, max, nans }: ColumnFacts): Bounds {
  const lower = min && encodeBound(type, min, 'lower')
  const upper =
    max && (nans === 0 || max.value.kind !== 'float') ? encodeBound(type, max, 'upper') : undefined
  return { ...(lower ? { lower } : {}), ...(upper ? { upper } : {}) }
}

function encodeBound(type: string, { value }: Bound, side: Side): Uint8Array | undefined {
  switch (value.kind) {
    case 'boolean':
      return type === 'boolean' ? encodeValue(type, value.value !== 0n) : undefined
    case 'integer':
      return encodeInteger(type, value.value)
    case 'date':
      return type === 'date' && isInt32(value.value) ? encodeValue(type, Number(value.value)) : undefined
    case 'timestamp':
      return encodeTime(type, value.value, side)
    case 'decimal':
      return decimalOf(type)?.scale === value.scale ? encodeValue(type, value.value) : undefined
    case 'float':
      return encodeFloat(type, value.value, side)
    default:
      return encodeBytes(type, value, side)
  }
}

const isInt32 = (value: bigint): boolean => BigInt.asIntN(32, value) === value
const isInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value

function encodeInteger(type: string, value: bigint): Uint8Array | undefined {
  if (type === 'int') return isInt32(value) ? encodeValue(type, Number(value)) : undefined
  return (type === 'long' || type === 'time') && isInt64(value) ? encodeValue(type, value) : undefined
}

/** Nanoseconds → microseconds, away from the values. */
function encodeTime(type: string, nanos: bigint, side: Side): Uint8Array | undefined {
  if (type !== 'timestamp' && type !== 'timestamptz') return undefined
  const rest = ((nanos % 1000n) + 1000n) % 1000n
  const floor = (nanos - rest) / 1000n
  const micros = side === 'upper' && rest > 0n ? floor + 1n : floor
  return isInt64(micros) ? encodeValue(type, micros) : undefined
}

/** −0 comes before 0 (Table Spec, "Scan Planning"), and footers do not tell them apart. */
function encodeFloat(type: string, value: number, side: Side): Uint8Array | undefined {
  if (type !== 'float' && type !== 'double') return undefined
  // A wider value than a float has is not a float's.
  if (type === 'float' && Math.fround(value) !== value) return undefined
  return encodeValue(type, value === 0 && side === 'lower' ? -0 : value)
}

/** Code points, or bytes, that are kept: Iceberg's own default, `truncate(16)`. */
const KEPT = 16

type Binary = Extract<Value, { value: Uint8Array }>

function encodeBytes(type: string, { value }: Binary, side: Side): Uint8Array | undefined {
  if (type === 'string') return encodeText(value, side)
  // Readers do not agree on the order of UUIDs.
  if (type !== 'binary' && !type.startsWith('fixed[')) return undefined
  if (value.length <= KEPT) return value
  const cut = value.slice(0, KEPT)
  return side === 'lower' ? cut : incrementBytes(cut)
}

function incrementBytes(bytes: Uint8Array): Uint8Array | undefined {
  const at = bytes.findLastIndex(byte => byte < 0xff)
  if (at < 0) return undefined
  const greater = bytes.slice(0, at + 1)
  greater[at] = (greater[at] as number) + 1
  return greater
}

/** What is not UTF-8, which footers cut short may be, has no place among texts. */
function encodeText(bytes: Uint8Array, side: Side): Uint8Array | undefined {
  const text = textOf(bytes)
  if (text === undefined) return undefined
  const points = [...text]
  if (points.length <= KEPT) return bytes
  const cut = points.slice(0, KEPT)
  const kept = side === 'lower' ? cut : incrementText(cut)
  return kept && new TextEncoder().encode(kept.join(''))
}

/** The least text of as many code points or fewer that is above all that begin so. */
function incrementText(points: readonly string[]): readonly string[] | undefined {
  const at = points.findLastIndex(point => point !== '\u{10ffff}')
  if (at < 0) return undefined
  const code = (points[at]?.codePointAt(0) ?? 0) + 1
  // Half a surrogate pair is no text.
  return [...points.slice(0, at), String.fromCodePoint(code === 0xd800 ? 0xe000 : code)]
}
