/** When a registered partition's fingerprint and statistics are written anew though its descriptor may stay: pure. */
import { FINGERPRINT } from '../evolution/fingerprint.ts'
import { isPublished } from '../evolution/statistics.ts'
import type { Lake, Run } from '../run/run.ts'
import type { ObservedPartition } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { TableState } from '../state/table-state.ts'
import { sinceOf } from './phases.ts'

/**
 * - A partition that somebody else registered is left as it is until its files change.
 * - After an event, the parameters of one that the next recent scan looks at anyway are left to that: an event that
 *   changes no schema costs no write. Not so where an earlier build has published column statistics of the files before: those are wrong now.
 */
export function refreshRule(state: TableState, lake: Lake, run: Run) {
  const window = Math.min(sinceOf(state), run.startedAt) - lake.lookback
  return ({ time, modified }: ObservedPartition, { parameters }: RegisteredPartition): boolean => {
    const ours = parameters === undefined || parameters[FINGERPRINT] !== undefined
    if (!ours && (state.full === undefined || modified < state.full)) return false
    if (isPublished(parameters)) return true
    return !(run.lazy && state.mark !== undefined && time !== undefined && time >= window)
  }
}
