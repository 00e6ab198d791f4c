/** What identity providers answer instead of a token (RFC 6749, 5.2), and what is to be done. */
import type { SmallAnswer } from '../base/ask.ts'
import { GoldsyncError } from '../base/errors.ts'
import { speechOf } from '../base/speaks.ts'

const HINTS: Readonly<Record<string, string>> = {
  invalid_client: 'check auth.clientId and auth.clientSecret',
  invalid_scope: 'check auth.scope: the provider does not give it to this client',
  invalid_target: 'check auth.audience',
  unauthorized_client: 'let this client use the grant client_credentials at the provider',
  unsupported_grant_type: 'let this client use the grant client_credentials at the provider',
}

/** An answer that is not 200. @param secret that no message shows, should the provider quote it */
export function refusedBy({ status, body }: SmallAnswer, url: string, secret: string): GoldsyncError {
  const { error, description } = reasonOf(body, secret)
  const said = [error, description].filter(Boolean).join(': ')
  const message = `${url}: no token: ${said || `HTTP status ${status}`}`
  if (status === 429 || status >= 500) return new GoldsyncError('UNAVAILABLE', message)
  if (error === undefined && ![400, 401, 403].includes(status)) return notTokens(url, status)
  return new GoldsyncError('AUTHENTICATION_FAILED', message, {
    hint: HINTS[error ?? ''] ?? 'check auth.clientId, auth.clientSecret, auth.scope and auth.audience',
  })
}

function reasonOf(body: string, secret: string): { readonly error?: string; readonly description?: string } {
  // Redacted before it is cut, which may leave a part of the secret.
  const plain = (text: string): string =>
    text
      .replaceAll(secret, '[Redacted]')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, 200)
  try {
    const { error, error_description: text } = JSON.parse(body) as Record<string, unknown>
    return {
      ...(typeof error === 'string' ? { error: plain(error) } : {}),
      ...(typeof text === 'string' ? { description: plain(text) } : {}),
    }
  } catch {
    return {}
  }
}

/** An answer that no token endpoint gives. */
export const notTokens = (url: string, status = 200): GoldsyncError =>
  new GoldsyncError(
    'UNAVAILABLE',
    `${url} does not answer as a token endpoint does${status === 200 ? '' : ` (HTTP status ${status})`}`,
    {
      hint: 'check auth.tokenUrl: providers name it token_endpoint in their /.well-known/openid-configuration',
      retryable: false,
    },
  )

const UNVERIFIED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO/

/** A request without an answer. */
export function unreachable(thrown: unknown, url: string): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const { code = '', message } = thrown as NodeJS.ErrnoException
  const speech = speechOf(thrown)
  if (speech === 'plain' || speech === 'closed')
    return new GoldsyncError('UNAVAILABLE', `${url}: the server there does not speak TLS`, {
      hint: 'check host and port in auth.tokenUrl; secrets go over https alone',
      retryable: false,
    })
  if (UNVERIFIED.test(code))
    return new GoldsyncError('UNAVAILABLE', `${url}: ${message}`, {
      hint: 'check auth.tls.ca, and the host in auth.tokenUrl: the provider must show a certificate for it',
      retryable: false,
    })
  return new GoldsyncError('UNAVAILABLE', `${url}: ${message}`, {
    hint: 'check auth.tokenUrl, and that the identity provider is running and can be reached from here',
  })
}
