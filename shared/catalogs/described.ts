/** Parameters of a partition after its columns' statistics were set: one rule for the catalogs that keep them. */
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
