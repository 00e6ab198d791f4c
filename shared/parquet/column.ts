/** What the row groups say about the values of one leaf column, folded: bounds stay the footer's bytes until the end. */
import { type RawBound, readBounds } from './bounds.ts'
import { type Doubt, doubt, isOfWidth } from './doubt.ts'
import type { ColumnMetadata, RawStatistics } from './idl.ts'
import { compareRaw, type Order, orderOf } from './order.ts'
import { type PackedFold, startPacked } from './packed.ts'
import type { Leaf } from './tree.ts'

export interface ColumnFold {
  readonly leaf: Leaf
  readonly order: Order | undefined
  encrypted: boolean
  readonly packed: PackedFold
  /** The first contradiction of each kind: from the first on nothing is folded. */
  readonly doubts: Doubt[]
  values: number
  nulls: number | undefined
  nans: number | undefined
  /** Chunks that may hold more than nulls and NaNs; what follows is about them. */
  filled: number
  /** As counted by the writer; undefined where there are several such chunks. */
  distinct: number | undefined
  min: RawBound | undefined
  max: RawBound | undefined
  /** Whether a bound is in the column's own order, not in the deprecated signed one. */
  ordered: boolean
}

export const startColumn = (leaf: Leaf): ColumnFold => ({
  leaf,
  order: orderOf(leaf),
  encrypted: false,
  packed: startPacked(),
  doubts: [],
  values: 0,
  nulls: 0,
  nans: 0,
  filled: 0,
  distinct: undefined,
  min: undefined,
  max: undefined,
  ordered: false,
})

/** Adds a chunk. */
export function foldValues(column: ColumnFold, metadata: ColumnMetadata): void {
  const { statistics = {}, values = Number.NaN } = metadata
  const strange = checkCounts(column, metadata, statistics, values)
  if (strange) addDoubt(column, strange)
  if (strange || values === 0) return
  const { nulls = isRequired(column.leaf) ? 0 : undefined } = statistics
  const nans = isFloat(column.leaf) && nulls !== values ? statistics.nans : 0
  column.values += values
  column.nulls = add(column.nulls, nulls)
  column.nans = add(column.nans, nans)
  if (add(nulls, nans) === values) return
  column.filled += 1
  column.distinct = column.filled === 1 && statistics.distinct !== 0 ? statistics.distinct : undefined
  if (column.order !== undefined) foldBounds(column, column.order, statistics)
}

const add = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b

/** Null in no row: what is required within a group is null where the group is. */
const isRequired = ({ repetition, path, name }: Leaf): boolean => repetition === 'required' && path === name

const isFloat = ({ physical }: Leaf): boolean => physical === 'FLOAT' || physical === 'DOUBLE'

/** Counts beyond ±2^52 are NaN: `>=` and `<=` are false for them. */
function checkCounts(
  column: ColumnFold,
  { uncompressedSize = 0, compressedSize = 0 }: ColumnMetadata,
  statistics: RawStatistics,
  values: number,
): Doubt | undefined {
  const { nulls = 0, nans = 0, distinct = 0 } = statistics
  if (!(uncompressedSize >= 0 && compressedSize >= 0)) return doubt('counts', 'has a negative size')
  if (!(nulls >= 0 && nulls <= values)) return doubt('counts', `has ${nulls} nulls among ${values} values`)
  if (!(nans >= 0 && nulls + nans <= values))
    return doubt('counts', `has ${nans} NaNs and ${nulls} nulls among ${values} values`)
  if (!(distinct >= 0 && nulls + distinct <= values))
    return doubt('counts', `has ${distinct} distinct values and ${nulls} nulls among ${values}`)
  if (nulls === 0) return undefined
  if (isRequired(column.leaf)) return doubt('counts', `is required and has ${nulls} nulls`)
  return nulls === values ? checkNoBounds(column, statistics) : undefined
}

/**
 * Of only nulls. Two different bounds are those of values: then it is the count that lies. One alone, or nought, may be what a
 * writer began with; but readers fail on bounds of a wrong width even there.
 */
function checkNoBounds({ leaf, order }: ColumnFold, statistics: RawStatistics): Doubt | undefined {
  const { min, max } = statistics
  const bounds = order === undefined ? undefined : readBounds(leaf, order, statistics)
  if (bounds && 'kind' in bounds && isOfWidth(bounds.kind)) return bounds
  const [least, most] = bounds === undefined || 'kind' in bounds ? [] : [bounds.min, bounds.max]
  const differ = order !== undefined && least && most && compareRaw(order, least.bytes, most.bytes) < 0
  if (differ) return doubt('bounds of only nulls', 'has bounds and only nulls')
  return (min ?? max) === undefined ? undefined : doubt('counts', 'has bounds and only nulls')
}

function addDoubt({ doubts }: ColumnFold, found: Doubt): void {
  if (!doubts.some(({ kind }) => kind === found.kind)) doubts.push(found)
}

function foldBounds(column: ColumnFold, order: Order, statistics: RawStatistics): void {
  const bounds = readBounds(column.leaf, order, statistics)
  if ('kind' in bounds) {
    addDoubt(column, bounds)
    return
  }
  const first = column.filled === 1
  column.ordered ||= bounds.ordered
  column.min = first ? bounds.min : outer(order, column.min, bounds.min, 1)
  column.max = first ? bounds.max : outer(order, column.max, bounds.max, -1)
}

/** The lesser bound, or the greater where `sign` is -1; unknown where one of them is. */
function outer(
  order: Order,
  a: RawBound | undefined,
  b: RawBound | undefined,
  sign: 1 | -1,
): RawBound | undefined {
  if (a === undefined || b === undefined) return undefined
  const difference = compareRaw(order, a.bytes, b.bytes) * sign
  return difference < 0 || (difference === 0 && a.exact) ? a : b
}
