/** Closed files on the whole way, without a scan: HDFS, the forwarder, the built functions, the metastore, Trino. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import {
  buildForwarder,
  type Forwarder,
  follows,
  killForwarder,
  startForwarder,
} from '../support/forwarder.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { type Listening, startAction, startServer } from '../support/hosts.ts'
import { shipped } from '../support/shipped.ts'
import { signatureOf, WEBHOOK_SECRET } from '../support/sign.ts'
import { closeEngines, hiveRows, trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack } from '../support/stack.ts'
import { eventually } from '../support/waiting.ts'

const DATABASE = `e2e_events_${process.pid}`
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
  webhook: { standard: [WEBHOOK_SECRET] },
  server: { exposure: 'public' },
}

const ROWS = 3
const FILE = 'test/fixtures/orders/v1.parquet'

describeStack(['hdfs', 'metastore', 'hiveserver2', 'trino'], 'a file that is closed on HDFS', () => {
  let content: Buffer
  let server: Listening
  let forwarder: Forwarder
  let folder: string
  let bundle: string

  const start = (port = 0): Promise<Listening> =>
    startServer(bundle, { GOLDSYNC_CONFIG: JSON.stringify(CONFIG), PORT: String(port) })

  /** Writes a file, and closes it. @returns its location */
  async function close(topic: string, hour: string, name = 'part-0.parquet'): Promise<string> {
    const path = `${LAKE}/${topic}/2026/11/20/${hour}/${name}`
    await hdfs.put(path, content)
    return hdfs.location(path)
  }

  const rowsIn = async (topic: string, where = 'true'): Promise<number> => {
    const [row] = await trinoRows(`select count(*) from ${DATABASE}.${topic} where ${where}`)
    return Number(row?.[0])
  }

  /** Until Trino counts so many; before, there may be no table. */
  const seesRows = (rows: number, topic: string, where?: string) =>
    eventually(async () => expect(await rowsIn(topic, where)).toBe(rows), 100)

  /** Until the metastore has the table, before it has its partitions. */
  async function isMade(name: string): Promise<void> {
    const metastore = openMetastore('metastore', metastoreOptions.parse(metastoreConfig('metastore')))
    await eventually(
      async () => expect(await metastore.inspect({ database: DATABASE, name })).toBeDefined(),
      5,
    )
    await metastore.close()
  }

  beforeAll(async () => {
    content = await readFile(FILE)
    folder = await mkdtemp(join(tmpdir(), 'goldsync-events-'))
    const built = await Promise.all([shipped('server'), buildForwarder(), hdfs.mkdir(LAKE)])
    bundle = built[0]
    server = await start()
    forwarder = startForwarder({
      GOLDSYNC_LAKES: hdfs.location(LAKE),
      GOLDSYNC_POSITION: join(folder, 'position'),
      GOLDSYNC_WEBHOOK_URL: `${server.url}/webhook`,
      GOLDSYNC_WEBHOOK_SECRET: WEBHOOK_SECRET,
    })
    await follows(forwarder)
  })

  afterAll(async () => {
    await killForwarder(forwarder)
    await server.stop()
    await hiveRows(`DROP DATABASE IF EXISTS ${DATABASE} CASCADE`)
    await hdfs.rm(LAKE)
    await rm(folder, { recursive: true })
    await closeEngines()
  })

  it('is visible in Trino, with nothing else called: the first of a table, and of a partition', async () => {
    await close('orders', '00')
    await seesRows(ROWS, 'orders')
    const lags: number[] = []
    for (const hour of ['01', '02', '03', '04', '05']) {
      await close('orders', hour)
      const closed = performance.now()
      await seesRows(ROWS, 'orders', `hour = '${hour}'`)
      lags.push(Math.round(performance.now() - closed))
    }
    console.info(`closed on HDFS → rows in Trino, ms: ${lags.join(' ')} (a poll of the NameNode is 100 ms)`)
    await close('orders', '05', 'part-1.parquet')
    await seesRows(7 * ROWS, 'orders')
  })

  it('is not lost where the server is away, and has one partition however often it is told of', async () => {
    const port = Number(new URL(server.url).port)
    expect(await server.stop()).toBe(0)
    await pMap(['08', '09', '10'], hour => close('orders', hour))
    await eventually(() => expect(forwarder.log).toContain('again in'))
    server = await start(port)
    await seesRows(3 * ROWS, 'orders', "hour in ('08', '09', '10')")
    const partitions = await trinoRows(`select count(*) from ${DATABASE}."orders$partitions"`)
    expect(partitions).toEqual([['9']])
  })

  it('is registered by a server that SIGTERM met at work', async () => {
    await killForwarder(forwarder)
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
    const files = await pMap(hours, hour => close('clicks', hour), { concurrency: 8 })
    const body = JSON.stringify({ files })
    const answer = fetch(`${server.url}/webhook`, { method: 'POST', headers: signatureOf(body), body })
    await isMade('clicks')
    const ended = server.stop('SIGTERM')
    expect((await answer).status).toBe(200)
    expect(await ended).toBe(0)
    expect(await rowsIn('clicks')).toBe(24 * ROWS)
  })

  it('is registered by the OpenWhisk action too', async () => {
    const action = await startAction(await shipped('openwhisk'), 'fileClosed')
    try {
      const { result } = await action.run({ GOLDSYNC_CONFIG: CONFIG, path: await close('views', '01') })
      expect(result).toMatchObject({ status: 'ok', report: { files: [{ outcome: 'read' }] } })
      const body = JSON.stringify({ path: await close('views', '02') })
      const web = {
        __ow_method: 'post',
        __ow_headers: signatureOf(body),
        __ow_body: Buffer.from(body).toString('base64'),
      }
      const answer = await action.run({ GOLDSYNC_CONFIG: CONFIG, ...web })
      expect(answer.result).toMatchObject({ statusCode: 200, body: { status: 'ok' } })
      expect(await rowsIn('views')).toBe(2 * ROWS)
    } finally {
      await action.stop()
    }
  })
})
