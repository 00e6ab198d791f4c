import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import type { Parameters, Table } from '../../shared/schema/table.ts'
import { duckdb } from '../support/duckdb.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
  runSyncOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { closeEngines, hiveRows, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const SERVERS = [
  {
    server: 'metastore',
    version: stack.metastore.version,
    catalog: stack.trino.catalog,
    other: { engine: 'Hive', component: 'hiveserver2', rows: hiveRows },
  },
  {
    server: 'metastore3',
    version: stack.metastore3.version,
    catalog: stack.trino.hive3Catalog,
    other: { engine: 'Presto', component: 'presto', rows: prestoRows },
  },
] as const

const HOUR = 3_600_000
/** The folder of an hour before this one: a recent scan looks at the last three. */
const hourAgo = (hours: number): string =>
  new Date(Date.now() - hours * HOUR).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')

const file = (...ids: number[]): Columns => [['id', 'int64', ids]]

afterAll(closeEngines)

for (const { server, version, catalog } of SERVERS) {
  describeStack(['hdfs', server, 'trino', 'python'], `row counts without ANALYZE, on Hive ${version}`, () => {
    const database = `statistics_${server}_${process.pid}`
    const [older, newer] = [hourAgo(2), hourAgo(1)]
    let zone: GoldenZone
    let config: object
    let hive: Catalog

    beforeAll(async () => {
      zone = await hdfsZone(`/golden/${database}`)
      config = zoneConfig(zone, database, metastoreConfig(server))
      hive = await openCatalog('hive', metastoreConfig(server))
    })
    afterAll(async () => {
      await hive.close()
      await dropDatabases(stack[server], database)
      await zone.remove()
    })

    /** The last row is the table's; its fifth column the row count. */
    const rowsByTrino = async (where = ''): Promise<string | null | undefined> =>
      (await trinoRows(`SHOW STATS FOR (SELECT * FROM ${catalog}.${database}.orders ${where})`)).at(-1)?.[4]

    const rowsOf = (hour: string) => rowsByTrino(`WHERE hour = '${hour.slice(-2)}'`)

    async function parametersOf(hour: string): Promise<Parameters> {
      const [found] = await hive.partitions(await tableNow(), { want: 'details', among: [hour.split('/')] })
      return found?.parameters ?? {}
    }

    const tableNow = async () => (await hive.inspect({ database, name: 'orders' })) as Table

    test('the first scan tells Trino how many rows there are', async () => {
      await zone.lay({
        [`orders/${older}/a.parquet`]: file(1, 2, 3),
        [`orders/${newer}/a.parquet`]: file(4, 5),
        [`orders/${newer}/b.parquet`]: file(6),
      })
      await runScanOf(config)
      expect([await rowsByTrino(), await rowsOf(older), await rowsOf(newer)]).toEqual(['6', '3', '3'])
      expect(await parametersOf(newer)).toMatchObject({ numRows: '3', numFiles: '2' })
    })

    test('one more file in a registered partition, then `sync`: the new count', async () => {
      await zone.lay({ [`orders/${older}/b.parquet`]: file(7, 8, 9, 10) })
      await runSyncOf(config, { table: 'orders', partitions: [older] })
      expect([await rowsByTrino(), await rowsOf(older)]).toEqual(['10', '7'])
    })

    test('one more file, then a recent scan: the new count', async () => {
      await zone.lay({ [`orders/${newer}/c.parquet`]: file(11, 12) })
      await runScanOf(config)
      expect([await rowsByTrino(), await rowsOf(newer)]).toEqual(['12', '5'])
    })

    test('Hive is never told that the counts may answer a query', async () => {
      const all = [(await tableNow()).parameters, await parametersOf(older), await parametersOf(newer)]
      expect(all.flatMap(Object.keys)).not.toContain('COLUMN_STATS_ACCURATE')
    })

    test('a file that engines read though it is not accepted takes the count away, which is not known any more', async () => {
      await zone.lay({ [`orders/${older}/wrong.parquet`]: [['id', 'string', ['seven']]] })
      const [table] = await runScanOf(config)
      expect(table?.diagnostics).toMatchObject([{ code: 'EXPOSED_FILE' }])
      expect(await rowsOf(older)).toBeNull()
      expect(await parametersOf(older)).not.toHaveProperty('numRows')
    })
  })
}

/** What Trino says of a column: distinct values, share of nulls, least and greatest value. */
type Shown = readonly [distinct: string | null, nulls: string | null, min: string | null, max: string | null]

const UNKNOWN: Shown = [null, null, null, null]

for (const { server, version, catalog, other } of SERVERS) {
  describeStack(
    ['hdfs', server, 'trino', other.component],
    `exact column statistics, on Hive ${version}`,
    () => {
      const database = `exact_${server}_${process.pid}`
      const path = `/golden/${database}`
      const hour = hourAgo(1)
      let zone: GoldenZone
      let config: object
      let local: string

      beforeAll(async () => {
        zone = await hdfsZone(path)
        local = await mkdtemp(join(tmpdir(), 'goldsync-exact-'))
        // Trino keeps column statistics for five minutes, whatever the metastore's cache is set to.
        const trino = { kind: 'trino', url: stack.trino.url, catalog, user: 'hive', caching: true }
        const { lakes, ...others } = zoneConfig(zone, database, metastoreConfig(server), { trino })
        config = { ...others, lakes: lakes.map(lake => ({ ...lake, statistics: 'exact' })) }
      })
      afterAll(async () => {
        await dropDatabases(stack[server], database)
        await Promise.all([zone.remove(), rm(local, { recursive: true })])
      })

      /** A file by DuckDB, which counts distinct values. @param id of 1,000 rows, from `range` */
      async function lay(name: string, id: string, price = '12.50'): Promise<void> {
        const file = join(local, name)
        const columns = [
          `(${id})::bigint as id`,
          `${price}::decimal(20,2) as price`,
          `if(range % 10 = 0, null, date '2019-09-01') as sold`,
          '-2.5::double as ratio',
          'true as flag',
          'null::bigint as never',
          "timestamp '2019-09-01 01:02:03' as at",
          "'x' as text",
        ]
        await duckdb(`copy (select ${columns.join(', ')} from range(1000)) to '${file}' (format parquet)`)
        await hdfs.put(`${path}/orders/${hour}/${name}`, await readFile(file))
      }

      async function shown(): Promise<Record<string, Shown>> {
        const rows = await trinoRows(
          `SHOW STATS FOR (SELECT * FROM ${catalog}.${database}.orders WHERE hour = '${hour.slice(-2)}')`,
        )
        return Object.fromEntries(
          rows.map(([column, , distinct = null, nulls = null, , min = null, max = null]) => [
            column ?? 'rows',
            [distinct, nulls, min, max],
          ]),
        )
      }

      test('Trino plans with what footers prove', async () => {
        await lay('a.parquet', 'range % 5 + 1')
        await runScanOf(config)
        expect(await shown()).toMatchObject({
          id: ['5', '0', '1', '5'],
          price: ['1', '0', '12.5', '12.5'],
          sold: ['1', '0.1', '2019-09-01', '2019-09-01'],
          flag: ['1', '0', null, null],
          ratio: UNKNOWN,
          never: ['0', '1', null, null],
          at: UNKNOWN,
          text: UNKNOWN,
        })
      })

      test(`${other.engine} plans with it too, and answers as before`, async () => {
        const query = `FROM ${database}.orders WHERE hour = '${hour.slice(-2)}' AND id = 3 AND sold IS NULL`
        expect(await other.rows(`EXPLAIN SELECT id ${query}`)).not.toEqual([])
        // The third of five, where the date is missing: never.
        expect(await other.rows(`SELECT id ${query}`)).toEqual([])
        const found = `FROM ${database}.orders WHERE hour = '${hour.slice(-2)}' AND id = 1 AND sold IS NULL LIMIT 1`
        expect(await other.rows(`SELECT id, never ${found}`)).toEqual([['1', null]])
      })

      test('and after another file with what they still prove, and nothing else', async () => {
        await lay('b.parquet', 'range', '99.99')
        await runScanOf(config)
        expect(await shown()).toMatchObject({
          id: UNKNOWN,
          price: UNKNOWN,
          sold: ['1', '0.1', '2019-09-01', '2019-09-01'],
          flag: ['1', '0', null, null],
        })
        const count = `SELECT count(*), count(sold), min(id), max(id), min(price), max(price) FROM ${catalog}.${database}.orders`
        expect(await trinoRows(count)).toEqual([['2000', '1800', '0', '999', '12.50', '99.99']])
      })
    },
  )
}
