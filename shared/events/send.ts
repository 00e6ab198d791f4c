/** Requests posted until they are taken. */
import { setTimeout as delay } from 'node:timers/promises'
import { GoldsyncError } from '../errors.ts'
import type { HttpRequest } from './emit.ts'

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

async function post(
  { url, headers, body }: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<Refusal | undefined> {
  const limit = AbortSignal.timeout(TIMEOUT)
  const stop = signal ? AbortSignal.any([signal, limit]) : limit
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: stop })
    const answer = await response.text()
    return response.ok ? undefined : refusalOf(response, answer)
  } catch (error) {
    const reason = limit.aborted ? `no answer within ${TIMEOUT} ms` : reasonOf(error)
    return { reason, passing: true, retryAfter: 0 }
  }
}

/** Seconds; the other form of the header, a date, is not sent by those who take our requests. */
const MAX_RETRY_AFTER = 60

const refusalOf = ({ status, headers }: Response, answer: string): Refusal => ({
  reason: `${status} ${answer.slice(0, 200)}`.trim(),
  passing: status === 429 || status >= 500,
  retryAfter: 1000 * Math.min(Number(headers.get('retry-after')) || 0, MAX_RETRY_AFTER),
})

/** What `fetch` fails with says only that it failed; the cause says why. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
