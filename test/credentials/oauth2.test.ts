import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openOAuth2 } from '../../shared/credentials/oauth2.ts'
import { oauth2Auth } from '../../shared/credentials/options.ts'
import { closedPort, serve } from '../support/net.ts'
import { type Answered, type Asked, tokenEndpoint } from '../support/token-endpoint.ts'
import { eventually, turns } from '../support/waiting.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function provider(answer: (asked: Asked, count: number) => Answered | Promise<Answered>) {
  const endpoint = await tokenEndpoint(answer)
  open.push(endpoint)
  return endpoint
}

const numbered = (_: Asked, count: number): Answered => ({
  body: { access_token: `t${count}`, token_type: 'Bearer', expires_in: 100 },
})

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('an access token', () => {
  it('is asked for by client credentials, as RFC 6749 has them', async () => {
    const { auth, asked } = await provider(numbered)
    const more = { clientId: 'la:ke', clientSecret: 'p:w d+%', scope: 'a b', audience: 'trino' }
    expect(await openOAuth2({ ...auth, ...more }).current()).toBe('t1')
    expect(asked).toEqual([
      {
        authorization: `Basic ${btoa('la%3Ake:p%3Aw+d%2B%25')}`,
        form: { grant_type: 'client_credentials', scope: 'a b', audience: 'trino' },
      },
    ])
  })

  it('is fetched once for all who ask at the same time, and kept', async () => {
    const { auth, asked } = await provider(numbered)
    const tokens = openOAuth2(auth)
    expect(await Promise.all([tokens.current(), tokens.current(), tokens.current()])).toEqual([
      't1',
      't1',
      't1',
    ])
    expect(await tokens.current()).toBe('t1')
    expect(asked).toHaveLength(1)
  })

  it('is renewed some time before its end, while the old one still serves', async () => {
    const { auth, asked } = await provider(numbered)
    let now = 0
    const tokens = openOAuth2(auth, () => now)
    expect(await tokens.current()).toBe('t1')
    now = 79_000
    expect(await tokens.current()).toBe('t1')
    expect(asked).toHaveLength(1)
    now = 81_000
    expect(await tokens.current()).toBe('t1')
    await eventually(async () => expect(await tokens.current()).toBe('t2'))
    expect(asked).toHaveLength(2)
  })

  it('serves to its end while its provider is down, which is told then; and recovers', async () => {
    let down = false
    const { auth } = await provider((asked, count) => (down ? { status: 503 } : numbered(asked, count)))
    let now = 0
    const tokens = openOAuth2(auth, () => now)
    expect(await tokens.current()).toBe('t1')
    down = true
    now = 90_000
    expect(await tokens.current()).toBe('t1')
    now = 101_000
    expect(await failure(tokens.current())).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    down = false
    expect(await tokens.current()).toMatch(/^t\d$/)
  })

  it('is asked for again some seconds after its provider failed, not by each request', async () => {
    const { auth, asked } = await provider((asked, count) =>
      count === 1
        ? numbered(asked, count)
        : { status: count === 2 ? 503 : 200, body: { access_token: 't3' } },
    )
    let now = 0
    const tokens = openOAuth2(auth, () => now)
    await tokens.current()
    now = 85_000
    expect(await tokens.current()).toBe('t1')
    // The try that is under way, and the pause after it.
    await expect(tokens.instead('t1')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await turns()
    for (let page = 0; page < 3; page += 1) expect(await tokens.current()).toBe('t1')
    await turns()
    expect(asked).toHaveLength(2)
    now = 90_000
    await eventually(async () => expect(await tokens.current()).toBe('t3'))
    expect(asked).toHaveLength(3)
  })

  it('is replaced once where a server refused it, for all whom it refused', async () => {
    const { auth, asked } = await provider(numbered)
    const tokens = openOAuth2(auth)
    await tokens.current()
    expect(await Promise.all([tokens.instead('t1'), tokens.instead('t1')])).toEqual(['t2', 't2'])
    expect(await tokens.instead('t1')).toBe('t2')
    expect(await tokens.current()).toBe('t2')
    expect(asked).toHaveLength(2)
  })

  it('of a provider that tells no end lives for a while', async () => {
    const { auth, asked } = await provider((_, count) => ({ body: { access_token: `t${count}` } }))
    let now = 0
    const tokens = openOAuth2(auth, () => now)
    await tokens.current()
    now = 200_000
    expect(await tokens.current()).toBe('t1')
    now = 301_000
    expect(await tokens.current()).toBe('t2')
    expect(asked).toHaveLength(2)
  })

  it('is asked for with the secret that the file holds by then', async () => {
    const { auth, asked } = await provider(numbered)
    const file = join(await mkdtemp(join(tmpdir(), 'oauth2-')), 'secret')
    await writeFile(file, 'one\n')
    const tokens = openOAuth2({ ...auth, clientSecret: { file } })
    await tokens.current()
    await writeFile(file, 'another\n')
    await tokens.instead('t1')
    expect(asked.map(({ authorization }) => authorization)).toEqual(
      ['one', 'another'].map(secret => `Basic ${btoa(`lake:${secret}`)}`),
    )
  })
})

describe('a provider that gives no token', () => {
  it.each<[string, Answered, object]>([
    [
      'a wrong secret',
      { status: 401, body: { error: 'invalid_client', error_description: 'bad sesame' } },
      {
        code: 'AUTHENTICATION_FAILED',
        message: expect.stringMatching(/no token: invalid_client: bad \[Redacted\]$/),
        hint: 'check auth.clientId and auth.clientSecret',
      },
    ],
    [
      'a scope that it has not',
      { status: 400, body: { error: 'invalid_scope' } },
      { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('auth.scope') },
    ],
    [
      'a client without the grant',
      { status: 400, body: { error: 'unauthorized_client' } },
      { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('client_credentials') },
    ],
    [
      'a wrong secret, which it quotes where the text is cut',
      { status: 401, body: { error: 'a', error_description: `${'x'.repeat(195)}sesame` } },
      { code: 'AUTHENTICATION_FAILED', message: expect.not.stringContaining('sesa') },
    ],
    ['being busy', { status: 503, body: 'later' }, { code: 'UNAVAILABLE', retryable: true }],
    [
      'a wrong path',
      { status: 404, body: '<html>' },
      { code: 'UNAVAILABLE', retryable: false, hint: expect.stringContaining('token_endpoint') },
    ],
    ['a page of HTML', { body: '<html>' }, { code: 'UNAVAILABLE', retryable: false }],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://localhost:1/' } },
      { code: 'UNAVAILABLE', retryable: false },
    ],
    ['text that no header holds', { body: { access_token: 'a\r\nb: c' } }, { code: 'UNAVAILABLE' }],
    ['another type', { body: { access_token: 'a', token_type: 'mac' } }, { code: 'UNSUPPORTED' }],
    ['more than a token', { body: 'x'.repeat(1_000_000) }, { code: 'DATA_INVALID' }],
  ])('for %s says so', async (_, answer, expected) => {
    const { auth } = await provider(() => answer)
    const error = await failure(openOAuth2(auth).current())
    expect(error).toMatchObject(expected)
    expect(JSON.stringify(error) + String(error)).not.toContain('sesame')
  })

  it('is UNAVAILABLE where nobody listens, where TLS is not spoken or not trusted', async () => {
    const { auth } = await provider(numbered)
    const at = (port: number) => ({ ...auth, tokenUrl: `https://localhost:${port}/token` })
    expect(await failure(openOAuth2(at(await closedPort())).current())).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    })
    expect(await failure(openOAuth2({ ...auth, tls: {} }).current())).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: false,
      hint: expect.stringContaining('auth.tls.ca'),
    })
    const plain = await serve(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    open.push(plain)
    expect(await failure(openOAuth2(at(plain.port)).current())).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('does not speak TLS'),
    })
  })

  it('is no address of plain http, and none with a password', () => {
    const auth = { kind: 'oauth2', clientId: 'a', clientSecret: 'b' }
    expect(oauth2Auth.safeParse({ ...auth, tokenUrl: 'http://idp/token' }).success).toBe(false)
    expect(oauth2Auth.safeParse({ ...auth, tokenUrl: 'https://a:b@idp/token' }).success).toBe(false)
  })
})
