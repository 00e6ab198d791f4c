/** Outcomes as HTTP. A reply never carries ce- headers: Knative's broker would take it for a new event. */
import type { ServerResponse } from 'node:http'
import { summarizeError } from '../../errors.ts'
import type { Outcome } from '../../function.ts'
import { RequestProblem } from '../../problem.ts'
import { boundOutcome } from '../bounded.ts'

/** Seconds: longer than a NameNode's or metastore's failover takes. */
const RETRY_AFTER = 30

/** Only what a retry may mend is 503; senders repeat that, and park the rest (knative.dev/eventing SelectiveRetry). */
export function statusOf(outcome: Outcome): 200 | 422 | 500 | 503 {
  switch (outcome.status) {
    case 'ok':
    case 'partial':
      return 200
    case 'invalid':
      return 422
    case 'unavailable':
      return 503
    case 'failed':
      return 500
  }
  outcome satisfies never
}

export function sendOutcome(response: ServerResponse, outcome: Outcome): void {
  const status = statusOf(outcome)
  sendJson(response, status, boundOutcome(outcome), status === 503 ? { 'retry-after': `${RETRY_AFTER}` } : {})
}

/** A request that no function saw. Other errors are bugs: the reply tells nothing of them, the log does. */
export function sendProblem(response: ServerResponse, error: unknown): void {
  if (error instanceof RequestProblem) {
    // What is left of a refused body is not read, so the connection cannot be used again.
    sendJson(
      response,
      error.status,
      { status: 'invalid', error: summarizeError(error) },
      { connection: 'close' },
    )
  } else {
    const summary = { code: 'INTERNAL', message: 'an unexpected error; the log tells more', retryable: false }
    sendJson(response, 500, { status: 'failed', error: summary })
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}
