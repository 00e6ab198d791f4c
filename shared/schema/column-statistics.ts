/** What is proven of columns, printed: for reports, and for the catalogs that keep column statistics. */
import type { Bound, ColumnFacts, Facts, Value } from './facts.ts'
import { compareValues, printValue } from './value.ts'

/** One column's statistics for reports and catalogs: only what is proven, values as text that loses nothing. */
export interface ColumnStatistics {
  /** Lower case. */
  readonly column: string
  readonly nulls?: number
  /** Of floats only; `min` and `max` leave them out. */
  readonly nans?: number
  /** What `min` and `max` are; absent where there is neither. */
  readonly kind?: Value['kind']
  /**
   * `-12.50`, `1e+21`, `2026-11-21`, `2026-11-21 12:00:00.5`, `true`, text as it is, bytes as `0x00ff`.
   * Timestamps tell the file's clock: UTC where it says so.
   */
  readonly min?: string
  readonly max?: string
  /** Whether rows have these very values; false where one is only a bound. */
  readonly exact?: boolean
  /** Distinct values, nulls not counted. */
  readonly distinct?: number
}

/** How many distinct values the column has, nulls not counted, where that is proven. */
export function distinctOf(column: ColumnFacts): number | undefined {
  const { rows, nulls, min, max, distinct } = column
  if (nulls === rows) return 0
  if (min === undefined || max === undefined) return distinct
  const exact = min.exact && max.exact
  if (compareValues(min.value, max.value) === 0) return isConstant(column, min, exact) ? 1 : distinct
  return min.value.kind === 'boolean' && exact ? 2 : distinct
}

/** Whether equal bounds mean one value. @param exact whether both bounds are */
function isConstant({ nans }: ColumnFacts, { value }: Bound, exact: boolean): boolean {
  switch (value.kind) {
    case 'float':
      // Engines differ on whether −0 is a value of its own.
      return nans === 0 && value.value !== 0
    case 'text':
    case 'bytes':
      // Writers that cut both bounds short without saying so have been seen (polars).
      return exact
    default:
      return true
  }
}

/** The columns of which something is proven, for reports and catalogs. */
export const describeFacts = ({ columns }: Facts): ColumnStatistics[] =>
  [...columns].map(([name, column]) => describeColumn(name, column)).filter(isTelling)

const isTelling = (statistics: ColumnStatistics): boolean => Object.keys(statistics).length > 1

function describeColumn(column: string, facts: ColumnFacts): ColumnStatistics {
  const { nulls, nans, min, max } = facts
  const bound = min ?? max
  const distinct = distinctOf(facts)
  return {
    column,
    ...(nulls === undefined ? {} : { nulls }),
    ...(nans !== undefined && (nans > 0 || bound?.value.kind === 'float') ? { nans } : {}),
    ...(bound === undefined ? {} : { kind: bound.value.kind }),
    ...(min === undefined ? {} : { min: printValue(min.value) }),
    ...(max === undefined ? {} : { max: printValue(max.value) }),
    ...(bound === undefined ? {} : { exact: min?.exact !== false && max?.exact !== false }),
    ...(distinct === undefined ? {} : { distinct }),
  }
}
