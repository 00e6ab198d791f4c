/** Which column statistics of a partition go with a change of it: one rule for the catalogs that keep them. Pure. */
import { FINGERPRINT } from '../evolution/fingerprint.ts'
import { ownStatistics, PUBLISHED } from '../evolution/statistics.ts'
import type { Parameters } from '../schema/table.ts'

/**
 * Those that must go before a partition gets these parameters: they are of other files, or will be named no more. By what is
 * stored, not by what a run has read before: another may have published since.
 */
export const withdrawnBy = (wanted: Parameters, stored: Parameters = {}): readonly string[] =>
  wanted[PUBLISHED] !== undefined && wanted[FINGERPRINT] === stored[FINGERPRINT] ? [] : ownStatistics(stored)

/** Those that must go before the parameters that begin with `prefix` do. */
export const withdrawnWith = (prefix: string, stored: Parameters = {}): readonly string[] =>
  PUBLISHED.startsWith(prefix) ? ownStatistics(stored) : []
