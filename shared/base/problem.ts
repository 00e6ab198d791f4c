/** A request that is refused before any work, and the HTTP status that tells its sender so. */
import { GoldsyncError } from './errors.ts'

/**
 * 400 not readable, 401 not authenticated, 403 not for web pages, 405 wrong method, 413 too big, 415 unknown format, 422 readable but not
 * meaningful, 503 too many at once. Knative's dispatchers repeat 404, 408, 409, 429 and 5xx (knative.dev/eventing SelectiveRetry): of these
 * the last one alone, which a repetition mends.
 */
export type ProblemStatus = 400 | 401 | 403 | 405 | 413 | 415 | 422 | 503

export class RequestProblem extends GoldsyncError {
  readonly status: ProblemStatus

  constructor(status: ProblemStatus, message: string, cause?: unknown) {
    super(CODES[status] ?? 'REQUEST_INVALID', message, cause === undefined ? {} : { cause })
    this.status = status
  }
}

const CODES: Readonly<Partial<Record<ProblemStatus, GoldsyncError['code']>>> = {
  401: 'AUTHENTICATION_FAILED',
  403: 'PERMISSION_DENIED',
  503: 'UNAVAILABLE',
}
