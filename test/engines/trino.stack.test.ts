import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import { openEngine } from '../../shared/engines/open.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import { describeEngine } from '../conformance/engine.ts'
import { hdfs } from '../support/hdfs.ts'
import { closedPort } from '../support/net.ts'
import { describeStack, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'
import { ENDLESS, eventually } from '../support/waiting.ts'

const database = `trino_test_${process.pid}`
const root = `/golden/${database}`
const orders = { database, name: 'orders' }
const keys = columns('dt date', 'hr int', 'site string')

const options = (more: object = {}) => ({
  kind: 'trino',
  url: stack.trino.url,
  catalog: stack.trino.catalog,
  ...more,
})
const visible = async (engine: Engine, partitions: readonly (readonly string[])[]) =>
  (await engine.visible([{ table: orders, keys, partitions }]))[0]
const client = (more: object = {}) =>
  trinoClient({
    url: stack.trino.url,
    catalog: 'hive',
    user: 'ann',
    tls: {},
    timeout: ENDLESS,
    ...more,
  })

describeStack(
  ['hdfs', 'metastore', 'trino', 'python'],
  'the trino engine on a real Trino, as all engines',
  () => {
    describeEngine('trino', async () => ({
      open: () => openEngine('trino', options({ timeout: ENDLESS })),
      closed: async () => openEngine('trino', options({ url: `http://127.0.0.1:${await closedPort()}` })),
      metastore: stack.metastore,
      version: /^\d+$/,
      words: { codec: /decompress|dictionary page/, encoding: /BYTE_STREAM_SPLIT/ },
      losesByBloomFilter: true,
    }))
  },
)

describeStack(['hdfs', 'metastore', 'hiveserver2', 'trino'], 'the trino engine on a real Trino', () => {
  const hive = hiveClient(hiveServer2Options.parse({ kind: 'hiveserver2', ...hostOf(stack.hiveserver2) }))
  const register = (values: readonly string[]) => {
    const [dt, hr, site] = values
    const folder = hdfs.location(`${root}/orders/${dt}-${hr}`)
    return hive.execute(
      `ALTER TABLE ${database}.orders ADD PARTITION (dt='${dt}', hr='${hr}', site='${site?.replaceAll("'", "\\'")}') LOCATION '${folder}'`,
    )
  }

  beforeAll(async () => {
    await hdfs.mkdir(root)
    await hdfs.chmod(root, '777')
    await hive.execute(`CREATE DATABASE ${database}`)
    await hive.execute(
      `CREATE EXTERNAL TABLE ${database}.orders (id int) PARTITIONED BY (dt date, hr int, site string) STORED AS PARQUET LOCATION '${hdfs.location(`${root}/orders`)}'`,
    )
    await register(['2019-09-01', '7', "it's"])
    await hdfs.mkdir(`${root}/null`)
    await client().query(
      `CALL hive.system.register_partition('${database}', 'orders', ARRAY['dt', 'hr', 'site'], ARRAY['2019-09-01', '8', '__HIVE_DEFAULT_PARTITION__'], '${hdfs.location(`${root}/null`)}')`,
    )
  })
  afterAll(async () => {
    await hive.execute(`DROP DATABASE IF EXISTS ${database} CASCADE`)
    await Promise.all([hive.close(), hdfs.rm(root)])
  })

  it('counts the partitions it sees, of keys of any type, and only those', async () => {
    const engine = await openEngine('trino', options())
    const there = [
      ['2019-09-01', '7', "it's"],
      ['2019-09-01', '8', '__HIVE_DEFAULT_PARTITION__'],
    ]
    expect(await visible(engine, there)).toBe(2)
    expect(await visible(engine, there.slice(0, 1))).toBe(1)
    expect(
      await visible(engine, [
        ['2019-09-01', '8', "it's"],
        ['2019-09-02', '7', "it's"],
      ]),
    ).toBe(0)
    expect(await visible(engine, [])).toBe(0)
  })

  it('counts more partitions than one statement asks for', async () => {
    const engine = await openEngine('trino', options())
    const many = Array.from({ length: 1500 }, (_, hour) => ['2019-09-01', String(hour), "it's"])
    expect(await visible(engine, many)).toBe(1)
  })

  it('counts those of several tables, however many, in their order', async () => {
    const engine = await openEngine('trino', options())
    const there = { table: orders, keys, partitions: [['2019-09-01', '7', "it's"]] }
    const none = { ...there, partitions: [] }
    const other = { ...there, partitions: [['2019-09-05', '7', "it's"]] }
    expect(await engine.visible([there, other, none, there])).toEqual([1, 0, 0, 1])
    expect(await engine.visible(Array.from({ length: 41 }, () => there))).toEqual(Array(41).fill(1))
  })

  it('sees a new partition behind a metastore cache after a refresh, and not before', async () => {
    const engine = await openEngine('cached', options({ catalog: stack.trino.cachedCatalog, caching: true }))
    const late = [['2019-09-03', '1', 'late']]
    const known = [['2019-09-01', '7', "it's"]]
    expect(await visible(engine, [...known, ...late])).toBe(1)
    await register(late[0]!)
    expect(await visible(engine, [...known, ...late])).toBe(1)
    await engine.refresh(orders)
    expect(await visible(engine, [...known, ...late])).toBe(2)
  })

  it('sends nothing on refresh where it does not cache', async () => {
    const engine = await openEngine('trino', options({ url: 'http://127.0.0.1:1' }))
    await engine.refresh(orders)
    await expect(visible(engine, [['a', '1', 'c']])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
  })

  it('throws the error of a query, whichever page it comes in', async () => {
    const { query } = client()
    await expect(query('SELEC 1')).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('SYNTAX_ERROR'),
    })
    await expect(query('SELECT 1 / (x - 2) FROM UNNEST(sequence(1, 3)) t(x)')).rejects.toMatchObject({
      message: expect.stringContaining('DIVISION_BY_ZERO'),
    })
    await expect(query('SELECT * FROM nowhere.a.b')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const engine = await openEngine('trino', options())
    await expect(
      engine.visible([{ table: { database, name: 'missing' }, keys, partitions: [['a', '1', 'c']] }]),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('missing'),
    })
  })

  it('names itself and its user to Trino', async () => {
    const rows = await client().query(
      "SELECT source, \"user\" FROM system.runtime.queries WHERE query LIKE '%names itself%' AND state = 'RUNNING'",
    )
    expect(rows).toContainEqual(['goldsync', 'ann'])
  })

  it.each(['abort', 'timeout'])('cancels its query on the server on %s', async cause => {
    const marker = `-- ${cause} ${database}`
    const long = `SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x), UNNEST(sequence(1, 10000)) b(y), UNNEST(sequence(1, 1000)) c(z) WHERE x * y + z = -1 ${marker}`
    const controller = new AbortController()
    if (cause === 'timeout') vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(controller.signal)
    const asked = client().query(long, cause === 'abort' ? { signal: controller.signal } : {})
    const ended = expect(asked).rejects.toMatchObject({ code: cause === 'abort' ? 'ABORTED' : 'TIMEOUT' })
    const states = async () =>
      (
        await client().query(
          `SELECT DISTINCT state FROM system.runtime.queries WHERE query LIKE '%${marker}' AND query NOT LIKE '%runtime%'`,
        )
      ).flat()
    await eventually(async () => expect(await states()).toEqual(['RUNNING']))
    controller.abort()
    await ended
    await eventually(async () => expect(await states()).toEqual(['FAILED']))
  })
})

function hostOf({ host, port }: { readonly host: string; readonly port: number }) {
  return { host, port }
}
