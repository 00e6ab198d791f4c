/**
 * The built server as Knative runs it: confined, behind a broker that repeats, orders and parks by Knative's rules and by the settings of
 * deploy/knative/base/broker.yaml. It is stopped and killed meanwhile; what is registered in the end is exactly what was closed.
 */
import { readFile } from 'node:fs/promises'
import { CloudEvent, HTTP } from 'cloudevents'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Broker, type DeliverySpec, type Event, openBroker } from '../support/broker.ts'
import { type Closed, FORMS, POISON } from '../support/closed-events.ts'
import { dice } from '../support/dice.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import type { Listening } from '../support/hosts.ts'
import { dropDatabases } from '../support/metastore.ts'
import { confinementOf, isMissing, startConfined, whyNoSandbox } from '../support/sandbox.ts'
import { shipped } from '../support/shipped.ts'
import { trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'
import { eventually } from '../support/waiting.ts'
import { manifestsOf } from './manifests.ts'

const DATABASE = `broker_${process.pid}`
const LAKE = `/golden/${DATABASE}`
const ROOTS = { path: LAKE, bucket: 'golden-bucket' }
const CONFIG = {
  lakes: [
    {
      location: hdfs.location(LAKE),
      formerLocations: [`s3://${ROOTS.bucket}`],
      storage: hdfsStorage,
      database: DATABASE,
      createDatabase: true,
    },
  ],
  catalogs: { metastore: metastoreConfig('metastore') },
}

const TOPICS = ['orders', 'clicks', 'views', 'carts']
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
const FILES_EACH = 2
const ROWS = 3
const DELIVERIES = 2_000
const POISONED = 100
const SYNCS = 20

const { spec } = manifestsOf('deploy/knative/base').find(({ content }) => content.kind === 'Broker')!
  .content as {
  spec?: { delivery: DeliverySpec }
}

const chance = dice(7)
const shuffled = <T>(values: readonly T[]): T[] =>
  values
    .map(value => [chance(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value)
const anyOf = <T>(values: readonly T[]): T => values[Math.floor(chance() * values.length)] as T

const idOf = ({ headers, body }: Event): string =>
  headers['ce-id'] ?? headers['x-id'] ?? (JSON.parse(body) as { id: string }).id

const isRequired = process.env.GOLDSYNC_STACK === 'required'
const confined = whyNoSandbox ? `, unconfined (${whyNoSandbox})` : ''

describeStack(['hdfs', 'metastore', 'trino'], `the server behind a broker${confined}`, () => {
  let files: Closed[]
  let bundle: string
  let server: Listening
  let broker: Broker

  const start = (port: number | string = 0): Promise<Listening> =>
    startConfined(bundle, { GOLDSYNC_CONFIG: JSON.stringify(CONFIG), PORT: String(port) })

  beforeAll(async () => {
    const content = await readFile('test/fixtures/orders/v1.parquet')
    const truncated = content.subarray(0, 400)
    const names = TOPICS.flatMap(topic =>
      HOURS.flatMap(hour =>
        Array.from({ length: FILES_EACH }, (_, at) => `${topic}/2026/11/20/${hour}/part-${at}.parquet`),
      ),
    )
    // A file that is no use is no poison: its message is answered, its partition held back.
    const bad = TOPICS.map(topic => `${topic}/2026/11/21/00/cut.parquet`)
    files = [
      ...names.map(name => ({ name, size: content.length })),
      ...bad.map(name => ({ name, size: truncated.length })),
    ]
    const put = ({ name, size }: Closed) => hdfs.put(`${LAKE}/${name}`, content.subarray(0, size))
    const [built] = await Promise.all([shipped('server'), pMap(files, put, { concurrency: 16 })])
    bundle = built
    server = await start()
    broker = openBroker(server.url, spec!.delivery)
  })

  afterAll(async () => {
    await server.stop('SIGKILL')
    await dropDatabases(stack.metastore, DATABASE)
    await hdfs.rm(LAKE)
  })

  /** Each file in some form, then some files again and again, poison and requests to sync; in any order. */
  function deliveries(): Event[] {
    const told = (file: Closed, id: string) => anyOf(FORMS)(id, file, ROOTS)
    const first = files.map((file, at) => told(file, `file-${at}`))
    const poison = Array.from({ length: POISONED }, (_, at) => {
      const [, make] = POISON[at % POISON.length]!
      return make(`poison-${at}`)
    })
    const syncs = Array.from({ length: SYNCS }, (_, at) => syncOf(TOPICS[at % TOPICS.length]!, at))
    const again = Array.from({ length: DELIVERIES - first.length - POISONED - SYNCS }, (_, at) =>
      chance() < 0.5 ? anyOf(first) : told(anyOf(files), `again-${at}`),
    )
    return shuffled([...first, ...poison, ...syncs, ...again])
  }

  const syncOf = (topic: string, at: number): Event => {
    const event = new CloudEvent({
      id: `sync-${at}`,
      type: 'io.goldsync.sync',
      source: '/goldsync/scan',
      partitionkey: `${DATABASE}.${topic}`,
      datacontenttype: 'application/json',
      data: { table: `${DATABASE}.${topic}`, mode: 'recent' },
    })
    const { headers, body } = HTTP.binary(event)
    return { headers: headers as Event['headers'], body: String(body) }
  }

  const answered = (atLeast: number) =>
    eventually(() => expect(broker.answers.length).toBeGreaterThan(atLeast), 5)

  const taken = (): number => broker.answers.filter(({ status }) => status === 200).length

  if (isRequired && isMissing)
    it('needs bubblewrap, as GOLDSYNC_STACK=required says', () => {
      throw new Error('bwrap is not on the PATH; install the package bubblewrap')
    })

  it.skipIf(whyNoSandbox)('is process 1 and nobody, may do nothing more, and can write nowhere', () => {
    expect(confinementOf(server)).toEqual({ pid: '1', user: '65532', capabilities: 0n, writable: [] })
  })

  it('loses nothing of 2,000 deliveries, whether it is stopped or killed, and parks what is poison', async () => {
    const events = deliveries()
    expect(events).toHaveLength(DELIVERIES)
    const port = new URL(server.url).port
    const published = broker.publish(events, 48)

    await answered(500)
    expect(broker.underWay()).toBeGreaterThan(0)
    expect(await server.stop('SIGTERM')).toBe(0)
    const finished = () =>
      server.lines.filter(line => line.includes('"answered"') && line.includes('"ok"')).length
    // Each request that it had begun was answered, and the answer arrived.
    await eventually(() => expect(finished()).toBe(taken()))

    server = await start(port)
    await answered(1_200)
    await server.stop('SIGKILL')
    server = await start(port)
    await published

    expect(new Set(broker.deadLetters.map(idOf))).toEqual(
      new Set(events.map(idOf).filter(id => id.startsWith('poison'))),
    )
    for (const letter of broker.deadLetters)
      expect(letter.code).toBe(POISON[Number(idOf(letter).slice('poison-'.length)) % POISON.length]![0])
    const done = new Set(broker.answers.filter(({ status }) => status === 200).map(({ event }) => event))
    expect(events.filter(event => !done.has(event) && !idOf(event).startsWith('poison'))).toEqual([])
  }, 600_000)

  it.each(TOPICS)('leaves %s with each hour once, all its rows in it', async topic => {
    const counted = await trinoRows(
      `select year, month, day, hour, count(*) from ${DATABASE}.${topic} group by 1, 2, 3, 4 order by 4`,
    )
    expect(counted).toEqual(HOURS.map(hour => ['2026', '11', '20', hour, String(FILES_EACH * ROWS)]))
    expect(await trinoRows(`select count(*) from ${DATABASE}."${topic}$partitions"`)).toEqual([['24']])
  })
})
