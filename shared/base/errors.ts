/** The one error class: what stops work carries a code, says what to do, and whether a retry can help. */

import { withoutSecrets } from './without-secrets.ts'

/**
 * - `CONFIG_INVALID` `REQUEST_INVALID`: the user's input is wrong; nothing was done.
 * - `AUTHENTICATION_FAILED` `PERMISSION_DENIED`: the server knows us not, or not enough.
 * - `NOT_FOUND`: a named thing does not exist. `CONFLICT`: it changed or exists otherwise than expected.
 * - `UNAVAILABLE` `TIMEOUT`: the server cannot be reached, or not now; retryable.
 * - `DATA_INVALID`: what a server or file answered breaks its format.
 * - `UNSUPPORTED`: asked for something the driver or server cannot do.
 * - `MISSING_PACKAGE`: an optional client library is not installed.
 * - `NOT_QUERYABLE`: what the caller requires cannot be queried, though all is done that could be.
 * - `ABORTED`: the caller's signal or deadline ended the work. `INTERNAL`: a bug.
 */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'REQUEST_INVALID'
  | 'AUTHENTICATION_FAILED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'UNAVAILABLE'
  | 'TIMEOUT'
  | 'DATA_INVALID'
  | 'UNSUPPORTED'
  | 'MISSING_PACKAGE'
  | 'NOT_QUERYABLE'
  | 'ABORTED'
  | 'INTERNAL'

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'TIMEOUT', 'CONFLICT', 'ABORTED'])

export interface ErrorDetails {
  /** What the reader can do about it. */
  readonly hint?: string
  /** Whether the same call can succeed later; by default told from the code. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

/** An error with a stable code. Messages never hold secrets: drivers name hosts and paths, not credentials. */
export class GoldsyncError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(withoutSecrets(message), 'cause' in details ? { cause: details.cause } : undefined)
    this.name = 'GoldsyncError'
    this.code = code
    this.hint = details.hint
    this.retryable = details.retryable ?? RETRYABLE.has(code)
  }
}

/** An error as data, for reports and responses: no stack, no cause. */
export interface ErrorSummary {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
  readonly retryable: boolean
}

/** What may leave the process of any thrown value. */
export function summarizeError(error: unknown): ErrorSummary {
  if (!(error instanceof GoldsyncError)) {
    return {
      code: 'INTERNAL',
      message: withoutSecrets(error instanceof Error ? error.message : String(error)),
      retryable: false,
    }
  }
  const { code, message, hint, retryable } = error
  return { code, message, retryable, ...(hint === undefined ? {} : { hint }) }
}
