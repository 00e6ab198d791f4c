import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { joining } from '../../shared/base/joining.ts'
import { openLog } from '../../shared/base/log.ts'
import { openAccount } from '../../shared/hosts/http/held.ts'
import { readersOf } from '../../shared/hosts/http/readers.ts'
import { route, type Service } from '../../shared/hosts/http/routes.ts'
import { openMetrics } from '../../shared/hosts/metrics/metrics.ts'
import { type TestLake, testLake } from '../support/lake.ts'
import { ENDLESS } from '../support/waiting.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Requests over a lake, as the server takes them. @param signal aborted when the process cannot wait any longer */
async function serving({ lake }: TestLake, signal: AbortSignal, more: Partial<Service> = {}) {
  const service: Service = {
    context: { lakes: async () => [lake], log: openLog('silent') },
    metrics: undefined,
    readers: readersOf({ server: { exposure: 'cluster-local' }, webhook: undefined }),
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
