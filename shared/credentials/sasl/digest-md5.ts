/** DIGEST-MD5 (RFC 2831), with which Hadoop's services take delegation tokens. Both sides prove that they know the password. */
import { createHash, randomBytes } from 'node:crypto'
import { GoldsyncError } from '../../base/errors.ts'
import { type Challenge, CIPHER, parseDirectives, quoted, readChallenge } from './digest-challenge.ts'
import { digestLayer } from './digest-layer.ts'
import type { Layer, Mechanism } from './mechanism.ts'

export interface DigestCredentials {
  readonly user: string
  readonly password: string
  /** `protocol/server`: what both sides call the service. */
  readonly uri: string
}

/** What the server may wrap into one message: all that the RFC can tell. */
const MAXBUF = 0xff_ffff
const NOTHING = Buffer.alloc(0)
/** In A2 where messages are protected. */
const NO_BODY = `:${'0'.repeat(32)}`

/** @param clientNonce of the test alone */
export function digestMd5(
  credentials: DigestCredentials,
  clientNonce: () => string = () => randomBytes(24).toString('base64'),
): Mechanism {
  let proof: string | undefined
  let complete = false
  let layer: Layer | undefined
  const respond = (text: string): Buffer => {
    const challenge = readChallenge(text)
    const digest = digestOf(credentials, challenge, clientNonce())
    proof = digest.proof
    if (challenge.qop !== 'auth')
      layer = digestLayer({
        secret: digest.secret,
        confidential: challenge.qop === 'auth-conf',
        maxLength: challenge.maxLength,
      })
    return Buffer.from(digest.response)
  }
  return {
    name: 'DIGEST-MD5',
    async step(challenge) {
      if (challenge === undefined) return NOTHING
      const text = challenge.toString('utf8')
      if (proof === undefined) return respond(text)
      if (parseDirectives(text).get('rspauth')?.[0] !== proof)
        throw new GoldsyncError(
          'AUTHENTICATION_FAILED',
          'SASL DIGEST-MD5: the server does not know the password of the token: it is not who it says',
        )
      complete = true
      return NOTHING
    },
    get complete() {
      return complete
    },
    get layer() {
      return layer
    },
  }
}

const md5 = (data: Buffer | string): Buffer => createHash('md5').update(data).digest()
const hex = (data: Buffer | string): string => md5(data).toString('hex')

/** The response, what the server must answer, and H(A1), of which the keys are made. */
function digestOf({ user, password, uri }: DigestCredentials, challenge: Challenge, cnonce: string) {
  const { realm, nonce, qop } = challenge
  const nc = '00000001'
  const secret = md5(Buffer.concat([md5(`${user}:${realm}:${password}`), Buffer.from(`:${nonce}:${cnonce}`)]))
  const body = qop === 'auth' ? '' : NO_BODY
  const answerTo = (a2: string) =>
    hex(`${secret.toString('hex')}:${nonce}:${nc}:${cnonce}:${qop}:${hex(`${a2}${body}`)}`)
  const response = [
    `username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `nc=${nc}`,
    `cnonce=${quoted(cnonce)}`,
    `digest-uri=${quoted(uri)}`,
    `maxbuf=${MAXBUF}`,
    `response=${answerTo(`AUTHENTICATE:${uri}`)}`,
    `qop=${qop}`,
    ...(qop === 'auth-conf' ? [`cipher=${CIPHER}`] : []),
  ].join(',')
  return { response, secret, proof: answerTo(`:${uri}`) }
}
