/** Statistics of a partition's column as catalogs keep them: whole, and nothing of them estimated. */
import type { Type } from './type.ts'

interface Common {
  /** Lower case. */
  readonly column: string
  /** The table's and the files'. */
  readonly type: Type
  readonly nulls: number
}

/** A column of which the catalogs' statistics are all known. `min` and `max` are values of rows; absent where all is null. */
export type KnownColumn =
  | (Common & { readonly kind: 'boolean'; readonly trues: number; readonly falses: number })
  /** A date counts days since 1970. */
  | (Common & KnownRange<bigint> & { readonly kind: 'integer' | 'date' })
  /** Finite, neither NaN nor −0. */
  | (Common & KnownRange<number> & { readonly kind: 'float' })
  /** `min` and `max` count units of 10^-`scale`, which is the type's. */
  | (Common & KnownRange<bigint> & { readonly kind: 'decimal'; readonly scale: number })

export interface KnownRange<T> {
  /** Nulls not counted. */
  readonly distinct: number
  readonly range: { readonly min: T; readonly max: T } | undefined
}
