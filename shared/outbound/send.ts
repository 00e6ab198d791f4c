/** Requests posted until they are taken. */
import { setTimeout as delay } from 'node:timers/promises'
import { GoldsyncError } from '../base/errors.ts'
import { type Answer, type HttpRequest, requestOnce } from '../base/http-request.ts'
import { abortedAfter } from '../base/signals.ts'
import type { SendOptions, Taken } from '../function/hand-over.ts'

/** How long a platform is waited for; milliseconds. */
export interface Patience {
  /** Between attempts. */
  readonly pauses: readonly number[]
  /** For one answer, besides the deadline. Default ten minutes. */
  readonly answer?: number
  /**
   * A refusal comes within this time; what fails later had been taken up: by a broker that answers after it has delivered, and had
   * repeated by itself, or by something on the way to it that waits no longer. Default 10 s.
   */
  readonly refusal?: number
}

const DEFAULTS = { answer: 600_000, refusal: 10_000 }

/**
 * Any 2xx has taken it. Refusals by network errors, 429 and 5xx are tried again, after each of the pauses, or as long as `Retry-After`
 * says, while there is time. No answer is no refusal: brokers that answer after their receivers have done the work would start them again.
 * @throws GoldsyncError `UNAVAILABLE` (whatever it was: somebody's repetition can mend it), `ABORTED`
 */
export async function deliver(
  request: HttpRequest,
  patience: Patience,
  { signal, deadline = Number.POSITIVE_INFINITY }: SendOptions,
): Promise<Taken> {
  const { host } = new URL(request.url)
  for (const pause of [...patience.pauses, undefined]) {
    const end = await post(request, { ...DEFAULTS, ...patience }, deadline, signal)
    if (end === 'taken') return end
    if (signal?.aborted) throw new GoldsyncError('ABORTED', `${host}: aborted before the request was taken`)
    if (end === 'unanswered') return end
    const rest = Math.max(pause ?? 0, end.retryAfter)
    if (pause === undefined || !end.passing || Date.now() + rest >= deadline)
      throw new GoldsyncError('UNAVAILABLE', `${host} did not take a request: ${end.reason}`)
    await delay(rest, undefined, { signal }).catch(() => undefined)
  }
  throw new GoldsyncError('INTERNAL', `${host}: no attempt was made`)
}

interface Refusal {
  readonly reason: string
  /** Whether the same request may be taken later. */
  readonly passing: boolean
  /** Milliseconds. */
  readonly retryAfter: number
}

async function post(
  request: HttpRequest,
  { answer: most, refusal }: Required<Omit<Patience, 'pauses'>>,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<Taken | Refusal> {
  const began = performance.now()
  const limit = abortedAfter(Math.min(most, deadline - Date.now()))
  const isLate = () => limit.aborted || performance.now() - began > refusal
  try {
    const answer = await requestOnce(request, signal ? AbortSignal.any([signal, limit]) : limit)
    if (answer.status >= 200 && answer.status < 300) return 'taken'
    return isLate() ? 'unanswered' : refusalOf(answer)
  } catch (error) {
    return isLate() ? 'unanswered' : { reason: (error as Error).message, passing: true, retryAfter: 0 }
  }
}

/** Seconds; the other form of the header, a date, is not sent by those who take our requests. */
const MAX_RETRY_AFTER = 60

const refusalOf = ({ status, headers, text }: Answer): Refusal => ({
  reason: `${status} ${text.slice(0, 200)}`.trim(),
  passing: status === 429 || status >= 500,
  retryAfter: 1000 * Math.min(Number(headers['retry-after']) || 0, MAX_RETRY_AFTER),
})
