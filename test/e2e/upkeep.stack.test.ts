/** forget, rename and prune on a real metastore, as Trino sees it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import type { Report } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import { forgetTable } from '../../shared/upkeep/forget.ts'
import { pruneTables } from '../../shared/upkeep/prune.ts'
import { renameTable } from '../../shared/upkeep/rename.ts'
import { type GoldenZone, hdfsZone, metastoreConfig, runScanOf, zoneConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DATABASE = `upkeep_${process.pid}`
const ROOT = `/golden/${DATABASE}`
const HOURS = ['07', '08', '09', '10']
const OPTIONS = { runId: 'test', dryRun: false, log: openLog('silent') }

describeStack(['hdfs', 'metastore', 'trino', 'python'], "operators' commands on a metastore", () => {
  let zone: GoldenZone
  const config = (tables: object = {}) => {
    const { lakes, ...rest } = zoneConfig(zone, DATABASE, metastoreConfig('metastore'), {
      trino: trinoConfig,
    })
    return { ...rest, lakes: lakes.map(lake => ({ ...lake, tables })) }
  }
  const withLakes = async (tables: object, work: (lakes: readonly Lake[]) => Promise<Report>) => {
    const connection = connect(configOf(config(tables), 'the test', {}))
    try {
      return await work(await connection.lakes())
    } finally {
      await connection.close()
    }
  }
  const count = async (table: string) =>
    Number((await trinoRows(`SELECT count(*) FROM ${stack.trino.catalog}.${DATABASE}.${table}`))[0]?.[0])
  const renamed = { rename: { orders: 'sales' } }

  beforeAll(async () => {
    zone = await hdfsZone(ROOT)
    const files = HOURS.map(
      hour => [`orders/2026/11/20/${hour}/a.parquet`, [['id', 'int64', [1, 2, 3]]]] as const,
    )
    await zone.lay(Object.fromEntries(files))
    await runScanOf(config())
  })
  afterAll(async () => {
    await dropDatabases(stack.metastore, DATABASE)
    await zone?.remove()
  })

  test('a table is renamed with its partitions, and scans go on with it', async () => {
    expect(await count('orders')).toBe(12)
    const { tables } = await withLakes(renamed, lakes => renameTable(lakes, 'orders', 'sales', OPTIONS))
    expect(tables).toMatchObject([{ outcome: 'changed', diagnostics: [] }])
    expect(await count('sales')).toBe(12)
    await expect(count('orders')).rejects.toThrow(/does not exist/)
    const [after] = await runScanOf(config(renamed))
    expect(after).toMatchObject({ table: `${DATABASE}.sales`, outcome: 'unchanged', steps: [] })
  })

  test('a partition whose folder is gone is taken out', async () => {
    await hdfs.rm(`${ROOT}/orders/2026/11/20/07`)
    const prune = (lakes: readonly Lake[]) => pruneTables(lakes, { ...OPTIONS, most: 1, share: 0.5 })
    expect((await withLakes(renamed, prune)).tables).toMatchObject([{ partitions: { dropped: 1 } }])
    expect(await count('sales')).toBe(9)
  })

  test('a table that is forgotten can be queried as before, and has none of our parameters', async () => {
    const leftOut = { ...renamed, exclude: ['orders'] }
    const forget = (lakes: readonly Lake[]) => forgetTable(lakes, 'sales', OPTIONS)
    expect((await withLakes(leftOut, forget)).tables).toMatchObject([
      { outcome: 'changed', partitions: { altered: 3 } },
    ])
    expect(await count('sales')).toBe(9)
    const properties = await trinoRows(
      `SHOW COLUMNS FROM ${stack.trino.catalog}.${DATABASE}."sales$properties"`,
    )
    expect(properties.map(([name]) => name)).toContain('external.table.purge')
    expect(JSON.stringify(properties)).not.toContain('goldsync')
    expect((await withLakes(leftOut, forget)).tables).toMatchObject([{ outcome: 'unchanged' }])
  })
})
