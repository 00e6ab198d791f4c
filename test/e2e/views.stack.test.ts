/** Views that others made over a table: which of them a change makes stale in Trino and in Presto, and that each such change is told. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableReport } from '../../shared/run/report.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { closeEngines, trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DB = `views_${process.pid}`
const ID = ['id', 'int32', [1]] as const
const pair = (fields: Readonly<Record<string, 'int32'>>, value: object): Columns[number] => [
  'v',
  { struct: fields },
  [value],
]
/** By topic: the columns of the first hour, those of the second, and what a view over it selects. */
const CHANGES: Readonly<Record<string, readonly [before: Columns, after: Columns, select: string]>> = {
  widened: [[ID], [['id', 'int64', [1]]], 'id'],
  widened_float: [[ID, ['v', 'float', [0.5]]], [ID, ['v', 'double', [0.5]]], 'id, v'],
  widened_beside: [[ID, ['v', 'int32', [5]]], [ID, ['v', 'int64', [5]]], 'id'],
  added: [[ID], [ID, ['late', 'string', ['x']]], '*'],
  added_beside: [[ID], [ID, ['late', 'string', ['x']]], 'id'],
  added_field: [
    [ID, pair({ a: 'int32' }, { a: 1 })],
    [ID, pair({ a: 'int32', b: 'int32' }, { a: 1, b: 2 })],
    'id, v',
  ],
  unchanged: [[ID], [ID], '*'],
}
const TOPICS = Object.keys(CHANGES)
const ENGINES = {
  trino: { ...trinoConfig, catalog: stack.trino.hive3Catalog },
  presto: { kind: 'presto', ...stack.presto },
}

/** What engines refuse then. A column of another type than the view has it, and one that it only lacks by `*`. */
const STALE = ['widened', 'added', 'added_field']
/** Told, as nobody looks which columns a view has; float stays as it is, since Trino loses rows otherwise. */
const TOLD = [...STALE, 'widened_beside']

const expected = (topic: string) => ({
  trino: STALE.includes(topic),
  presto: STALE.includes(topic),
  // By each of the engines.
  told: TOLD.includes(topic) ? ENGINE_NAMES.map(() => viewsOf(topic)) : [],
})
const ENGINE_NAMES = Object.keys(ENGINES)
const viewsOf = (topic: string) => ENGINE_NAMES.map(engine => `${topic}_${engine}`)

describeStack(['hdfs', 'metastore3', 'trino', 'presto', 'python'], 'views over tables that change', () => {
  let zone: GoldenZone
  let reports: readonly TableReport[]
  const lay = (hour: 0 | 1) =>
    zone.lay(
      Object.fromEntries(
        Object.entries(CHANGES).map(([topic, change]) => [
          `${topic}/2019/09/01/0${hour}/a.parquet`,
          change[hour],
        ]),
      ),
    )
  const scan = () => runScanOf(zoneConfig(zone, DB, metastoreConfig('metastore3'), ENGINES), { mode: 'full' })
  const inTrino = (sql: string) => trinoRows(sql.replaceAll('DB', `${stack.trino.hive3Catalog}.${DB}`))
  const inPresto = (sql: string) => prestoRows(sql.replaceAll('DB', `${stack.presto.catalog}.${DB}`))

  beforeAll(async () => {
    zone = await hdfsZone(`/golden/${DB}`)
    await lay(0)
    await scan()
    for (const [topic, [, , select]] of Object.entries(CHANGES)) {
      await inTrino(`CREATE VIEW DB.${topic}_trino AS SELECT ${select} FROM DB.${topic}`)
      await inPresto(`CREATE VIEW DB.${topic}_presto AS SELECT ${select} FROM DB.${topic}`)
    }
    await lay(1)
    reports = await scan()
  })
  afterAll(async () => {
    await closeEngines()
    await dropDatabases(stack.metastore3, DB)
    await zone?.remove()
  })

  test('each that an engine refuses from now on is told, and no view of a table that did not change', async () => {
    const stale = async (rows: Promise<unknown>) =>
      rows.then(
        () => false,
        (error: Error) => /stale/i.test(error.message) || error.message,
      )
    const found: Record<string, unknown> = {}
    for (const topic of TOPICS) {
      const told = reports
        .filter(report => report.topic === topic)
        .flatMap(({ diagnostics }) => diagnostics.filter(({ code }) => code === 'VIEWS_STALE'))
      found[topic] = {
        trino: await stale(inTrino(`SELECT * FROM DB.${topic}_trino`)),
        presto: await stale(inPresto(`SELECT * FROM DB.${topic}_presto`)),
        told: told.map(({ message }) =>
          TOPICS.flatMap(viewsOf).filter(view => new RegExp(`\\b${view}\\b`).test(message)),
        ),
      }
    }
    expect(found).toEqual(Object.fromEntries(TOPICS.map(topic => [topic, expected(topic)])))
  })
})
