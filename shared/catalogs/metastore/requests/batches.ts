/** How much one request holds, and what is done when it was too much. */
import { type ErrorCode, GoldsyncError } from '../../../base/errors.ts'
import type { ClientCall } from '../connection/invoke.ts'

/** Each partition carries its own column list; a request or a reply of these many columns has about 10 MB. */
const COLUMNS = 200_000

/** Partitions with so many columns that one request takes, at most `most`. */
export const batchOf = (columns: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(COLUMNS / Math.max(1, columns))))

/**
 * Runs the work for all items, in order: at once or at most `size` at a time, and fewer where the server fails on so many,
 * which the call is told of.
 */
export type Batches = <T>(
  items: readonly T[],
  work: (slice: readonly T[]) => Promise<void>,
  call: ClientCall,
  size?: number,
) => Promise<void>

/** After so many requests in a row that did not fail, they may hold twice as many again. */
const GROWTH = 8

/** Remembers from call to call what the server takes. */
export function openBatches(): Batches {
  let most = Number.POSITIVE_INFINITY
  let successes = 0
  const grow = () => {
    successes += 1
    if (successes % GROWTH === 0) most *= 2
  }
  const shrink = (failed: number) => {
    most = failed === 1 ? Number.POSITIVE_INFINITY : Math.ceil(failed / 2)
    successes = 0
  }
  /** Whether the slice is done; if not, less is to be tried. */
  const done = async <T>(slice: readonly T[], work: (slice: readonly T[]) => Promise<void>) => {
    try {
      await work(slice)
    } catch (error) {
      if (!mayBeTooMuch(error)) throw error
      shrink(slice.length)
      if (slice.length === 1) throw error
      return false
    }
    grow()
    return true
  }
  return async (items, work, call, size = items.length) => {
    for (let rest = items; rest.length > 0; ) {
      const slice = rest.slice(0, Math.min(size, most))
      if (await done(slice, work)) rest = rest.slice(slice.length)
      else call.onRetry?.(1)
    }
  }
}

// A message beyond hive.metastore.server.max.message.size closes the connection; limits on partitions are MetaExceptions; what
// the database cannot hold is found by halves, too.
const TOO_MUCH: ReadonlySet<ErrorCode> = new Set(['INTERNAL', 'UNAVAILABLE', 'UNSUPPORTED'])

const mayBeTooMuch = (error: unknown): boolean => error instanceof GoldsyncError && TOO_MUCH.has(error.code)
