import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import type { Parameters, Table } from '../../shared/schema/table.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
  runSyncOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { dropDatabases } from '../support/metastore.ts'
import { closeEngines, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const SERVERS = [
  { server: 'metastore', version: stack.metastore.version, catalog: stack.trino.catalog },
  { server: 'metastore3', version: stack.metastore3.version, catalog: stack.trino.hive3Catalog },
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
