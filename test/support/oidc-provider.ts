/** An OpenID provider, with TLS: discovery, and public keys that can be replaced, taken away or made slow. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { testAuthority, testCertificate } from './net.ts'

const DISCOVERY = '/.well-known/openid-configuration'
const KEYS = '/keys'

/** Seconds since 1970, at which the tokens begin. */
export const NOW = 1_800_000_000

export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly public: JWK
  sign(payload: Readonly<Record<string, unknown>>, header?: object): Promise<string>
}

export async function signingKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return {
    alg,
    kid,
    public: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (payload, header = {}) =>
      new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  }
}

/** @param keys of its first answers */
export async function oidcProvider(...keys: readonly SigningKey[]) {
  const asked: string[] = []
  let published = keys
  let instead: ((path: string) => { status?: number; body?: string } | undefined) | undefined
  const server = createServer(testCertificate(), ({ url = '', headers }, response) => {
    asked.push(headers.authorization ? `${url} ${headers.authorization}` : url)
    const { status = 200, body } = instead?.(url) ?? {}
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body ?? JSON.stringify(answers()[url] ?? {}))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}`
  const answers = (): Readonly<Record<string, object>> => ({
    [DISCOVERY]: { issuer, jwks_uri: `${issuer}${KEYS}` },
    [KEYS]: { keys: published.map(key => key.public) },
  })
  return {
    issuer,
    jwks: `${issuer}${KEYS}`,
    tls: { ca: testAuthority },
    /** Paths, with the token that came with them. */
    asked,
    publish: (...others: readonly SigningKey[]) => {
      published = others
    },
    /** @param answer undefined for what it answers else */
    answer: (answer: typeof instead) => {
      instead = answer
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
