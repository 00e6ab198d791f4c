/** What a footer says of a column's values, and cannot be so. Nothing of it is believed here; some engines go by it all the same. */
export interface Doubt {
  /** As `evolution/packing.ts` calls it, where an engine fails on it or loses rows by it. */
  readonly kind: DoubtKind
  /** Follows the column's name. */
  readonly words: string
}

export type DoubtKind =
  | 'bounds that are crossed'
  | 'bounds compared as signed'
  | 'deprecated bounds that are crossed'
  | 'bounds that are too short'
  | 'bounds that are too long'
  | 'bounds of only nulls'
  | 'bounds beyond the type'
  | 'bounds of a writer'
  | 'counts'

/** Whether readers fail on it before they look at a value. */
export const isOfWidth = (kind: DoubtKind): boolean =>
  kind === 'bounds that are too short' || kind === 'bounds that are too long'

/** A function, since most footers give no cause for one. */
export const doubt = (kind: DoubtKind, words: string): Doubt => ({ kind, words })
