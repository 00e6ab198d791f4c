/** A folded column → what is proven of its values, or why nothing is. */
import { type Bound, type ColumnFacts, unknownFacts } from '../schema/facts.ts'
import { compareValues } from '../schema/value.ts'
import { boundValue } from './bound-value.ts'
import type { RawBound } from './bounds.ts'
import type { ColumnFold } from './column.ts'
import { type Doubt, doubt } from './doubt.ts'
import type { ColumnOrder } from './idl.ts'
import { type Packed, packedOf } from './packed.ts'
import { boundsFault, countsDistinct, tellsExact, untypedAs } from './writers.ts'

/** What all row groups say about one leaf column. */
export interface ColumnSummary {
  readonly encrypted: boolean
  /** Why nothing that the file says of the column's values is believed, once for each kind; none where it is. */
  readonly doubts: readonly Doubt[]
  /** Whether it is what its writer makes of a column that is only null and has no type. */
  readonly untyped: boolean
  readonly packed: Packed
  /** Within lists `rows` counts values, and `nulls` whatever is absent at any level. */
  readonly facts: ColumnFacts
}

/**
 * @param order how the column's bounds were compared; undefined in files of old writers
 * @param createdBy the file's writer, '' where it does not tell
 */
export function summarize(
  column: ColumnFold,
  order: ColumnOrder | undefined,
  createdBy: string,
): ColumnSummary {
  const { encrypted, leaf, values } = column
  const packed = packedOf(column.packed)
  const nothing = { encrypted, packed, untyped: false, facts: unknownFacts(values) }
  const fault = boundsFault(createdBy, leaf)
  const doubts = fault === undefined ? column.doubts : [...column.doubts, doubt('bounds of a writer', fault)]
  if (encrypted || doubts.length > 0) return { ...nothing, doubts }
  const facts = factsOf(column, column.ordered && !isOrdered(column, order), createdBy)
  if ('kind' in facts) return { ...nothing, doubts: [facts] }
  const untyped = facts.rows > 0 && facts.nulls === facts.rows && untypedAs(createdBy, leaf)
  return { encrypted, packed, untyped, doubts, facts }
}

/** What is left where the file's row counts contradict each other. */
export const withoutFacts = (summary: ColumnSummary): ColumnSummary => ({
  ...summary,
  untyped: false,
  facts: unknownFacts(summary.facts.rows),
})

/** Whether the bounds were compared in the order of the column's type; among floats without NaN and −0 the two are one. */
const isOrdered = (column: ColumnFold, order: ColumnOrder | undefined): boolean =>
  order?.kind === 'type' || (order?.kind === 'ieee754' && column.order === 'float')

function factsOf(column: ColumnFold, withoutBounds: boolean, createdBy: string): ColumnFacts | Doubt {
  const { leaf, values: rows, nulls, nans } = column
  const min = withoutBounds ? undefined : decode(column, column.min, createdBy)
  const max = withoutBounds ? undefined : decode(column, column.max, createdBy)
  if (min === 'alien' || max === 'alien')
    return doubt('bounds beyond the type', 'has a bound that is no value of its type')
  const distinct = countsDistinct(createdBy, leaf) ? column.distinct : undefined
  const facts = { rows, nulls, nans, min, max, distinct }
  return checkDistinct(facts) ?? facts
}

function decode(
  { leaf, order }: ColumnFold,
  bound: RawBound | undefined,
  createdBy: string,
): Bound | 'alien' | undefined {
  if (bound === undefined || order === undefined) return undefined
  const value = boundValue(leaf, order, bound.bytes)
  return value === undefined ? 'alien' : { value, exact: bound.exact && tellsExact(createdBy, leaf) }
}

function checkDistinct({ min, max, distinct }: ColumnFacts): Doubt | undefined {
  if (distinct === undefined || !(min?.exact && max?.exact)) return undefined
  const one = compareValues(min.value, max.value) === 0
  if (one === (distinct === 1)) return undefined
  return doubt('counts', `has ${distinct} distinct values, and bounds that deny it`)
}
