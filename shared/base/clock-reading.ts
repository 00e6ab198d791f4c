/** Another machine's clock, read between two moments of our own. */

/** Epoch milliseconds. */
export interface ClockReading {
  readonly theirs: number
  /** Before it was asked, and when it had answered. */
  readonly from: number
  readonly to: number
}

/** NameNodes send it twice, which Node joins with a comma. */
const FIRST = /^[a-z]{3}, [^,]+/i

/** What an HTTP answer's `Date` says; nothing where it has none. */
export function readingOf(
  date: string | undefined,
  from: number,
  to = Date.now(),
): { readonly clock?: ClockReading } {
  const theirs = Date.parse(FIRST.exec(date ?? '')?.[0] ?? '')
  return Number.isNaN(theirs) ? {} : { clock: { theirs, from, to } }
}

/** Milliseconds that it is ahead of ours, at least; 0 where it may be right. HTTP's dates have no parts of a second. */
export function aheadBy({ theirs, from, to }: ClockReading): number {
  if (theirs > to) return theirs - to
  return theirs + 1000 < from ? theirs + 1000 - from : 0
}
