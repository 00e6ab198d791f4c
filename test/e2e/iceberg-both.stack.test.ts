import { afterAll, beforeAll, expect, it } from 'vitest'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
} from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { describeStack, stack } from '../support/stack.ts'
import { ENDLESS } from '../support/waiting.ts'

const DATABASE = `ice_both_${process.pid}`
const FOLDER = `/golden/${DATABASE}`

const rows = (...ids: number[]): Columns => [
  ['id', 'int64', ids],
  ['day_of', 'date32', ids.map(() => '2019-09-01')],
  ['at', 'timestamp[us, UTC]', ids.map(() => '2019-09-01 01:02:03.004')],
  ['price', 'decimal(9,2)', ids.map(() => '12.50')],
  ['nested', { struct: { a: 'int32', b: { list: 'string' } } }, ids.map(a => ({ a, b: ['x'] }))],
]

/** In the folder of an hour. */
const at = (hour: string, name: string) => `orders/2019/09/01/${hour}/${name}.parquet`

describeStack(['hdfs', 'metastore', 'trino', 'python'], 'Hive tables and Iceberg tables of one lake', () => {
  let zone: GoldenZone
  const trino = trinoClient({
    url: stack.trino.url,
    catalog: stack.trino.icebergCatalog,
    user: 'hive',
    tls: {},
    timeout: ENDLESS,
  })
  beforeAll(async () => {
    zone = await hdfsZone(FOLDER)
  })
  afterAll(async () => {
    await dropDatabases(stack.metastore, DATABASE, `${DATABASE}_own`)
    await Promise.all([zone.remove(), hdfs.rm(`${FOLDER}_iceberg`)])
  })

  const config = () => {
    const { kind: _, ...hive } = metastoreConfig('metastore')
    return {
      lakes: [
        {
          location: zone.location,
          storage: hdfsStorage,
          database: DATABASE,
          createDatabase: true,
          readers: [],
        },
      ],
      catalogs: {
        hive: metastoreConfig('metastore'),
        ice: { kind: 'iceberg', tables: { in: 'hive', ...hive }, database: `${DATABASE}_own` },
      },
    }
  }
  const told = (catalog: string, database: string) =>
    trino.query(
      `SELECT id, CAST(day_of AS varchar), CAST(price AS varchar), nested.a, nested.b[1], year, month, day, hour FROM "${catalog}"."${database}"."orders" ORDER BY id`,
    )

  it('hold the same rows by one scan, but for what only a table of files can hold back', async () => {
    await zone.lay({ [at('01', 'a')]: rows(1, 2), [at('02', 'a')]: rows(3) })
    const tables = await runScanOf(config(), { mode: 'full' })
    expect(tables.map(({ catalog, outcome, error }) => [catalog, outcome, error])).toEqual([
      ['hive', 'changed', undefined],
      ['ice', 'changed', undefined],
    ])
    const own = await told(stack.trino.icebergCatalog, `${DATABASE}_own`)
    expect(own).toHaveLength(3)
    expect(own).toEqual(await told(stack.trino.catalog, DATABASE))
    expect(own[0]?.slice(1)).toEqual(['2019-09-01', '12.50', 1, 'x', '2019', '09', '01', '01'])
    const idle = await runScanOf(config(), { mode: 'full' })
    expect(idle.map(({ outcome, files }) => [outcome, files])).toEqual([
      ['unchanged', 0],
      ['unchanged', 0],
    ])
    await zone.lay({ [at('03', 'good')]: rows(4), [at('02', 'b')]: rows(5) })
    await hdfs.put(
      `${FOLDER}/${at('03', 'bad')}`,
      Buffer.from('no Parquet, only some text that is long enough'),
    )
    await runScanOf(config(), { mode: 'full' })
    const ids = (await told(stack.trino.icebergCatalog, `${DATABASE}_own`)).map(([id]) => Number(id))
    expect(ids).toEqual([1, 2, 3, 4, 5])
  })
})
