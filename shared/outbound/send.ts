/** Requests posted until they are taken. */
import { setTimeout as delay } from 'node:timers/promises'
import { GoldsyncError } from '../base/errors.ts'
import type { HttpRequest } from './emit.ts'
import { type Answer, postOnce } from './post.ts'

/** Milliseconds for one answer; who takes a request does not work on it first. */
const TIMEOUT = 10_000

/**
 * Any 2xx has taken it. Network errors, 429 and 5xx are tried again, after each of the pauses, or as long as `Retry-After` says.
 * @param pauses milliseconds
 * @throws GoldsyncError `UNAVAILABLE` (whatever it was: somebody's repetition can mend it), `ABORTED`
 */
export async function deliver(
  request: HttpRequest,
  pauses: readonly number[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { host } = new URL(request.url)
  for (const pause of [...pauses, undefined]) {
    const refusal = await post(request, signal)
    if (refusal === undefined) return
    if (signal?.aborted) throw new GoldsyncError('ABORTED', `${host}: aborted before the request was taken`)
    if (pause === undefined || !refusal.passing)
      throw new GoldsyncError('UNAVAILABLE', `${host} did not take a request: ${refusal.reason}`)
    await delay(Math.max(pause, refusal.retryAfter), undefined, { signal }).catch(() => undefined)
  }
}

interface Refusal {
  readonly reason: string
  /** Whether the same request may be taken later. */
  readonly passing: boolean
  /** Milliseconds. */
  readonly retryAfter: number
}

async function post(request: HttpRequest, signal: AbortSignal | undefined): Promise<Refusal | undefined> {
  const limit = AbortSignal.timeout(TIMEOUT)
  try {
    const answer = await postOnce(request, signal ? AbortSignal.any([signal, limit]) : limit)
    return answer.status >= 200 && answer.status < 300 ? undefined : refusalOf(answer)
  } catch (error) {
    const reason = limit.aborted ? `no answer within ${TIMEOUT} ms` : (error as Error).message
    return { reason, passing: true, retryAfter: 0 }
  }
}

/** Seconds; the other form of the header, a date, is not sent by those who take our requests. */
const MAX_RETRY_AFTER = 60

const refusalOf = ({ status, headers, text }: Answer): Refusal => ({
  reason: `${status} ${text.slice(0, 200)}`.trim(),
  passing: status === 429 || status >= 500,
  retryAfter: 1000 * Math.min(Number(headers['retry-after']) || 0, MAX_RETRY_AFTER),
})
