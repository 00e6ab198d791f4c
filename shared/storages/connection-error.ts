/** Connections that storages could not make or keep, in the same words. */
import { certificateRefused } from '../base/client-certificate.ts'
import { CONNECT_FAILED, CONNECT_TIMEOUT } from '../base/connecting.ts'
import { GoldsyncError } from '../base/errors.ts'
import { withPort } from '../base/ports.ts'
import { speechOf, wrongScheme } from '../base/speaks.ts'

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection',
  EPIPE: 'broke the connection',
  ENOTFOUND: 'has a host name that is not known here',
  EAI_AGAIN: 'has a host name that cannot be looked up now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'cannot be reached',
  [CONNECT_TIMEOUT]: 'cannot be reached',
}

// Node's TLS errors by code: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const UNTRUSTED = /^(?!.*ALERT).*(CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER)/

/** Who could not be reached. */
export interface Address {
  /** Scheme, host and port; not a whole URL, whose query can hold a token. */
  readonly origin: string
  /** The key of the config that has it. */
  readonly key: string
}

/** A connection that could not be made or broke. */
export function connectionError({ origin, key }: Address, error: unknown): GoldsyncError {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (UNTRUSTED.test(code)) return untrusted(origin, code, message, error)
  const refused = certificateRefused(error, origin, 'storage.')
  if (refused) return refused
  const wrong = wrongScheme(error, key)
  if (wrong)
    return new GoldsyncError('UNAVAILABLE', `${origin} ${wrong[0]}`, {
      hint: wrong[1],
      retryable: speechOf(error) === 'closed',
      cause: error,
    })
  const reason = REASONS[code] ?? `failed (${code === CONNECT_FAILED ? message : code || message})`
  const hint = HINTS[code]?.(key, origin)
  return new GoldsyncError(
    code === CONNECT_TIMEOUT ? 'TIMEOUT' : 'UNAVAILABLE',
    `${origin} ${reason}${detail(code, message)}`,
    {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    },
  )
}

const detail = (code: string, message: string): string => (code === CONNECT_TIMEOUT ? ` (${message})` : '')

const behindFirewall = (key: string): string =>
  `check the host and the port in ${key}, and that no firewall is in between`

const HINTS: Readonly<Record<string, (key: string, origin: string) => string>> = {
  ECONNRESET: (key, origin) =>
    withPort(
      `the server was stopped, or another one listens there: check the port in ${key}`,
      origin,
      HTTP_PORTS,
    ),
  ENOTFOUND: key =>
    `check the host in ${key}: the names of a cluster are often known only inside it, and this machine may need its DNS or a line in /etc/hosts`,
  ETIMEDOUT: behindFirewall,
  [CONNECT_TIMEOUT]: behindFirewall,
}

/** Of HDFS, in http and https. */
const HTTP_PORTS = [9864, 9865, 9870, 9871]

const untrusted = (origin: string, code: string, reason: string, cause: unknown): GoldsyncError =>
  new GoldsyncError('UNAVAILABLE', `${origin} has a certificate that is not trusted: ${reason}`, {
    hint: /EXPIRED|NOT_YET_VALID/.test(code)
      ? "renew the server's certificate, or correct the clock of this machine"
      : "set storage.tls.ca to the PEM file of your servers' certificate authority",
    cause,
  })
