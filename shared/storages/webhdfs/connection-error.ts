import { GoldsyncError } from '../../errors.ts'

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

/** A connection that could not be made or broke: the origin and the reason; never the query, which can hold a token. */
export function connectionError(url: URL, error: unknown): GoldsyncError {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (UNTRUSTED.test(code)) return untrusted(url, message, error)
  const reason = REASONS[code] ?? `failed (${code || message})`
  return new GoldsyncError('UNAVAILABLE', `${url.origin} ${reason}`, { cause: error })
}

const untrusted = (url: URL, reason: string, cause: unknown): GoldsyncError =>
  new GoldsyncError('UNAVAILABLE', `${url.origin} has a certificate that is not trusted: ${reason}`, {
    hint: "set storage.tls.ca to the PEM file of your cluster's certificate authority",
    cause,
  })
