import { once } from 'node:events'
import { request } from 'node:http'
import { CloudEvent, HTTP } from 'cloudevents'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { build, type Listening, makeLake, startServer } from '../support/hosts.ts'

let folder: string
let server: Listening
beforeAll(async () => {
  folder = await build('server', 'server')
})
beforeEach(async () => {
  const lakes = [{ location: await makeLake(), createDatabase: true }]
  const config = { lakes, catalogs: { memory: { kind: 'memory' } } }
  server = await startServer(folder, { GOLDSYNC_CONFIG: JSON.stringify(config) })
})
afterEach(() => server.stop('SIGKILL'))

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { method: 'POST', body, headers })

const event = (type: string, data: unknown): CloudEvent<unknown> =>
  new CloudEvent({ type, source: '/test', id: 'e-1', datacontenttype: 'application/json', data })

async function send(message: ReturnType<typeof HTTP.binary>): Promise<Response> {
  return post('/', String(message.body), message.headers as Record<string, string>)
}

describe('the server', () => {
  it('runs a scan for a binary CloudEvent, and answers without ce- headers', async () => {
    const response = await send(HTTP.binary(event('dev.goldsync.scan.v1', { mode: 'full' })))
    expect(response.status).toBe(200)
    expect([...response.headers.keys()].filter(name => name.startsWith('ce-'))).toEqual([])
    expect(await response.json()).toMatchObject({
      status: 'ok',
      report: { runId: 'e-1', mode: 'full', tables: [{ topic: 'orders', outcome: 'changed' }] },
    })
  })

  it('runs a sync for a structured CloudEvent', async () => {
    const params = { table: 'orders', partitions: ['2026/11/20/07'] }
    const response = await send(HTTP.structured(event('dev.goldsync.sync.v1', params)))
    expect(await response.json()).toMatchObject({ report: { tables: [{ partitions: { added: 1 } }] } })
  })

  it('takes a PingSource’s tick for a scan, with its data or without', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '%C3%A9%20tick',
      'ce-source': '/apis/v1/namespaces/default/pingsources/goldsync',
      'ce-type': 'dev.knative.sources.ping',
    }
    const bare = await post('/', '', headers)
    expect(await bare.json()).toMatchObject({ status: 'ok', report: { runId: 'é tick', mode: 'recent' } })
    const json = { ...headers, 'content-type': 'application/json' }
    expect(await (await post('/', '{"mode":"full"}', json)).json()).toMatchObject({
      report: { mode: 'full' },
    })
  })

  it('takes JSON at /invoke/<function>', async () => {
    const response = await post('/invoke/plan', '{"table":"orders"}')
    expect(await response.json()).toMatchObject({ status: 'ok', report: { dryRun: true } })
  })

  it('is alive and ready', async () => {
    for (const probe of ['liveness', 'readiness'])
      expect((await fetch(`${server.url}/health/${probe}`)).status).toBe(200)
  })

  it('refuses what a retry cannot mend with a status that is not repeated', async () => {
    const refused = async (sent: Promise<Response>): Promise<[number, string]> => {
      const response = await sent
      const { error } = (await response.json()) as { error: { message: string } }
      return [response.status, error.message]
    }
    expect(await refused(post('/invoke/scan', '{"mode":'))).toEqual([
      400,
      expect.stringContaining('not JSON'),
    ])
    expect(await refused(post('/invoke/scan', '{"mode":"fast"}'))).toEqual([
      422,
      expect.stringContaining('mode'),
    ])
    expect(await refused(post('/invoke/scna', '{}'))).toEqual([422, expect.stringContaining('/invoke/scan')])
    expect(await refused(post('/', '{}'))).toEqual([400, expect.stringContaining('CloudEvent')])
    expect(await refused(send(HTTP.binary(event('com.example.other', {}))))).toEqual([
      415,
      expect.stringContaining('com.example.other'),
    ])
    expect(await refused(post('/invoke/sync', '{"table":"nothing"}'))).toEqual([422, expect.any(String)])
    expect((await fetch(server.url)).status).toBe(405)
  })

  it('stops reading a body that is too big, announced or not', async () => {
    const big = 'x'.repeat(1_048_577)
    expect((await post('/invoke/scan', big)).status).toBe(413)
    const chunked = request(`${server.url}/invoke/scan`, { method: 'POST' })
    chunked.on('error', () => {})
    chunked.write(big)
    const [response] = await once(chunked, 'response')
    expect(response.statusCode).toBe(413)
    chunked.destroy()
  })

  it('finishes the request in flight after SIGTERM, takes no other, and ends with 0', async () => {
    const slow = request(`${server.url}/invoke/scan`, { method: 'POST', headers: { 'content-length': 2 } })
    slow.write('{')
    await once(slow, 'socket')
    await new Promise(resolve => setTimeout(resolve, 200))
    const ended = server.stop('SIGTERM')
    await new Promise(resolve => setTimeout(resolve, 200))
    await expect(fetch(`${server.url}/health/readiness`)).rejects.toThrow()
    slow.end('}')
    const [response] = await once(slow, 'response')
    expect(response.statusCode).toBe(200)
    response.resume()
    expect(await ended).toBe(0)
  })
})

describe('a server without a config', () => {
  it('does not start, and says what is missing', async () => {
    await expect(startServer(folder, { GOLDSYNC_CONFIG: '{"lakes":[]}' })).rejects.toThrow(
      'before it listened',
    )
  })
})
