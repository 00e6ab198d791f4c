/** The public keys of an issuer of tokens: from its discovery, an address, or a file; kept, and read anew when they were replaced. */
import type { createLocalJWKSet, JSONWebKeySet } from 'jose'
import { ask } from '../base/ask.ts'
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import { RequestProblem } from '../base/problem.ts'
import { openSecret } from '../credentials/secret.ts'
import { isAddress, type TrustedIssuer } from './options.ts'

type Keys = ReturnType<typeof createLocalJWKSet>

export interface TrustedKeys {
  /** Mostly without a request. @throws RequestProblem 503 */
  current(): Promise<Keys>
  /**
   * Others than these, which lack the one that signed a token.
   * @param since when the token came, epoch ms
   * @returns undefined where there are none: keys that were asked for since then lack it
   * @throws RequestProblem 503 where the issuer may have newer ones, and is not to be asked yet
   */
  instead(lacking: Keys, since: number): Promise<Keys | undefined>
}

/** Milliseconds that keys are taken as read. */
const FRESH = 600_000
/** Milliseconds that they serve while the issuer does not answer. */
const LAST = 3_600_000
/** Milliseconds between two questions to an issuer, whatever tokens strangers make up. */
const PAUSE = 10_000

/** Nothing is read before it is needed. @param now epoch milliseconds; for tests */
export function openKeys(issuer: TrustedIssuer, now: () => number = Date.now): TrustedKeys {
  const { jwks } = issuer
  return jwks !== undefined && !isAddress(jwks) ? keysOfFile(jwks, issuer) : keysOfServer(issuer, now)
}

function keysOfServer(issuer: TrustedIssuer, now: () => number): TrustedKeys {
  let known: { readonly keys: Keys; readonly at: number } | undefined
  let asked = Number.NEGATIVE_INFINITY
  let asking: Promise<Keys> | undefined
  let failure: unknown
  const age = () => (known ? now() - known.at : Number.POSITIVE_INFINITY)

  /** Once for all who wait. */
  function askAnew(): Promise<Keys> {
    if (asking) return asking
    asked = now()
    asking = fetchKeys(issuer).then(
      keys => {
        known = { keys, at: now() }
        failure = undefined
        return keys
      },
      error => {
        failure = error
        throw unreadable(issuer, error)
      },
    )
    asking = asking.finally(() => {
      asking = undefined
    })
    return asking
  }

  const mayAsk = () => asking !== undefined || now() - asked >= PAUSE

  async function renewed(): Promise<Keys> {
    if (!mayAsk() && failure !== undefined) throw unreadable(issuer, failure)
    return askAnew()
  }

  return {
    async current() {
      if (known && age() < FRESH) return known.keys
      return renewed().catch(error => {
        if (known && age() < LAST) return known.keys
        throw error
      })
    },
    async instead(lacking, since) {
      if (known && known.keys !== lacking) return known.keys
      if (mayAsk() || failure !== undefined) return renewed()
      if (asked < since) throw tooSoon(issuer)
      return undefined
    },
  }
}

/** A file that was replaced is read again by itself. */
function keysOfFile(file: string, issuer: TrustedIssuer): TrustedKeys {
  const read = openSecret({ file }, 'jwks')
  let known: { readonly text: string; readonly keys: Keys } | undefined
  return {
    async current() {
      try {
        const text = await read()
        if (known?.text !== text) known = { text, keys: await keysOf(text, file) }
        return known.keys
      } catch (error) {
        throw unreadable(issuer, error)
      }
    },
    instead: async () => undefined,
  }
}

async function fetchKeys(issuer: TrustedIssuer): Promise<Keys> {
  const { jwks, token, tls } = issuer
  if (jwks === undefined) {
    const address = await discover(issuer)
    return keysOf(await read(address, { tls }), address)
  }
  const headers = token ? { authorization: `Bearer ${await openSecret(token, 'token')()}` } : {}
  return keysOf(await read(jwks, { tls, headers }), jwks)
}

/** OpenID Connect Discovery 1.0 §4. */
async function discover({ issuer, tls }: TrustedIssuer): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { issuer: named, jwks_uri: keys } = objectOf(await read(address, { tls }))
  if (named !== issuer)
    throw new GoldsyncError(
      'CONFIG_INVALID',
      `${address} is of the issuer ${JSON.stringify(String(named).slice(0, 200))}`,
      { hint: "write `issuer` as the provider does, character for character: it is the tokens' iss" },
    )
  if (typeof keys === 'string' && isAddress(keys)) return keys
  throw new GoldsyncError('DATA_INVALID', `${address} names no jwks_uri by https`)
}

async function read(
  address: string,
  { tls, headers = {} }: Pick<TrustedIssuer, 'tls'> & { readonly headers?: Readonly<Record<string, string>> },
): Promise<string> {
  const accept = 'application/jwk-set+json, application/json'
  const check = 'check issuer and jwks'
  const question = { headers: { accept, ...headers }, tls, wanted: 'keys', check }
  const { status, body } = await ask(address, question)
  if (status === 200) return body
  throw new GoldsyncError('UNAVAILABLE', `${address}: HTTP status ${status}`)
}

async function keysOf(text: string, source: string): Promise<Keys> {
  const { createLocalJWKSet } = await import('jose')
  try {
    return createLocalJWKSet(objectOf(text) as unknown as JSONWebKeySet)
  } catch (cause) {
    throw new GoldsyncError('DATA_INVALID', `${source} is no set of keys (JWKS)`, { cause })
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Not the sender's fault, and over when the issuer is back: it repeats. */
function unreadable({ issuer }: TrustedIssuer, error: unknown): RequestProblem {
  const { message, hint } = summarizeError(error)
  const said = hint === undefined ? message : `${message} (${hint})`
  return new RequestProblem(503, `the keys of ${issuer} cannot be read: ${said}`, error)
}

/** Not the sender's fault either: the token may be signed by a key that is younger than that. */
const tooSoon = ({ issuer }: TrustedIssuer): RequestProblem =>
  new RequestProblem(503, `the keys of ${issuer} were read just now, without the token's; repeat it`)
