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

describe('credentials, where the server sends elsewhere', () => {
  const tls = { ca: testAuthority }
  /** What a server of another address was asked, and what is said of it. */
  async function ledTo(elsewhere: (asked: Handler) => Promise<string>, more: object, by?: Handler) {
    const asked: IncomingMessage['headers'][] = []
    const other = await elsewhere((request, response) => {
      asked.push(request.headers)
      one(request, response)
    })
    const url = await https(by ?? page({ nextUri: `${other}/v1/statement/executing/q1/1` }))
    return { answer: await ask(url, { tls, ...more }), other, asked, url }
  }
  const secrets = [['password', { password: 'sesame' }] as const, ['token', { token: 'abc' }] as const]

  it.each(secrets)('go to no other host: %s', async (_, secret) => {
    const { answer, other, asked } = await ledTo(handler => https(handler), secret)
    expect(answer).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: false,
      message: expect.stringContaining(`sends to ${other} for what comes next`),
      hint: expect.stringContaining('http-server.process-forwarded=true'),
    })
    expect(asked).toEqual([])
  })

  it.each(secrets)('go to nobody over plain http: %s', async (_, secret) => {
    const { answer, asked } = await ledTo(http, secret)
    expect(answer).toMatchObject({ code: 'UNAVAILABLE', hint: expect.stringContaining('https alone') })
    expect(asked).toEqual([])
  })

  it('go nowhere by plain http to the same host and port', async () => {
    const paths: unknown[] = []
    const url: string = await https((request, response) => {
      paths.push(request.method)
      page({ nextUri: `${url.replace('https:', 'http:')}/v1/statement/executing/q1/1` })(request, response)
    })
    expect(await ask(url, { tls, password: 'sesame' })).toMatchObject({ code: 'UNAVAILABLE' })
    // The query is cancelled where it was sent.
    expect(paths.filter(method => method !== 'DELETE')).toEqual(['POST'])
  })

  it('follow no redirect', async () => {
    const { answer, other, asked } = await ledTo(
      handler => https(handler),
      { token: 'abc' },
      (_, response) => response.writeHead(307, { location: 'https://localhost:1/v1/statement' }).end(),
    )
    expect(answer).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('https://localhost:1'),
    })
    expect([other !== '', asked]).toEqual([true, []])
  })

  it('are no reason to refuse an address of their own host, or any without them', async () => {
    const url: string = await https((request, response) =>
      request.method === 'POST'
        ? page({ nextUri: `${url.replace('localhost', 'LOCALHOST')}/v1/next` })(request, response)
        : one(request, response),
    )
    expect(await ask(url, { tls, password: 'sesame' })).toBe(1)
    expect((await ledTo(http, {})).answer).toBe(1)
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
