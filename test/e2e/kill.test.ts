import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { printColumns } from '../../shared/evolution/merge.ts'
import type { Parameters, Table } from '../../shared/schema/table.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { runNode } from '../support/hosts.ts'
import { dropDatabases } from '../support/metastore.ts'
import { relay } from '../support/net.ts'
import { shipped } from '../support/shipped.ts'
import { describeStack, stack } from '../support/stack.ts'

/** KILLS=20 for a longer look. */
const KILLS = Number(process.env.KILLS ?? 3)
const ID = `kill_${process.pid}`
const DATABASES = Array.from({ length: KILLS }, (_, kill) => `${ID}_${kill}`)
const CONTROL = `${ID}_control`

const HOUR = 3_600_000
const begun = Date.now()
/** The folder of an hour before this one. */
const hourAgo = (hours: number): string =>
  new Date(begun - hours * HOUR).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')

/** Registered hours. From 1,001 on, the partitions of a widened table follow in batches of their own. */
const TOPICS = { orders: 12, clicks: 12, events: 1050 } as const

const v1: Columns = [
  ['id', 'int32', [1, 2]],
  ['amount', 'double', [0.5, 1]],
]
/** `id` is wider, `note` is new. */
const v2: Columns = [
  ['id', 'int64', [7_000_000_000]],
  ['amount', 'double', [3.5]],
  ['note', 'string', ['new']],
]

const ago = (topic: string, hours: readonly number[], name: string, columns: Columns) =>
  hours.map(hour => [`${topic}/${hourAgo(hour)}/${name}.parquet`, columns] as const)

const BEFORE = Object.fromEntries(
  Object.entries(TOPICS).flatMap(([topic, hours]) =>
    ago(
      topic,
      Array.from({ length: hours }, (_, hour) => hour + 1),
      'a',
      v1,
    ),
  ),
)
/** Two hours that are registered get a file, two more hours appear. */
const AFTER = Object.fromEntries(
  Object.keys(TOPICS).flatMap(topic => [...ago(topic, [1, 2], 'b', v2), ...ago(topic, [0, -1], 'a', v2)]),
)

/** Table and partition parameters that tell when something was done. */
const TIMES = ['goldsync.mark', 'goldsync.full', 'transient_lastDdlTime', 'last_modified_time']
const timeless = (parameters: Parameters = {}): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([key]) => !TIMES.includes(key)))

describeStack(['hdfs', 'metastore', 'python'], 'a scan that is killed (SIGKILL) and run again', () => {
  let zone: GoldenZone
  let hive: Catalog
  let cli: string
  let steps: number
  const configOf = (database: string) => zoneConfig(zone, database, metastoreConfig('metastore'))
  const settings = (config: object) => ({
    env: { ...process.env, GOLDSYNC_CONFIG: JSON.stringify(config) },
  })

  beforeAll(
    async () => {
      zone = await hdfsZone(`/golden/${ID}`)
      hive = await openCatalog('hive', metastoreConfig('metastore'))
      cli = join(await shipped('cli'), 'goldsync.mjs')
      await zone.lay(BEFORE)
      await runScanOf(configOf(CONTROL))
      for (const database of DATABASES) await copyControl(database)
      await zone.lay(AFTER)
      const tables = await runScanOf(configOf(CONTROL))
      steps = tables.reduce((sum, table) => sum + table.steps.length, 0)
    },
    300_000 + KILLS * 15_000,
  )
  afterAll(async () => {
    await hive.close()
    await dropDatabases(stack.metastore, CONTROL, ...DATABASES)
    await zone.remove()
  })

  /** What another scan of the same files would have made, in a tenth of the time. */
  async function copyControl(database: string): Promise<void> {
    const create = { kind: 'createDatabase', database } as const
    for (const name of Object.keys(TOPICS)) {
      const table = await tableNow(CONTROL, name)
      const partitions = (await partitionsOf(table)).map(({ values, location, columns, parameters }) => ({
        values,
        location: location as string,
        columns: columns ?? [],
        parameters: parameters ?? {},
        files: [],
      }))
      const copy = { database, name }
      const { partitionKeys } = table
      const plan = hive.plan(copy, [
        create,
        { kind: 'createTable', table: { ...table, name: copy } },
        { kind: 'addPartitions', table: copy, partitionKeys, partitions },
      ])
      await hive.apply(plan)
    }
  }

  const tableNow = async (database: string, name: string) => (await hive.inspect({ database, name })) as Table

  async function partitionsOf(table: Table) {
    const names = await hive.partitions(table, { want: 'names' })
    return hive.partitions(table, { want: 'details', among: names.map(({ values }) => values) })
  }

  /**
   * Kills the run a little after it has logged so many steps. All that it asks of the metastore goes through this process: where a
   * busy machine lets this one wait, the run waits too, and does not come to its end before it is killed.
   * @returns the signal that ended it
   */
  async function scanKilled(database: string, after: number, ms: number): Promise<NodeJS.Signals | null> {
    const between = await relay(stack.metastore)
    const hive = { ...metastoreConfig('metastore'), uris: `thrift://127.0.0.1:${between.port}` }
    const child = spawn(process.execPath, [cli, 'scan', '--log-level', 'info'], {
      ...settings(zoneConfig(zone, database, hive)),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const kill = () => {
      between.stall()
      child.kill('SIGKILL')
    }
    let seen = 0
    createInterface({ input: child.stderr }).on('line', line => {
      if (line.includes('"change":')) seen += 1
      if (seen === after) setTimeout(kill, ms)
    })
    const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    await between.close()
    return signal
  }

  const catalogOf = (database: string) =>
    Promise.all(Object.keys(TOPICS).map(name => tableOf(database, name)))

  async function tableOf(database: string, name: string) {
    const table = await tableNow(database, name)
    const partitions = await partitionsOf(table)
    return {
      name,
      columns: printColumns(table.columns),
      parameters: timeless(table.parameters),
      partitions: partitions.map(({ values, location, columns = [], parameters }) => ({
        values: values.join('/'),
        location,
        columns: printColumns(columns),
        parameters: timeless(parameters),
      })),
    }
  }

  const marksOf = async (database: string) => {
    const tables = await Promise.all(Object.keys(TOPICS).map(name => tableNow(database, name)))
    return tables.map(({ parameters }) => parameters['goldsync.mark'])
  }

  test('the scan that nothing stopped did all kinds of work', async () => {
    const [orders, , events] = await catalogOf(CONTROL)
    expect(orders?.columns).toBe('id bigint, amount double, note string')
    expect([orders?.partitions.length, events?.partitions.length]).toEqual([14, 1052])
    expect(events?.parameters).not.toHaveProperty('goldsync.descriptors')
    const narrow = events?.partitions.filter(({ columns }) => !columns.startsWith('id bigint'))
    expect(narrow).toEqual([])
  })

  describe.each(DATABASES.map((database, kill) => ({ database, kill })))(
    'kill $kill',
    ({ database, kill }) => {
      test('leaves no mark ahead of the work, and the next recent scan finishes it', async () => {
        const marks = await marksOf(database)
        const after = 1 + Math.floor(((steps - 1) * kill) / KILLS)
        expect(await scanKilled(database, after, steps - after < 3 ? 0 : (kill * 7) % 25)).toBe('SIGKILL')

        const expected = await catalogOf(CONTROL)
        const left = await catalogOf(database)
        const moved = (await marksOf(database)).map((mark, at) => mark !== marks[at])
        for (const [at, table] of left.entries()) {
          const pending = 'goldsync.descriptors' in table.parameters
          if (moved[at] && !pending) expect(table).toEqual(expected[at])
        }

        expect(await runNode([cli, 'scan'], settings(configOf(database)))).toMatchObject({ status: 0 })
        expect(await catalogOf(database)).toEqual(expected)
        const again = await runScanOf(configOf(database))
        expect(again.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged'])
      })
    },
  )
})
