import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWhiskDelivery, sinkDelivery } from '../../shared/hosts/delivery.ts'
import type { Patience } from '../../shared/outbound/send.ts'
import { closedPort, testAuthority, testCertificate } from '../support/net.ts'
import { openRecorder, type Recorder, type Reply } from '../support/recorder.ts'
import { ENDLESS, eventually, gate, turns } from '../support/waiting.ts'

const request = {
  id: 'tick/golden.orders',
  function: 'sync',
  params: { table: 'golden.orders', mode: 'recent' },
  key: 'golden.orders',
} as const

let recorder: Recorder
afterEach(() => recorder?.close())

async function sink(reply?: (nth: number) => Reply | Promise<Reply>, patience: Partial<Patience> = {}) {
  recorder = await openRecorder(reply)
  return sinkDelivery({ K_SINK: `${recorder.url}/golden/broker` }, { pauses: [1, 1], ...patience })!
}

async function openWhisk(reply?: (nth: number) => Reply) {
  recorder = await openRecorder(reply)
  const env = { __OW_API_HOST: recorder.url, __OW_API_KEY: 'u:k', __OW_ACTION_NAME: '/guest/goldsync/scan' }
  return openWhiskDelivery(env, 100, { pauses: [200] })!
}

describe('a sink', () => {
  it('is nobody where the platform names none', () => {
    expect([sinkDelivery({}), openWhiskDelivery({})]).toEqual([undefined, undefined])
  })

  it.each([200, 202, 204])('has taken a request when it answers %i', async status => {
    const { send } = await sink(() => [status])
    await send(request, {})
    expect(recorder.requests).toMatchObject([{ method: 'POST', path: '/golden/broker' }])
  })

  it.each([429, 500, 503])('is sent the same event again after %i', async status => {
    const { send } = await sink(nth => [nth === 0 ? status : 202])
    await send(request, {})
    expect(recorder.requests.map(({ headers }) => headers['ce-id'])).toEqual([request.id, request.id])
  })

  it.each([302, 400, 404])('has not taken it with %i, and nothing is tried again', async status => {
    const { send } = await sink(() => [status, { location: 'http://127.0.0.1:1/' }])
    await expect(send(request, {})).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(String(status)),
      retryable: true,
    })
    expect(recorder.requests).toHaveLength(1)
  })

  it('waits as long as it is asked to', async () => {
    const { send } = await sink(nth => (nth === 0 ? [503, { 'retry-after': '1' }] : [202]))
    await send(request, {})
    const [first, second] = recorder.requests
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(990)
  })

  it('ends with the work that it was to take', async () => {
    const answered = gate()
    const { send } = await sink(() => {
      answered.open()
      return [503, { 'retry-after': '60' }]
    })
    const stop = new AbortController()
    void answered.opened.then(turns).then(() => stop.abort())
    await expect(send(request, { signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(recorder.requests).toHaveLength(1)
  })

  it('that is not there is named', async () => {
    const port = await closedPort()
    const { send } = sinkDelivery({ K_SINK: `http://127.0.0.1:${port}/` }, { pauses: [1] })!
    await expect(send(request, {})).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`127.0.0.1:${port} did not take a request: connect ECONNREFUSED`),
    })
  })

  it('that does not answer in time has perhaps taken it: it is not sent again', async () => {
    const never = gate()
    const { send } = await sink(() => never.opened.then((): Reply => [202]))
    expect(await send(request, { deadline: Date.now() + 50.5 })).toBe('unanswered')
    never.open()
    expect(recorder.requests).toHaveLength(1)
  })

  it('may take as long as there is time', async () => {
    const slow = gate()
    const { send } = await sink(() => slow.opened.then((): Reply => [202]))
    const sent = send(request, { deadline: Date.now() + ENDLESS })
    await eventually(() => expect(recorder.requests).toHaveLength(1))
    await turns()
    slow.open()
    expect(await sent).toBe('taken')
    expect(recorder.requests).toHaveLength(1)
  })

  it.each([500, 503, 504])(
    'that fails late, with %i, has worked on it: it is not sent again',
    async status => {
      const { send } = await sink(() => [status], { refusal: 0 })
      expect(await send(request, {})).toBe('unanswered')
      expect(recorder.requests).toHaveLength(1)
    },
  )

  it('that breaks off late has worked on it, too', async () => {
    const { send } = await sink(
      () => {
        void recorder.close()
        return [202]
      },
      { refusal: 0 },
    )
    expect(await send(request, {})).toBe('unanswered')
  })

  it('is not waited for longer than there is time', async () => {
    const { send } = await sink(() => [503, { 'retry-after': '60' }])
    await expect(send(request, { deadline: Date.now() + 30_000 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('503'),
    })
    expect(recorder.requests).toHaveLength(1)
  })

  it('is given up after some attempts', async () => {
    const { send } = await sink(() => [503])
    await expect(send(request, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(recorder.requests).toHaveLength(3)
  })
})

describe('a sink with a certificate of the cluster’s own', () => {
  const K_CA_CERTS = readFileSync(testAuthority, 'utf8')
  let server: Server
  beforeAll(async () => {
    server = createServer(testCertificate(), (_, response) => response.writeHead(202).end())
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const deliver = (env: object) => {
    const K_SINK = `https://localhost:${(server.address() as AddressInfo).port}/`
    return sinkDelivery({ K_SINK, ...env }, { pauses: [] })!.send(request, {})
  }

  it('is trusted where the platform gives the authority’s', async () => {
    await deliver({ K_CA_CERTS })
  })

  it.each([{}, { K_CA_CERTS: '' }])('is not trusted by %j', async env => {
    await expect(deliver(env)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('certificate'),
    })
  })
})

describe('what the environment says', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('never lets a sink pass whose certificate nobody has signed', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const server = createServer(testCertificate(), (_, response) => response.writeHead(202).end())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const K_SINK = `https://localhost:${(server.address() as AddressInfo).port}/`
    await expect(sinkDelivery({ K_SINK }, { pauses: [] })!.send(request, {})).rejects.toThrow('certificate')
    server.close()
  })
})

it('an answer without an end is not read to its end', async () => {
  const chunk = 'x'.repeat(64 * 1024)
  let sent = 0
  const server = createHttpServer((incoming, response) => {
    incoming.resume()
    response.writeHead(500)
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length
    }
    response.on('drain', more)
    more()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const K_SINK = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await expect(sinkDelivery({ K_SINK }, { pauses: [] })!.send(request, {})).rejects.toThrow(
    /: 500 x{190,200}$/,
  )
  // What the kernel takes is not what is read.
  expect(sent).toBeLessThan(64 * 1024 * 1024)
  server.closeAllConnections()
  server.close()
})

describe('OpenWhisk', () => {
  it('is asked with the key of the namespace, one request after the other, at a pace', async () => {
    const { send, atOnce } = await openWhisk()
    expect(atOnce).toBe(1)
    await send(request, {})
    await send(request, {})
    const [first, second] = recorder.requests
    expect(first).toMatchObject({
      path: '/api/v1/namespaces/guest/actions/goldsync/sync?blocking=false',
      headers: { authorization: `Basic ${Buffer.from('u:k').toString('base64')}` },
      body: '{"table":"golden.orders","mode":"recent"}',
    })
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(95)
  })

  it('is given time where it has too many requests', async () => {
    const { send } = await openWhisk(nth => [nth === 0 ? 429 : 202])
    await send(request, {})
    const [first, second] = recorder.requests
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(195)
  })
})
