import { mkdtemp, rename, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import { openHttpConnection } from '../../shared/catalogs/hms/connection/http.ts'
import { userOf } from '../../shared/catalogs/hms/options.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { encodeTokenFile, HIVE_TOKEN } from '../../shared/credentials/hadoop-token.ts'
import { fakeMetastore, readCall, reply } from '../support/fake-metastore.ts'
import { serve } from '../support/net.ts'
import { digestServer, plainServer, type SaslServer } from '../support/sasl-server.ts'
import { identifierOf } from '../support/tokens.ts'
import { ENDLESS, gate, NO_LIMITS } from '../support/waiting.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const names = { db_name: 'golden', tbl_name: 'orders', max_parts: -1 }
const client = (port: number, more: object = {}) => {
  const options = { kind: 'metastore', uris: `thrift://localhost:${port}`, ...NO_LIMITS, ...more }
  const opened = metastoreClient(metastoreOptions.parse(options))
  closing.unshift(() => opened.close())
  return opened
}
async function fake(mechanisms: Readonly<Record<string, () => SaslServer>>) {
  const shaken: string[] = []
  const server = await fakeMetastore(
    () => ({ success: ['a=1'] }),
    '4.0.1',
    name => {
      shaken.push(name)
      return mechanisms[name]?.()
    },
  )
  closing.push(server.close)
  return { ...server, shaken }
}

const password = Buffer.from('token-password')
const identifier = identifierOf({ owner: 'ann', until: Date.now() + 1e9 })
const users = { [identifier.toString('base64')]: password.toString('base64') }
async function tokenFile(more: object = {}) {
  const file = join(await mkdtemp(join(tmpdir(), 'tokens-')), 'tokens')
  const token = { identifier, password, kind: HIVE_TOKEN, service: '', alias: 'hive', ...more }
  await writeFile(file, encodeTokenFile([token]))
  return file
}
const basic = { kind: 'basic', user: 'ann', password: 'pass-word' }
const plain = () => plainServer({ ann: 'pass-word' })

describe('a metastore that asks who we are', () => {
  const WAYS: [string, () => Promise<object>, Record<string, () => SaslServer>, string][] = [
    ['a password', async () => basic, { PLAIN: plain }, 'PLAIN'],
  ]
  for (const qop of ['auth', 'auth-int', 'auth-conf'])
    WAYS.push([
      `a token, ${qop}`,
      async () => ({ kind: 'token', file: await tokenFile() }),
      { 'DIGEST-MD5': () => digestServer({ users, qop }) },
      'DIGEST-MD5',
    ])

  it.each(WAYS)('by %s is told once a connection, and not by set_ugi', async (_, auth, mechanisms, name) => {
    const server = await fake(mechanisms)
    const metastore = client(server.port, { auth: await auth() })
    for (let nth = 0; nth < 5; nth += 1)
      expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
    expect(server.shaken).toEqual([name])
    expect(server.greetings).toEqual(['getVersion'])
    expect(server.calls).toHaveLength(5)
  })

  it("by a file of several tokens takes its own: neither HiveServer2's nor another metastore's", async () => {
    const server = await fake({ 'DIGEST-MD5': () => digestServer({ users }) })
    const token = { identifier, password, kind: HIVE_TOKEN, service: '', alias: 'mine' }
    const longer = { ...token, identifier: identifierOf({ owner: 'ann', until: Date.now() + 2e9 }) }
    const file = await tokenFile()
    const others = [
      { ...longer, service: 'hiveserver2ClientToken', alias: 'mine' },
      { ...longer, alias: 'other' },
    ]
    await writeFile(file, encodeTokenFile([...others, token]))
    const uris = `thrift://localhost:${server.port}`
    const options = metastoreOptions.parse({
      kind: 'metastore',
      uris,
      auth: { kind: 'token', file },
      ...NO_LIMITS,
    })
    const metastore = metastoreClient(options, 1, 'mine')
    closing.unshift(() => metastore.close())
    expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
  })

  it.each([
    ['token file', { kind: 'token', file: '/absent/tokens' }],
    ['password file', { ...basic, password: { file: '/absent/password' } }],
    ['keytab', { kind: 'kerberos', keytab: '/absent/goldsync.keytab' }],
  ])('by a %s that is not there says so once, however many servers there are', async (_, auth) => {
    const uris = ['thrift://one.test:1', 'thrift://two.test:2']
    const metastore = client(1, { uris, auth, tls: true })
    const error = await metastore.call('get_partition_names', names).catch(error => error)
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/one\.test:1.*ENOENT/),
    })
    expect(error.message).not.toContain('two.test')
  })

  it('by a file is told what the file says by then, on the next connection', async () => {
    const known = { ann: 'first-pw' }
    const sockets: (() => void)[] = []
    const server = await fakeMetastore(
      ({ socket }) => {
        sockets.push(() => socket.destroy())
        return { success: ['a=1'] }
      },
      '4.0.1',
      () => plainServer(known),
    )
    closing.push(server.close)
    const file = join(await mkdtemp(join(tmpdir(), 'secret-')), 'password')
    await writeFile(file, 'first-pw\n')
    const metastore = client(server.port, { auth: { ...basic, password: { file } } })
    await metastore.call('get_partition_names', names)
    known.ann = 'second-pw'
    await writeFile(`${file}.new`, 'second-pw')
    await rename(`${file}.new`, file)
    sockets[0]?.()
    expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
  })

  it.each([
    [
      'a wrong password',
      async () => ({ ...basic, password: 'wrong-pw' }),
      'AUTHENTICATION_FAILED',
      /user and password/,
    ],
    [
      'a token of another server',
      async () => ({ kind: 'token', file: await tokenFile({ password: Buffer.from('other') }) }),
      'AUTHENTICATION_FAILED',
      /token fetch/,
    ],
    [
      'no token of the kind',
      async () => ({ kind: 'token', file: await tokenFile({ kind: 'WEBHDFS delegation' }) }),
      'CONFIG_INVALID',
      /token fetch/,
    ],
  ])('refuses %s: the error says where and what to do, and no secret', async (_, auth, code, hint) => {
    const { port } = await fake({ PLAIN: plain, 'DIGEST-MD5': () => digestServer({ users }) })
    const work = client(port, { auth: await auth() }).call('get_partition_names', names)
    const error = await work.catch(error => error)
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint), retryable: false })
    expect(error.message).toContain(`metastore localhost:${port}: `)
    expect(JSON.stringify([error.message, error.hint])).not.toMatch(/wrong-pw|token-password|pass-word/)
  })

  it('tells a client that says nothing of it to set auth', async () => {
    const { port } = await fake({ PLAIN: plain })
    await expect(client(port).call('getVersion', {})).rejects.toMatchObject({
      message: expect.stringContaining('wants auth (kerberos, token or basic)'),
      hint: expect.stringContaining('auth'),
    })
  })

  it('is awaited for seconds only where it wants no auth: the hint says so', async () => {
    // A metastore without SASL takes the handshake for the length of a text, and waits for it.
    const { port, close } = await serve(() => undefined)
    closing.push(close)
    const work = client(port, { auth: basic, connectTimeout: 200 }).call('getVersion', {})
    await expect(work).rejects.toMatchObject({
      code: 'TIMEOUT',
      hint: expect.stringContaining('leave auth out'),
    })
  })
})

/** A metastore of HTTP that lets in whom `allows` says, and tells the headers of each request. */
async function httpMetastore(allows: (headers: http.IncomingHttpHeaders) => boolean) {
  const seen: http.IncomingHttpHeaders[] = []
  const server = http.createServer(async (request, response) => {
    seen.push(request.headers)
    const body = Buffer.concat(await request.toArray())
    if (request.url !== '/metastore') return response.writeHead(404).end('<h2>Not Found</h2>')
    if (!allows(request.headers)) return response.writeHead(401).end('JWT expired')
    const { method, sequence } = readCall(body)
    return response.end(reply(method, sequence, { success: method === 'getVersion' ? '4.0.1' : ['a=1'] }))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { port, seen }
}

describe('a metastore over HTTP', () => {
  const transport = 'http'

  it('is asked nothing by a call that was given up while its secret was read', async () => {
    const { port, seen } = await httpMetastore(() => true)
    const [reading, secret] = [gate(), gate()]
    const identify = async () => {
      reading.open()
      await secret.opened
      return {}
    }
    const address = { host: '127.0.0.1', port }
    const endpoint = { address, path: '/metastore', tls: undefined, identify, connectLimit: ENDLESS }
    const stop = new AbortController()
    const call = { method: 'getVersion', timeout: ENDLESS, signal: stop.signal }
    const asking = openHttpConnection(endpoint, false).exchange(Buffer.from('call'), call)
    await reading.opened
    stop.abort()
    secret.open()
    await expect(asking).rejects.toMatchObject({ code: 'ABORTED' })
    expect(seen).toEqual([])
  })

  it('is told who we are by each request, from a file as it is by then, on one connection', async () => {
    let token = 'first'
    const { port, seen } = await httpMetastore(({ authorization }) => authorization === `Bearer ${token}`)
    const file = join(await mkdtemp(join(tmpdir(), 'secret-')), 'jwt')
    await writeFile(file, 'first')
    const metastore = client(port, { transport, auth: { kind: 'bearer', token: { file } } })
    expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
    token = 'second'
    await writeFile(`${file}.new`, 'second')
    await rename(`${file}.new`, file)
    expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
    expect(seen.map(({ authorization }) => authorization)).toEqual([
      'Bearer first',
      'Bearer first',
      'Bearer second',
    ])
    expect(metastore.connections()).toBe(1)
  })

  it('takes a password, or without auth the name of the user', async () => {
    const { port, seen } = await httpMetastore(() => true)
    await client(port, { transport, auth: basic }).call('get_partition_names', names)
    await client(port, { transport, user: 'ann' }).call('get_partition_names', names)
    expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('ann:pass-word').toString('base64')}`)
    expect(seen.at(-1)).toMatchObject({ 'x-actor-username': 'ann' })
  })

  it.each([
    [{ auth: { kind: 'bearer', token: 'expired-jwt' } }, 'AUTHENTICATION_FAILED', /HTTP 401: JWT expired/],
    [{ path: '/other' }, 'CONFIG_INVALID', /HTTP 404: Not Found/],
  ])('that refuses %j is an error of the kind, without the secret', async (wrong, code, message) => {
    const { port } = await httpMetastore(() => false)
    const error = await client(port, { transport, ...wrong })
      .call('getVersion', {})
      .catch(error => error)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), retryable: false })
    expect(error.message).not.toContain('expired-jwt')
  })

  it('and one of plain Thrift are told from each other', async () => {
    const { port } = await httpMetastore(() => true)
    await expect(client(port).call('getVersion', {})).rejects.toThrow('needs transport: http')
    const binary = await fakeMetastore(() => undefined)
    closing.push(binary.close)
    await expect(client(binary.port, { transport }).call('getVersion', {})).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
  })
})

describe('settings of auth', () => {
  const parse = (more: object) =>
    metastoreOptions.safeParse({ kind: 'metastore', uris: 'thrift://hms.example.com', ...more })
  it.each([
    [{ auth: basic }, 'auth', 'set tls'],
    [{ auth: { kind: 'bearer', token: 'x' }, tls: true }, 'auth', 'transport: http'],
    [{ auth: { kind: 'kerberos' }, transport: 'http' }, 'auth', 'bearer or basic, not kerberos'],
    [{ auth: { kind: 'oauth2' } }, 'auth', ''],
    [{ path: 'metastore' }, 'path', '/'],
  ])('%j are refused', (more, key, message) => {
    const [issue] = parse(more).error?.issues ?? []
    expect(issue?.path[0]).toBe(key)
    expect(issue?.message).toContain(message)
  })

  it.each([
    [{}, 'hive'],
    [{ user: 'ann' }, 'ann'],
    [{ auth: basic, tls: true }, 'ann'],
    [{ auth: { kind: 'kerberos', principal: 'goldsync/host@R.TEST' } }, 'goldsync'],
  ])('%j: tables are owned by %s', (more, owner) => {
    expect(userOf(metastoreOptions.parse({ kind: 'metastore', uris: 'thrift://h', ...more }))).toBe(owner)
  })
})
