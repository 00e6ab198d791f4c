/** Trino's errors as GoldsyncErrors: the only place that knows its error names. */
import { type ErrorCode, GoldsyncError } from '../../base/errors.ts'

/** What a page says of a failed query. */
export interface QueryFailure {
  readonly message: string
  readonly errorName: string
  readonly errorType: string
}

/** A failed query. @param server the coordinator's host */
export const queryError = (failure: QueryFailure, server: string): GoldsyncError =>
  new GoldsyncError(codeOf(failure), `Trino ${server}: ${failure.errorName}: ${failure.message}`, {
    cause: failure,
  })

/** Whether a query failed on what it read, not on what it was allowed, able or in time to do. */
export function isOfFile({ code, cause }: GoldsyncError): boolean {
  const { errorName } = (cause ?? {}) as Partial<QueryFailure>
  if (errorName === undefined || (code !== 'UNAVAILABLE' && code !== 'UNSUPPORTED' && code !== 'INTERNAL'))
    return false
  return OF_FILES.has(errorName)
}

// io.trino.plugin.hive.HiveErrorCode; what a reader does not expect is GENERIC_INTERNAL_ERROR.
const OF_FILES: ReadonlySet<string> = new Set([
  'HIVE_BAD_DATA',
  'HIVE_CURSOR_ERROR',
  'HIVE_CANNOT_OPEN_SPLIT',
  'HIVE_PARTITION_SCHEMA_MISMATCH',
  'HIVE_UNSUPPORTED_FORMAT',
  'GENERIC_INTERNAL_ERROR',
  'NOT_SUPPORTED',
])

// io.trino.spi.StandardErrorCode
function codeOf({ errorName, errorType }: QueryFailure): ErrorCode {
  switch (errorName) {
    case 'PERMISSION_DENIED':
      return 'PERMISSION_DENIED'
    case 'CATALOG_NOT_FOUND':
    case 'SCHEMA_NOT_FOUND':
    case 'TABLE_NOT_FOUND':
    case 'NOT_FOUND':
      return 'NOT_FOUND'
    case 'NOT_SUPPORTED':
    case 'PROCEDURE_NOT_FOUND':
      return 'UNSUPPORTED'
    case 'EXCEEDED_TIME_LIMIT':
      return 'TIMEOUT'
    case 'USER_CANCELED':
    case 'ADMINISTRATIVELY_KILLED':
      return 'ABORTED'
    default:
      return errorType === 'USER_ERROR' ? 'INTERNAL' : 'UNAVAILABLE'
  }
}

/** An answer that is no page of results. */
export const notTrino = (server: string): GoldsyncError =>
  new GoldsyncError('UNAVAILABLE', `${server} does not answer as Trino does`, {
    hint: 'check url: it is the coordinator’s',
    retryable: false,
  })

/** A request that got no answer, or not Trino's. */
export function requestError(thrown: unknown, server: string): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const error = thrown as { message?: string; code?: string; response?: { status: number } }
  const message = `Trino ${server}: ${error.message ?? String(thrown)}`
  switch (error.response?.status) {
    case 401:
      return new GoldsyncError('AUTHENTICATION_FAILED', message, { hint: 'check user, password and token' })
    case 403:
      return new GoldsyncError('PERMISSION_DENIED', message)
    case undefined:
      return connectionError(error.code, message)
    default:
      return new GoldsyncError('UNAVAILABLE', message, { hint: 'check url: it is the coordinator’s' })
  }
}

const UNVERIFIED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO/

function connectionError(code: string | undefined, message: string): GoldsyncError {
  return UNVERIFIED.test(code ?? '')
    ? new GoldsyncError('UNAVAILABLE', message, {
        hint: 'check tls.ca and the host in url',
        retryable: false,
      })
    : new GoldsyncError('UNAVAILABLE', message, { hint: 'check url, and that Trino is running' })
}
