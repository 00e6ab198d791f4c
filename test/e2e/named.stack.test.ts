/** Named partitions and closed files on real servers: what is told is what the catalog has and the engines see. */
import { readFile } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { exitCode } from '../../shared/run/report.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { prestoRows } from '../support/presto.ts'
import { trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DATABASE = `named_${process.pid}`
const ROOT = `/golden/${DATABASE}`
const DAY = '2019/09/01'

describeStack(['hdfs', 'metastore3', 'trino', 'presto'], 'partitions that are named', () => {
  const config = {
    lakes: [
      { location: hdfs.location(ROOT), storage: hdfsStorage, database: DATABASE, createDatabase: true },
    ],
    catalogs: { metastore3: metastoreConfig('metastore3') },
    engines: {
      trino: { ...trinoConfig, catalog: stack.trino.hive3Catalog },
      presto: { kind: 'presto', ...stack.presto },
    },
  }
  const connection = connect(configOf(config, 'the test', {}))
  const options = { runId: 'named', dryRun: false, log: openLog('silent') } as const
  const sync = async (...hours: string[]) => {
    const partitions = hours.map(hour => `${DAY}/${hour}`)
    const run = { ...options, mode: 'full', tables: ['orders'], partitions, require: true } as const
    const report = await runScan(await connection.lakes(), run)
    const states = report.tables[0]?.named?.map(
      ({ state, engines }) =>
        `${state} ${engines.map(({ visible, read }) => `${visible}/${read}`).join(' ')}`,
    )
    return { states, status: exitCode(report), unmet: report.unmet?.map(({ code }) => code) }
  }
  const fixture = (name: string) => readFile(`test/fixtures/orders/${name}.parquet`)
  const put = (hour: string, name: string, bytes: Uint8Array) =>
    hdfs.put(`${ROOT}/orders/${DAY}/${hour}/${name}`, bytes)
  const hoursIn = async (catalog: string, rows: (sql: string) => Promise<unknown[][]>) =>
    (await rows(`select distinct hour from ${catalog}.${DATABASE}.orders order by 1`)).flat()

  afterAll(async () => {
    await connection.close()
    await trinoRows(`DROP SCHEMA IF EXISTS ${stack.trino.hive3Catalog}.${DATABASE} CASCADE`)
    await hdfs.rm(ROOT)
  })

  test('are what the engines return, and only those pass', async () => {
    const v1 = await fixture('v1')
    await put('01', 'a.parquet', v1)
    await put('02', 'a.parquet', v1.subarray(0, 400))
    await put('03', '_SUCCESS', new Uint8Array())
    expect(await sync('01', '02', '03', '04')).toEqual({
      states: [
        'registered true/true true/true',
        'held false/false false/false',
        ...Array(2).fill('absent false/false false/false'),
      ],
      status: 4,
      unmet: ['INCOMPLETE_FILE', 'ABSENT', 'ABSENT'],
    })
    expect(await hoursIn(stack.trino.hive3Catalog, trinoRows)).toEqual(['01'])
    expect(await hoursIn(stack.presto.catalog, prestoRows)).toEqual(['01'])
    expect(await sync('01')).toEqual({ states: ['registered true/true true/true'], status: 0, unmet: [] })
  })

  test('are exposed by a wrong file that comes later', async () => {
    await put('01', 'b.parquet', await fixture('wrong'))
    expect(await sync('01')).toMatchObject({ states: [expect.stringMatching(/^exposed /)], status: 4 })
  })

  test('are told of closed files by the same words', async () => {
    await put('05', 'a.parquet', await fixture('v1'))
    const paths = ['orders/2019/09/01/05/a', 'orders/2019/09/01/05/b', 'nobody/2019/09/01/05/a']
    const files = paths.map(path => ({ location: `${hdfs.location(ROOT)}/${path}.parquet` }))
    const report = await runFiles(await connection.lakes(), files, options)
    expect(report.files.map(({ outcome }) => outcome)).toEqual(['read', 'absent', 'ignored'])
    expect(report.tables.map(({ table }) => table)).toEqual([`${DATABASE}.orders`])
  })
})
