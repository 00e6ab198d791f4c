/** What a real Trino cannot be made to do here: be down, hang, refuse, show a certificate. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createPlainServer, type Server } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openEngine } from '../../shared/engines/open.ts'
import { closedPort, serve, testAuthority, testCertificate } from '../support/net.ts'
import { columns } from '../support/types.ts'
import { ENDLESS } from '../support/waiting.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

async function listening(server: Server | ReturnType<typeof createServer>): Promise<number> {
  open.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
const http = async (handler: Handler) => `http://127.0.0.1:${await listening(createPlainServer(handler))}`
const https = async (handler: Handler, host = 'localhost') =>
  `https://${host}:${await listening(createServer(testCertificate(), handler))}`

const page =
  (body: object): Handler =>
  (_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ id: 'q1', ...body }))
const one = page({ data: [[0]] })

/** What one question for one partition ends with. Where nothing else is said, no limit of time ends it. */
async function ask(url: string, more: object = {}, signal?: AbortSignal) {
  const engine = await openEngine('trino', { kind: 'trino', url, timeout: ENDLESS, ...more })
  const table = { database: 'gold', name: 'orders' }
  const wanted = { table, keys: columns('dt date'), partitions: [['2019-09-01']] }
  return engine.visible([wanted], signal ? { signal } : {}).then(
    ([seen]) => seen,
    (error: unknown) => error,
  )
}

describe('a Trino that is not there', () => {
  it('is UNAVAILABLE on a closed port', async () => {
    const port = await closedPort()
    expect(await ask(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining(`Trino 127.0.0.1:${port}`),
    })
  })

  it('is a TIMEOUT where it hangs, and ABORTED where the caller gives up', async () => {
    let connected = () => {}
    const server = await serve(() => connected())
    open.push(server)
    const url = `http://127.0.0.1:${server.port}`
    expect(await ask(url, { timeout: 500 })).toMatchObject({ code: 'TIMEOUT', retryable: true })
    const controller = new AbortController()
    connected = () => controller.abort()
    expect(await ask(url, {}, controller.signal)).toMatchObject({ code: 'ABORTED' })
  })

  it('is UNAVAILABLE where something else answers', async () => {
    const html = await http((_, response) => response.end('<html>hello</html>'))
    expect(await ask(html)).toMatchObject({ code: 'UNAVAILABLE', retryable: false })
  })
})

describe('a Trino that refuses', () => {
  it.each([
    [401, 'AUTHENTICATION_FAILED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
  ])('by HTTP status %i is %s', async (status, code) => {
    expect(await ask(await http((_, response) => response.writeHead(status).end('no')))).toMatchObject({
      code,
    })
  })

  it.each([
    [{ errorName: 'PERMISSION_DENIED', errorType: 'USER_ERROR' }, 'PERMISSION_DENIED'],
    [{ errorName: 'HIVE_METASTORE_ERROR', errorType: 'EXTERNAL' }, 'UNAVAILABLE'],
    [{ errorName: 'EXCEEDED_TIME_LIMIT', errorType: 'INSUFFICIENT_RESOURCES' }, 'TIMEOUT'],
    [{ errorName: 'PROCEDURE_NOT_FOUND', errorType: 'USER_ERROR' }, 'UNSUPPORTED'],
  ])('by %o in the very first page is %s', async (error, code) => {
    const answer = await ask(await http(page({ error: { message: 'no', ...error } })))
    expect(answer).toMatchObject({ code, message: expect.stringContaining(`${error.errorName}: no`) })
  })
})

describe('credentials', () => {
  it('go out as basic authentication or as a token, with the user, over verified TLS', async () => {
    const seen: IncomingMessage['headers'][] = []
    const url = await https((request, response) => {
      seen.push(request.headers)
      one(request, response)
    })
    const tls = { ca: testAuthority }
    expect(await ask(url, { tls, user: 'ann', password: 'sesame' })).toBe(1)
    expect(await ask(url, { tls, user: 'bob', token: 'abc' })).toBe(1)
    expect(seen).toMatchObject([
      { authorization: `Basic ${btoa('ann:sesame')}`, 'x-trino-user': 'ann', 'x-trino-source': 'goldsync' },
      { authorization: 'Bearer abc', 'x-trino-user': 'bob', 'x-trino-session': 'query_max_run_time=3600s' },
    ])
  })

  it('are refused over plain HTTP, before anything is sent', async () => {
    await expect(ask('http://trino:8080', { password: 'sesame' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('must be https'),
    })
  })

  it('are not sent to a server whose certificate is not trusted or for another host', async () => {
    const seen: unknown[] = []
    const handler: Handler = request => seen.push(request.headers)
    const refused = { code: 'UNAVAILABLE', retryable: false }
    expect(await ask(await https(handler), { password: 'sesame' })).toMatchObject(refused)
    expect(await ask(await https(handler, '127.0.0.1'), { tls: { ca: testAuthority } })).toMatchObject(
      refused,
    )
    expect(seen).toEqual([])
  })
})

describe('settings', () => {
  it('name the wrong key', async () => {
    await expect(openEngine('t', { kind: 'trino', url: 'http://t', cache: true })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/engines\.t: .*cache/s),
    })
  })

  it('read the catalogs they name, else all', async () => {
    const url = 'http://trino:8080'
    const named = await openEngine('t', { kind: 'trino', url, catalogs: ['a'] }, ['a', 'b'])
    expect(named.catalogs).toEqual(['a'])
    expect((await openEngine('t', { kind: 'trino', url }, ['a', 'b'])).catalogs).toEqual(['a', 'b'])
  })
})
