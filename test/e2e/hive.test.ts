import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report, TableReport } from '../../shared/run/report.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { runNode, startAction, startServer } from '../support/hosts.ts'
import { metastoreEvents } from '../support/notifications.ts'
import { type ParquetSpec, writeParquet } from '../support/pyarrow.ts'
import { shipped } from '../support/shipped.ts'
import { closeEngines, hiveConfig, hiveRows, trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack } from '../support/stack.ts'

const NEEDED = ['hdfs', 'hiveserver2', 'metastore', 'trino', 'postgres', 'python'] as const
const ID = `e2e_${process.pid}`
const LAKE = `/golden/${ID}`

/** The config of a lake on the stack's HDFS, with a database of its own. */
const config = (name: string) => ({
  lakes: [
    {
      location: hdfs.location(`${LAKE}/${name}`),
      storage: hdfsStorage,
      database: `${ID}_${name}`,
      createDatabase: true,
    },
  ],
  catalogs: { hive: hiveConfig },
  engines: { trino: trinoConfig },
})

let folder: string

/** Lays Parquet files by pyarrow on HDFS, as a sink does: written under a hidden name, then renamed. */
async function lay(name: string, files: Readonly<Record<string, ParquetSpec['columns']>>): Promise<void> {
  await writeParquet(Object.entries(files).map(([path, columns]) => ({ file: join(folder, path), columns })))
  for (const path of Object.keys(files)) {
    const target = `${LAKE}/${name}/${path}`
    const hidden = target.replace(/[^/]*$/, '.$&')
    await hdfs.put(hidden, await readFile(join(folder, path)))
    await hdfs.rename(hidden, target)
  }
}

const v1 = (...ids: number[]): ParquetSpec['columns'] => [
  ['id', 'int32', ids],
  ['amount', 'double', ids.map(id => id / 2)],
]
const v2 = (...ids: number[]): ParquetSpec['columns'] => [
  ['id', 'int64', ids],
  ['amount', 'double', ids.map(id => id / 2)],
  ['note', 'string', ids.map(id => `n${id}`)],
]
const wrong: ParquetSpec['columns'] = [['id', 'string', ['seven']]]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'goldsync-e2e-'))
})

afterAll(async () => {
  await closeEngines()
  await rm(folder, { recursive: true, force: true })
})

async function forget(name: string): Promise<void> {
  await hiveRows(`DROP DATABASE IF EXISTS ${ID}_${name} CASCADE`)
  await hdfs.rm(`${LAKE}/${name}`)
}

describeStack(NEEDED, 'a golden zone on HDFS, by the command line', () => {
  const table = `${ID}_cli.orders`
  let cli: string

  /** The built command line, as a user runs it. */
  async function goldsync(
    ...args: string[]
  ): Promise<{ status: number; report: Report; table: TableReport }> {
    const env = { ...process.env, GOLDSYNC_CONFIG: JSON.stringify(config('cli')) }
    const { status, stdout, stderr } = await runNode([join(cli, 'goldsync.mjs'), ...args, '--json'], { env })
    const report = JSON.parse(stdout || 'null') as Report | null
    if (!report?.tables[0]) throw new Error(`status ${status}: ${stdout}${stderr}`)
    return { status, report, table: report.tables[0] }
  }

  /** Rows as both engines return them, sorted; Hive fetches them without a job. */
  const inBoth = async (select: string, partition = '') => {
    const sql = `select ${select} from ${table}${partition ? ` where ${partition}` : ''}`
    return { hive: (await hiveRows(sql)).sort(), trino: (await trinoRows(sql)).sort() }
  }
  const both = (...rows: (string | null)[][]) => ({ hive: rows, trino: rows })

  beforeAll(async () => {
    cli = await shipped('cli')
    await lay('cli', {
      'orders/2019/09/01/01/a.snappy.parquet': v1(1, 2),
      'orders/2019/09/01/02/a.snappy.parquet': v1(3),
      'orders/2019/09/01/02/b.snappy.parquet': v1(4, 5),
    })
  })
  afterAll(() => forget('cli'))

  test('a plan names the DDL and does nothing', async () => {
    const { status, table: planned } = await goldsync('plan')
    expect([status, planned.outcome, planned.partitions.added]).toEqual([2, 'planned', 2])
    expect(planned.steps[1]!.command).toContain('CREATE EXTERNAL TABLE')
    expect(await metastoreEvents(`${ID}_cli`)).toEqual([])
  })

  test('the first scan makes the table, and Hive and Trino return every row', async () => {
    const { status, table: synced } = await goldsync('scan')
    expect([status, synced.outcome, synced.partitions.added, synced.rows]).toEqual([0, 'changed', 2, 5])
    expect(synced.engines).toMatchObject([{ engine: 'trino', visible: 2, expected: 2 }])
    expect(await inBoth('id, amount')).toEqual(
      both(['1', '0.5'], ['2', '1'], ['3', '1.5'], ['4', '2'], ['5', '2.5']),
    )
  })

  test('a second scan issues no DDL, says the metastore; the first full one notes its time, and no more', async () => {
    const before = await metastoreEvents(`${ID}_cli`)
    for (const [args, noted] of [
      [['scan'], []],
      [['scan', '--mode', 'full'], ['ALTER_TABLE orders']],
      [['scan', '--mode', 'full'], ['ALTER_TABLE orders']],
    ] as const) {
      const { status, table: synced } = await goldsync(...args)
      expect([status, synced.outcome]).toEqual([0, 'unchanged'])
      expect(await metastoreEvents(`${ID}_cli`)).toEqual([...before, ...noted])
    }
    expect(before.length).toBeGreaterThan(3)
  })

  test('after a column was added and an int widened, old and new partitions are read right by both', async () => {
    await lay('cli', { 'orders/2019/09/01/03/a.snappy.parquet': v2(6, 7_000_000_000) })
    const { status, table: synced } = await goldsync('scan', '--mode', 'full')
    expect([status, synced.steps.map(step => step.kind)]).toEqual([
      0,
      // What is to be proven goes before all else, what was proven behind the engines' answers.
      ['setParameters', 'changeColumnTypes', 'addColumns', 'addPartitions', 'setParameters', 'setParameters'],
    ])
    expect(await inBoth('id, note')).toEqual(
      both(
        ['1', null],
        ['2', null],
        ['3', null],
        ['4', null],
        ['5', null],
        ['6', 'n6'],
        ['7000000000', 'n7000000000'],
      ),
    )
    expect(await inBoth('id', "hour = '01' and id < 2")).toEqual(both(['1']))
  })

  test('one more file in an old partition brings the new column there too', async () => {
    await lay('cli', { 'orders/2019/09/01/02/c.snappy.parquet': v2(8) })
    const { status, table: synced } = await goldsync('sync', 'orders', '--partition', '2019/09/01/02')
    expect([status, synced.partitions.altered]).toEqual([0, 1])
    const notes = [['8', 'n8']]
    expect(await inBoth('id, note', "hour = '02' and note is not null")).toEqual({
      hive: notes,
      trino: notes,
    })
  })

  test('a file in a new hour and `sync`: visible in Trino', async () => {
    await lay('cli', { 'orders/2019/09/01/04/a.snappy.parquet': v2(9) })
    const { status, table: synced } = await goldsync('sync', 'orders', '--partition', '2019/09/01/04')
    expect([status, synced.engines[0]!.visible]).toEqual([0, 1])
    expect(await trinoRows(`select id from ${table} where hour = '04'`)).toEqual([['9']])
  })

  test('an incompatible file holds back a new partition, and is exposed in a registered one, where Trino really fails', async () => {
    await lay('cli', { 'orders/2019/09/01/05/a.snappy.parquet': wrong })
    const held = await goldsync('scan', '--mode', 'full')
    expect([held.status, held.table.partitions]).toMatchObject([0, { added: 0, held: 1 }])
    expect(held.table.diagnostics).toMatchObject([
      { code: 'INCOMPATIBLE_TYPE', partition: '2019/09/01/05' },
      { code: 'BEHIND_LOOKBACK', severity: 'info', partition: '2019/09/01/05' },
    ])

    await lay('cli', { 'orders/2019/09/01/04/b.snappy.parquet': wrong })
    const exposed = await goldsync('scan', '--mode', 'full')
    expect(exposed.status).toBe(1)
    expect(exposed.table.diagnostics.find(({ code }) => code === 'EXPOSED_FILE')).toMatchObject({
      severity: 'error',
      path: hdfs.location(`${LAKE}/cli/orders/2019/09/01/04/b.snappy.parquet`),
    })
    await expect(trinoRows(`select sum(id) from ${table} where hour = '04'`)).rejects.toThrow()
    expect(await trinoRows(`select count(*) from ${table} where hour < '04'`)).toEqual([['8']])
  })
})

describeStack(NEEDED, 'the same scan through the functions', () => {
  const files = { 'clicks/2019/09/01/01/a.snappy.parquet': v1(1, 2, 3) }
  const rows = (name: string) => trinoRows(`select count(*), sum(id) from ${ID}_${name}.clicks`)

  test('as an OpenWhisk action from the built zip', async () => {
    await lay('whisk', files)
    const action = await startAction(await shipped('openwhisk'), 'scan')
    try {
      const parameters = { GOLDSYNC_CONFIG: config('whisk'), mode: 'full' }
      const { status, result } = await action.run(parameters, {
        activation_id: 'e2e',
        deadline: String(Date.now() + 3_600_000),
      })
      expect([status, result]).toMatchObject([
        200,
        { status: 'ok', report: { tables: [{ outcome: 'changed' }] } },
      ])
      expect(await rows('whisk')).toEqual([['3', '6']])
    } finally {
      await action.stop()
      await forget('whisk')
    }
  })

  test('as a Knative service, by an HTTP CloudEvent', async () => {
    await lay('knative', files)
    const server = await startServer(await shipped('server'), {
      GOLDSYNC_CONFIG: JSON.stringify(config('knative')),
    })
    try {
      const headers = {
        'ce-specversion': '1.0',
        'ce-id': 'e2e',
        'ce-source': '/e2e',
        'ce-type': 'io.goldsync.scan',
        'content-type': 'application/json',
      }
      const response = await fetch(server.url, { method: 'POST', headers, body: '{"mode":"full"}' })
      expect([response.status, await response.text()]).toEqual([200, ''])
      expect(await rows('knative')).toEqual([['3', '6']])
    } finally {
      await server.stop()
      await forget('knative')
    }
  })
})
