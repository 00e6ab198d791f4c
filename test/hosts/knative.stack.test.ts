import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type ClientRequest, request } from 'node:http'
import { CloudEvent, HTTP } from 'cloudevents'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HalfSent, halfSend, keepAsking } from '../support/half-sent.ts'
import { type Listening, lay, makeLake, runNode, startServer } from '../support/hosts.ts'
import { openRecorder, type Recorder } from '../support/recorder.ts'
import { shipped } from '../support/shipped.ts'
import { eventually } from '../support/waiting.ts'

let folder: string
let server: Listening
beforeAll(async () => {
  folder = await shipped('server')
})
beforeEach(async () => {
  const lakes = [{ location: await makeLake(), createDatabase: true }]
  const config = { lakes, catalogs: { memory: { kind: 'memory' } } }
  server = await startServer(folder, { GOLDSYNC_CONFIG: JSON.stringify(config) })
})
afterEach(() => server.stop('SIGKILL'))

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { method: 'POST', body, headers: { ...typeOf(path), ...headers } })

/** Events say themselves what they are; parameters are JSON. */
const typeOf = (path: string): Record<string, string> => (path.startsWith('/invoke/') ? JSON_TYPE : {})

const event = (type: string, data: unknown): CloudEvent<unknown> =>
  new CloudEvent({ type, source: '/test', id: 'e-1', datacontenttype: 'application/json', data })

/** How a table stands. */
async function table(name: string): Promise<unknown> {
  const response = await post('/invoke/status', JSON.stringify({ tables: name }))
  const { report } = (await response.json()) as { report: { tables: unknown[] } }
  return report.tables[0]
}

const JSON_TYPE = { 'content-type': 'application/json' }

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** A request that the server has taken up, of which the first byte is sent. */
async function begun(path: string, length: number): Promise<ClientRequest> {
  const headers = { ...typeOf(path), 'content-length': length, expect: '100-continue' }
  const posting = request(server.url + path, { method: 'POST', headers })
  posting.flushHeaders()
  await once(posting, 'continue')
  await new Promise(sent => posting.write('{', sent))
  return posting
}

async function send(message: ReturnType<typeof HTTP.binary>): Promise<Response> {
  return post('/', String(message.body), message.headers as Record<string, string>)
}

describe('the server', () => {
  it('runs a scan for a binary CloudEvent, and answers nothing that a broker would take for an event', async () => {
    const response = await send(HTTP.binary(event('io.goldsync.scan', { mode: 'full' })))
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect([...response.headers.keys()].filter(name => name.startsWith('ce-'))).toEqual([])
    expect(await table('orders')).toMatchObject({ state: 'synced', full: expect.any(String) })
  })

  it('runs a sync for a structured CloudEvent', async () => {
    const params = { table: 'orders', partitions: ['2026/11/20/07'] }
    const response = await send(HTTP.structured(event('io.goldsync.sync', params)))
    expect(response.status).toBe(200)
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      'goldsync_partitions_total{catalog="memory",table="golden.orders",change="added"} 1\n',
    )
  })

  it('takes a PingSource’s tick for a scan, with its data or without', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '%C3%A9%20tick',
      'ce-source': '/apis/v1/namespaces/default/pingsources/goldsync',
      'ce-type': 'dev.knative.sources.ping',
    }
    const scans = 'goldsync_runs_total{function="scan",status="ok"}'
    expect((await post('/', '', headers)).status).toBe(200)
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(`${scans} 1\n`)
    const wrong = await post('/', '{"mode":"fast"}', { ...headers, 'content-type': 'application/json' })
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { status: 'invalid' }])
  })

  it('takes JSON at /invoke/<function>', async () => {
    const response = await post('/invoke/plan', '{"table":"orders"}')
    expect(await response.json()).toMatchObject({ status: 'ok', report: { dryRun: true } })
  })

  it('takes a sink’s event at /, and tells Prometheus what was done', async () => {
    const response = await send(
      HTTP.binary(event('io.goldsync.file.closed', { path: '/elsewhere/a.parquet' })),
    )
    expect(response.status).toBe(422)
    await post('/invoke/scan', '{}')
    const metrics = await fetch(`${server.url}/metrics`)
    expect(metrics.headers.get('content-type')).toContain('text/plain')
    const text = await metrics.text()
    expect(text).toContain('goldsync_runs_total{function="file-closed",status="invalid"} 1')
    expect(text).toContain(
      'goldsync_partitions_total{catalog="memory",table="golden.orders",change="added"} 2',
    )
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
    expect(await refused(post('/', '{}'))).toEqual([415, expect.stringContaining('CloudEvent')])
    expect(await refused(post('/', '{}', { 'content-type': 'application/json' }))).toEqual([
      400,
      expect.stringContaining('CloudEvent'),
    ])
    expect(await refused(send(HTTP.binary(event('com.example.other', {}))))).toEqual([
      422,
      expect.stringContaining('names no file'),
    ])
    expect(await refused(post('/webhook', '{}'))).toEqual([422, expect.stringContaining('/webhook')])
    expect(await refused(post('/invoke/sync', '{"table":"nothing"}'))).toEqual([422, expect.any(String)])
    expect((await fetch(`${server.url}/invoke/scan`)).status).toBe(405)
  })

  it('keeps what it is connected to from one request to the next', async () => {
    const added = async () => {
      const { report } = (await (await post('/invoke/scan', '{"tables":"orders"}')).json()) as {
        report: { tables: { partitions: { added: number } }[] }
      }
      return report.tables[0]?.partitions.added
    }
    expect([await added(), await added()]).toEqual([2, 0])
  })

  it('stops reading a body that is too big, announced or not', async () => {
    const big = 'x'.repeat(1_048_577)
    expect((await post('/invoke/scan', big)).status).toBe(413)
    const headers = typeOf('/invoke/scan')
    const chunked = request(`${server.url}/invoke/scan`, { method: 'POST', headers })
    chunked.on('error', () => {})
    chunked.write(big)
    const [response] = await once(chunked, 'response')
    expect(response.statusCode).toBe(413)
    chunked.destroy()
  })

  it('does not mind a sender that gives up', async () => {
    const gone = await begun('/invoke/scan', 9)
    gone.on('error', () => {})
    await new Promise(closed => gone.once('close', closed).destroy())
    expect((await post('/invoke/plan', '{}')).status).toBe(200)
    // What it said before is there too.
    await eventually(() => expect(server.lines.join()).toContain('"answered"'))
    expect(server.lines.filter(line => line.includes('"level":50'))).toEqual([])
  })

  it('finishes the request in flight after SIGTERM, takes no other, and ends with 0', async () => {
    const slow = await begun('/invoke/scan', 2)
    const ended = server.stop('SIGTERM')
    // A connection of its own each time: one that was made in time is kept, and answers on it do not end.
    const ask = () => fetch(`${server.url}/health/readiness`, { headers: { connection: 'close' } })
    await eventually(async () => expect(await ask().catch(() => 'refused')).toBe('refused'))
    const answer = once(slow, 'response')
    slow.end('}')
    const [response] = await answer
    expect(response.statusCode).toBe(200)
    response.resume()
    expect(await ended).toBe(0)
  })
})

describe('a server that is told to end', () => {
  it('answers what was connected before, though nobody had taken it up yet', async () => {
    // Stopped, it takes up nothing: the kernel connects, and keeps what is sent.
    server.process.kill('SIGSTOP')
    const sent = await Promise.all(
      Array.from({ length: 60 }, () =>
        halfSend(server.url, '/invoke/scan', JSON_TYPE, { length: 2, body: '{}' }),
      ),
    )
    const ended = server.stop('SIGTERM')
    server.process.kill('SIGCONT')
    await eventually(() => expect(sent.filter(one => !one.isOver())).toEqual([]))
    expect(new Set(sent.map(({ answer }) => answer().split('\r\n')[0]))).toEqual(new Set(['HTTP/1.1 200 OK']))
    expect(await ended).toBe(0)
  })

  it('says at once that it is not ready, and ends the connections that it answers on', async () => {
    // Connected before: on a busy machine it takes no other by the time that it is asked.
    const kept = await keepAsking(server.url, '/health/readiness')
    expect(await kept.ask()).toMatch(/^HTTP\/1.1 200 /)
    const slow = await begun('/invoke/scan', 2)
    const ended = server.stop('SIGTERM')
    await eventually(async () =>
      expect(await kept.ask()).toMatch(/^HTTP\/1.1 503 .*\r\nconnection: close\r\n/is),
    )
    await kept.closed
    slow.end('}')
    await once(slow, 'response')
    slow.destroy()
    expect(await ended).toBe(0)
  })
})

describe('the webhook', () => {
  const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  let lake: string
  let url: string
  const others: Listening[] = []
  afterEach(async () => {
    for (const other of others.splice(0)) await other.stop('SIGKILL')
  })

  beforeEach(async () => {
    lake = await makeLake()
    const config = {
      lakes: [{ location: lake, createDatabase: true }],
      catalogs: { memory: { kind: 'memory' } },
      webhook: { standard: [SECRET] },
      server: { exposure: 'public' },
    }
    const listening = await startServer(folder, { GOLDSYNC_CONFIG: JSON.stringify(config) })
    others.push(listening)
    url = listening.url
  })

  const sign = (body: string, time = new Date()): Record<string, string> => ({
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('msg_1', time, body),
  })
  const call = (body: string, headers: Record<string, string>, path = '/webhook'): Promise<Response> =>
    fetch(url + path, { method: 'POST', body, headers })
  const closed = (): string => JSON.stringify({ path: `${lake}/orders/2026/11/20/06/part-0.parquet` })

  it('registers the partition of a closed file; a repeated request finds it there', async () => {
    for (const added of [1, 0]) {
      const response = await call(closed(), sign(closed()))
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({
        status: 'ok',
        report: { runId: 'msg_1', files: [{ outcome: 'registered' }], tables: [{ partitions: { added } }] },
      })
    }
  })

  it('refuses what is not signed, tampered with or old', async () => {
    const old = new Date(Date.now() - 600_000)
    for (const [body, headers] of [
      [closed(), {}],
      [closed().replace('06', '07'), sign(closed())],
      [closed(), sign(closed(), old)],
    ] as const) {
      const response = await call(body, headers)
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
  })

  it('parks a file outside the lake, and tells a path that leaves it', async () => {
    for (const path of ['/etc/orders/2026/11/20/06/x.parquet', `${lake}/../orders/2026/11/20/06/x.parquet`]) {
      const body = JSON.stringify({ path })
      expect((await call(body, sign(body))).status).toBe(422)
    }
  })

  it('is all that a public server has, beside its health', async () => {
    for (const path of ['/', '/invoke/scan', '/metrics', '/webhook/', '//invoke/scan'])
      expect((await call('{}', sign('{}'), path)).status).toBe(422)
    expect((await fetch(`${url}/metrics`)).status).toBe(422)
    expect((await fetch(`${url}/health/readiness`)).status).toBe(200)
  })

  it('holds no more than it can, whatever strangers begin to send', async () => {
    const { pid } = others[0]!.process
    // As far as its head tells it may be signed.
    const headers = { ...sign('{}'), 'webhook-signature': 'v1,AAAA' }
    const sent = await Promise.all(
      Array.from({ length: 600 }, () => halfSend(url, '/webhook', headers, { body: 'x'.repeat(900_000) })),
    )
    const waiting = () => sent.filter(one => !one.isOver())
    await eventually(() => expect(waiting().length).toBeLessThanOrEqual(18))
    const answered = sent.map(({ answer }) => answer()).filter(text => text !== '')
    expect(answered.some(text => text.startsWith('HTTP/1.1 503 '))).toBe(true)
    // 408: what a busy machine has not sent in time.
    const mayComeBack = /^HTTP\/1.1 (408 |503 .*retry-after: 5\r\n)/is
    expect(answered.filter(text => !mayComeBack.test(text))).toEqual([])
    if (process.platform === 'linux') expect(residentMegabytes(pid!)).toBeLessThan(250)
    expect((await fetch(`${url}/health/liveness`)).status).toBe(200)
    for (const one of sent) one.destroy()
    await eventually(async () => expect((await call(closed(), sign(closed()))).status).toBe(200))
  })

  it('takes so many senders at once, and answers the others that they may come back', async () => {
    const headers = { ...sign('{}'), 'webhook-signature': 'v1,AAAA' }
    const sent: HalfSent[] = []
    const begin = async (count: number) =>
      void sent.push(
        ...(await Promise.all(Array.from({ length: count }, () => halfSend(url, '/webhook', headers)))),
      )
    await begin(1_000)
    // Some more each time, since a kept connection of this test may be among them.
    await eventually(async () => {
      await begin(5)
      const response = await call(closed(), { ...sign(closed()), connection: 'close' })
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    })
    expect((await fetch(`${url}/health/liveness`)).status).toBe(200)
    for (const one of sent) one.destroy()
    await eventually(async () => expect((await call(closed(), sign(closed()))).status).toBe(200))
  })

  it('answers the handshake of CloudEvents', async () => {
    const headers = { 'webhook-request-origin': 'sinks.example.com', 'webhook-request-rate': '60' }
    const response = await fetch(`${url}/webhook`, { method: 'OPTIONS', headers })
    expect([response.status, response.headers.get('allow')]).toEqual([200, 'POST, OPTIONS'])
    expect(response.headers.get('webhook-allowed-origin')).toBe('sinks.example.com')
    expect((await fetch(`${url}/webhook`)).headers.get('allow')).toBe('POST, OPTIONS')
  })
})

describe('a server with a sink', () => {
  let sink: Recorder
  let url: string
  let other: Listening
  let answer: number

  beforeEach(async () => {
    answer = 202
    sink = await openRecorder(() => [answer, { 'retry-after': '0' }])
    const lake = await makeLake()
    await lay(lake, 'orders/v1.parquet', 'clicks/2026/11/20/06/part-0.parquet')
    const config = {
      lakes: [{ location: lake, createDatabase: true }],
      catalogs: { memory: { kind: 'memory' } },
    }
    other = await startServer(folder, { GOLDSYNC_CONFIG: JSON.stringify(config), K_SINK: sink.url })
    url = other.url
  })
  afterEach(async () => {
    await other.stop('SIGKILL')
    await sink.close()
  })

  const deliver = ({ headers, body }: { headers: unknown; body: unknown }): Promise<Response> =>
    fetch(url, { method: 'POST', headers: headers as Record<string, string>, body: String(body) })
  const tick = () => deliver(HTTP.binary(event('dev.knative.sources.ping', { mode: 'full' })))

  it('hands a tick’s tables on, and does each when it is delivered', async () => {
    const response = await tick()
    expect([response.status, await response.text()]).toEqual([202, ''])
    const { requests } = sink
    expect(requests.map(({ headers }) => headers['ce-partitionkey']).toSorted()).toEqual([
      'golden.clicks',
      'golden.orders',
    ])
    for (const request of [...requests]) expect((await deliver(request)).status).toBe(200)
    const types = requests.slice(2).map(({ headers }) => String(headers['ce-type']))
    const news = ['partitions.added', 'partitions.added', 'table.changed', 'table.changed']
    expect(types.toSorted()).toEqual(news.map(type => `io.goldsync.${type}`))
    const metrics = await (await fetch(`${url}/metrics`)).text()
    const added = /^goldsync_partitions_total\{catalog="memory",table="[^"]*",change="added"\} (\d+)$/gm
    const counts = [...metrics.matchAll(added)].map(([, count]) => Number(count))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3)
    expect(metrics).toContain('goldsync_runs_total{function="scan",status="accepted"} 1')
  })

  it('asks for a repetition while the sink is away, and then hands all on again', async () => {
    answer = 503
    const refused = await tick()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30'])
    answer = 202
    expect((await tick()).status).toBe(202)
    const ids = new Set(sink.requests.map(({ headers }) => headers['ce-id']))
    expect([...ids].toSorted()).toEqual(['e-1/golden.clicks', 'e-1/golden.orders'])
  }, 30_000)
})

describe('the environment', () => {
  const secret = { webhook: { standard: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`] } }
  const start = async (exposure: string, settings: object) => {
    const lakes = [{ location: await makeLake() }]
    const config = { lakes, catalogs: { memory: { kind: 'memory' } }, ...settings }
    return { GOLDSYNC_CONFIG: JSON.stringify(config), GOLDSYNC_EXPOSURE: exposure }
  }

  it('decides who a server is for, whatever the config says', async () => {
    const open = await startServer(folder, await start('public', secret))
    const status = async () => (await fetch(`${open.url}/invoke/scan`, { method: 'POST', body: '{}' })).status
    expect([await status(), (await fetch(`${open.url}/metrics`)).status]).toEqual([422, 422])
    await open.stop()
    const inner = await startServer(
      folder,
      await start('cluster-local', { ...secret, server: { exposure: 'public' } }),
    )
    expect((await fetch(`${inner.url}/metrics`)).status).toBe(200)
    await inner.stop()
  })

  it.each([
    ['public', {}, 'a public server needs a secret'],
    ['Public', secret, 'expected public or cluster-local, not Public'],
  ])('refuses to serve as %s with %j', async (exposure, settings, message) => {
    const env = { ...process.env, PORT: '0', ...(await start(exposure, settings)) }
    const ended = await runNode([`${folder}/main.mjs`], { env })
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining(message)])
  })
})

describe('a public server without a secret', () => {
  it('does not start', async () => {
    const config = {
      lakes: [{ location: await makeLake() }],
      catalogs: { memory: { kind: 'memory' } },
      server: { exposure: 'public' },
    }
    const ended = await runNode([`${folder}/main.mjs`], {
      env: { ...process.env, PORT: '0', GOLDSYNC_CONFIG: JSON.stringify(config) },
    })
    expect([ended.status, ended.stderr]).toEqual([
      1,
      expect.stringContaining('a public server needs a secret for its webhook'),
    ])
  })
})

describe('a server without a config', () => {
  it('does not start, and says what is missing', async () => {
    await expect(startServer(folder, { GOLDSYNC_CONFIG: '{"lakes":[]}' })).rejects.toThrow(
      'before it listened',
    )
  })
})
