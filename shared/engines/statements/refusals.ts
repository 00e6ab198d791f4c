/** Answers by which Trino and Presto refuse a request, and what is to be done. */
import { GoldsyncError } from '../../base/errors.ts'

export const NO_RIGHTS = 'grant the rights that docs/engines lists'

/** An answer other than 2xx. */
export interface Refusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, unknown>>
  readonly data?: unknown
}

/** With what the server says of it. */
function told(message: string, { data }: Refusal): string {
  const text = typeof data === 'string' ? data.replace(/\s+/g, ' ').trim().slice(0, 300) : ''
  return text === '' || text.startsWith('<') ? message : `${message}: ${text}`
}

export const IMPERSONATES = /cannot impersonate/i

export const OTHER_USER =
  'user is another than the credentials stand for: leave it out, or let the engine’s access control grant the impersonation'

/** How the kinds are named in WWW-Authenticate. */
const SCHEMES = { basic: 'Basic', bearer: 'Bearer', oauth2: 'Bearer', kerberos: 'Negotiate' } as const

/** Of credentials. */
export type SentKind = keyof typeof SCHEMES

const BY_KIND: Readonly<Record<SentKind, string>> = {
  basic: 'check user and password',
  bearer: 'the token may have expired, or be of another issuer, audience or key than the server takes',
  oauth2:
    'the server does not take tokens of this provider or client: check auth.scope, auth.audience, and the issuer that it is set up for',
  kerberos:
    'check that auth.service is the server’s own principal (http-server.authentication.krb5.service-name), and its keytab and clock',
}

/** `Basic realm="Trino", Bearer …`: the names. */
const SCHEME = /(?:^|,\s*)(\w+)(?=\s+\w+=|\s*(?:,|$))/g

/** @param kind undefined where nothing was sent but a user's name */
function authenticationHint({ headers }: Refusal, kind?: SentKind): string {
  const asked = String(headers?.['www-authenticate'] ?? '')
  const taken = new Set([...asked.matchAll(SCHEME)].map(([, scheme]) => scheme as string))
  if (taken.size > 0 && (kind === undefined || !taken.has(SCHEMES[kind])))
    return `the server takes ${[...taken].join(', ')}: set auth accordingly`
  return kind ? BY_KIND[kind] : 'check user, password and token, or set auth'
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Undefined where the answer refuses nothing. @param auth the kind of credentials that was sent */
export function refusal(
  answer: Refusal,
  message: string,
  server: string,
  auth?: SentKind,
): GoldsyncError | undefined {
  if (REDIRECTS.has(answer.status)) return elsewhere(server, redirectOf(answer))
  switch (answer.status) {
    case 401:
      return new GoldsyncError('AUTHENTICATION_FAILED', told(message, answer), {
        hint: authenticationHint(answer, auth),
      })
    case 403:
      return new GoldsyncError('PERMISSION_DENIED', told(message, answer), {
        hint: IMPERSONATES.test(String(answer.data)) ? OTHER_USER : NO_RIGHTS,
      })
    default:
      return undefined
  }
}

/** Credentials that would go elsewhere than to the address of the config. @param address scheme, host and port */
export function elsewhere(server: string, address: string): GoldsyncError {
  const [name, host] = server.split(' ')
  const forwarded =
    name === 'Trino'
      ? 'set http-server.process-forwarded=true in its config.properties, and let the proxy send X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Port'
      : 'let the proxy send X-Forwarded-Proto: https, and the Host that it was called by'
  return new GoldsyncError(
    'UNAVAILABLE',
    `${server}: sends to ${address} for what comes next, where no credentials go`,
    {
      hint: `credentials go to ${host} over https alone. Behind a proxy or load balancer, ${forwarded}; where url is not the coordinator’s address, correct it`,
      retryable: false,
    },
  )
}

/** Where a redirect leads, as scheme, host and port. */
const redirectOf = ({ headers }: Refusal): string => {
  const location = String(headers?.location ?? '')
  return URL.canParse(location) ? new URL(location).origin : 'another path'
}
