/** A request that is refused before any work, and the HTTP status that tells its sender so. */
import { GoldsyncError } from './errors.ts'

/**
 * 400 not readable, 401 not authenticated, 405 wrong method, 413 too big, 415 unknown format, 422 readable but not meaningful.
 * Knative's dispatchers repeat 404, 408, 409, 429 and 5xx (knative.dev/eventing SelectiveRetry); none of these is one.
 */
export type ProblemStatus = 400 | 401 | 405 | 413 | 415 | 422

export class RequestProblem extends GoldsyncError {
  readonly status: ProblemStatus

  constructor(status: ProblemStatus, message: string, cause?: unknown) {
    super(
      status === 401 ? 'AUTHENTICATION_FAILED' : 'REQUEST_INVALID',
      message,
      cause === undefined ? {} : { cause },
    )
    this.status = status
  }
}
