/** The order in which a topic's folders are walked, and where a walk begins: pure. */

/** Which folders a walk enters. */
export interface Window {
  /** Epoch milliseconds: folders whose time range ends before are left out. */
  readonly from?: number | undefined
  /** Whether an earlier walk has finished the folder. @param segments names from the lake's root */
  readonly passed?: (segments: readonly string[]) => boolean
}

// Numbers by their value, so that hour 10 is newer than hour 9 in folders without leading zeros too.
const numeric = new Intl.Collator('en', { numeric: true })

const compareNames = (a: string, b: string): number => numeric.compare(b, a) || (a === b ? 0 : a < b ? 1 : -1)

/** Sorts names of one level, the newest first. */
export const newestFirst = (a: { readonly name: string }, b: { readonly name: string }): number =>
  compareNames(a.name, b.name)

/** Which of two paths a walk comes to first: below 0 for the first one. A folder comes before what is in it. */
export function compareInWalk(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((name, at) => name !== b[at])
  if (differing === -1) return a.length - b.length
  const other = b[differing]
  return other === undefined ? 1 : compareNames(a[differing] as string, other)
}

/**
 * Whether a walk that ended with the partition folder `last` had finished a folder. What is on the way to `last` had
 * been entered and is not finished.
 */
export function passedBy(last: readonly string[]): (segments: readonly string[]) => boolean {
  return segments => {
    const onTheWay = segments.length < last.length && segments.every((name, at) => name === last[at])
    return !onTheWay && compareInWalk(segments, last) <= 0
  }
}
