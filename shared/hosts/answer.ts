/** Outcomes and refusals as HTTP answers, as values: the server sends them, a web action returns them. */
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { RequestProblem } from '../base/problem.ts'
import type { Outcome } from '../function/outcome.ts'
import { boundOutcome } from './bounded.ts'
import { versioned } from './output.ts'

/** Never with ce- headers: Knative's broker would publish the answer. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON; undefined for none. */
  readonly body: unknown
}

/** Seconds: longer than a NameNode's or metastore's failover takes. */
const RETRY_AFTER = 30

/** Only what a retry may mend is 503; senders repeat that, and park the rest (knative.dev/eventing SelectiveRetry). */
export function statusOf(outcome: Outcome): 200 | 202 | 422 | 424 | 500 | 503 {
  switch (outcome.status) {
    case 'ok':
    case 'partial':
      return 200
    case 'accepted':
      return 202
    case 'invalid':
      return 422
    // Not 409, nor 404: Knative's dispatchers would repeat it (SelectiveRetry).
    case 'unmet':
      return 424
    case 'unavailable':
      return 503
    case 'failed':
      return 500
  }
  outcome satisfies never
}

export function answerOutcome(outcome: Outcome): Answer {
  const status = statusOf(outcome)
  return {
    status,
    headers: status === 503 ? { 'retry-after': `${RETRY_AFTER}` } : {},
    body: versioned(boundOutcome(outcome)),
  }
}

/**
 * What a broker is told. It takes an answer for a new event, so one that is none is a failure to it, and it delivers again
 * (knative.dev/eventing pkg/broker/filter: 502 for "a non-empty response not recognized as CloudEvent"). Why it failed it keeps.
 */
export const answerEvent = (outcome: Outcome): Answer => {
  const answer = answerOutcome(outcome)
  return answer.status < 300 ? { ...answer, body: undefined } : answer
}

/** A request that no function saw. Other errors are bugs: the answer tells nothing of them, the log does. */
export function answerProblem(error: unknown): Answer {
  if (!(error instanceof RequestProblem)) return refusal(500, 'failed', UNEXPECTED)
  const outcome = error.status === 503 ? 'unavailable' : 'invalid'
  return refusal(error.status, outcome, summarizeError(error), REQUIRED_HEADERS[error.status] ?? {})
}

/** Seconds: what is too much at once is over soon. */
const RETRY_SOON = 5

/** RFC 9110 §15.5.2, §15.5.6 and §15.6.4. */
const REQUIRED_HEADERS: Readonly<Record<number, Answer['headers']>> = {
  401: { 'www-authenticate': 'Bearer' },
  405: { allow: 'POST, OPTIONS' },
  503: { 'retry-after': `${RETRY_SOON}` },
}

const UNEXPECTED: ErrorSummary = {
  code: 'INTERNAL',
  message: 'an unexpected error; the log tells more',
  retryable: false,
}

const refusal = (
  status: number,
  outcome: Outcome['status'],
  error: ErrorSummary,
  headers: Answer['headers'] = {},
): Answer => ({ status, headers, body: versioned({ status: outcome, error }) })

/** The service cannot work before its config is mended: senders keep their events until then. */
export const answerUnconfigured = (message: string): Answer =>
  refusal(
    503,
    'unavailable',
    { code: 'CONFIG_INVALID', message, retryable: true },
    { 'retry-after': `${RETRY_AFTER}` },
  )

/**
 * The handshake before a sender's first event (CloudEvents HTTP webhook §4). Any origin may send, at any rate: each request
 * is authenticated for itself.
 */
export function answerHandshake(headers: Readonly<Record<string, unknown>>): Answer {
  const origin = headers['webhook-request-origin']
  const granted = {
    ...(typeof origin === 'string' ? { 'webhook-allowed-origin': origin } : {}),
    ...(headers['webhook-request-rate'] === undefined ? {} : { 'webhook-allowed-rate': '*' }),
  }
  return { status: 200, headers: { allow: 'POST, OPTIONS', ...granted }, body: {} }
}
