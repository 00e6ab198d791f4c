import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, lay, makeLake, startServer } from '../support/hosts.ts'
import { queriesOf, type Rules, readDashboard, readRules, withoutVariables } from '../support/monitoring.ts'
import { closedPort } from '../support/net.ts'
import { type Prometheus, startPrometheus } from '../support/prometheus.ts'
import { hasPrometheus } from '../support/promtool.ts'
import { shipped } from '../support/shipped.ts'
import { eventually } from '../support/waiting.ts'

const title = `a real Prometheus${hasPrometheus ? '' : ' [needs prometheus: apt-get install prometheus]'}`

/** The rules as they are, but that what takes minutes takes a moment. */
const inAHurry = ({ groups }: Rules): Rules => ({
  groups: groups.map(group => ({
    ...group,
    rules: group.rules.map(rule => ({
      ...rule,
      for: '0s',
      expr: rule.expr.replace(/> (1200|93600|21600)$/, '> 2').replace(/\[(15|30)m\]/g, '[1m]'),
    })),
  })),
})

describe.skipIf(!hasPrometheus)(title, () => {
  let server: Listening
  let prometheus: Prometheus
  let lake: string
  let hours = 9
  const post = (path: string, body: string) =>
    fetch(server.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json' } })

  /** What is counted between two scrapes is what a rate tells: something of each kind happens again. */
  async function goOn(): Promise<void> {
    hours += 1
    if (hours < 24) await lay(lake, 'orders/v1.parquet', `orders/2026/11/20/${hours}/part-0.parquet`)
    await post('/invoke/file-closed', '{"path":')
    await post('/invoke/file-closed', '{"path":"/elsewhere/a.parquet"}')
    await post('/invoke/scan', '{"mode":"full"}')
  }

  beforeAll(async () => {
    lake = await makeLake()
    const lakes = [
      { location: lake, createDatabase: true, catalogs: ['memory'] },
      { location: await makeLake(), database: 'elsewhere', catalogs: ['dead'] },
    ]
    const catalogs = {
      memory: { kind: 'memory' },
      dead: { kind: 'metastore', uris: [`thrift://127.0.0.1:${await closedPort()}`] },
    }
    const config = { lakes, catalogs }
    server = await startServer(await shipped('server'), { GOLDSYNC_CONFIG: JSON.stringify(config) })
    prometheus = await startPrometheus(new URL(server.url).host, inAHurry(readRules()))
    await post('/invoke/scan', '{"mode":"full"}')
    // One that engines read, and one whose partition waits.
    await writeFile(join(lake, 'orders/2026/11/20/07/b.parquet'), 'this is no Parquet file')
    await mkdir(join(lake, 'orders/2026/11/20/08'), { recursive: true })
    await writeFile(join(lake, 'orders/2026/11/20/08/a.parquet'), 'nor is this')
    await post('/invoke/scan', '{"mode":"full"}')
    await post('/invoke/scan', '{"mode":"recent"}')
  })
  afterAll(async () => {
    await prometheus?.stop()
    await server?.stop('SIGKILL')
  })

  it('lets alerts fire, with what they are about', async () => {
    const wanted = [
      { alertname: 'GoldsyncExposedFile', table: 'golden.orders', catalog: 'memory' },
      { alertname: 'GoldsyncHeldBack', table: 'golden.orders', code: 'NOT_PARQUET' },
      { alertname: 'GoldsyncScansStopped', job: 'goldsync', severity: 'critical' },
      { alertname: 'GoldsyncRunsFailing', function: 'scan', status: 'unavailable' },
      { alertname: 'GoldsyncCatalogUnreachable', backend: 'catalog', name: 'dead' },
      { alertname: 'GoldsyncEventsRefused', status: '400' },
      { alertname: 'GoldsyncEventsInvalid', function: 'file-closed' },
    ]
    await eventually(async () => {
      await goOn()
      const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing')
      for (const labels of wanted)
        expect(firing).toContainEqual(expect.objectContaining({ labels: expect.objectContaining(labels) }))
    }, 1_000)
    const names = new Set((await prometheus.alerts()).map(({ labels }) => labels.alertname))
    for (const quiet of ['GoldsyncDown', 'GoldsyncNoScanKnown', 'GoldsyncEngineUnreachable'])
      expect(names).not.toContain(quiet)
  })

  it.each(queriesOf(readDashboard()))('has something to show in the panel %s', async (_, expr) => {
    await eventually(async () => {
      await goOn()
      const result = await prometheus.query(withoutVariables(expr, '5m'))
      expect(result.length, expr).toBeGreaterThan(0)
      for (const { value } of result) expect(value[1]).not.toBe('NaN')
    }, 500)
  })

  it('says that a server is gone', async () => {
    await server.stop('SIGKILL')
    await eventually(async () => {
      const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing')
      expect(firing.map(({ labels }) => labels.alertname)).toContain('GoldsyncDown')
    }, 500)
  })
})
