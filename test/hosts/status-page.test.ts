import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { joining } from '../../shared/base/joining.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Outcome } from '../../shared/function/outcome.ts'
import { openAccount } from '../../shared/hosts/http/held.ts'
import { readersOf } from '../../shared/hosts/http/readers.ts'
import { route, type Service } from '../../shared/hosts/http/routes.ts'
import { openStatusPage, type PageSource } from '../../shared/hosts/http/status-page.ts'
import { openMetrics } from '../../shared/hosts/metrics/metrics.ts'
import { testLake } from '../support/lake.ts'
import { ENDLESS } from '../support/waiting.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

type More = Partial<Pick<Service, 'metrics' | 'isLoopback'> & PageSource> & { readonly clock?: () => number }

async function serving(page: More | undefined, lakes: Service['context']['lakes']) {
  const service: Service = {
    context: { lakes, log: openLog('silent') },
    metrics: page?.metrics,
    isLoopback: page?.isLoopback ?? false,
    page: page && { show: openStatusPage(page.clock), past: page.past },
    readers: readersOf({
      server: { exposure: page ? 'cluster-local' : 'public', oidc: [] },
      webhook: undefined,
    }),
    budget: ENDLESS,
    signal: new AbortController().signal,
    join: joining(),
    ready: () => true,
    holds: openAccount(),
    crowded: () => false,
  }
  const server = createServer((request, response) => void route(service, request, response))
  closing.push(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return (request: RequestInit = {}, path = '/') => fetch(`http://127.0.0.1:${port}${path}`, request)
}

const lakeOf = async () => {
  const lake = testLake()
  lake.put('orders/2019/09/01/10/a.parquet', 'v1')
  await lake.scan()
  return lake
}

describe('the status page of a server', () => {
  it('is at / of a server of the cluster, and may not be kept, framed, or run anything', async () => {
    const { lake } = await lakeOf()
    const ask = await serving({}, async () => [lake])
    const response = await ask()
    const headers = Object.fromEntries(response.headers)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('golden.orders')
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/)
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/)
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('answers HEAD with the headers alone', async () => {
    const { lake } = await lakeOf()
    const response = await (await serving({}, async () => [lake]))({ method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(5_000)
  })

  it.each(['PUT', 'DELETE', 'PATCH'])('is not for %s', async method => {
    const ask = await serving({}, async () => [])
    expect((await ask({ method })).status).toBe(405)
  })

  it('is absent where strangers reach the server, whose lake is not asked', async () => {
    let asked = 0
    const ask = await serving(undefined, async () => {
      asked += 1
      return []
    })
    const response = await ask()
    expect([response.status, asked]).toEqual([422, 0])
    expect(await response.text()).not.toContain('<html')
  })

  it('asks the catalogs once, however many look at the same time', async () => {
    const { lake } = await lakeOf()
    let asked = 0
    const ask = await serving({ clock: () => 1_000_000 }, async () => {
      asked += 1
      return [lake]
    })
    const pages = await Promise.all(Array.from({ length: 20 }, () => ask().then(response => response.text())))
    expect(asked).toBe(1)
    expect(new Set(pages).size).toBe(1)
  })

  it('is a page as well where the lakes cannot be opened', async () => {
    const ask = await serving({}, () => Promise.reject(new Error('no <b>lake</b>')))
    const response = await ask()
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('no &lt;b&gt;lake&lt;/b&gt;')
  })

  it('has what the history tells', async () => {
    const past = async () => ({ place: '/var/history', error: 'no rights' })
    const ask = await serving({ past }, async () => [])
    expect(await (await ask()).text()).toContain('could not be read: no rights')
  })

  // fetch does not let a caller choose the name.
  const named = async (isLoopback: boolean, host: string, path = '/'): Promise<number | undefined> => {
    const metrics = async () => openMetrics({ calls: () => [], tables: 500 })
    const ask = await serving({ isLoopback, metrics }, async () => [])
    const { url } = await ask({ method: 'HEAD', headers: { connection: 'close' } }, path)
    const sent = httpRequest(url, { headers: { host, connection: 'close' } }).end()
    const [response] = await once(sent, 'response')
    response.resume()
    return response.statusCode
  }

  it.each([
    ['localhost:8080', 200],
    ['127.0.0.1:8080', 200],
    ['[::1]:8080', 200],
    ['goldsync.localhost', 200],
    ['evil.example:8080', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
  ])('of this machine alone, asked for as %s: %i', async (host, status) => {
    expect(await named(true, host)).toBe(status)
    expect(await named(true, host, '/metrics')).toBe(status)
  })

  it('lets a probe call this machine as it likes', async () => {
    expect(await named(true, 'evil.example', '/health')).toBe(200)
  })

  it('of a cluster is given by whatever name the cluster has for it', async () => {
    expect(await named(false, 'goldsync.events.svc.cluster.local')).toBe(200)
    expect(await named(false, 'goldsync.events.svc.cluster.local', '/metrics')).toBe(200)
  })
})

describe('a page that was made', () => {
  const fine: Outcome = { status: 'ok', report: { lakes: [], tables: [], failures: [], diagnostics: [] } }

  /** @param cost ms that a status takes */
  function counting(cost: number, outcome: Outcome = fine) {
    const clock = { now: 1_000_000 }
    const asked = { times: 0 }
    const show = openStatusPage(() => clock.now)
    const status = async () => {
      asked.times += 1
      clock.now += cost
      return outcome
    }
    return { look: () => show({ status }), clock, asked }
  }

  it.each([
    [10, 4_900, 1],
    [10, 5_100, 2],
    [10_000, 39_000, 1],
    [10_000, 41_000, 2],
    [290_000, 59_000, 1],
    [290_000, 61_000, 2],
  ])('at a cost of %i ms is good for the next %i ms: asked %i times', async (cost, later, times) => {
    const { look, clock, asked } = counting(cost)
    await look()
    clock.now += later
    await look()
    expect(asked.times).toBe(times)
  })

  it.each([
    [4_900, 1],
    [5_100, 2],
  ])('of a failure is good for 5 s, whatever it cost: after %i ms asked %i times', async (later, times) => {
    const error = { code: 'UNAVAILABLE', message: 'no answer', retryable: true } as const
    const { look, clock, asked } = counting(30_000, { status: 'unavailable', error })
    expect((await look()).status).not.toBe(200)
    clock.now += later
    await look()
    expect(asked.times).toBe(times)
  })

  it('is made anew after one that broke', async () => {
    const clock = { now: 0 }
    const show = openStatusPage(() => clock.now)
    await expect(show({ status: () => Promise.reject(new Error('a bug')) })).rejects.toThrow('a bug')
    expect((await show({ status: async () => fine })).status).toBe(200)
  })
})
