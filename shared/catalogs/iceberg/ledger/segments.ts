/** Which segments of the ledger tell of a partition, and which are merged: pure. */
import type { Column } from '../../../schema/table.ts'
import { keyOf, type LedgerRecord } from './records.ts'

/** An immutable file of records, sorted by `keyOf`, one of each. */
export interface Segment {
  readonly path: string
  readonly records: number
  /** Of the file. */
  readonly bytes: number
  /** Keys of the first and the last record. */
  readonly first: string
  readonly last: string
}

/** All that a commit names. A newer segment's record of a partition takes the place of older ones'. */
export interface LedgerList {
  /** The oldest first. */
  readonly segments: readonly Segment[]
  /** By the names that records use. */
  readonly columns: Readonly<Record<string, readonly Column[]>>
  /** Ids of the last commits, the newest last. */
  readonly commits: readonly string[]
}

export const EMPTY_LIST: LedgerList = { segments: [], columns: {}, commits: [] }

/** Records of a segment that is not merged any more: no commit writes more than that besides what is new. */
export const SEALED = 4096

/**
 * How many of the newest segments are written anew together with so many new records: those that are not larger than what is
 * written anyway, so that each record is written about log2(SEALED) times.
 */
export function mergedWith(segments: readonly Segment[], fresh: number): number {
  let total = fresh
  let count = 0
  for (const segment of segments.toReversed()) {
    if (segment.records > total || total + segment.records > SEALED) break
    total += segment.records
    count += 1
  }
  return count
}

/**
 * Sorted runs as one, the newer run's record of a partition instead of the older's. `complete`: nothing older is left, so that
 * records of partitions that were taken out are not kept, but for what they tell of rewritten files.
 * @param runs the oldest first
 */
export function mergeRecords(
  runs: readonly (readonly LedgerRecord[])[],
  complete: boolean,
): readonly LedgerRecord[] {
  const merged = new Map(runs.flat().map(record => [keyOf(record), record]))
  return [...merged]
    .filter(([, { dropped, rewritten }]) => !(complete && dropped && rewritten === undefined))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, record]) => record)
}

/** Whether the segment may tell of one of these. @param keys sorted */
export function mayTell({ first, last }: Segment, keys: readonly string[]): boolean {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keys[middle] as string) < first) low = middle + 1
    else high = middle
  }
  return low < keys.length && (keys[low] as string) <= last
}
