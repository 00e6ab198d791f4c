/** The bounds of one column chunk: which of the footer's fields tell them, and whether they can be what they claim. */
import { type Doubt, type DoubtKind, doubt } from './doubt.ts'
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
  const fault = widthFault(leaf, min) ?? widthFault(leaf, max)
  if (fault) return doubt(fault, `has bounds of another width than ${leaf.physical}`)
  if (leaf.logical?.kind === 'string' && areCrossedOld(statistics))
    return doubt('deprecated bounds that are crossed', 'has deprecated bounds that are crossed')
  const none = { min: undefined, max: undefined, ordered }
  // With a NaN in one of them, old writers compared the other wrongly too.
  if (order === 'float' && (isNaNBound(min) || isNaNBound(max))) return none
  if (min !== undefined && max !== undefined && compareRaw(order, min.bytes, max.bytes) > 0)
    return doubt(crossing(leaf, order, min, max, ordered), 'has a minimum above its maximum')
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

/** Nobody goes by deprecated bounds of decimals; unsigned ones are signed to Trino, as they were to writers that compared them so. */
function crossing(
  { logical }: Leaf,
  order: Order,
  min: RawBound,
  max: RawBound,
  ordered: boolean,
): DoubtKind {
  if (!ordered && logical?.kind === 'decimal') return 'counts'
  const asSigned = order === 'unsigned' && compareRaw('signed', min.bytes, max.bytes) <= 0
  return asSigned ? 'bounds compared as signed' : 'bounds that are crossed'
}

/**
 * Text was compared by signed bytes once, in which what is no ASCII is less than what is: such bounds are as they should be, and
 * Trino goes by their ASCII alone. Crossed in both orders are those that differ in two letters of ASCII first.
 */
function areCrossedOld({ min, max, signedMin, signedMax }: RawStatistics): boolean {
  if (min !== undefined || max !== undefined) return false
  const [least, most] = [signedMin?.(), signedMax?.()]
  if (least === undefined || most === undefined) return false
  const at = least.findIndex((byte, i) => byte !== most[i])
  const [low = 0, high = 0xff] = [least[at], most[at]]
  return low < 0x80 && high < 0x80 && low > high
}

const bytesVary = (physical: Physical): boolean =>
  physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY'

const boundOf = (bytes: Uint8Array | undefined, exact: boolean): RawBound | undefined =>
  bytes === undefined ? undefined : { bytes, exact }

/** Bytes of a bound; those of byte arrays vary. */
const WIDTH: Partial<Record<Physical, number>> = { BOOLEAN: 1, INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 }

/** Fixed bytes may be cut as any may, unless they are numbers; of those, readers take what the bytes mean, however many they are. */
function widthFault({ physical, length, logical }: Leaf, bound: RawBound | undefined): DoubtKind | undefined {
  if (bound === undefined || physical === 'BYTE_ARRAY') return undefined
  const by = bound.bytes.length - (WIDTH[physical] ?? length)
  if (physical === 'FIXED_LEN_BYTE_ARRAY')
    return by > 0 || (by < 0 && logical?.kind === 'decimal') ? 'counts' : undefined
  if (by === 0) return undefined
  return by < 0 ? 'bounds that are too short' : 'bounds that are too long'
}

const isNaNBound = (bound: RawBound | undefined): boolean =>
  bound !== undefined && Number.isNaN(readFloat(bound.bytes))

const short = (bound: RawBound | undefined): RawBound | undefined =>
  bound !== undefined && bound.bytes.length <= MAX_BYTES ? bound : undefined
