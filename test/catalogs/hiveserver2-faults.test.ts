/** What a real HiveServer2 cannot be made to do: be down, hang, close, refuse, show a wrong certificate. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openHiveServer2 } from '../../shared/catalogs/hiveserver2/hiveserver2.ts'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { closedPort, type FakeServer, serve, serveTls, testAuthority } from '../support/net.ts'
import { gate, NO_LIMITS, stopTimers } from '../support/waiting.ts'

const servers: FakeServer[] = []
const started = async (server: Promise<FakeServer>): Promise<FakeServer> => {
  servers.push(await server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()))
})

/** What one inspect on a new catalog ends with. Where nothing else is said, no limit of time ends it. */
async function inspect(options: object, signal?: AbortSignal) {
  const parsed = hiveServer2Options.parse({
    kind: 'hiveserver2',
    host: '127.0.0.1',
    ...NO_LIMITS,
    ...options,
  })
  const catalog = openHiveServer2('hive', parsed)
  const outcome = await catalog
    .inspect({ database: 'gold', name: 'orders' }, signal ? { signal } : {})
    .catch((error: unknown) => error)
  await catalog.close()
  return outcome
}

const modes = [{ auth: 'plain' }, { auth: 'nosasl' }, { transport: 'http' }] as const

describe.each(modes)('with %o', mode => {
  it('a closed port is UNAVAILABLE at once', async () => {
    const outcome = await inspect({ ...mode, port: await closedPort() })
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect(String(outcome)).toContain('HiveServer2 127.0.0.1:')
  })

  it('a silent server is a TIMEOUT when time is up', async () => {
    stopTimers()
    const connected = gate()
    const { port } = await started(serve(connected.open))
    const inspecting = inspect({ ...mode, port, connectTimeout: 500 })
    await connected.opened
    vi.advanceTimersByTime(500)
    expect(await inspecting).toMatchObject({ code: 'TIMEOUT', retryable: true })
  })

  it('a server that closes is UNAVAILABLE at once', async () => {
    const { port } = await started(serve(socket => socket.once('data', () => socket.end())))
    const outcome = await inspect({ ...mode, port })
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  })

  it('an abort ends the wait at once', async () => {
    const controller = new AbortController()
    const { port } = await started(serve(() => controller.abort()))
    const outcome = await inspect({ ...mode, port }, controller.signal)
    expect(outcome).toMatchObject({ code: 'ABORTED' })
  })
})

describe('a server that refuses', () => {
  it('the password by SASL is AUTHENTICATION_FAILED, and the message has no password', async () => {
    const { port } = await started(serve(socket => socket.once('data', () => socket.write(refusal))))
    const outcome = await inspect({ port, user: 'ann', password: 'open-sesame' })
    expect(outcome).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      retryable: false,
      hint: 'check user and password',
    })
    expect(String(outcome)).toMatch(/Error validating the login/)
    expect(String(outcome)).not.toMatch(/sesame/)
  })

  it.each([
    [401, 'AUTHENTICATION_FAILED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
  ])('by HTTP status %i is %s', async (status, code) => {
    const server = createServer((_, response) => response.writeHead(status).end('<html>no</html>'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const outcome = await inspect({ transport: 'http', port: (server.address() as AddressInfo).port })
    server.close()
    expect(outcome).toMatchObject({ code })
  })

  it('SASL since it speaks HTTP says so', async () => {
    const { port } = await started(
      serve(socket => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    )
    const outcome = await inspect({ port })
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', retryable: false })
    expect(outcome).toHaveProperty('hint', expect.stringContaining('set transport: http'))
  })
})

describe.each([{ auth: 'plain' }, { transport: 'http' }] as const)('TLS with %o', mode => {
  it('refuses a certificate that no known authority signed', async () => {
    const { port } = await started(serveTls(() => undefined))
    const outcome = await inspect({ ...mode, host: 'localhost', port, tls: true })
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', retryable: false })
    expect(String(outcome)).toMatch(/certificate/)
  })

  it('refuses a certificate for another host', async () => {
    const { port } = await started(serveTls(() => undefined))
    const outcome = await inspect({ ...mode, port, tls: { ca: testAuthority } })
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', retryable: false })
    expect(String(outcome)).toMatch(/not in the cert/)
  })

  it('refuses a server without TLS', async () => {
    const { port } = await started(serve(socket => socket.once('data', () => socket.end('no TLS here'))))
    const outcome = await inspect({ ...mode, port, tls: true })
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', retryable: false })
  })
})

/** A SASL frame of TSaslTransport: status BAD or ERROR, length, text. */
const refusal = Buffer.concat([Buffer.from([4, 0, 0, 0, 26]), Buffer.from('Error validating the login')])
