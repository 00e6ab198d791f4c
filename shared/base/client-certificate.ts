/** What a server says by TLS of the certificate that we showed it, or did not (alerts of RFC 8446, 6.2). */
import { type ErrorDetails, GoldsyncError } from './errors.ts'

const ALERT =
  /alert[ _](bad[ _]certificate|certificate[ _](?:required|unknown|expired|revoked)|unsupported[ _]certificate|unknown[ _]ca|access[ _]denied)/i

/**
 * Undefined where it is another error.
 * @param server who it is, for the message
 * @param prefix of the keys of the config: `storage.`, or nothing
 */
export function certificateRefused(thrown: unknown, server: string, prefix = ''): GoldsyncError | undefined {
  const alert = alertIn(thrown)
  if (alert === undefined) return undefined
  const [what, details] = wordsOf(alert, prefix)
  return new GoldsyncError('AUTHENTICATION_FAILED', `${server} ${what}`, { ...details, cause: thrown })
}

function alertIn(thrown: unknown): string | undefined {
  const { code = '', message = '' } = (thrown ?? {}) as { readonly code?: string; readonly message?: string }
  return ALERT.exec(`${code} ${message}`)?.[1]?.replaceAll('_', ' ').toLowerCase()
}

function wordsOf(alert: string, prefix: string): readonly [string, ErrorDetails] {
  const keys = `${prefix}tls.cert and ${prefix}tls.key`
  if (alert === 'certificate required')
    return ['asks for a client certificate', { hint: `set ${keys}, PEM files` }]
  return [
    `does not accept our client certificate (${alert})`,
    { hint: `check ${keys}: a certificate of an authority that the server trusts, and that has not expired` },
  ]
}
