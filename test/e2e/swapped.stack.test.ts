/** HiveServer2, which keeps no fingerprints, and a metastore: an hour swapped in by a rename with older times, and when scans ran. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { openCallCounter } from '../../shared/base/calls.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { readStatus } from '../../shared/function/status.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { closeEngines, hiveConfig, hiveRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DATABASE = `swapped_${process.pid}`
const ROOT = `/golden/${DATABASE}`
const OLD = Date.UTC(2020, 0)

/** As `hdfs dfs -touch -m` does. */
async function age(path: string): Promise<void> {
  const query = `op=SETTIMES&modificationtime=${OLD}&user.name=${stack.hdfs.superuser}`
  const { status } = await fetch(`${stack.hdfs.webhdfs}${path}?${query}`, { method: 'PUT' })
  if (status !== 200) throw new Error(`SETTIMES ${path}: ${status}`)
}

const put = async (path: string, kind: 'v1' | 'v2' | 'wrong') =>
  hdfs.put(`${ROOT}/${path}`, await readFile(new URL(`../fixtures/orders/${kind}.parquet`, import.meta.url)))

afterAll(closeEngines)

describeStack(['hdfs', 'hiveserver2', 'metastore'], 'a lake in HiveServer2', () => {
  const counter = openCallCounter()
  const config = configOf(
    {
      lakes: [
        { location: hdfs.location(ROOT), storage: hdfsStorage, database: DATABASE, createDatabase: true },
      ],
      catalogs: { hive: hiveConfig },
    },
    'the test',
    {},
  )
  const connection = connect(config, counter)
  const invoke = async (mode: 'recent' | 'full') => {
    const outcome = await scan.invoke(
      { id: 'tick', params: { mode } },
      { lakes: connection.lakes, log: openLog('silent') },
    )
    expect(outcome).toMatchObject({ status: 'ok' })
  }
  const columns = async () =>
    (await hiveRows(`describe ${DATABASE}.orders`)).map(([name]) => name).slice(0, 3)
  const calls = (operation: string) =>
    counter
      .calls()
      .filter(call => call.backend === 'catalog' && call.operation === operation)
      .reduce((sum, { count }) => sum + count, 0)

  beforeAll(async () => {
    for (const hour of ['10', '11']) await put(`orders/2020/01/01/${hour}/a.parquet`, 'v1')
    await put('orders/2020/01/01/12/broken.parquet', 'wrong')
    await put('.made/10/a.parquet', 'v2')
    for (const path of ['orders/2020/01/01/10', 'orders/2020/01/01/11', '.made/10'])
      for (const of of [`${path}/a.parquet`, path]) await age(`${ROOT}/${of}`)
    for (const path of ['2020/01/01', '2020/01', '2020']) await age(`${ROOT}/orders/${path}`)
    await invoke('full')
  })

  afterAll(async () => {
    await hiveRows(`DROP DATABASE IF EXISTS ${DATABASE} CASCADE`)
    await connection.close()
    await hdfs.rm(ROOT)
  })

  test('says when scans ran, and what waits, and why; an idle scan writes nothing', async () => {
    const before = calls('apply')
    await invoke('recent')
    expect(calls('apply')).toBe(before)
    const { lakes, tables } = await readStatus(await connection.lakes(), {})
    expect(lakes).toEqual([
      {
        location: hdfs.location(ROOT),
        catalog: 'hive',
        keptOn: `${DATABASE}.orders`,
        lastScan: { startedAt: expect.any(String), handedOn: false },
        lastFullScan: { startedAt: expect.any(String), handedOn: false },
      },
    ])
    expect(tables[0]?.waits).toMatchObject([
      { partition: '2020/01/01/12', code: 'INCOMPATIBLE_TYPE', file: 'broken.parquet' },
    ])
  })

  test('finds an hour that was renamed into place with older times by a full scan', async () => {
    await hdfs.rename(`${ROOT}/orders/2020/01/01/10`, `${ROOT}/.made/before`)
    await hdfs.rename(`${ROOT}/.made/10`, `${ROOT}/orders/2020/01/01/10`)
    expect((await hdfs.stat(`${ROOT}/orders/2020/01/01/10`)).modificationTime).toBe(OLD)
    await invoke('recent')
    expect(await columns()).toEqual(['id', 'amount', 'year'])
    await invoke('full')
    expect(await columns()).toEqual(['id', 'amount', 'note'])
    expect(await hiveRows(`select note from ${DATABASE}.orders where hour = '10' limit 1`)).toHaveLength(1)
  })
})

describeStack(['hdfs', 'metastore', 'hiveserver2'], 'a lake in a metastore', () => {
  test('notes a scan by one write, which takes nothing from the table', async () => {
    const name = `${DATABASE}_m`
    const counter = openCallCounter()
    const location = hdfs.location(`${ROOT}_m`)
    const lake = { location, storage: hdfsStorage, database: name, createDatabase: true }
    const catalogs = { hive: metastoreConfig('metastore') }
    const connection = connect(configOf({ lakes: [lake], catalogs }, 'the test', {}), counter)
    await hdfs.put(
      `${ROOT}_m/orders/2020/01/01/10/a.parquet`,
      await readFile(new URL('../fixtures/orders/v1.parquet', import.meta.url)),
    )
    const invoke = () =>
      scan.invoke({ id: 'tick', params: {} }, { lakes: connection.lakes, log: openLog('silent') })
    const applied = () => counter.calls().find(({ operation }) => operation === 'apply')?.count
    await invoke()
    const before = applied()
    expect(await invoke()).toMatchObject({ status: 'ok' })
    expect(applied()).toBe(before)
    const [opened] = await connection.lakes()
    const table = await opened?.catalogs[0]?.inspect({ database: name, name: 'orders' })
    expect(table?.parameters).toMatchObject({
      'goldsync.topic': 'orders',
      'goldsync.mark': expect.any(String),
    })
    const { lakes } = await readStatus([opened!], {})
    expect(lakes[0]).toMatchObject({ keptOn: `${name}.orders`, lastScan: { handedOn: false } })
    await hiveRows(`DROP DATABASE IF EXISTS ${name} CASCADE`)
    await connection.close()
    await hdfs.rm(`${ROOT}_m`)
  })
})
