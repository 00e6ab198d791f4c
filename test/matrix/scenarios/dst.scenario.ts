/** A layout in local time, over both nights on which clocks change, on a real HDFS, metastore and Trino. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLog } from '../../../shared/base/log.ts'
import { configOf } from '../../../shared/config/config.ts'
import { connect } from '../../../shared/function/connect.ts'
import { runScan } from '../../../shared/sync/sync-lakes.ts'
import { metastoreConfig } from '../../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../../support/hdfs.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { trinoRows } from '../../support/sql.ts'
import { describeStack, stack } from '../../support/stack.ts'

const DATABASE = `dst_${process.pid}`
const ROOT = `/golden/${DATABASE}`

/** Rows of each file. */
const ROWS = 3

describeStack(['hdfs', 'metastore', 'trino'], 'folders in local time where clocks change', () => {
  const lake = {
    location: hdfs.location(ROOT),
    storage: hdfsStorage,
    database: DATABASE,
    createDatabase: true,
  }
  const config = {
    lakes: [{ ...lake, timeZone: 'Europe/Berlin', lookback: '30m' }],
    catalogs: { hive: metastoreConfig('metastore') },
  }
  const connection = connect(configOf(config, 'the test', {}))
  let bytes: Buffer

  beforeAll(async () => {
    bytes = await readFile('test/fixtures/orders/v1.parquet')
  })
  afterAll(async () => {
    await connection.close()
    await dropDatabases(stack.metastore, DATABASE)
    await hdfs.rm(ROOT)
  })

  /** A recent scan at a time. @returns outcome, and partitions added and altered */
  const scanAt = async (topic: string, time: string) => {
    const options = {
      runId: 'dst',
      mode: 'recent',
      dryRun: false,
      tables: [topic],
      log: openLog('silent'),
    } as const
    const { tables } = await runScan(await connection.lakes(), { ...options, now: () => Date.parse(time) })
    const [
      {
        outcome,
        partitions: { added, altered },
      } = { outcome: '', partitions: { added: 0, altered: 0 } },
    ] = tables
    return `${outcome} +${added} ~${altered}`
  }
  /** Closes a file at a time, as HDFS would have it then. */
  const close = async (path: string, time: string) => {
    await hdfs.put(`${ROOT}/${path}`, bytes)
    const times = `op=SETTIMES&modificationtime=${Date.parse(time)}&user.name=${stack.hdfs.superuser}`
    const folder = path.replace(/\/[^/]*$/, '')
    for (const each of [path, folder])
      await fetch(`${stack.hdfs.webhdfs}${ROOT}/${each}?${times}`, { method: 'PUT' })
  }
  const hours = async (table: string) =>
    (
      await trinoRows(
        `SELECT hour, count(*) FROM ${stack.trino.catalog}.${DATABASE}.${table} GROUP BY 1 ORDER BY 1`,
      )
    ).map(row => row.join(' '))

  test('in autumn: the folder of the hour that comes twice is looked at until its second end', async () => {
    const night = 'autumn/2026/10/25'
    await close(`${night}/02/a.parquet`, '2026-10-25T00:30:00Z')
    expect(await scanAt('autumn', '2026-10-25T00:40:00Z')).toBe('changed +1 ~0')
    expect(await scanAt('autumn', '2026-10-25T01:25:00Z')).toBe('unchanged +0 ~0')
    await close(`${night}/02/b.parquet`, '2026-10-25T01:30:00Z')
    expect(await scanAt('autumn', '2026-10-25T01:55:00Z')).toBe('changed +0 ~1')
    await close(`${night}/02/c.parquet`, '2026-10-25T02:10:00Z')
    await close(`${night}/03/a.parquet`, '2026-10-25T02:12:00Z')
    expect(await scanAt('autumn', '2026-10-25T02:20:00Z')).toBe('changed +1 ~1')
    expect(await scanAt('autumn', '2026-10-25T02:25:00Z')).toBe('unchanged +0 ~0')
    expect(await hours('autumn')).toEqual([`02 ${3 * ROWS}`, `03 ${ROWS}`])
  })

  test('in spring: the hour after the gap is found, and a folder of the hour that is not there too', async () => {
    const night = 'spring/2026/03/29'
    await close(`${night}/01/a.parquet`, '2026-03-29T00:30:00Z')
    expect(await scanAt('spring', '2026-03-29T00:50:00Z')).toBe('changed +1 ~0')
    await close(`${night}/03/a.parquet`, '2026-03-29T01:05:00Z')
    expect(await scanAt('spring', '2026-03-29T01:10:00Z')).toBe('changed +1 ~0')
    await close(`${night}/02/a.parquet`, '2026-03-29T01:15:00Z')
    expect(await scanAt('spring', '2026-03-29T01:20:00Z')).toBe('changed +1 ~0')
    expect(await scanAt('spring', '2026-03-29T01:25:00Z')).toBe('unchanged +0 ~0')
    expect(await hours('spring')).toEqual([`01 ${ROWS}`, `02 ${ROWS}`, `03 ${ROWS}`])
  })
})
