import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TrustedIssuer } from '../../shared/auth/options.ts'
import { openTokens } from '../../shared/auth/tokens.ts'
import { closedPort } from '../support/net.ts'
import { NOW, oidcProvider, type SigningKey, signingKey } from '../support/oidc-provider.ts'

const SENDER = 'system:serviceaccount:golden:orders-oidc-sources.knative.dev-pingsource'
const KEY = 'server.oidc'

type Claims = Readonly<Record<string, unknown>>
type Provider = Awaited<ReturnType<typeof oidcProvider>>

describe('a token of a provider', () => {
  let [first, second]: readonly SigningKey[] = []
  let provider: Provider
  let now: number
  beforeAll(async () => {
    ;[first, second] = await Promise.all([signingKey('one'), signingKey('two')])
  })
  beforeEach(async () => {
    provider = await oidcProvider(first!)
    now = NOW * 1000
  })
  afterEach(() => provider.close())

  const trusted = (more: Partial<TrustedIssuer> = {}): TrustedIssuer => ({
    issuer: provider.issuer,
    audience: 'goldsync',
    subjects: [SENDER],
    tls: provider.tls,
    ...more,
  })
  const claims = (more: Claims = {}): Claims => ({
    iss: provider.issuer,
    aud: ['goldsync'],
    sub: SENDER,
    exp: NOW + 3600,
    ...more,
  })
  const open = (...issuers: readonly TrustedIssuer[]) => {
    const check = openTokens(issuers, KEY, () => now)
    return (token: string) => check({ authorization: `Bearer ${token}` })
  }
  const refusal = (status: number, message: string | RegExp) =>
    expect.objectContaining({ status, message: expect.stringMatching(message) })

  it('is taken, and the issuer is asked once for all of them', async () => {
    const check = open(trusted())
    await Promise.all([
      check(await first!.sign(claims())),
      check(await first!.sign(claims({ aud: 'goldsync' }))),
    ])
    await check(await first!.sign(claims({ nbf: NOW - 10 })))
    expect(provider.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
  })

  it.each(['RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])('is taken by %s', async alg => {
    const key = await signingKey('other', alg)
    provider.publish(first!, key)
    await open(trusted())(await key.sign(claims()))
  })

  it.each<[string, Claims, number, RegExp]>([
    [
      'that has ended',
      { exp: NOW - 61 },
      401,
      /^authorization: the token ended at 2027-01-15T07:58:59.000Z$/,
    ],
    ['without an end', { exp: undefined }, 401, /the token has no exp that can be read/],
    ['whose end is no number', { exp: 'soon' }, 401, /no exp that can be read/],
    [
      'that is not valid yet',
      { nbf: NOW + 61 },
      401,
      /not valid before 2027-01-15T08:01:01.000Z; check the clocks/,
    ],
    ['for another audience', { aud: ['a', 'b'] }, 401, /for the audience \["a","b"\], not for "goldsync"/],
    ['for no audience', { aud: undefined }, 401, /for the audience none, not for "goldsync"/],
    [
      'of another issuer',
      { iss: 'https://elsewhere\n' },
      401,
      /issuer "https:\/\/elsewhere\\n" is none of server.oidc/,
    ],
    ['of no issuer', { iss: undefined }, 401, /the token's issuer none is none of/],
    [
      'of somebody else',
      { sub: 'system:serviceaccount:golden:me' },
      403,
      /^"system:serviceaccount:golden:me" is not among the subjects of server.oidc$/,
    ],
    ['of nobody', { sub: undefined }, 401, /no sub that can be read/],
  ])('%s is refused, and the answer says so', async (_, more, status, message) => {
    await expect(open(trusted())(await first!.sign(claims(more)))).rejects.toEqual(refusal(status, message))
  })

  it('may differ from our clock by a minute', async () => {
    const check = open(trusted())
    await check(await first!.sign(claims({ exp: NOW - 59 })))
    await check(await first!.sign(claims({ nbf: NOW + 59 })))
  })

  it('is taken of all whose name begins as an entry that ends in *', async () => {
    const check = open(trusted({ subjects: ['somebody', 'system:serviceaccount:golden:*'] }))
    await check(await first!.sign(claims()))
    const other = claims({ sub: 'system:serviceaccount:golden-too:me' })
    await expect(check(await first!.sign(other))).rejects.toEqual(refusal(403, 'subjects'))
  })

  it('that somebody else signed, or changed, is refused', async () => {
    const check = open(trusted())
    const stranger = await signingKey('one')
    await expect(check(await stranger.sign(claims()))).rejects.toEqual(
      refusal(401, 'signature is not that of a key'),
    )
    const [head, , signature] = (await first!.sign(claims())).split('.')
    const changed = Buffer.from(JSON.stringify(claims({ sub: 'root' }))).toString('base64url')
    await expect(check(`${head}.${changed}.${signature}`)).rejects.toEqual(
      refusal(401, 'signature is not that'),
    )
  })

  it('is not taken by a key that is no secret: signed by the public key, or not at all', async () => {
    const check = open(trusted())
    const publicKey = createPublicKey({ key: first!.public as JsonWebKey, format: 'jwk' })
    const known = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))
    const forged = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(known)
    await expect(check(forged)).rejects.toEqual(refusal(401, 'signed in another way than RS256'))
    const bare = new UnsecuredJWT(claims()).encode()
    for (const token of [bare, `${bare}AA`]) await expect(check(token)).rejects.toMatchObject({ status: 401 })
  })

  it.each(['', 'abc', 'a.b.c', 'a.b', `${'x'.repeat(5000)}.x.x`])('%j is none', async token => {
    await expect(open(trusted())(token)).rejects.toMatchObject({ status: 401 })
    expect(provider.asked).toEqual([])
  })

  it('is asked for where there is none', async () => {
    const check = openTokens([trusted()], KEY)
    for (const authorization of [undefined, 'Basic abc'])
      await expect(check({ authorization })).rejects.toEqual(
        refusal(401, 'expected Bearer and a signed token'),
      )
  })

  it('names its key, where the issuer has several', async () => {
    provider.publish(first!, second!)
    const check = open(trusted())
    await check(await second!.sign(claims()))
    await expect(check(await first!.sign(claims(), { kid: undefined }))).rejects.toEqual(
      refusal(401, 'has several'),
    )
  })

  it('of one issuer is not checked by the keys of another', async () => {
    const other = await oidcProvider(second!)
    try {
      const check = open(trusted(), trusted({ issuer: other.issuer }))
      await check(await second!.sign(claims({ iss: other.issuer })))
      await expect(check(await first!.sign(claims({ iss: other.issuer })))).rejects.toEqual(
        refusal(401, 'has no key that the token is signed by'),
      )
    } finally {
      await other.close()
    }
  })

  describe('and the keys of its issuer', () => {
    it('are asked for again when they were replaced, but not for each token that somebody makes up', async () => {
      const check = open(trusted())
      await check(await first!.sign(claims()))
      provider.publish(second!)
      now += 10_000
      await Promise.all([check(await second!.sign(claims())), check(await second!.sign(claims()))])
      const stranger = await signingKey('three')
      for (let token = 0; token < 5; token++)
        await expect(check(await stranger.sign(claims()))).rejects.toEqual(
          refusal(401, 'has no key that the token is signed by'),
        )
      expect(provider.asked).toHaveLength(4)
      await expect(check(await first!.sign(claims()))).rejects.toMatchObject({ status: 401 })
    })

    it('were replaced just after they were read: the sender repeats until they may be read again', async () => {
      const check = open(trusted())
      await check(await first!.sign(claims()))
      provider.publish(second!)
      const token = await second!.sign(claims())
      now += 1
      const soon = refusal(503, /^the keys of https:.* were read just now, without the token's; repeat it$/)
      await expect(check(token)).rejects.toEqual(soon)
      now += 9_998
      await expect(check(token)).rejects.toEqual(soon)
      expect(provider.asked).toHaveLength(2)
      now += 1
      await check(token)
    })

    it('could not be read anew for a token: for the next one neither, and both are repeated', async () => {
      const check = open(trusted())
      await check(await first!.sign(claims()))
      provider.publish(second!)
      provider.answer(() => ({ status: 502 }))
      const token = await second!.sign(claims())
      now += 10_000
      for (let time = 0; time < 2; time++)
        await expect(check(token)).rejects.toEqual(refusal(503, /cannot be read: .*HTTP status 502/))
      expect(provider.asked).toHaveLength(3)
    })

    it('that were taken away do not serve for long', async () => {
      const check = open(trusted())
      const token = await first!.sign(claims())
      await check(token)
      provider.publish(second!)
      now += 599_000
      await check(token)
      now += 1_000
      await expect(check(token)).rejects.toMatchObject({ status: 401 })
    })

    it('serve for an hour while the issuer does not answer', async () => {
      const check = open(trusted())
      const token = await first!.sign(claims({ exp: NOW + 7200 }))
      await check(token)
      provider.answer(() => ({ status: 502 }))
      now += 3_599_000
      await check(token)
      await check(token)
      // It was asked once for both.
      expect(provider.asked).toHaveLength(3)
      now += 1_000
      await expect(check(token)).rejects.toEqual(
        refusal(503, /the keys of https:.* cannot be read: .*HTTP status 502/),
      )
      now += 10_000
      provider.answer(undefined)
      await check(token)
    })

    it.each<[string, string | undefined, number | undefined, RegExp]>([
      ['an error', undefined, 500, /configuration: HTTP status 500/],
      ['a redirect', undefined, 302, /HTTP status 302/],
      ['no JSON', 'welcome', 200, /is of the issuer "undefined"/],
      [
        'another issuer',
        '{"issuer": "https://elsewhere", "jwks_uri": "https://elsewhere/keys"}',
        200,
        /is of the issuer "https:\/\/elsewhere".*character for character/,
      ],
      ['too much', ' '.repeat(70_000), 200, /answers with more than 65536 bytes/],
    ])(
      'that cannot be read are the issuer’s fault, so the sender repeats: %s',
      async (_, body, status, message) => {
        provider.answer(() => ({ ...(status ? { status } : {}), ...(body === undefined ? {} : { body }) }))
        const check = open(trusted())
        const token = await first!.sign(claims())
        await expect(check(token)).rejects.toEqual(refusal(503, message))
        await expect(check(token)).rejects.toEqual(refusal(503, message))
        expect(provider.asked).toHaveLength(1)
        provider.answer(undefined)
        now += 10_000
        await check(token)
      },
    )

    it('are fetched by https alone, whatever the discovery says', async () => {
      const { issuer } = provider
      provider.answer(() => ({ body: JSON.stringify({ issuer, jwks_uri: 'http://localhost/keys' }) }))
      await expect(open(trusted())(await first!.sign(claims()))).rejects.toEqual(
        refusal(503, 'names no jwks_uri by https'),
      )
    })

    it('are not to be had of a server that is not there, or that shows a strange certificate', async () => {
      const issuer = `https://localhost:${await closedPort()}`
      await expect(open(trusted({ issuer }))(await first!.sign(claims({ iss: issuer })))).rejects.toEqual(
        refusal(503, 'ECONNREFUSED'),
      )
      await expect(open(trusted({ tls: {} }))(await first!.sign(claims()))).rejects.toEqual(
        refusal(503, /certificate|self.signed/),
      )
    })

    it('are fetched with a token where they are not public, from the address that is given', async () => {
      const issuer = 'https://kubernetes.default.svc.cluster.local'
      const check = open(trusted({ issuer, jwks: provider.jwks, token: 'of-my-own' }))
      await check(await first!.sign(claims({ iss: issuer })))
      expect(provider.asked).toEqual(['/keys Bearer of-my-own'])
    })

    it.each(['{"keys": "none"}', '[]', 'keys'])('that are none are told: %s', async body => {
      provider.answer(() => ({ body }))
      await expect(open(trusted({ jwks: provider.jwks }))(await first!.sign(claims()))).rejects.toEqual(
        refusal(503, /keys is no set of keys \(JWKS\)/),
      )
    })
  })

  describe('and a file of keys', () => {
    let folder: string
    let file: string
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'goldsync-keys-'))
      file = join(folder, 'jwks.json')
    })
    afterEach(() => rmSync(folder, { recursive: true }))

    const put = (...keys: readonly SigningKey[]) =>
      writeFileSync(file, JSON.stringify({ keys: keys.map(key => key.public) }))

    it('is read, and read again when it was replaced', async () => {
      put(first!)
      const check = open(trusted({ issuer: 'kubernetes/serviceaccount', jwks: file }))
      const token = (key: SigningKey) => key.sign(claims({ iss: 'kubernetes/serviceaccount' }))
      await check(await token(first!))
      put(first!, second!)
      await check(await token(second!))
      put(second!)
      await expect(check(await token(first!))).rejects.toEqual(
        refusal(401, 'no key that the token is signed by'),
      )
      expect(provider.asked).toEqual([])
    })

    it('that cannot be read is told, and the sender repeats', async () => {
      const check = open(trusted({ jwks: file }))
      const token = await first!.sign(claims())
      await expect(check(token)).rejects.toEqual(refusal(503, /cannot be read: .*jwks.json: ENOENT/))
      writeFileSync(file, 'no keys')
      await expect(check(token)).rejects.toEqual(refusal(503, /jwks.json is no set of keys/))
      put(first!)
      await check(token)
    })
  })
})
