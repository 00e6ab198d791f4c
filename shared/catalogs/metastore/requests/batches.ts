/** How much one request holds, and what is done when it was too much. */
import { type ErrorCode, GoldsyncError } from '../../../base/errors.ts'
import { mayBeOwn } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'

/** Each partition carries its own column list; a request or a reply of these many columns has about 10 MB. */
const COLUMNS = 200_000

/** Partitions with so many columns that one request takes, at most `most`. */
export const batchOf = (columns: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(COLUMNS / Math.max(1, columns))))

/**
 * Runs the work for all items, in order: at once or at most `size` at a time, and fewer where the server fails on so many,
 * which the call is told of.
 */
export type Batches = <T>(items: readonly T[], work: Work<T>, call: ClientCall, how?: How<T>) => Promise<void>

type Work<T> = (slice: readonly T[]) => Promise<void>

interface How<T> {
  readonly size?: number
  /** Told of an item that the server does not take, where that may be the item's own fault: the others are done all the same. */
  readonly refusing?: { refuse(item: T, error: GoldsyncError): void; took(): void } | undefined
  /** Whether the server answers though a request was not done in time: then there was too much, or something in it, that took it so long. */
  answers?(): Promise<boolean>
}

/** How often an item alone is tried that the server may take the next time. */
const ALONE = 2

/** After so many requests in a row that did not fail, they may hold twice as many again. */
const GROWTH = 8

/** Remembers from call to call what the server takes. */
export function openBatches(): Batches {
  let most = Number.POSITIVE_INFINITY
  let successes = 0
  let refusals = 0
  const grow = () => {
    successes += 1
    refusals = 0
    if (successes % GROWTH === 0) most *= 2
  }
  const shrink = (failed: number) => {
    most = failed === 1 ? Number.POSITIVE_INFINITY : Math.ceil(failed / 2)
    successes = 0
  }
  /** One is alone as a rule; where two follow each other, there may be many. */
  const leave = () => {
    refusals += 1
    if (refusals > 1) most = 1
  }
  /** Whether the slice is done; if not, less is to be tried. */
  const done = async <T>(slice: readonly T[], work: Work<T>, { refusing, answers }: How<T>) => {
    try {
      await (slice.length === 1 && refusing ? again(() => work(slice)) : work(slice))
    } catch (error) {
      shrink(slice.length)
      if (!refusing || !mayBeOwn(error)) return notDone(slice, error, answers)
      if (slice.length > 1) return false
      leave()
      refusing.refuse(slice[0] as T, error)
      return true
    }
    grow()
    refusing?.took()
    return true
  }
  return async (items, work, call, how = {}) => {
    const { size = items.length } = how
    for (let rest = items; rest.length > 0; ) {
      const slice = rest.slice(0, Math.min(size, most))
      if (await done(slice, work, how)) rest = rest.slice(slice.length)
      else call.onRetry?.(1)
    }
  }
}

/**
 * Hive 3 tries a request that its database refuses eleven times, with pauses of two seconds (RetryingHMSHandler): hundreds of
 * partitions take it longer than we wait.
 * @throws the error, where less of the slice would not be taken either
 */
async function notDone(
  slice: readonly unknown[],
  error: unknown,
  answers: How<unknown>['answers'],
): Promise<false> {
  const isLate = error instanceof GoldsyncError && error.code === 'TIMEOUT'
  if (slice.length > 1 && (mayBeTooMuch(error) || (isLate && (await answers?.())))) return false
  throw error
}

/** Another writer may have come between: seen as a refusal by the metastore's database. */
async function again(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ALONE || !(mayBeOwn(error) && error.retryable)) throw error
    }
  }
}

// A message beyond hive.metastore.server.max.message.size closes the connection; limits on partitions are MetaExceptions; what
// the database cannot hold is found by halves, too.
const TOO_MUCH: ReadonlySet<ErrorCode> = new Set(['INTERNAL', 'UNAVAILABLE', 'UNSUPPORTED'])

const mayBeTooMuch = (error: unknown): boolean => error instanceof GoldsyncError && TOO_MUCH.has(error.code)
