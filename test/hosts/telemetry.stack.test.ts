import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../deploy/bundle.ts'
import { closedPort } from '../support/net.ts'
import { openReceiver } from '../support/otlp.ts'
import { eventually } from '../support/waiting.ts'

/** A real collector (`go.opentelemetry.io/collector/cmd/builder`, with otlpreceiver and otlphttpexporter), where there is one. */
const COLLECTOR = process.env.OTELCOL

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

  it.skipIf(!COLLECTOR)('is taken by a real collector, which hands the same spans on', async () => {
    const receiver = await openReceiver()
    const port = await closedPort()
    const relay = {
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      exporters: { otlp_http: { endpoint: receiver.url, encoding: 'json', compression: 'none' } },
      service: {
        telemetry: { metrics: { level: 'none' } },
        pipelines: {
          traces: { receivers: ['otlp'], exporters: ['otlp_http'] },
          metrics: { receivers: ['otlp'], exporters: ['otlp_http'] },
        },
      },
    }
    await writeFile(join(folder, 'collector.json'), JSON.stringify(relay))
    const collector = spawn(COLLECTOR ?? '', ['--config', join(folder, 'collector.json')], {
      stdio: 'ignore',
    })
    try {
      const url = `http://127.0.0.1:${port}`
      await eventually(() => fetch(url))
      expect(await scan(url, PARENT)).not.toContain('did not take')
      await eventually(() => expect(receiver.spans().map(({ name }) => name)).toContain('scan'))
      const spans = receiver.spans()
      const run = spans.find(({ name }) => name === 'scan')
      expect(run?.parentSpanId).toBe(PARENT.split('-')[2])
      expect(spans.find(({ name }) => name === 'table')?.parentSpanId).toBe(run?.spanId)
      expect(spans.some(({ name }) => name === 'storage read')).toBe(true)
    } finally {
      collector.kill()
      await receiver.close()
    }
  })
})
