/**
 * Who calls, by the token of an OpenID provider: a cluster's service accounts (Knative's OIDC), say. A token is a JWT
 * for our audience that has an end, signed by a key of its issuer; who it is of must be on the list.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { JWTPayload, JWTVerifyOptions } from 'jose'
import { RequestProblem } from '../base/problem.ts'
import type { TrustedIssuer } from './options.ts'
import { openKeys, type TrustedKeys } from './trusted-keys.ts'

/** By the header Authorization. @throws RequestProblem 401, 403; 503 where keys cannot be read */
export type CheckToken = (headers: IncomingHttpHeaders) => Promise<void>

/** Of public keys alone: with the others whoever can check a token can make one. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')
/** Seconds that clocks may differ. */
const LEEWAY = 60

interface Trusted extends TrustedIssuer {
  readonly keys: TrustedKeys
}

/** @param key of the config, for messages. @param now epoch milliseconds; for tests */
export function openTokens(
  issuers: readonly TrustedIssuer[],
  key: string,
  now: () => number = Date.now,
): CheckToken {
  const trusted = issuers.map(issuer => ({ ...issuer, keys: openKeys(issuer, now) }))
  return async ({ authorization }) => {
    const token = tokenOf(authorization)
    const issuer = await issuerOf(token, trusted, key)
    const { sub } = await verified(token, issuer, new Date(now()))
    if (typeof sub === 'string' && issuer.subjects.some(allowed => fits(allowed, sub))) return
    throw new RequestProblem(403, `${quoted(sub)} is not among the subjects of ${key}`)
  }
}

/** RFC 6750 §2.1. */
function tokenOf(authorization: string | undefined): string {
  const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '') ?? []
  if (token === undefined) throw refused('expected Bearer and a signed token (JWT)')
  return token
}

/** What an unchecked token says decides no more than by whose keys it is checked. */
async function issuerOf(token: string, trusted: readonly Trusted[], key: string): Promise<Trusted> {
  const { decodeJwt } = await import('jose')
  const { iss } = readable(() => decodeJwt(token))
  const found = trusted.find(({ issuer }) => issuer === iss)
  if (found) return found
  throw refused(`the token's issuer ${quoted(iss)} is none of ${key}`)
}

function readable(decode: () => JWTPayload): JWTPayload {
  try {
    return decode()
  } catch {
    throw refused('the token is not readable')
  }
}

async function verified(token: string, issuer: Trusted, currentDate: Date): Promise<JWTPayload> {
  const { jwtVerify, errors } = await import('jose')
  const options: JWTVerifyOptions = {
    algorithms: ALGORITHMS,
    issuer: issuer.issuer,
    audience: issuer.audience,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: LEEWAY,
    currentDate,
  }
  let keys = await issuer.keys.current()
  for (;;)
    try {
      return (await jwtVerify(token, keys, options)).payload
    } catch (error) {
      const others =
        error instanceof errors.JWKSNoMatchingKey
          ? await issuer.keys.instead(keys, currentDate.getTime())
          : undefined
      if (others === undefined || others === keys) throw refused(await causeOf(error, issuer), error)
      keys = others
    }
}

/** What jose found, in words for whoever has to mend it. */
async function causeOf(error: unknown, { issuer, audience }: TrustedIssuer): Promise<string> {
  const { errors } = await import('jose')
  if (error instanceof errors.JWTExpired) return `the token ended at ${timeOf(error.payload.exp)}`
  if (error instanceof errors.JWTClaimValidationFailed) return claimOf(error.claim, error.payload, audience)
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `the token is signed in another way than ${ALGORITHMS.join(', ')}`
  if (error instanceof errors.JWKSNoMatchingKey) return `${issuer} has no key that the token is signed by`
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return `the token says not by which key it is signed (kid), and ${issuer} has several`
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return `the token's signature is not that of a key of ${issuer}`
  return error instanceof errors.JOSEError ? error.message : 'the token is not readable'
}

function claimOf(claim: string, payload: JWTPayload, audience: string): string {
  if (claim === 'aud')
    return `the token is for the audience ${quoted(payload.aud)}, not for ${quoted(audience)}`
  if (claim === 'nbf') return `the token is not valid before ${timeOf(payload.nbf)}; check the clocks`
  return `the token has no ${claim} that can be read`
}

const timeOf = (seconds: number | undefined): string => {
  const time = new Date(Number(seconds) * 1000)
  return Number.isNaN(time.getTime()) ? `${seconds}` : time.toISOString()
}

/** A trailing `*` stands for any text, as in Knative's EventPolicies. */
const fits = (allowed: string, subject: string): boolean =>
  allowed.endsWith('*') ? subject.startsWith(allowed.slice(0, -1)) : subject === allowed

/** What a stranger may have written is shown in one line, and not at any length. */
const quoted = (value: unknown): string => (JSON.stringify(value) ?? 'none').slice(0, 200)

const refused = (message: string, cause?: unknown): RequestProblem =>
  new RequestProblem(401, `authorization: ${message}`, cause)
