import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../deploy/bundle.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  zoneConfig,
} from '../support/golden-zone.ts'
import { startServer } from '../support/hosts.ts'
import { dropDatabases } from '../support/metastore.ts'
import { closedPort } from '../support/net.ts'
import { openReceiver } from '../support/otlp.ts'
import { shipped } from '../support/shipped.ts'
import { trinoConfig } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'
import { eventually } from '../support/waiting.ts'

describe('the command line as it is shipped', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-telemetry-'))
    await bundle({ goldsync: 'shared/hosts/cli/main.ts' }, join(folder, 'dist'))
    const hour = join(folder, 'golden/orders/2019/09/01/01')
    await mkdir(hour, { recursive: true })
    await cp(new URL('../fixtures/orders/v1.parquet', import.meta.url), join(hour, 'a.parquet'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** One scan. @returns what it wrote to standard error */
  async function scan(url: string, traceparent: string): Promise<string> {
    const config = {
      lakes: [{ location: join(folder, 'golden'), createDatabase: true }],
      catalogs: { memory: { kind: 'memory' } },
      metrics: { otlp: { url } },
      tracing: { otlp: { url } },
    }
    const env = { ...process.env, GOLDSYNC_CONFIG: JSON.stringify(config), TRACEPARENT: traceparent }
    const child = spawn(process.execPath, [join(folder, 'dist/goldsync.mjs'), 'scan'], { env, cwd: folder })
    let told = ''
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString()
    })
    const [status] = await once(child, 'close')
    expect([status, told]).toEqual([0, expect.any(String)])
    return told
  }

  const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

  it('has sent its spans and its metrics when it ends', async () => {
    const receiver = await openReceiver()
    try {
      await scan(receiver.url, PARENT)
      const run = receiver.spans().find(({ name }) => name === 'scan')
      expect(run).toMatchObject({ traceId: PARENT.split('-')[1], parentSpanId: PARENT.split('-')[2] })
      const table = receiver.spans().find(({ name }) => name === 'table')
      expect(table?.parentSpanId).toBe(run?.spanId)
      expect(receiver.requests.map(({ path }) => path).sort()).toEqual(['/v1/metrics', '/v1/traces'])
    } finally {
      await receiver.close()
    }
  })

  describeStack(['collector'], 'a real collector', () => {
    it('takes them, and hands the same spans on', async () => {
      const receiver = await openReceiver()
      const relay = await openRelay(receiver.url, folder)
      try {
        expect(await scan(relay.url, PARENT)).not.toContain('did not take')
        await eventually(() => expect(receiver.spans().map(({ name }) => name)).toContain('scan'))
        const spans = receiver.spans()
        const run = spans.find(({ name }) => name === 'scan')
        expect(run?.parentSpanId).toBe(PARENT.split('-')[2])
        expect(spans.find(({ name }) => name === 'table')?.parentSpanId).toBe(run?.spanId)
        expect(spans.some(({ name }) => name === 'storage read')).toBe(true)
      } finally {
        relay.close()
        await receiver.close()
      }
    })
  })
})

/** A collector that takes spans and metrics, and hands them on. @param url of who gets them @param folder for its config */
async function openRelay(url: string, folder: string) {
  const port = await closedPort()
  const relay = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { otlp_http: { endpoint: url, encoding: 'json', compression: 'none' } },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: {
        traces: { receivers: ['otlp'], exporters: ['otlp_http'] },
        metrics: { receivers: ['otlp'], exporters: ['otlp_http'] },
      },
    },
  }
  await writeFile(join(folder, 'collector.json'), JSON.stringify(relay))
  const collector = spawn(stack.collector, ['--config', join(folder, 'collector.json')], { stdio: 'ignore' })
  const own = `http://127.0.0.1:${port}`
  await eventually(() => fetch(own))
  return { url: own, close: () => void collector.kill() }
}

describeStack(['hdfs', 'metastore', 'trino'], 'the spans of one event', () => {
  const DATABASE = 'telemetry_event'
  const columns: Columns = [['id', 'int32', [1, 2]]]
  const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  let folder: string
  let zone: GoldenZone
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-telemetry-'))
    zone = await hdfsZone(`/golden/${DATABASE}`)
    await dropDatabases(stack.metastore, DATABASE)
  })
  afterAll(async () => {
    await dropDatabases(stack.metastore, DATABASE)
    await Promise.all([zone.remove(), rm(folder, { recursive: true })])
  })

  it('lead from the webhook to storage, catalog and engine', () => follow('orders/2019/09/01/01'))

  describeStack(['collector'], 'by way of a real collector', () => {
    it('do so too', () => follow('orders/2019/09/01/02', url => openRelay(url, folder)))
  })

  async function follow(
    hour: string,
    between?: (url: string) => ReturnType<typeof openRelay>,
  ): Promise<void> {
    const receiver = await openReceiver()
    const relay = await between?.(receiver.url)
    const server = await startServer(await shipped('server'), {
      GOLDSYNC_CONFIG: JSON.stringify({
        ...zoneConfig(zone, DATABASE, metastoreConfig('metastore'), { trino: trinoConfig }),
        webhook: { bearer: ['token-of-this-test'] },
        tracing: { otlp: { url: (relay ?? receiver).url } },
      }),
    })
    try {
      await zone.lay({ [`${hour}/a.parquet`]: columns })
      const answer = await fetch(`${server.url}/webhook?wait=true`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer token-of-this-test',
          traceparent: PARENT,
        },
        body: JSON.stringify({ path: `${zone.location}/${hour}/a.parquet` }),
      })
      expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
      await server.stop()
      await eventually(() => expect(namesIn(receiver)).toContain('file-closed'))
      const spans = receiver.spans()
      const above = (name: string) => {
        const parent = spans.find(one => one.name === name)?.parentSpanId
        return spans.find(({ spanId }) => spanId === parent)?.name ?? parent
      }
      expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([PARENT.split('-')[1]]))
      expect(above('file-closed')).toBe(PARENT.split('-')[2])
      expect(above('table')).toBe('file-closed')
      expect(['storage read', 'catalog apply'].map(above)).toEqual(['table', 'table'])
      expect(namesIn(receiver)).toEqual(expect.arrayContaining(['engine visible', 'engine read']))
    } finally {
      await server.stop()
      relay?.close()
      await receiver.close()
    }
  }

  const namesIn = (receiver: Awaited<ReturnType<typeof openReceiver>>) =>
    receiver.spans().map(({ name }) => name)
})
