/** Tokens that a real provider issues: the npm package oidc-provider, by its discovery and the keys that it publishes. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openTokens } from '../../shared/auth/tokens.ts'
import { openOAuth2 } from '../../shared/credentials/oauth2.ts'
import { jwt, nowSeconds } from '../support/jwt.ts'
import { secure } from '../support/secure-stack.ts'
import { describeStack } from '../support/stack.ts'

const { identity } = secure
const issuer = new URL(identity.auth.tokenUrl).origin

describeStack(['secure:identity'], 'tokens of a provider', () => {
  const trusted = { issuer, audience: 'trino', subjects: ['goldsync'], tls: identity.auth.tls }
  const check = (token: string, more: object = {}) =>
    openTokens([{ ...trusted, ...more }], 'server.oidc')({ authorization: `Bearer ${token}` })

  it('are taken as it issues them, of whom and for whom they are', async () => {
    const token = await openOAuth2(identity.auth).current()
    await check(token)
    await expect(check(token, { audience: 'goldsync' })).rejects.toMatchObject({
      status: 401,
      message: 'authorization: the token is for the audience "trino", not for "goldsync"',
    })
    await expect(check(token, { subjects: ['broker'] })).rejects.toMatchObject({ status: 403 })
  })

  it('are refused when they have ended, or another key has signed them', async () => {
    const claims = { iss: issuer, aud: 'trino' }
    await check(jwt(identity.key, claims))
    await expect(check(jwt(identity.key, { ...claims, exp: nowSeconds() - 100 }))).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('the token ended at'),
    })
    await expect(check(jwt(secure.jwtKey, claims))).rejects.toMatchObject({
      status: 401,
      message: `authorization: the token's signature is not that of a key of ${issuer}`,
    })
  })

  it('are checked by its keys from a file as well', async () => {
    const keys = identity.key.replace(/key\.pem$/, 'jwks.json')
    expect(JSON.parse(readFileSync(keys, 'utf8'))).toMatchObject({ keys: [{ kid: 'stack' }] })
    await check(await openOAuth2(identity.auth).current(), { jwks: keys })
  })
})
