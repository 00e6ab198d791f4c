import { describe, expect, it } from 'vitest'
import type { SecurityContext } from '../../../shared/credentials/kerberos.ts'
import { parseDirectives } from '../../../shared/credentials/sasl/digest-challenge.ts'
import { digestMd5 } from '../../../shared/credentials/sasl/digest-md5.ts'
import { gssapi } from '../../../shared/credentials/sasl/gssapi.ts'
import { plain } from '../../../shared/credentials/sasl/plain.ts'

describe('PLAIN', () => {
  it('says user and password at once', async () => {
    const mechanism = plain('ann', 'pass wörd')
    expect((await mechanism.step()).toString()).toBe('\0ann\0pass wörd')
    expect(mechanism.complete).toBe(true)
  })

  it('takes no NUL, which would end the user early', async () => {
    await expect(plain('ann\0bob', 'x').step()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

// RFC 2831, section 4.
const EXAMPLE = { user: 'chris', password: 'secret', uri: 'imap/elwood.innosoft.com' }
const challenge = (more = 'qop="auth",algorithm=md5-sess,charset=utf-8') =>
  Buffer.from(`realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",${more}`)
const example = () => digestMd5(EXAMPLE, () => 'OA6MHXh6VqTrRk')
const RSPAUTH = 'rspauth=ea40f60335c427b5527b84dbabcdfffd'

describe('DIGEST-MD5', () => {
  it("answers the RFC's example as the RFC does, and knows the server by its proof", async () => {
    const mechanism = example()
    expect(await mechanism.step()).toHaveLength(0)
    const said = parseDirectives((await mechanism.step(challenge())).toString())
    expect(Object.fromEntries(said)).toMatchObject({
      username: ['chris'],
      nc: ['00000001'],
      'digest-uri': [EXAMPLE.uri],
      response: ['d388dad90d4bbd760a152321f2143af7'],
    })
    expect(mechanism.complete).toBe(false)
    await mechanism.step(Buffer.from(RSPAUTH))
    expect(mechanism).toMatchObject({ complete: true, layer: undefined })
  })

  it.each(['rspauth=ea40f60335c427b5527b84dbabcdfffe', '', 'rspauth=""'])(
    'believes no server that says %j',
    async text => {
      const mechanism = example()
      await mechanism.step(challenge())
      await expect(mechanism.step(Buffer.from(text))).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' })
      expect(mechanism.complete).toBe(false)
    },
  )

  it.each([
    ['qop="auth,auth-int,auth-conf",cipher="rc4,3des",algorithm=md5-sess', 'auth-conf'],
    ['qop="auth,auth-int,auth-conf",cipher="rc4,des",algorithm=md5-sess', 'auth-int'],
    ['qop="auth, auth-conf",cipher="rc4-40",algorithm=md5-sess', 'auth'],
    ['algorithm=md5-sess', 'auth'],
  ])('to %s takes %s, the strongest that it can', async (more, qop) => {
    const said = parseDirectives((await example().step(challenge(more))).toString())
    expect(said.get('qop')).toEqual([qop])
    expect(said.has('cipher')).toBe(qop === 'auth-conf')
  })

  it('says which ciphers it lacks before it answers', async () => {
    const work = example().step(challenge('qop="auth-conf",cipher="rc4,des",algorithm=md5-sess'))
    await expect(work).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('auth-conf with the ciphers rc4, des'),
      hint: expect.stringContaining('hadoop.rpc.protection'),
    })
  })

  it.each(['qop="auth"', 'nonce', '"', 'realm="x'])('takes %j for no challenge', async text => {
    await expect(example().step(Buffer.from(text))).rejects.toMatchObject({ code: 'DATA_INVALID' })
  })

  it('reads values with quotes, backslashes and commas, and empty elements', () => {
    expect(Object.fromEntries(parseDirectives('a="x,\\"y\\\\",, b = 7 ,a=z'))).toEqual({
      a: ['x,"y\\', 'z'],
      b: ['7'],
    })
  })
})

/** A context that is established after one token of the server's, and wraps by marks. */
function context(wrapsMessages: boolean): SecurityContext & { readonly wrapped: string[] } {
  let established = false
  const wrapped: string[] = []
  return {
    wrapped,
    wrapsMessages,
    get established() {
      return established
    },
    async step(token) {
      established = token !== undefined
      return Buffer.from(token ? '' : 'ticket')
    },
    async wrap(data, confidential) {
      wrapped.push(`${data.toString('hex')} ${confidential}`)
      return Buffer.concat([Buffer.from(confidential ? 'C' : 'I'), data])
    },
    unwrap: async data => data.subarray(1),
  }
}

const offer = (hex: string) => Buffer.concat([Buffer.from('I'), Buffer.from(hex, 'hex')])

describe('GSSAPI', () => {
  it('sends a ticket, an empty word for the server’s token, and the choice of no layer with length 0', async () => {
    const kerberos = context(false)
    const mechanism = gssapi(kerberos)
    expect((await mechanism.step()).toString()).toBe('ticket')
    expect(await mechanism.step(Buffer.from('token'))).toHaveLength(0)
    expect(mechanism.complete).toBe(false)
    expect(await mechanism.step(offer('07010000'))).toEqual(offer('01000000'))
    expect(mechanism).toMatchObject({ complete: true, layer: undefined })
    expect(kerberos.wrapped).toEqual(['01000000 false'])
  })

  it.each([
    ['06010000', '04ffffff', 'C'],
    ['02010000', '02ffffff', 'I'],
    ['07000000', '04ffffff', 'C'],
  ])('offered %s takes %s where messages can be wrapped', async (offered, chosen, mark) => {
    const mechanism = gssapi(context(true))
    await mechanism.step()
    await mechanism.step(Buffer.from('token'))
    expect(await mechanism.step(offer(offered))).toEqual(offer(chosen))
    expect((await mechanism.layer?.wrap(Buffer.from('x')))?.toString()).toBe(`${mark}x`)
  })

  it.each([
    ['06010000', 'auth-conf or auth-int'],
    ['04010000', 'auth-conf'],
    ['00000000', 'no known protection'],
  ])('offered %s says that it cannot carry %s, and answers nothing', async (offered, name) => {
    const kerberos = context(false)
    const mechanism = gssapi(kerberos)
    await mechanism.step()
    await mechanism.step(Buffer.from('token'))
    await expect(mechanism.step(offer(offered))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining(name),
      hint: expect.stringContaining('hadoop.rpc.protection'),
    })
    expect(kerberos.wrapped).toEqual([])
  })
})
