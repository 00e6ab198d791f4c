/** What footers prove of the values of columns: never an estimate, never a guess. */

/** A value in the domain in which engines compare it, whatever its file encodes it as. */
export type Value =
  /** A boolean is 0 or 1, a date counts days since 1970, a timestamp nanoseconds since 1970 by its own clock. */
  | { readonly kind: 'boolean' | 'integer' | 'date' | 'timestamp'; readonly value: bigint }
  /** `value` × 10^-`scale`. */
  | { readonly kind: 'decimal'; readonly value: bigint; readonly scale: number }
  /** Neither NaN nor −0. */
  | { readonly kind: 'float'; readonly value: number }
  /** Compared by unsigned bytes; `text` is UTF-8. */
  | { readonly kind: 'text' | 'bytes'; readonly value: Uint8Array }

export interface Bound {
  readonly value: Value
  /** Whether a row has this very value; otherwise all values are only known to lie on this side of it. */
  readonly exact: boolean
}

/** What is proven of one column. */
export interface ColumnFacts {
  /** Nulls included. */
  readonly rows: number
  readonly nulls: number | undefined
  /** NaNs, which `min` and `max` leave out; 0 for all but floats. */
  readonly nans: number | undefined
  readonly min: Bound | undefined
  readonly max: Bound | undefined
  /** Distinct values, nulls not counted, as the writer counted them; `distinctOf` (column-statistics.ts) knows more. */
  readonly distinct: number | undefined
}

/** What is proven of a file, of the files of a partition, or of a table. */
export interface Facts {
  readonly rows: number
  /** By name in lower case, all top-level columns: one that is not here is null in every row. */
  readonly columns: ReadonlyMap<string, ColumnFacts>
}

/** Of a column of so many rows nothing is known. */
export const unknownFacts = (rows: number): ColumnFacts => ({
  rows,
  nulls: undefined,
  nans: undefined,
  min: undefined,
  max: undefined,
  distinct: undefined,
})

/** Whether the column is known to hold nothing that has an order: only nulls and NaNs, or no rows. */
export const isEmpty = ({ rows, nulls, nans }: ColumnFacts): boolean =>
  nulls !== undefined && nans !== undefined && nulls + nans === rows
