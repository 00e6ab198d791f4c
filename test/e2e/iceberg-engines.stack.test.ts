import { afterAll, beforeAll, expect, it } from 'vitest'
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

const DATABASE = `ice_engines_${process.pid}`
const FOLDER = `/golden/${DATABASE}`
const NULL = '__HIVE_DEFAULT_PARTITION__'

const rows = (...ids: number[]): Columns => [
  ['id', 'int32', ids],
  ['day_of', 'date32', ids.map(() => '2019-09-01')],
  ['at', 'timestamp[us, UTC]', ids.map(() => '2019-09-01 01:02:03.004')],
  ['local', 'timestamp[us]', ids.map(() => '2019-09-01 01:02:03.004')],
  ['price', 'decimal(9,2)', ids.map(() => '12.50')],
  ['nested', { struct: { a: 'int32', b: { list: 'string' } } }, ids.map(a => ({ a, b: ['x'] }))],
]

describeStack(['hdfs', 'metastore', 'trino', 'python'], 'Trino as an engine of Iceberg tables', () => {
  let zone: GoldenZone
  beforeAll(async () => {
    zone = await hdfsZone(FOLDER)
  })
  afterAll(async () => {
    await dropDatabases(stack.metastore, `${DATABASE}_own`)
    await Promise.all([zone.remove(), hdfs.rm(`${FOLDER}_iceberg`)])
  })

  const scan = async () => {
    const { kind: _, ...hive } = metastoreConfig('metastore')
    const { location } = zone
    const [table] = await runScanOf(
      {
        lakes: [
          {
            ...{ location, storage: hdfsStorage, database: DATABASE, createDatabase: true },
            layout: '{topic}/n={n}/region={region}',
            partitionKeys: {
              n: { type: 'int', value: '{n}' },
              region: { type: 'string', value: '{region}' },
            },
          },
        ],
        catalogs: { ice: { kind: 'iceberg', tables: { in: 'hive', ...hive }, database: `${DATABASE}_own` } },
        engines: {
          trino: {
            ...{ kind: 'trino', url: stack.trino.url, catalog: stack.trino.icebergCatalog, user: 'hive' },
            catalogs: ['ice'],
          },
        },
      },
      { mode: 'full' },
    )
    const { outcome, error, engines, diagnostics } = table!
    const wrong = diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code)
    return { outcome, error, wrong, engines: engines.map(({ ms: _, ...told }) => told) }
  }

  it('sees partitions, of nulls and of no rows too, reads a file of each kind, and is asked nothing where nothing is new', async () => {
    await zone.lay({
      'orders/n=1/region=eu/a.parquet': rows(1, 2),
      [`orders/n=${NULL}/region=S%2FP/a.parquet`]: rows(3),
      [`orders/n=2/region=${NULL}/none.parquet`]: rows(),
    })
    const seen = { engine: 'trino', visible: 3, expected: 3, read: 1, unread: 0 }
    expect(await scan()).toEqual({ outcome: 'changed', error: undefined, wrong: [], engines: [seen] })
    expect(await scan()).toEqual({ outcome: 'unchanged', error: undefined, wrong: [], engines: [] })
    await zone.lay({
      'orders/n=3/region=eu/b.parquet': [
        ...rows(4),
        ['id', 'int64', [5_000_000_000]],
        ['more', 'string', ['x']],
      ].slice(1) as Columns,
    })
    expect(await scan()).toMatchObject({
      outcome: 'changed',
      wrong: [],
      engines: [{ visible: 1, expected: 1, read: 1, unread: 0 }],
    })
  })
})
