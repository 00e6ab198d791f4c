/** Access tokens of OAuth2 client credentials (RFC 6749, 4.4): kept until they end, fetched once for all who wait. */
import { ask } from '../base/ask.ts'
import { GoldsyncError } from '../base/errors.ts'
import { notTokens, refusedBy, unreachable } from './oauth2-errors.ts'
import type { OAuth2Auth } from './options.ts'
import { openSecret } from './secret.ts'

export interface AccessTokens {
  /** One that is valid, most likely without a request. @throws GoldsyncError `AUTHENTICATION_FAILED` `UNAVAILABLE` `TIMEOUT` `CONFIG_INVALID` */
  current(): Promise<string>
  /** A new one after a server refused this one, though its time is not up. */
  instead(refused: string): Promise<string>
}

interface Token {
  readonly text: string
  /** Epoch milliseconds: from when on another one is fetched, and when it ends. */
  readonly renew: number
  readonly end: number
}

/** Seconds that a token lives whose provider does not say so. */
const LIFE = 300
/** Seconds before its end, at most, from which on another one is fetched; a fifth of its life where that is less. */
const MARGIN = 60
/** Milliseconds in which a provider that failed gets the secret but once, while the old token serves. */
const PAUSE = 5_000

/** Nothing is fetched before it is asked for. @param now epoch milliseconds; for tests */
export function openOAuth2(options: OAuth2Auth, now: () => number = Date.now): AccessTokens {
  const secret = openSecret(options.clientSecret, 'auth.clientSecret')
  let token: Token | undefined
  /** Epoch milliseconds: until when nothing is renewed ahead of its time. */
  let pause = 0
  let fetching: Promise<Token> | undefined
  const fetch = (): Promise<Token> => {
    fetching ??= fetchToken(options, secret, now)
      .then(fetched => {
        token = fetched
        return fetched
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }
  return {
    async current() {
      const known = token
      if (known === undefined || known.end <= now()) return (await fetch()).text
      // Whoever asks now need not wait; that a provider is down is told once the token has ended.
      if (known.renew <= now() && pause <= now())
        fetch().catch(() => {
          pause = now() + PAUSE
        })
      return known.text
    },
    async instead(refused) {
      if (token && token.text !== refused) return token.text
      return (await fetch()).text
    },
  }
}

async function fetchToken(
  options: OAuth2Auth,
  secret: () => Promise<string>,
  now: () => number,
): Promise<Token> {
  const { tokenUrl, clientId, scope, audience, tls } = options
  const clientSecret = await secret()
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope ? { scope } : {}),
    ...(audience ? { audience } : {}),
  })
  const asked = now()
  const authorization = `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`
  const answer = await ask(tokenUrl, {
    method: 'POST',
    headers: {
      authorization,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(form.toString()),
    },
    body: form.toString(),
    tls,
    wanted: 'token',
    check: 'check auth.tokenUrl: it is the token endpoint of the identity provider',
  }).catch(error => {
    throw unreachable(error, tokenUrl)
  })
  if (answer.status !== 200) throw refusedBy(answer, tokenUrl, clientSecret)
  const { access_token: text, token_type: type, expires_in: life } = objectOf(answer.body)
  // Text that no header can hold is no token.
  if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) throw notTokens(tokenUrl)
  if (type !== undefined && String(type).toLowerCase() !== 'bearer')
    throw new GoldsyncError(
      'UNSUPPORTED',
      `${tokenUrl} issues tokens of the type ${String(type).slice(0, 40)}, not bearer tokens`,
    )
  const seconds = Number(life) > 0 ? Number(life) : LIFE
  const end = asked + seconds * 1000
  return { text, end, renew: end - Math.min(MARGIN, seconds / 5) * 1000 }
}

/** As RFC 6749, 2.3.1 has user and password of Basic: as in a form. */
const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)

function objectOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
