import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../shared/run/report.ts'
import { type Action, makeLake, startAction } from '../support/hosts.ts'
import { openRecorder } from '../support/recorder.ts'
import { shipped } from '../support/shipped.ts'

let zip: string
beforeAll(async () => {
  zip = await shipped('openwhisk')
})

const started: Action[] = []
afterEach(async () => {
  for (const action of started.splice(0)) await action.stop()
})

async function action(main: string, env: NodeJS.ProcessEnv = {}): Promise<Action> {
  const running = await startAction(zip, main, env)
  started.push(running)
  return running
}

async function memoryConfig(): Promise<Record<string, unknown>> {
  return {
    lakes: [{ location: await makeLake(), createDatabase: true }],
    catalogs: { memory: { kind: 'memory' } },
  }
}

describe('the OpenWhisk zip', () => {
  it('scans a lake that its bound parameter names, and answers a report', async () => {
    const scan = await action('scan')
    const config = JSON.stringify(await memoryConfig())
    const { status, result } = await scan.run({ GOLDSYNC_CONFIG: config }, { activation_id: 'a-42' })
    expect({ status, result }).toMatchObject({
      status: 200,
      result: { status: 'ok', report: { runId: 'a-42', tables: [{ topic: 'orders', outcome: 'changed' }] } },
    })
  })

  it('serves sync and plan from the same archive', async () => {
    const config = await memoryConfig()
    const plan = await (await action('plan')).run({ GOLDSYNC_CONFIG: config, table: 'orders' })
    expect(plan.result).toMatchObject({ status: 'ok', report: { dryRun: true } })
    const sync = await (await action('sync')).run({
      GOLDSYNC_CONFIG: config,
      table: 'orders',
      partitions: '2026/11/20/07',
    })
    expect(sync.result).toMatchObject({ report: { tables: [{ partitions: { added: 1 } }] } })
  })

  it('keeps the catalog open for the next activation, and never lends it to another config', async () => {
    const sync = await action('sync')
    const [first, second] = [await memoryConfig(), await memoryConfig()]
    const added = async (GOLDSYNC_CONFIG: object, activation_id: string) => {
      const { result } = await sync.run({ GOLDSYNC_CONFIG, table: 'orders' }, { activation_id })
      expect(result).toMatchObject({ status: 'ok', report: { runId: activation_id } })
      return (result as { report: Report }).report.tables[0]?.partitions.added
    }
    expect([await added(first, 'a'), await added(first, 'b'), await added(second, 'c')]).toEqual([2, 0, 2])
  })

  it('tells where the tables stand', async () => {
    const status = await action('status')
    const { result } = await status.run({ GOLDSYNC_CONFIG: await memoryConfig() })
    expect(result).toMatchObject({
      status: 'ok',
      report: { tables: [{ table: 'golden.orders', state: 'noTable', pending: [] }], failures: [] },
    })
  })

  it('with the key of its namespace hands the tables of a scan on to sync, and with no sink does them', async () => {
    const api = await openRecorder()
    try {
      const GOLDSYNC_CONFIG = await memoryConfig()
      const platform = { action_name: '/guest/goldsync/scan', api_host: api.url, api_key: 'user:key' }
      const scan = await action('scan')
      const { result } = await scan.run({ GOLDSYNC_CONFIG, mode: 'full' }, platform)
      expect(result).toMatchObject({ status: 'accepted', report: { handedOn: ['golden.orders'] } })
      expect(api.requests).toMatchObject([
        {
          path: '/api/v1/namespaces/guest/actions/goldsync/sync?blocking=false',
          headers: { authorization: `Basic ${Buffer.from('user:key').toString('base64')}` },
        },
      ])
      const params = JSON.parse(api.requests[0]?.body ?? '') as object
      const done = await (await action('sync')).run({ GOLDSYNC_CONFIG, ...params })
      expect(done.result).toMatchObject({ report: { mode: 'full', tables: [{ partitions: { added: 2 } }] } })
      expect(JSON.stringify(result)).not.toContain('user:key')
    } finally {
      await api.close()
    }
  })

  it('takes closed files from a trigger, and as a raw web action from whoever has the token', async () => {
    const token = 'a-token-of-some-length'
    const location = await makeLake()
    const lakes = [{ location, createDatabase: true }]
    const GOLDSYNC_CONFIG = { ...(await memoryConfig()), lakes, webhook: { bearer: [token] } }
    const event = { path: `${location}/orders/2026/11/20/06/part-0.parquet` }
    const registered = { status: 'ok', report: { files: [{ outcome: 'registered' }] } }
    const fileClosed = await action('fileClosed')
    expect((await fileClosed.run({ GOLDSYNC_CONFIG, ...event })).result).toMatchObject(registered)
    const web = {
      GOLDSYNC_CONFIG,
      __ow_method: 'post',
      __ow_headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      __ow_body: Buffer.from(JSON.stringify(event)).toString('base64'),
    }
    expect((await fileClosed.run(web)).result).toMatchObject({ statusCode: 200, body: registered })
    const stranger = await fileClosed.run({ ...web, __ow_headers: {} })
    expect(stranger.result).toMatchObject({ statusCode: 401 })
  })

  it('takes the alarm package’s text payload', async () => {
    const scan = await action('scan')
    const { result } = await scan.run({
      GOLDSYNC_CONFIG: await memoryConfig(),
      payload: '{"mode":"full","dryRun":true}',
    })
    expect(result).toMatchObject({ report: { mode: 'full', dryRun: true } })
  })

  it('lets the environment go before a parameter, so that a caller cannot redirect it', async () => {
    const scan = await action('scan', { GOLDSYNC_CONFIG: JSON.stringify(await memoryConfig()) })
    const { result } = await scan.run({ GOLDSYNC_CONFIG: '{"lakes":[{"location":"/elsewhere"}]}' })
    expect(result).toMatchObject({ status: 'ok' })
  })

  it('answers wrong parameters with an error that names them, without a stack, and runs on', async () => {
    const scan = await action('scan')
    const GOLDSYNC_CONFIG = await memoryConfig()
    const { status, result } = await scan.run({
      GOLDSYNC_CONFIG,
      mode: 'fast',
      root: 'x',
      __ow_method: 'post',
    })
    expect(status).toBe(200)
    expect(result).toMatchObject({
      status: 'invalid',
      error: { code: 'REQUEST_INVALID', message: expect.stringMatching(/mode.*root/s), retryable: false },
    })
    expect(JSON.stringify(result)).not.toContain('__ow_method')
    expect(JSON.stringify(result)).not.toMatch(/\.mjs/)
    expect((await scan.run({ GOLDSYNC_CONFIG })).result).toMatchObject({ status: 'ok' })
  })

  it('says that a config is missing, and how to give one', async () => {
    const { result } = await (await action('scan')).run({})
    expect(result).toMatchObject({ error: { code: 'CONFIG_INVALID' } })
    expect(JSON.stringify(result)).toContain('GOLDSYNC_CONFIG')
  })

  it('says what to install where DuckDB is asked for, which is not in the zip', async () => {
    const lakes = [{ location: await makeLake(), catalogs: ['local'] }]
    const catalogs = { local: { kind: 'duckdb', file: join(tmpdir(), 'catalog.duckdb') } }
    const { result } = await (await action('scan')).run({ GOLDSYNC_CONFIG: { lakes, catalogs } })
    expect(JSON.stringify(result)).toContain('@duckdb/node-api')
    expect(result).toHaveProperty('error')
  })

  it('leaves the rest to the next run when the deadline is near', async () => {
    const scan = await action('scan')
    const { result } = await scan.run(
      { GOLDSYNC_CONFIG: await memoryConfig() },
      { deadline: String(Date.now() + 10) },
    )
    expect(result).toMatchObject({ status: 'partial' })
  })
})
