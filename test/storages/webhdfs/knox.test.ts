/** Answers of Knox 2.0.0 over Hadoop 3.4.1 (ShiroProvider), byte for byte. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Handler } from '../../support/fake-server.ts'
import { found, text } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, over, ROOT } from './harness.ts'

const LOCATION = `${ROOT}/golden/a b%3A.parquet`
const PATH = '/gateway/default/webhdfs'
const basic = { user: undefined, auth: { kind: 'basic', user: 'goldsync', password: 'secret-1' } } as const
const authorizationOf = (response: ServerResponse) => response.req.headers.authorization

/** @param schemes of `WWW-Authenticate` */
const unauthorized =
  (...schemes: readonly string[]): Handler =>
  (_, response) => {
    response.setHeader('WWW-Authenticate', schemes)
    response.writeHead(401, { 'content-length': '0' }).end()
  }

const shiro = unauthorized('BASIC realm="application"')

/** Asks for the password at each address, also at the one that it redirects to. @param to the redirect's origin */
const knox =
  (to: (response: ServerResponse) => string, password = 'secret-1'): Handler =>
  (url, response, nth) => {
    const wanted = `Basic ${Buffer.from(`goldsync:${password}`).toString('base64')}`
    if (authorizationOf(response) !== wanted) return shiro(url, response, nth)
    if (url.searchParams.get('op') !== 'OPEN')
      return (url.searchParams.has('_') ? text(200, 'llo-') : found)(url, response, nth)
    const file = url.pathname.replace(`${PATH}/v1`, '')
    const location = `${to(response)}${PATH}/data/v1/webhdfs/v1${file}?_=AAAACAAAABAAAACAsE1dSxfMOjbn8fwduZmVqkNW7og-YfDc`
    response
      .writeHead(307, { location, 'content-type': 'application/octet-stream', 'content-length': '0' })
      .end()
  }

const itself = (response: ServerResponse) => `http://${response.req.headers.host}`
const at = (server: { readonly origin: string }) => ({ namenodes: [`${server.origin}/gateway/default`] })

describe('Knox with a password', () => {
  it('is asked below its path, and gives the bytes at the address that it redirects to', async () => {
    const server = await nameNode(knox(itself))
    const storage = await over([], { ...basic, ...at(server) })
    expect(await storage.stat(LOCATION)).toBeDefined()
    expect(Buffer.from(await storage.read(LOCATION, 2, 4)).toString()).toBe('llo-')
    expect(
      server.requests.map(({ pathname, search }) => [pathname.split('/golden')[0], search.slice(0, 8)]),
    ).toEqual([
      [`${PATH}/v1`, '?op=GETF'],
      [`${PATH}/v1`, '?op=OPEN'],
      [`${PATH}/data/v1/webhdfs/v1`, '?_=AAAAC'],
    ])
  })

  it('is the only one that learns it: what is redirected elsewhere is not followed', async () => {
    const other = await nameNode(found)
    const server = await nameNode(knox(() => other.origin))
    const storage = await over([], { ...basic, ...at(server) })
    expect(await failureOf(storage.read(LOCATION, 2, 4))).toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(other.requests).toHaveLength(0)
  })

  it('is the only one that learns it: a listed host is asked without', async () => {
    const seen: unknown[] = []
    const other = await nameNode((url, response, nth) => {
      seen.push(authorizationOf(response))
      text(200, 'llo-')(url, response, nth)
    })
    const server = await nameNode((_, response) => {
      response.writeHead(307, { location: `${other.origin}/webhdfs/v1/golden/a%20b%253A.parquet` }).end()
    })
    const storage = await over([], { ...basic, ...at(server), redirectHosts: ['127.0.0.1'] })
    expect(await storage.read(LOCATION, 2, 4)).toHaveLength(4)
    expect(seen).toEqual([undefined])
  })

  it('that is wrong: says which settings to check, and shows none of them', async () => {
    const server = await nameNode(knox(itself, 'another'))
    const error = await failureOf((await over([], { ...basic, ...at(server) })).list(LOCATION))
    expect(error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('does not accept user goldsync'),
      hint: expect.stringContaining('storage.auth.password'),
    })
    expect(`${error.message}${error.hint}`).not.toContain('secret-1')
    expect(server.requests).toHaveLength(1)
  })

  it('is read again when its file is replaced', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'goldsync-password-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'password')
    await writeFile(file, 'secret-1\n')
    let password = 'secret-1'
    const server = await nameNode((url, response, nth) => knox(itself, password)(url, response, nth))
    const auth = { ...basic.auth, password: { file } }
    const storage = await over([], { user: undefined, auth, ...at(server) })
    expect(await storage.stat(LOCATION)).toBeDefined()
    password = 'another'
    await writeFile(`${file}.new`, 'another')
    await rename(`${file}.new`, file)
    expect(await storage.stat(LOCATION)).toBeDefined()
  })
})

describe('what a server offers instead', () => {
  it.each([
    ['only Negotiate where a password is sent', basic, ['Negotiate'], 'storage.auth to kind kerberos'],
    [
      'only Negotiate where a bearer token is sent',
      { user: undefined, auth: { kind: 'bearer', token: 'ey.secret-1' } } as const,
      ['Negotiate'],
      'storage.auth to kind kerberos',
    ],
    [
      'a password where a bearer token is sent',
      { user: undefined, auth: { kind: 'bearer', token: 'ey.secret-1' } } as const,
      ['BASIC realm="x"'],
      'takes basic, not bearer',
    ],
    [
      'Negotiate and a password, which is wrong',
      basic,
      ['Negotiate', 'Basic realm="x"'],
      'storage.auth.password',
    ],
    ['Negotiate to a plain user', { user: 'etl' }, ['Negotiate'], 'storage.auth to kind kerberos'],
    ['a password to a plain user', { user: 'etl' }, ['BASIC realm="x"'], 'storage.auth to kind basic'],
  ])('%s', async (_, options, schemes, hint) => {
    const server = await nameNode(unauthorized(...schemes))
    const error = await failureOf((await over([], { ...options, ...at(server) })).list(LOCATION))
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining(hint) })
    expect(`${error.message}${error.hint}`).not.toContain('secret-1')
  })
})

it('a bearer token goes with each request, and only as such', async () => {
  const seen: unknown[] = []
  const server = await nameNode((url, response, nth) => {
    seen.push([authorizationOf(response), url.search])
    found(url, response, nth)
  })
  const storage = await over([], {
    user: undefined,
    auth: { kind: 'bearer', token: 'ey.a.b' },
    ...at(server),
  })
  await storage.stat(LOCATION)
  expect(seen).toEqual([['Bearer ey.a.b', '?op=GETFILESTATUS']])
})

it('a bearer token that cannot be one is a fault of the config, and is not shown', async () => {
  const server = await nameNode(found)
  const auth = { kind: 'bearer', token: 'ey.a\nX-Other: b' } as const
  const error = await failureOf((await over([], { user: undefined, auth, ...at(server) })).stat(LOCATION))
  expect(error.code).toBe('CONFIG_INVALID')
  expect(error.message).not.toContain('ey.a')
  expect(server.requests).toHaveLength(0)
})

it('a delegation token is read again when its file is replaced', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-token-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'token')
  await writeFile(file, 'HAAEfirst\n')
  const server = await nameNode(found)
  const storage = await over([server], { user: undefined, token: { file } })
  await storage.stat(LOCATION)
  await writeFile(`${file}.new`, 'HAAEsecond')
  await rename(`${file}.new`, file)
  await storage.stat(LOCATION)
  expect(server.requests.map(url => url.searchParams.get('delegation'))).toEqual(['HAAEfirst', 'HAAEsecond'])
})
