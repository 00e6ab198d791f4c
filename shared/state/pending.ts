/** Partitions that are held back or incomplete: remembered on the table, and looked at again by every run. Pure. */

/**
 * Paths from the topic's folder (`2019/09/01/01`), sorted; or, where there are too many to be named, `overflow`: then
 * every run is a full scan until there are fewer.
 */
export type Pending = readonly string[] | 'overflow'

/** Hive's schema on some databases keeps 4,000 characters of a parameter. */
const MAX_LENGTH = 3500

const OVERFLOW = '*'

/** What is broken is read as an overflow: a full scan finds everything again. */
export function parsePending(text: string | undefined): Pending {
  if (text === undefined || text === '') return []
  try {
    const paths: unknown = JSON.parse(text)
    if (Array.isArray(paths) && paths.every(path => typeof path === 'string')) return paths
  } catch {
    // Falls through: not ours, or cut off.
  }
  return 'overflow'
}

/** The parameter's text; undefined for none. */
export function printPending(pending: Pending): string | undefined {
  if (pending === 'overflow') return OVERFLOW
  if (pending.length === 0) return undefined
  const text = JSON.stringify([...new Set(pending)].sort())
  return text.length > MAX_LENGTH ? OVERFLOW : text
}

/** What one run has to say of what is pending. */
export interface Looked {
  /** As the table said it when the run began. */
  readonly known: Pending
  /** Those of them that the run has not looked at. */
  readonly left: ReadonlySet<string>
  /** Paths that it has looked at and that need another look. */
  readonly unfinished: Iterable<string>
  /** Whether it has looked at the whole topic. */
  readonly everything: boolean
}

/**
 * What is pending after a run: what other runs have put there meanwhile stays.
 * @param current as the table says it now
 */
export function nextPending(current: Pending, { known, left, unfinished, everything }: Looked): Pending {
  const isOver = everything && known === 'overflow'
  if (current === 'overflow' && !isOver) return 'overflow'
  const finished = known === 'overflow' ? [] : known.filter(path => everything || !left.has(path))
  const done = new Set(finished)
  const others = current === 'overflow' ? [] : current.filter(path => !done.has(path))
  return [...new Set([...others, ...unfinished])].sort()
}
