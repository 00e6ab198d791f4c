import { afterAll, expect, it } from 'vitest'
import type { Check } from '../../shared/check/check.ts'
import { runChecks } from '../../shared/check/run-checks.ts'
import { configOf } from '../../shared/config/config.ts'
import type { ConfigInput } from '../../shared/config/schema.ts'
import { connect } from '../../shared/function/connect.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { FILES } from '../support/lake.ts'
import { describeStack, stack } from '../support/stack.ts'

const FOLDER = `/check-${process.pid}`

/** A busy machine is slow, and no check fails for that. */
const limits = () => ({ now: Date.now(), patience: 240_000 })

async function checksOf(config: ConfigInput): Promise<readonly Check[]> {
  const { lakes, webhook, ...rest } = configOf(config, 'test', {})
  const connection = connect({ lakes, webhook, ...rest })
  try {
    const all: Check[] = []
    const configured = { webhook, needsClock: ['signatures'] }
    for await (const check of runChecks(await connection.lakes(), configured, limits())) all.push(check)
    return all
  } finally {
    await connection.close()
  }
}

const failuresOf = (checks: readonly Check[]) => checks.filter(({ state }) => state === 'failed')

const lakeConfig = (more: object = {}): ConfigInput => ({
  lakes: [
    {
      location: hdfs.location(FOLDER),
      storage: hdfsStorage,
      database: 'default',
      ...more,
    },
  ],
  catalogs: { hive: { kind: 'metastore', uris: `thrift://${stack.metastore.host}:${stack.metastore.port}` } },
  engines: {
    trino: {
      kind: 'trino',
      url: stack.trino.url,
      catalog: stack.trino.cachedCatalog,
      caching: true,
      timeout: 240_000,
    },
  },
})

describeStack(['hdfs', 'metastore', 'trino'], 'goldsync check on HDFS, a metastore and Trino', () => {
  afterAll(() => hdfs.rm(FOLDER))

  it('finds all that a run needs', async () => {
    await hdfs.put(`${FOLDER}/orders/2026/11/20/07/a.parquet`, FILES.v1)
    const checks = await checksOf(lakeConfig())
    expect(failuresOf(checks)).toEqual([])
    const said = checks.map(check => check.said).join('\n')
    expect(said).toContain('answers: version 4')
    expect(said).toContain('files can be read: the end of 1 file')
    expect(said).toContain('it shows database default of hive')
    expect(said).toContain('it takes the call that makes it forget what it cached')
    expect(said).toContain(`clocks agree within a minute: ${hdfsStorage.namenodes[0]}`)
  })

  it('names what is wrong: a NameNode, the rights of a folder, a database, a catalog of Trino', async () => {
    await hdfs.put(`${FOLDER}/orders/2026/11/20/07/a.parquet`, FILES.v1)
    await hdfs.put(`${FOLDER}/secret/2026/11/20/07/a.parquet`, FILES.v1)
    await hdfs.chmod(`${FOLDER}/secret`, '0700')
    const base = lakeConfig()
    const namenodes = ['http://127.0.0.1:1', ...hdfsStorage.namenodes]
    const checks = await checksOf({
      ...base,
      ...lakeConfig({ database: 'no_such_database', storage: { namenodes, user: 'nobody' } }),
      engines: {
        trino: { kind: 'trino', url: stack.trino.url, catalog: 'no_such_catalog', timeout: 240_000 },
      },
    })
    const failed = failuresOf(checks).map(({ area, said }) => `${area}: ${said}`)
    expect(failed).toEqual([
      expect.stringMatching(/^storage: .*secret/),
      expect.stringMatching(/^catalog: database no_such_database does not exist/),
      expect.stringMatching(/^engine: .*no_such_catalog/),
    ])
    expect(checks.filter(({ state }) => state === 'warning')).toMatchObject([
      { area: 'storage', said: expect.stringContaining('http://127.0.0.1:1 refused the connection') },
    ])
    expect(failuresOf(checks).every(({ fix }) => fix !== undefined)).toBe(true)
  })

  it('tells that nothing can be asked where no server answers', async () => {
    const down = 'http://127.0.0.1:1'
    const checks = await checksOf({
      lakes: [{ location: 'hdfs://nowhere/golden', storage: { namenodes: [down] } }],
      catalogs: { hive: { kind: 'metastore', uris: 'thrift://127.0.0.1:1' } },
      engines: { trino: { kind: 'trino', url: down } },
    })
    expect(failuresOf(checks).map(({ area }) => area)).toEqual(['storage', 'catalog', 'engine'])
    expect(checks.filter(({ state }) => state === 'notAsked').map(({ area }) => area)).toEqual([
      'storage',
      'catalog',
      'engine',
      'clock',
    ])
  })
})

describeStack(['glue'], 'goldsync check on S3 and Glue', () => {
  const storage = () => ({
    endpoint: stack.s3.endpoint,
    region: 'us-east-1',
    accessKeyId: stack.s3.accessKeyId,
    secretAccessKey: stack.s3.secretAccessKey,
  })
  const catalogs = () => ({ glue: { kind: 'glue' as const, ...storage() } })

  it('tells a bucket that is not there, and the clock of the server all the same', async () => {
    const checks = await checksOf({
      lakes: [
        { location: `s3://no-such-bucket-${process.pid}/golden`, storage: storage(), createDatabase: true },
      ],
      catalogs: catalogs(),
    })
    expect(failuresOf(checks)).toMatchObject([{ area: 'storage', code: 'NOT_FOUND' }])
    expect(checks.at(-1)).toMatchObject({ area: 'clock', state: 'ok', said: expect.stringContaining('http') })
  })

  it('says of an empty bucket that it has no topic', async () => {
    const bucket = `check-${process.pid}`
    await fetch(`${stack.s3.endpoint}/${bucket}`, { method: 'PUT' })
    const checks = await checksOf({
      lakes: [{ location: `s3://${bucket}`, storage: storage(), createDatabase: true }],
      catalogs: catalogs(),
    })
    expect(failuresOf(checks)).toEqual([])
    expect(checks.filter(({ state }) => state === 'warning')).toMatchObject([
      { said: expect.stringContaining('has no topic') },
    ])
  })
})
