/** Who goldsync is to Trino and Presto: by `auth`, on a server that looks at what is sent. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { openEngine } from '../../shared/engines/open.ts'
import { testAuthority, testCertificate } from '../support/net.ts'
import { tokenEndpoint } from '../support/token-endpoint.ts'
import { columns } from '../support/types.ts'
import { ENDLESS } from '../support/waiting.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** A coordinator of three pages; @param takes which Authorization header, before which page */
async function coordinator(takes: (header: string, page: number) => boolean | Promise<boolean> = () => true) {
  const seen: IncomingMessage['headers'][] = []
  const server = createServer(testCertificate(), async (request, response) => {
    seen.push(request.headers)
    const page = Number(/\d$/.exec(request.url ?? '')?.[0] ?? 1)
    if (!(await takes(request.headers.authorization ?? '', page))) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="Trino", Bearer realm="Trino"' })
      return response.end('Authentication failed: JWT expired')
    }
    const next = page < 3 ? { nextUri: `${url}/v1/statement/executing/q1/${page + 1}` } : { data: [[0]] }
    return response.setHeader('content-type', 'application/json').end(JSON.stringify({ id: 'q1', ...next }))
  })
  open.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  return { url, seen, authorizations: () => seen.map(({ authorization }) => authorization) }
}

async function openAt(url: string, more: object) {
  const { kind = 'trino' } = more as { kind?: string }
  const engine = await openEngine('e', { kind, url, tls: { ca: testAuthority }, timeout: ENDLESS, ...more })
  const wanted = {
    table: { database: 'gold', name: 'orders' },
    keys: columns('dt date'),
    partitions: [['2019-09-01']],
  }
  return () =>
    engine.visible([wanted]).then(
      ([seen]) => seen,
      (error: unknown) => error,
    )
}

/** A file that others put in another's place. */
async function replaced(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'auth-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'secret')
  const put = async (text: string) => {
    await writeFile(`${file}.new`, `${text}\n`)
    await rename(`${file}.new`, file)
  }
  await put(text)
  return { file, put }
}

describe('auth', () => {
  it('basic sends user and the password of a file as it is at each request', async () => {
    const { file, put } = await replaced('one')
    const { url, authorizations, seen } = await coordinator(async (_, page) => {
      if (page === 2) await put('two')
      return true
    })
    const ask = await openAt(url, { auth: { kind: 'basic', user: 'ann', password: { file } } })
    expect(await ask()).toBe(1)
    expect(authorizations()).toEqual(['ann:one', 'ann:one', 'ann:two'].map(pair => `Basic ${btoa(pair)}`))
    // Trino takes the user of the credentials where none is named.
    expect(seen.map(headers => headers['x-trino-user'])).toEqual([undefined, undefined, undefined])
  })

  it('bearer sends the token that the file holds by then, between two pages too', async () => {
    const { file, put } = await replaced('one')
    const { url, authorizations } = await coordinator(async (_, page) => {
      if (page === 1) await put('two')
      return true
    })
    const ask = await openAt(url, { auth: { kind: 'bearer', token: { file } }, user: 'bob' })
    expect(await ask()).toBe(1)
    expect(authorizations()).toEqual(['Bearer one', 'Bearer two', 'Bearer two'])
  })

  it('bearer asks again where the token was replaced while it was refused, and not where it was not', async () => {
    const { file, put } = await replaced('old')
    const { url, authorizations } = await coordinator(async header => {
      if (header !== 'Bearer old') return true
      await put('new')
      return false
    })
    expect(await (await openAt(url, { auth: { kind: 'bearer', token: { file } } }))()).toBe(1)
    expect(authorizations().slice(0, 2)).toEqual(['Bearer old', 'Bearer new'])

    const other = await coordinator(() => false)
    const ask = await openAt(other.url, { auth: { kind: 'bearer', token: 'abc' } })
    expect(await ask()).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('JWT expired'),
      hint: expect.stringContaining('expired'),
    })
    // Once for the statement, once for the version, by which another engine would be known.
    expect(other.authorizations()).toEqual(['Bearer abc', 'Bearer abc'])
  })

  it('oauth2 sends a fetched token, and renews it once where it is refused', async () => {
    const provider = await tokenEndpoint((_, count) => ({
      body: { access_token: `t${count}`, expires_in: 3600 },
    }))
    open.push(provider)
    let revoked = ''
    const { url, authorizations } = await coordinator((header, page) => {
      if (page === 2 && revoked === '') revoked = header
      return header !== revoked
    })
    const ask = await openAt(url, { auth: provider.auth })
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
    expect(authorizations()).toContain('Bearer t1')
    expect(authorizations().at(-1)).toBe('Bearer t2')
    expect(provider.asked).toHaveLength(2)
  })

  it('oauth2 tells where no token is to be had, and asks the coordinator nothing', async () => {
    const provider = await tokenEndpoint(() => ({ status: 401, body: { error: 'invalid_client' } }))
    open.push(provider)
    const { url, seen } = await coordinator()
    expect(await (await openAt(url, { auth: provider.auth }))()).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining(provider.auth.tokenUrl),
    })
    expect(seen).toEqual([])
  })

  it('of a kind that the server does not take is told with those that it takes', async () => {
    const { url } = await coordinator(() => false)
    expect(await (await openAt(url, {}))()).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      hint: 'the server takes Basic, Bearer: set auth accordingly',
    })
    const wrong = { auth: { kind: 'basic', user: 'ann', password: 'no' } }
    expect(await (await openAt(url, wrong))()).toMatchObject({ hint: 'check user and password' })
  })

  it('names a user to Presto, which takes none from credentials', async () => {
    const { url, seen } = await coordinator()
    const auth = { kind: 'basic', user: 'ann', password: 'sesame' }
    await (await openAt(url, { kind: 'presto', auth }))()
    await (await openAt(url, { kind: 'presto', auth: { kind: 'bearer', token: 'a' } }))()
    await (await openAt(url, { kind: 'presto', auth, user: 'bob' }))()
    expect(new Set(seen.map(headers => headers['x-presto-user']))).toEqual(
      new Set(['ann', 'goldsync', 'bob']),
    )
  })

  it.each([
    [{ url: 'http://trino:8080', auth: { kind: 'bearer', token: 'a' } }, /must be https/],
    [{ url: 'https://trino', token: 'a', auth: { kind: 'bearer', token: 'a' } }, /instead of password/],
    [{ url: 'https://trino', auth: { kind: 'token' } }, /auth/],
  ])('is refused before anything is sent: %o', async (more, message) => {
    await expect(openEngine('e', { kind: 'trino', ...more })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    })
  })
})
