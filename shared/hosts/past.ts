/** What a page tells of the history, read anew for each page. */
import { summarizeError } from '../base/errors.ts'
import type { History } from '../history/history.ts'
import { type NoPast, type Past, readPast } from '../page/past.ts'

const DAY = 86_400_000
/** What the plots show. */
const DAYS = 7
/** Entries: some 20 MB of a history, and less than a second of reading. */
const LIMIT = 20_000

/** A history that cannot be read is told of, and stops no page. */
export async function pastOf(
  history: Pick<History, 'place' | 'read'>,
  now: number,
  signal?: AbortSignal,
): Promise<Past | NoPast> {
  const { place } = history
  const from = now - DAYS * DAY
  try {
    const entries = history.read({ kinds: ['run', 'table'], since: from, limit: LIMIT }, signal)
    return await readPast(place, entries, { from, to: now, limit: LIMIT })
  } catch (error) {
    return { place, error: summarizeError(error).message }
  }
}
