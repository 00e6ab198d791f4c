/** What a PostgreSQL server or its client says, as our errors. */
import { type ErrorCode, GoldsyncError } from '../../base/errors.ts'

/** By SQLSTATE, or its class. */
const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  '28': ['AUTHENTICATION_FAILED', 'check the user and the password of history.url'],
  '42501': [
    'PERMISSION_DENIED',
    'grant insert, select and delete on goldsync_history, or the right to create it',
  ],
  '3D': ['NOT_FOUND', 'create the database that history.url names'],
  '3F': ['NOT_FOUND', 'create the schema that history.schema names'],
}

export function historyError(cause: unknown, place: string): GoldsyncError {
  if (cause instanceof GoldsyncError) return cause
  const state = `${(cause as { readonly code?: unknown }).code ?? ''}`
  const [code, hint] =
    CODES[state] ?? CODES[state.slice(0, 2)] ?? (['UNAVAILABLE', 'look whether the server runs'] as const)
  const reason = cause instanceof Error ? cause.message || state : String(cause)
  return new GoldsyncError(code, `the history in ${place}: ${reason}`, { hint, cause })
}
