/**
 * openwhisk.yaml on a platform: deployed by Adobe's aio-lib-runtime, called by OpenWhisk's own client, by timers and by a sink. The
 * platform is played (test/support/openwhisk); the lake is on HDFS, its tables in the metastore, and Trino is who counts.
 */
import { readFile } from 'node:fs/promises'
import openwhisk from 'openwhisk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isInstalled } from '../../deploy/steps.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { deployManifest, wskdeploy } from '../support/openwhisk/deploy.ts'
import { valuesOf } from '../support/openwhisk/entities.ts'
import { openPlatform, type Platform } from '../support/openwhisk/platform.ts'
import { shipped } from '../support/shipped.ts'
import { signed, WEBHOOK_SECRET } from '../support/sign.ts'
import { trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DATABASE = `openwhisk_${process.pid}`
const LAKE = `/golden/${DATABASE}`
const CONFIG = {
  lakes: [
    {
      location: hdfs.location(LAKE),
      storage: hdfsStorage,
      database: DATABASE,
      createDatabase: true,
    },
  ],
  catalogs: { metastore: metastoreConfig('metastore') },
  engines: { trino: trinoConfig },
  webhook: { standard: ['${GOLDSYNC_WEBHOOK_SECRET}'] },
}
const VARIABLES = { GOLDSYNC_CONFIG: JSON.stringify(CONFIG), GOLDSYNC_WEBHOOK_SECRET: WEBHOOK_SECRET }
const ROWS = 3

describeStack(['hdfs', 'metastore', 'trino'], 'openwhisk.yaml, deployed', () => {
  let zip: string
  let platform: Platform
  let content: Buffer
  const call = (action: string, params: object = {}) =>
    openwhisk({ apihost: platform.url, api_key: platform.apiKey }).actions.invoke({
      name: `goldsync/${action}`,
      blocking: true,
      result: true,
      params,
    })

  /** Writes a file of orders. @returns its location */
  async function close(hour: string): Promise<string> {
    const path = `${LAKE}/orders/2026/11/20/${hour}/part-0.parquet`
    await hdfs.put(path, content)
    return hdfs.location(path)
  }

  const rows = async (): Promise<number> =>
    Number((await trinoRows(`select count(*) from ${DATABASE}.orders`))[0]?.[0])

  beforeAll(async () => {
    zip = await shipped('openwhisk')
    content = await readFile('test/fixtures/orders/v1.parquet')
    platform = await openPlatform()
    await deployManifest(platform, zip, VARIABLES)
  })

  afterAll(async () => {
    await platform.close()
    await dropDatabases(stack.metastore, DATABASE)
    await hdfs.rm(LAKE)
  })

  it('has its timers, rules and actions there', () => {
    const { packages, actions, triggers, rules } = platform.entities
    expect([packages, triggers, rules].map(({ size }) => size)).toEqual([1, 2, 2])
    expect([...actions.keys()]).toEqual(
      ['scan', 'sync', 'file-closed', 'plan', 'status'].map(name => `goldsync/${name}`),
    )
  })

  it.skipIf(!isInstalled('wskdeploy'))('is the same by wskdeploy [needs wskdeploy]', async () => {
    const other = await openPlatform()
    try {
      await deployManifest(other, zip, VARIABLES, wskdeploy)
      for (const kind of ['packages', 'actions', 'triggers', 'rules'] as const)
        expect(new Set(other.entities[kind].keys())).toEqual(new Set(platform.entities[kind].keys()))
      for (const [name, { exec, limits, annotations }] of other.entities.actions) {
        const action = platform.entities.actions.get(name)
        expect([exec, limits]).toEqual([action?.exec, action?.limits])
        expect(valuesOf(action?.annotations)).toMatchObject(valuesOf(annotations))
      }
    } finally {
      await other.close()
    }
  })

  it('scans when an alarm goes off, through trigger and rule: recent ones, and full ones', async () => {
    await close('00')
    for (const [trigger, mode] of [
      ['every-5-minutes', 'recent'],
      ['every-night', 'full'],
    ] as const) {
      const [activation, ...others] = await platform.tick(trigger)
      expect(others).toEqual([])
      expect(activation).toMatchObject({
        name: 'goldsync/scan',
        response: {
          success: true,
          result: { status: 'ok', report: { mode, runId: activation?.activationId } },
        },
      })
    }
    expect(await rows()).toBe(ROWS)
  })

  it('runs each function for OpenWhisk’s client', async () => {
    await close('01')
    expect(await call('plan', { table: 'orders' })).toMatchObject({ report: { dryRun: true } })
    expect(await rows()).toBe(ROWS)
    const done = await call('sync', { table: 'orders', partitions: '2026/11/20/01' })
    expect(done).toMatchObject({ status: 'ok', report: { tables: [{ partitions: { added: 1 } }] } })
    expect(await rows()).toBe(2 * ROWS)
    const closed = await call('file-closed', { path: await close('02') })
    expect(closed).toMatchObject({ status: 'ok', report: { files: [{ outcome: 'read' }] } })
    expect(await rows()).toBe(3 * ROWS)
    await close('03')
    expect(await call('scan', { mode: 'full' })).toMatchObject({ status: 'ok', report: { mode: 'full' } })
    expect(await rows()).toBe(4 * ROWS)
    expect(await call('status')).toMatchObject({
      report: { tables: [{ table: `${DATABASE}.orders`, state: 'synced' }] },
    })
  })

  it('tells the client what is wrong with a call, and that it failed', async () => {
    await expect(call('sync', { table: 'nothing' })).rejects.toMatchObject({
      statusCode: 502,
      error: { response: { status: 'application error', result: { error: { code: 'REQUEST_INVALID' } } } },
    })
  })

  it('lets no caller set what is bound', async () => {
    for (const action of ['scan', 'sync', 'file-closed', 'plan', 'status'])
      await expect(call(action, { GOLDSYNC_CONFIG: '{}' })).rejects.toMatchObject({ statusCode: 400 })
  })

  it('takes a sink’s signed request, also twice, and refuses one that is tampered with or old', async () => {
    const webhook = `${platform.url}/api/v1/web/guest/goldsync/file-closed`
    const body = JSON.stringify({ path: await close('04') })
    for (const [added, outcome] of [
      [1, 'read'],
      [0, 'registered'],
    ] as const) {
      const response = await fetch(webhook, signed(body))
      expect([response.status, await response.json()]).toMatchObject([
        200,
        { status: 'ok', report: { files: [{ outcome }], tables: [{ partitions: { added } }] } },
      ])
    }
    const tampered = { ...signed(body), body: body.replace('/04/', '/05/') }
    const old = signed(body, new Date(Date.now() - 600_000))
    for (const request of [tampered, old, { method: 'POST', body }])
      expect((await fetch(webhook, request)).status).toBe(401)
    expect(await rows()).toBe(5 * ROWS)
  })

  it('opens no other action to the web', async () => {
    for (const action of ['scan', 'sync', 'plan', 'status'])
      expect((await fetch(`${platform.url}/api/v1/web/guest/goldsync/${action}`)).status).toBe(404)
  })
})
