/** The bounds of one column chunk: which of the footer's fields tell them, and whether they can be what they claim. */
import { type Doubt, doubt } from './doubt.ts'
import type { RawStatistics } from './idl.ts'
import { compareRaw, type Order, readFloat } from './order.ts'
import type { Leaf, Physical } from './tree.ts'

export interface RawBound {
  /** PLAIN-encoded, a view of the footer. */
  readonly bytes: Uint8Array
  /** Whether a row has this very value. */
  readonly exact: boolean
}

interface ChunkBounds {
  readonly min: RawBound | undefined
  readonly max: RawBound | undefined
  /** Whether they are in the column's own order, not in the deprecated signed one. */
  readonly ordered: boolean
}

/** Longer ones are not kept: a report cannot use them, and no catalog takes them. */
const MAX_BYTES = 128

/** The bounds, or why nothing is believed of the column. */
export function readBounds(leaf: Leaf, order: Order, statistics: RawStatistics): ChunkBounds | Doubt {
  const { min, max, ordered } = choose(leaf, order, statistics)
  const strange = [min, max].map(bound => missesWidth(leaf, bound)).find(by => by !== 0)
  if (strange !== undefined)
    return doubt(
      strange < 0 ? 'bounds that are too short' : 'bounds that are too long',
      `has bounds of another width than ${leaf.physical}`,
    )
  if (order === 'bytes' && areCrossedOld(statistics))
    return doubt(
      'deprecated bounds that are crossed',
      'has deprecated bounds that are crossed in its own order',
    )
  const none = { min: undefined, max: undefined, ordered }
  // With a NaN in one of them, old writers compared the other wrongly too.
  if (order === 'float' && (isNaNBound(min) || isNaNBound(max))) return none
  if (min !== undefined && max !== undefined && compareRaw(order, min.bytes, max.bytes) > 0)
    return doubt('bounds that are crossed', 'has a minimum above its maximum')
  return { min: short(min), max: short(max), ordered }
}

function choose(leaf: Leaf, order: Order, statistics: RawStatistics): ChunkBounds {
  const { min, max, minExact, maxExact, signedMin, signedMax } = statistics
  if (min !== undefined || max !== undefined) {
    // Writers may cut bytes short (parquet.thrift, Statistics), and not all of them say so; nobody does it to numbers.
    const whole = !bytesVary(leaf.physical)
    return { min: boundOf(min, minExact ?? whole), max: boundOf(max, maxExact ?? whole), ordered: true }
  }
  // The deprecated ones are right where the column's own order is the signed one too (parquet.thrift, Statistics).
  const signed = order === 'signed' || order === 'float' || leaf.physical === 'BOOLEAN'
  return signed
    ? { min: boundOf(signedMin?.(), true), max: boundOf(signedMax?.(), true), ordered: false }
    : { min: undefined, max: undefined, ordered: false }
}

/** Writers compared text by signed bytes once: where it is no ASCII, the greatest may be the least. */
function areCrossedOld({ min, max, signedMin, signedMax }: RawStatistics): boolean {
  if (min !== undefined || max !== undefined) return false
  const [least, most] = [signedMin?.(), signedMax?.()]
  return least !== undefined && most !== undefined && compareRaw('bytes', least, most) > 0
}

const bytesVary = (physical: Physical): boolean =>
  physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY'

const boundOf = (bytes: Uint8Array | undefined, exact: boolean): RawBound | undefined =>
  bytes === undefined ? undefined : { bytes, exact }

/** Bytes of a bound; those of byte arrays vary. */
const WIDTH: Partial<Record<Physical, number>> = { BOOLEAN: 1, INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 }

/** By how many bytes the bound is too long; negative where it is too short. Fixed ones may be cut, as any bytes, unless they are numbers. */
function missesWidth({ physical, length, logical }: Leaf, bound: RawBound | undefined): number {
  if (bound === undefined || physical === 'BYTE_ARRAY') return 0
  const by = bound.bytes.length - (WIDTH[physical] ?? length)
  const mayBeCut = physical === 'FIXED_LEN_BYTE_ARRAY' && logical?.kind !== 'decimal'
  return mayBeCut ? Math.max(by, 0) : by
}

const isNaNBound = (bound: RawBound | undefined): boolean =>
  bound !== undefined && Number.isNaN(readFloat(bound.bytes))

const short = (bound: RawBound | undefined): RawBound | undefined =>
  bound !== undefined && bound.bytes.length <= MAX_BYTES ? bound : undefined
