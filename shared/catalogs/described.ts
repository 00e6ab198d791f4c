/** What becomes of a partition's column statistics and of the parameters that tell of them: one rule for the catalogs that keep them. */
import { FINGERPRINT } from '../evolution/fingerprint.ts'
import { publishedIn, publishedParameter } from '../evolution/statistics.ts'
import type { Described } from '../schema/change.ts'
import type { Parameters } from '../schema/table.ts'

/**
 * Those that are wanted; but where another writer has given the partition the fingerprint of other files meanwhile, nobody
 * knows whose statistics are there: then the mark stays, and the next scan takes away what either of them has set.
 */
export function parametersOf({ parameters, mark }: Described, stored: Parameters = {}): Parameters {
  if ([mark, parameters[FINGERPRINT]].includes(stored[FINGERPRINT])) return parameters
  const columns = new Set([...publishedIn(stored), ...publishedIn(parameters)])
  return { ...parameters, ...publishedParameter([...columns]), [FINGERPRINT]: mark }
}

/**
 * The columns whose statistics must go before a partition gets these parameters: they are of other files, or will be named no
 * more. By what is stored, not by what a run has read before: another may have published since.
 */
export function staleColumns(wanted: Parameters, stored: Parameters = {}): readonly string[] {
  const kept = wanted[FINGERPRINT] === stored[FINGERPRINT] ? publishedIn(wanted) : []
  return publishedIn(stored).filter(column => !kept.includes(column))
}
