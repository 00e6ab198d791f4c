import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCallCounter } from '../../shared/base/calls.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { contextOf, traceOrigin } from '../../shared/base/tracing.ts'
import { configOf } from '../../shared/config/config.ts'
import { sinkAnnounce } from '../../shared/hosts/announce.ts'
import { sinkDelivery } from '../../shared/hosts/delivery.ts'
import { openTelemetry } from '../../shared/hosts/frozen/telemetry.ts'
import { startServer } from '../../shared/hosts/http/server.ts'
import { openTracing } from '../../shared/hosts/telemetry/tracer.ts'
import { tracingOf } from '../../shared/hosts/tracing.ts'
import { openReceiver, type ReceivedSpan } from '../support/otlp.ts'
import { openRecorder } from '../support/recorder.ts'
import { ENDLESS } from '../support/waiting.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`
const OTHER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const MEMORY = { lakes: [{ location: '/golden' }], catalogs: { memory: { kind: 'memory' } } }

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function receiving(reply?: Parameters<typeof openReceiver>[0]) {
  const receiver = await openReceiver(reply)
  closers.push(receiver.close)
  const warnings: string[] = []
  const settings = { otlp: { url: receiver.url, headers: { 'x-key': 'k' }, tls: {} } }
  const tracing = await openTracing(settings, message => warnings.push(message))
  return { receiver, tracing, warnings, settings }
}

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const [found, ...others] = spans.filter(span => span.name === name)
  if (found === undefined || others.length > 0)
    throw new Error(`${others.length} more of ${name} in ${spans.map(span => span.name)}`)
  return found
}

describe('a server', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'goldsync-tracing-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function serving(env: Record<string, string> = {}) {
    const { receiver, tracing } = await receiving()
    const hour = join(folder, 'golden/orders/2019/09/01/01')
    mkdirSync(hour, { recursive: true })
    await cp(new URL('../fixtures/orders/v1.parquet', import.meta.url), join(hour, 'a.parquet'))
    const config = configOf(
      {
        lakes: [{ location: join(folder, 'golden'), createDatabase: true }],
        catalogs: { memory: { kind: 'memory' } },
      },
      'the test',
      {},
    )
    const log = openLog('silent')
    const announce = sinkAnnounce(config, env, { pauses: [], limit: ENDLESS, tracer: tracing })
    const server = await startServer(
      { config, log, delivery: sinkDelivery(env), announce, tracing },
      { port: 0, host: '127.0.0.1' },
    )
    closers.push(server.drain)
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${server.port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    return { receiver, tracing, post, file: join(hour, 'a.parquet') }
  }

  it('has a span for the run of an event, within it the table’s, within that each call', async () => {
    const { receiver, tracing, post, file } = await serving()
    const event = { 'ce-specversion': '1.0', 'ce-id': 'e1', 'ce-source': '/s', 'ce-type': 'closed' }
    const answer = await post(
      '/?wait=true',
      { path: file },
      { ...event, traceparent: PARENT, 'ce-traceparent': OTHER },
    )
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    await tracing.flush(ENDLESS)
    const spans = receiver.spans()
    const run = named(spans, 'file-closed')
    expect(run).toMatchObject({
      traceId: TRACE,
      parentSpanId: '00f067aa0ba902b7',
      kind: 5,
      attributes: { 'faas.name': 'file-closed', 'faas.invocation_id': 'e1', 'goldsync.status': 'ok' },
      links: [{ traceId: OTHER.split('-')[1], spanId: OTHER.split('-')[2] }],
    })
    const table = named(spans, 'table')
    expect(table).toMatchObject({
      traceId: TRACE,
      parentSpanId: run.spanId,
      attributes: { 'goldsync.table': 'golden.orders', 'goldsync.outcome': 'changed' },
    })
    const calls = spans.filter(({ kind }) => kind === 3)
    expect(new Set(calls.map(({ name }) => name))).toEqual(
      new Set([
        'catalog inspect',
        'catalog apply',
        'storage list',
        'storage read',
        ...calls.map(({ name }) => name),
      ]),
    )
    expect(calls.filter(({ parentSpanId }) => parentSpanId !== table.spanId)).toEqual([])
    expect(named(calls, 'storage read').attributes['file.path']).toBe(file)
    expect(receiver.resources()[0]).toMatchObject({ 'service.name': 'goldsync' })
    expect(receiver.requests[0]?.headers['x-key']).toBe('k')
  })

  it('hands its trace on, with the tables of a scan and with its news', async () => {
    const broker = await openRecorder()
    closers.push(broker.close)
    const { receiver, tracing, post } = await serving({ K_SINK: broker.url })
    await post('/invoke/scan', {}, { traceparent: PARENT })
    await post('/invoke/sync', { table: 'orders' })
    await tracing.flush(ENDLESS)
    const spans = receiver.spans()
    const scan = named(spans, 'scan')
    const [request, ...news] = broker.requests
    const own = `00-${TRACE}-${scan.spanId}-01`
    expect(request?.headers).toMatchObject({
      'ce-type': 'io.goldsync.sync',
      traceparent: own,
      'ce-traceparent': own,
    })
    const sync = named(spans, 'sync')
    expect(sync.parentSpanId).toBeUndefined()
    expect(news.length).toBeGreaterThan(0)
    for (const { headers } of news) expect(headers['ce-traceparent']).toContain(`00-${sync.traceId}-`)
  })
})

describe('a tracer', () => {
  it('names what failed by its code, and nothing of its message', async () => {
    const { receiver, tracing } = await receiving()
    const driver = {
      list: async (_path: string): Promise<string[]> => {
        throw new GoldsyncError('PERMISSION_DENIED', 'token=s3cr3t is not allowed')
      },
    }
    const { list } = openCallCounter(undefined, tracing).counted(
      driver,
      { backend: 'storage', name: '/golden' },
      ['list'],
    )
    await expect(list('/golden/orders')).rejects.toThrow()
    await tracing.flush(ENDLESS)
    expect(named(receiver.spans(), 'storage list')).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'PERMISSION_DENIED', 'file.path': '/golden/orders' },
    })
    expect(JSON.stringify(receiver.requests)).not.toContain('s3cr3t')
  })

  it('has spans for so many calls of a run, and says how many it has left out', async () => {
    const { receiver, tracing } = await receiving()
    const run = tracing.begin('scan')
    run.within(() => {
      for (let at = 0; at < 5_003; at += 1) tracing.begin('storage read', { kind: 'client' }).end()
    })
    run.end()
    await tracing.flush(ENDLESS)
    const spans = receiver.spans()
    expect(spans.length).toBe(5_001)
    expect(named(spans, 'scan').attributes['goldsync.calls.untold']).toBe(3)
  })

  it('waits for no receiver that hangs, and says so', async () => {
    const { tracing, warnings } = await receiving(() => new Promise(() => undefined))
    tracing.begin('scan').end()
    await tracing.flush(20)
    expect(warnings.join()).toContain('spans were not taken')
  })

  it('says what is refused, and fails nothing', async () => {
    const { tracing, warnings } = await receiving(() => [403])
    tracing.begin('scan').end()
    await tracing.flush(ENDLESS)
    expect(warnings.join()).toMatch(/spans were not taken: /)
  })

  it('takes what somebody does not sample for nobody’s', async () => {
    const { receiver, tracing } = await receiving()
    const span = tracing.begin('scan', { parent: { traceparent: PARENT.replace(/01$/, '00') } })
    expect(span.within(() => tracing.current())?.traceparent).toMatch(/-00$/)
    span.end()
    await tracing.flush(ENDLESS)
    expect(receiver.requests).toEqual([])
  })
})

describe('a trace context', () => {
  it.each([
    ['', undefined],
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined],
    [`00-${TRACE}-0000000000000000-01`, undefined],
    [`ff-${TRACE}-00f067aa0ba902b7-01`, undefined],
    [PARENT.toUpperCase(), undefined],
    [PARENT, { traceparent: PARENT }],
  ])('%j is %j', (text, context) => expect(contextOf(text, undefined)).toEqual(context))

  it('of one event is the parent where no header is, of several they are links', () => {
    const event = { traceparent: PARENT }
    expect(traceOrigin('consumer', {}, [event])).toEqual({ kind: 'consumer', parent: event, links: [] })
    const others = [event, { traceparent: OTHER }]
    expect(traceOrigin('server', {}, others)).toEqual({ kind: 'server', parent: undefined, links: others })
  })
})

describe('a receiver that cannot be opened', () => {
  const otlp = { url: 'https://collector:4318', tls: { ca: '/nowhere/ca.pem' } }

  it('fails no run: what tells of it is a warning', async () => {
    const warnings: string[] = []
    const log = { warn: (_: object, message: string) => void warnings.push(message) } as never
    const config = configOf({ ...MEMORY, tracing: { otlp } }, 'the test', {})
    expect(await tracingOf(config, log)).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('/nowhere/ca.pem')])
  })

  it.each([{ tracing: { otlp } }, { metrics: { otlp } }, { tracing: { otlp }, metrics: { otlp } }])(
    'fails no activation: %j',
    async settings => {
      const config = configOf({ ...MEMORY, ...settings, log: { level: 'silent' } }, 'the test', {})
      const { tracer, tell } = await openTelemetry(config)
      expect(tracer).toBeUndefined()
      const error = { code: 'UNAVAILABLE', message: '…', retryable: true } as const
      const call = { function: 'scan', params: {} } as const
      await tell(call, { status: 'unavailable', error }, { seconds: 1, limit: 1_000, log: openLog('silent') })
    },
  )
})
