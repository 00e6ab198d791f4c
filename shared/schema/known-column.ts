/** Statistics of a partition's column as catalogs keep them: whole, and nothing of them estimated. */
import type { Type } from './type.ts'
import { printValue } from './value.ts'

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

/** `nulls 2, distinct 3, -5 to 9` */
export function printKnown(known: KnownColumn): string {
  const nulls = `nulls ${known.nulls}`
  if (known.kind === 'boolean') return `${nulls}, true ${known.trues}, false ${known.falses}`
  const [min, max] = printRange(known)
  const range = min === undefined ? '' : `, ${min} to ${max}`
  return `${nulls}, distinct ${known.distinct}${range}`
}

function printRange(known: Exclude<KnownColumn, { kind: 'boolean' }>): string[] {
  if (known.range === undefined) return []
  if (known.kind === 'float') return [known.range.min, known.range.max].map(String)
  const { kind, range } = known
  const scale = known.kind === 'decimal' ? known.scale : 0
  return [range.min, range.max].map(value =>
    printValue(kind === 'decimal' ? { kind, value, scale } : { kind, value }),
  )
}
