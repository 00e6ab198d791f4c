/** Connections that storages could not make or keep, in the same words. */
import { GoldsyncError } from '../base/errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection',
  EPIPE: 'broke the connection',
  ENOTFOUND: 'has a host name that is not known here',
  EAI_AGAIN: 'has a host name that cannot be looked up now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'cannot be reached',
}

// Node's TLS errors by code: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const UNTRUSTED = /^(?!.*ALERT).*(CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER)/

/** A connection that could not be made or broke. @param origin of the server; not a whole URL, whose query can hold a token */
export function connectionError(origin: string, error: unknown): GoldsyncError {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (UNTRUSTED.test(code)) return untrusted(origin, message, error)
  const reason = REASONS[code] ?? `failed (${code || message})`
  return new GoldsyncError('UNAVAILABLE', `${origin} ${reason}`, { cause: error })
}

const untrusted = (origin: string, reason: string, cause: unknown): GoldsyncError =>
  new GoldsyncError('UNAVAILABLE', `${origin} has a certificate that is not trusted: ${reason}`, {
    hint: "set storage.tls.ca to the PEM file of your servers' certificate authority",
    cause,
  })
