import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { joining } from '../../shared/base/joining.ts'
import { openLog } from '../../shared/base/log.ts'
import { openBehind } from '../../shared/hosts/http/behind.ts'
import { openAccount } from '../../shared/hosts/http/held.ts'
import { readersOf } from '../../shared/hosts/http/readers.ts'
import { route, type Service } from '../../shared/hosts/http/routes.ts'
import { openMetrics } from '../../shared/hosts/metrics/metrics.ts'
import type { FunctionOutput } from '../../shared/hosts/output.ts'
import { openDouble } from '../support/engine-double.ts'
import { type TestLake, testLake } from '../support/lake.ts'
import { ENDLESS, gate, turns } from '../support/waiting.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Requests over a lake, as the server takes them. @param signal aborted when the process cannot wait any longer */
async function serving({ lake }: TestLake, signal: AbortSignal, more: Partial<Service> = {}) {
  const service: Service = {
    context: { lakes: async () => [lake], log: openLog('silent') },
    metrics: undefined,
    readers: readersOf({ server: { exposure: 'cluster-local', oidc: [] }, webhook: undefined }),
    budget: ENDLESS,
    signal,
    join: joining(),
    ready: () => true,
    holds: openAccount(),
    crowded: () => false,
    ...more,
  }
  const server = createServer((request, response) => void route(service, request, response))
  closing.push(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const ask = (path: string, request: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, request)
  const scan = async (): Promise<unknown> => {
    const response = await ask('/invoke/scan', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    return ((await response.json()) as { status: unknown }).status
  }
  return { ask, scan }
}

it.each(['/health', '/health/readiness', '/health/liveness', '/health?x=1'])(
  '%s tells that it works',
  async path => {
    const { ask } = await serving(testLake(), new AbortController().signal)
    const response = await ask(path)
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  },
)

it.each(['/heath', '/healthz', '/scan', '/metrics'])(
  '%s is refused with what is served, and never as not found',
  async path => {
    const { ask } = await serving(testLake(), new AbortController().signal)
    const response = await ask(path)
    const { error } = (await response.json()) as { error: { message: string } }
    expect(response.status).toBe(422)
    expect(error.message).toMatch(/can be posted to: .*\/invoke\/scan.*can be asked: \/health, /)
  },
)

it('leaves nothing of its requests on what lives as long as the process', async () => {
  const lake = testLake()
  lake.put('orders/2019/09/01/10/a.parquet', 'v1')
  const { signal } = new AbortController()
  const { scan } = await serving(lake, signal)
  // At once, so that some become one run, which goes on as long as one of them waits.
  expect(await Promise.all(Array.from({ length: 8 }, scan))).toEqual(Array.from({ length: 8 }, () => 'ok'))
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('ends what is under way when the process cannot wait any longer', async () => {
  const lake = testLake()
  lake.put('orders/2019/09/01/10/a.parquet', 'v1')
  const stop = new AbortController()
  const storage = {
    ...lake.storage,
    list: (_: string, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new GoldsyncError('ABORTED', 'given up')))
        stop.abort()
      }),
  }
  const { scan } = await serving({ ...lake, lake: { ...lake.lake, storage } }, stop.signal)
  expect(await scan()).toBe('unavailable')
})

it('answers a crowd with 503 and when to come back, and probes as ever', async () => {
  const { ask } = await serving(testLake(), new AbortController().signal, { crowded: () => true })
  const response = await ask('/invoke/scan', { method: 'POST' })
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await response.json()).toMatchObject({ status: 'unavailable', error: { retryable: true } })
  expect((await ask('/health/liveness')).status).toBe(200)
})

it('counts what it refuses where nobody may read it and somebody is sent it: a public server with OTLP', async () => {
  const metrics = openMetrics({ calls: () => [], tables: 500 })
  const { ask } = await serving(testLake(), new AbortController().signal, { pushed: async () => metrics })
  expect((await ask('/invoke/scan')).status).toBe(405)
  expect((await ask('/metrics')).status).toBe(422)
  const text = await metrics.text()
  expect(text).toContain('goldsync_refused_requests_total{status="405"} 1\n')
  expect(text).toContain('goldsync_refused_requests_total{status="422"} 1\n')
})

it('counts what it refuses before any work, by the status of the answer', async () => {
  const metrics = openMetrics({ calls: () => [], tables: 1 })
  const { ask, scan } = await serving(testLake(), new AbortController().signal, {
    metrics: async () => metrics,
  })
  await ask('/nowhere', { method: 'POST' })
  await ask('/invoke/scan')
  await ask('/invoke/scan', { method: 'PUT' })
  await scan()
  const lines = (await (await ask('/metrics')).text()).split('\n')
  expect(lines.filter(line => /^goldsync_refused_requests_total.* [1-9]/.test(line)).toSorted()).toEqual([
    'goldsync_refused_requests_total{status="405"} 2',
    'goldsync_refused_requests_total{status="422"} 1',
  ])
})

it('answers where metrics cannot be had', async () => {
  const { ask } = await serving(testLake(), new AbortController().signal, {
    metrics: () => Promise.reject(new Error('no such package')),
  })
  expect((await ask('/invoke/scan')).status).toBe(405)
})

/** A server over a lake with a closed file, whose engine answers when it is let. */
async function servingSlowEngine(more: Partial<Service> = {}) {
  const [asked, answering] = [gate(), gate()]
  const double = openDouble()
  const { visible } = double.engine
  const engine: typeof double.engine = {
    ...double.engine,
    visible: async (...given) => {
      asked.open()
      await answering.opened
      return visible(...given)
    },
  }
  const lake = testLake({ more: { engines: [engine] } })
  const path = 'orders/2019/09/01/10/a.parquet'
  lake.put(path, 'v1')
  const behind = openBehind(openLog('silent'))
  const { ask } = await serving(lake, new AbortController().signal, { behind, ...more })
  const close = async (query = '', wait = {}) => {
    const response = await ask(`/invoke/file-closed${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: `/golden/${path}`, ...wait }),
    })
    return { code: response.status, ...((await response.json()) as FunctionOutput) } as const
  }
  return { close, asked, answering, behind, double }
}

const fileOf = (answer: object) =>
  (answer as { report: { files: { outcome: string }[] } }).report.files[0]?.outcome

it('answers of a closed file before the engines do, and tells of it in the end, once', async () => {
  const noted: string[] = []
  const recorder: Service['recorder'] = {
    note: (_, outcome) => void noted.push(String(fileOf(outcome))),
    written: async () => undefined,
    close: async () => undefined,
  }
  const metrics = openMetrics({ calls: () => [], tables: 1 })
  const counted = async () =>
    (await metrics.text()).match(/^goldsync_runs_total\{function="file-closed",status="ok"\} (\d+)/m)?.[1]
  const { close, answering, behind, double } = await servingSlowEngine({
    recorder,
    metrics: async () => metrics,
  })
  const answer = await close()
  expect(answer).toMatchObject({ code: 200, status: 'ok', report: { engines: 'later' } })
  expect([fileOf(answer), noted, await counted()]).toEqual(['registered', [], undefined])
  answering.open()
  await behind.ended()
  expect(double.calls).toEqual(['visible orders', 'read orders/2019/09/01/10/a.parquet id,amount'])
  expect([noted, await counted()]).toEqual([['read'], '1'])
})

it.each([
  ['in its body', '', { wait: true }, {}],
  ['in its address', '?wait=true', {}, {}],
  ['in the config', '', {}, { behind: undefined }],
])('waits for the engines where that is asked for %s', async (_, query, wait, more) => {
  const { close, asked, answering } = await servingSlowEngine(more)
  let answer: object | undefined
  const closed = close(query, wait).then(given => {
    answer = given
  })
  await asked.opened
  await turns()
  expect(answer).toBeUndefined()
  answering.open()
  await closed
  expect(fileOf(answer!)).toBe('read')
  expect(answer).not.toHaveProperty('report.engines')
})

it('refuses another wait than true', async () => {
  const { close } = await servingSlowEngine()
  expect(await close('?wait=1')).toMatchObject({ code: 400, error: { message: 'wait: expected true' } })
  expect(await close('', { wait: 'yes' })).toMatchObject({ code: 422 })
})

it('has a repeat that waits wait, though the first did not', async () => {
  const { close, answering } = await servingSlowEngine()
  expect(fileOf(await close())).toBe('registered')
  const repeat = close('?wait=true')
  answering.open()
  expect(['registered', 'visible', 'read']).toContain(fileOf(await repeat))
})
