/** How much one request holds, and what is done when it was too much. */
import { GoldsyncError } from '../../errors.ts'

/** Each partition carries its own column list; a request or a reply of these many columns has about 10 MB. */
const COLUMNS = 200_000

/** Partitions with so many columns that one request takes, at most `most`. */
export const batchOf = (columns: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(COLUMNS / Math.max(1, columns))))

/** Runs the work for each slice of the items, in order. */
export async function inSlices<T>(
  items: readonly T[],
  size: number,
  work: (slice: readonly T[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; at += size) await halving(items.slice(at, at + size), work)
}

/** Runs the work for all items, or, where the server fails on so many, for each half. */
export async function halving<T>(
  items: readonly T[],
  work: (slice: readonly T[]) => Promise<void>,
): Promise<void> {
  try {
    await work(items)
  } catch (error) {
    if (items.length === 1 || !mayBeTooMuch(error)) throw error
    const half = Math.ceil(items.length / 2)
    await halving(items.slice(0, half), work)
    await halving(items.slice(half), work)
  }
}

// A message beyond hive.metastore.server.max.message.size closes the connection; limits on partitions are MetaExceptions.
const mayBeTooMuch = (error: unknown): boolean =>
  error instanceof GoldsyncError && (error.code === 'INTERNAL' || error.code === 'UNAVAILABLE')
