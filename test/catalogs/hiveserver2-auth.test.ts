import { type EventEmitter, once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import { hiveError } from '../../shared/hiveserver2/errors.ts'
import { authorize, type ThriftHttp } from '../../shared/hiveserver2/http.ts'
import { binaryWire, httpWire } from '../../shared/hiveserver2/wire.ts'
import { serve, testAuthority } from '../support/net.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

describe('auth of HiveServer2', () => {
  const token = { kind: 'bearer', token: 'abc' }
  const basic = { kind: 'basic', user: 'a', password: { file: '/b' } }
  it.each<[object, RegExp | undefined]>([
    [{ auth: { kind: 'kerberos' } }, undefined],
    [{ auth: { kind: 'kerberos' }, transport: 'http' }, /must be on: over HTTP nothing else tells/],
    [{ auth: { kind: 'kerberos' }, transport: 'http', tls: {} }, undefined],
    [{ auth: { kind: 'kerberos' }, transport: 'http', host: '127.0.0.1' }, undefined],
    [{ auth: basic, tls: true }, undefined],
    [{ auth: basic, host: 'localhost' }, undefined],
    [{ auth: basic }, /must be on: the password/],
    [{ auth: basic, transport: 'http', host: '10.0.0.1' }, /must be on: the password/],
    [{ user: 'a', password: 'b' }, undefined],
    [{ auth: token, transport: 'http', tls: true }, undefined],
    [{ auth: token, tls: true }, /must be http/],
    [{ auth: token, transport: 'http' }, /must be on/],
    [{ auth: { kind: 'token' }, transport: 'http' }, /must be binary/],
    [{ auth: { kind: 'kerberos' }, password: 'a' }, /leave it out/],
    [{ auth: { kind: 'oauth2' } }, /auth/],
  ])('%j is taken or refused before anything is sent', (more, refusal) => {
    const parsed = hiveServer2Options.safeParse({ kind: 'hiveserver2', host: 'hive', ...more })
    expect(parsed.error?.message ?? '').toMatch(refusal ?? /^$/)
  })

  it('says what is to be set at the server', () => {
    const unsupported = new GoldsyncError('UNSUPPORTED', 'SASL GSSAPI: the server insists on auth-conf')
    expect(hiveError(unsupported, 'hive:10000')).toMatchObject({
      message: expect.stringContaining('HiveServer2 hive:10000: SASL GSSAPI'),
      hint: expect.stringContaining('hive.server2.thrift.sasl.qop=auth'),
    })
    for (const text of [
      'Authentication error: Unsupported mechanism type PLAIN',
      'SASL GSSAPI: the server refused us: Unsupported mechanism type GSSAPI',
    ]) {
      const error = text.startsWith('SASL')
        ? new GoldsyncError('AUTHENTICATION_FAILED', text)
        : new Error(text)
      expect(hiveError(error, 'hive:10000')).toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        hint: expect.stringContaining('hive.server2.authentication'),
      })
    }
  })

  it('tells a password that cannot be read, and asks the server nothing', async () => {
    let asked = 0
    const server = await serve(socket => {
      asked += 1
      socket.destroy()
    })
    open.push(server)
    const options = hiveServer2Options.parse({
      kind: 'hiveserver2',
      host: '127.0.0.1',
      port: server.port,
      auth: { kind: 'basic', user: 'ann', password: { file: '/nowhere/password' } },
    })
    await expect(hiveClient(options).execute('SELECT 1')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('auth.password: /nowhere/password'),
    })
    expect(asked).toBe(0)
  })
})

describe('requests of the HTTP transport', () => {
  /** A thrift connection to a server that answers so, and what it was asked. */
  async function connection(answer: (headers: IncomingHttpHeaders, count: number) => [number, string?]) {
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization ?? request.headers.cookie)
      const [status, cookie] = answer(request.headers, asked.length)
      response.writeHead(status, cookie ? { 'set-cookie': cookie } : {}).end()
    })
    open.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const thrift = (await import('../../shared/hiveserver2/package.ts')).hive
    const { thrift: library } = new thrift.connections.HttpConnection() as unknown as {
      thrift: { createHttpConnection(host: string, port: number, options: object): ThriftHttp }
    }
    const { port } = server.address() as AddressInfo
    const http = library.createHttpConnection('127.0.0.1', port, { headers: {} })
    let done: (status: number | undefined) => void = () => undefined
    http.responseCallback = response => {
      response.resume()
      done(response.statusCode)
    }
    let tokens = 0
    const authorization = {
      next: async () => `Negotiate ${++tokens}`,
      instead: async () => undefined,
    }
    const send = () =>
      new Promise<number | undefined>(resolve => {
        done = resolve
        http.write(Buffer.from('call'))
      })
    return { asked, http, authorization, send }
  }

  it('have a header until the server has given a cookie, and again when that has ended', async () => {
    const { asked, http, authorization, send } = await connection(({ authorization }, count) => {
      if (authorization) return [200, `hive.server2.auth=c${count}; HttpOnly`]
      return [count < 4 ? 200 : 401]
    })
    authorize(http, authorization, false)
    expect([await send(), await send(), await send(), await send()]).toEqual([200, 200, 200, 200])
    expect(asked).toEqual([
      'Negotiate 1',
      'hive.server2.auth=c1',
      'hive.server2.auth=c1',
      'hive.server2.auth=c1',
      'Negotiate 2',
    ])
  })

  it('keep cookies that are for TLS alone out of plain HTTP, and end where nothing helps', async () => {
    const { asked, http, authorization, send } = await connection((_, count) =>
      count < 3 ? [200, 'hive.server2.auth=c; Secure'] : [401],
    )
    authorize(http, authorization, false)
    expect([await send(), await send(), await send()]).toEqual([200, 200, 401])
    expect(asked).toEqual(['Negotiate 1', 'Negotiate 2', 'Negotiate 3'])
  })
})

describe('a connection that is given up while secrets are read', () => {
  const parsed = (more: object) =>
    hiveServer2Options.parse({ kind: 'hiveserver2', host: '127.0.0.1', ...more })
  const load = async () => (await import('../../shared/hiveserver2/package.ts')).hive

  it('is not made', async () => {
    const auth = { kind: 'basic', user: 'ann', password: { file: testAuthority } }
    const wire = binaryWire(await load(), parsed({ auth }), () => undefined)
    let connected = false
    const connect = () => {
      connected = true
    }
    const authenticating = wire.auth.authenticate({ connect } as never)
    wire.destroy()
    await expect(authenticating).rejects.toThrow('given up')
    expect(connected).toBe(false)
  })

  it('is ended where it is made all the same', async () => {
    const wire = binaryWire(await load(), parsed({ auth: 'nosasl' }), () => undefined)
    const socket = new Socket()
    wire.destroy()
    const ignored = () => undefined
    const transport = { connect: ignored, setOptions: ignored, getTransport: () => socket }
    await wire.auth.authenticate(transport as never)
    expect(socket.destroyed).toBe(true)
  })

  it('sends no request by HTTP', async () => {
    let asked = 0
    const server = await serve(() => {
      asked += 1
    })
    open.push(server)
    const auth = { kind: 'basic', user: 'ann', password: { file: testAuthority } }
    const options = parsed({ auth, transport: 'http', port: server.port })
    const wire = httpWire(await load(), options)
    const { host, port } = options
    const connection = await wire.connection.connect(
      { host, port, options: wire.options(undefined) },
      wire.auth,
    )
    const http = connection.getConnection() as unknown as EventEmitter & ThriftHttp
    const failed = once(http, 'error')
    http.write(Buffer.from('call'))
    wire.destroy()
    // By then a request would have been begun.
    await expect(failed).resolves.toMatchObject([{ message: expect.stringContaining('given up') }])
    expect(asked).toBe(0)
  })
})
