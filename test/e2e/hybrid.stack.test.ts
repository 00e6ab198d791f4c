import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorsOf, type Report } from '../../shared/run/report.ts'
import { awsGlue, glueConfig } from '../support/aws-glue.ts'
import { doomed } from '../support/doomed.ts'
import { type GoldenZone, hdfsZone, metastoreConfig } from '../support/golden-zone.ts'
import { runNode } from '../support/hosts.ts'
import { dropDatabases } from '../support/metastore.ts'
import { closedPort, type FakeServer } from '../support/net.ts'
import { rowsInS3 } from '../support/read-s3.ts'
import { s3Storage } from '../support/s3.ts'
import { s3Zone } from '../support/s3-zone.ts'
import { shipped } from '../support/shipped.ts'
import { closeEngines, trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const ID = `hybrid_${process.pid}`

/** Where each topic lies and goes. */
const SIDES = {
  premise: { topics: ['orders', 'clicks', 'events'], catalog: 'hive' },
  cloud: { topics: ['payments', 'refunds', 'visits'], catalog: 'cloud' },
} as const
type Side = keyof typeof SIDES

const HOUR = 3_600_000
const begun = Date.now()
const hourAgo = (hours: number): string =>
  new Date(begun - hours * HOUR).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')

/** Addresses that a test replaces by those of servers that fail. */
interface Addresses {
  readonly nameNodes: readonly string[]
  readonly metastore: string
  readonly s3: string
  readonly glue: string
}
const LIVING: Addresses = {
  nameNodes: stack.hdfs.namenodes,
  metastore: metastoreConfig('metastore').uris,
  s3: s3Storage.endpoint,
  glue: glueConfig.endpoint,
}

describeStack(['hdfs', 'metastore', 'trino', 'glue', 'python'], 'a lake on HDFS and one on S3', () => {
  let zones: Readonly<Record<Side, GoldenZone>>
  let cli: string
  const laid: Record<Side, string[]> = { premise: [], cloud: [] }
  const open: FakeServer[] = []

  beforeAll(async () => {
    zones = { premise: await hdfsZone(`/golden/${ID}`), cloud: await s3Zone(ID.replace('_', '-')) }
    cli = join(await shipped('cli'), 'goldsync.mjs')
    for (const hours of [40, 30, 2]) await lay(hourAgo(hours))
  })
  afterAll(async () => {
    await Promise.all(open.map(server => server.close()))
    await Promise.all([zones.premise.remove(), zones.cloud.remove(), closeEngines(), awsGlue.drop(ID)])
    await dropDatabases(stack.metastore, ID)
  })

  /** A file of two rows for each of the six topics. */
  async function lay(hour: string): Promise<void> {
    for (const side of ['premise', 'cloud'] as const) {
      const files = SIDES[side].topics.map(topic => {
        const ids = [0, 1].map(row => `${topic} ${hour} ${row}`)
        laid[side].push(...ids)
        return [`${topic}/${hour}/a.snappy.parquet`, [['id', 'string', ids] as const]] as const
      })
      await zones[side].lay(Object.fromEntries(files))
    }
  }

  const config = ({ nameNodes, metastore, s3, glue }: Addresses) => ({
    lakes: [
      {
        location: zones.premise.location,
        storage: { namenodes: nameNodes, user: stack.hdfs.superuser },
        catalogs: ['hive'],
        database: ID,
        createDatabase: true,
      },
      {
        location: zones.cloud.location,
        storage: { ...s3Storage, endpoint: s3 },
        catalogs: ['cloud'],
        database: ID,
        createDatabase: true,
      },
    ],
    catalogs: {
      hive: { ...metastoreConfig('metastore'), uris: metastore },
      cloud: { ...glueConfig, endpoint: glue, attempts: 2 },
    },
    engines: { trino: { ...trinoConfig, catalogs: ['hive'] } },
  })

  async function scan(addresses: Partial<Addresses> = {}) {
    const env = { ...process.env, GOLDSYNC_CONFIG: JSON.stringify(config({ ...LIVING, ...addresses })) }
    const { status, stdout, stderr } = await runNode([cli, 'scan', '--json'], { env })
    if (stdout === '') throw new Error(`status ${status}: ${stderr}`)
    return { status, report: JSON.parse(stdout) as Report }
  }

  /** What somebody gets who asks for all rows: of Trino by SQL, of pyarrow by the locations that Glue holds. */
  async function rows(side: Side): Promise<unknown[]> {
    if (side === 'cloud') return (await rowsInS3(await awsGlue.locations(ID), ['id'])).flat().sort()
    const selects = SIDES.premise.topics.map(topic => `select id from ${ID}.${topic}`)
    return (await trinoRows(selects.join(' union all '))).flat().sort()
  }
  const allRows = (side: Side) => [...laid[side]].sort()

  const outcomes = ({ tables }: Report, side: Side) =>
    tables.filter(({ catalog }) => catalog === SIDES[side].catalog).map(({ outcome }) => outcome)

  test('are synced by one run, into Hive and into Glue; Trino and pyarrow return every row', async () => {
    const { status, report } = await scan()
    expect(status).toBe(0)
    for (const side of ['premise', 'cloud'] as const) {
      expect(outcomes(report, side)).toEqual(['changed', 'changed', 'changed'])
      expect(await rows(side)).toEqual(allRows(side))
    }
    expect((await awsGlue.locations(ID)).filter(location => !location.startsWith('s3://'))).toEqual([])
  })

  test('are as they were after a second run', async () => {
    const { status, report } = await scan()
    expect([status, new Set(report.tables.map(({ outcome }) => outcome))]).toEqual([
      0,
      new Set(['unchanged']),
    ])
  })

  const dead = async () => `http://127.0.0.1:${await closedPort()}`
  const dying = async (target: string, text: string) => {
    const { hostname: host, port } = new URL(target)
    const server = await doomed({ host, port: Number(port) }, { text, times: 2 })
    open.push(server)
    return `//127.0.0.1:${server.port}`
  }
  const FAILURES: [what: string, side: Side, other: Side, hour: number, () => Promise<Partial<Addresses>>][] =
    [
      ['NameNode is gone', 'premise', 'cloud', 1, async () => ({ nameNodes: [await dead()] })],
      ['S3 is gone', 'cloud', 'premise', 0, async () => ({ s3: await dead() })],
      [
        'metastore dies in the middle',
        'premise',
        'cloud',
        -1,
        async () => ({ metastore: `thrift:${await dying(LIVING.metastore, 'add_partitions_req')}` }),
      ],
      [
        'Glue dies in the middle',
        'cloud',
        'premise',
        -2,
        async () => ({ glue: `http:${await dying(LIVING.glue, 'BatchCreatePartition')}` }),
      ],
    ]

  describe.each(FAILURES)('where the %s', (_, side, other, hour, failing) => {
    test('the other side is complete, the exit status says so, and the next run does the rest', async () => {
      await lay(hourAgo(hour))
      const failed = await scan(await failing())
      expect(failed.status).toBe(1)
      expect(outcomes(failed.report, other)).toEqual(['changed', 'changed', 'changed'])
      expect(await rows(other)).toEqual(allRows(other))
      expect(errorsOf(failed.report).map(({ code, retryable }) => `${code} ${retryable}`)).toContain(
        'UNAVAILABLE true',
      )

      const next = await scan()
      expect(next.status).toBe(0)
      expect(outcomes(next.report, other)).toEqual(['unchanged', 'unchanged', 'unchanged'])
      expect(await rows(side)).toEqual(allRows(side))
    })
  })
})
