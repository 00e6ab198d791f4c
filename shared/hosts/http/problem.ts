/** A request that never reaches a function, and the status that tells its sender not to repeat it. */

/**
 * 400 not readable, 405 wrong method, 413 too big, 415 unknown content, 422 readable but not meaningful.
 * Knative's dispatchers repeat 404, 408, 409, 429 and 5xx (knative.dev/eventing SelectiveRetry); none of these is one.
 */
export type ProblemStatus = 400 | 405 | 413 | 415 | 422

export class RequestProblem extends Error {
  readonly status: ProblemStatus

  constructor(status: ProblemStatus, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.status = status
  }
}
