import { readFileSync } from 'node:fs'
import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { TableReport } from '../../shared/run/report.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { closeEngines, hiveConfig, hiveRows, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const INTS = [5, 6, null]
const named = (...names: readonly string[]): Columns => names.map(name => [name, 'int32', INTS])
const struct = (...names: readonly string[]) => ({
  struct: Object.fromEntries(names.map(name => [name, 'int32'])),
})
const value = (...names: readonly string[]) => Object.fromEntries(names.map(name => [name, 5]))

const FIELDS = ['ok', '1b', 'c d', 'x-y']
const FILE: Columns = [
  ['id', 'int32', [1, 2, 3]],
  ...named('a b', 'a.b', 'a+b', '$path', '$partition', '$row_id', 'INPUT__FILE__NAME'),
  ['v', struct(...FIELDS), [value(...FIELDS), null, null]],
  ['m', { map: ['string', struct('ok', 'b c')] }, [{ k: value('ok', 'b c') }, null, null]],
]
/** Virtual columns of Hive that it hides in no table: it reads them where they are declared. */
const OWN = ['raw__data__size', 'file__path', 'row__position', 'partition__hash', 'partition__spec__id']
const OF_HIVE: Columns = [['id', 'int32', [1, 2, 3]], ...named(...OWN, 'snapshot__id', 'a:b', 'a-b')]
const OLD: Columns = [
  ['id', 'int32', [1, 2]],
  ['d', 'date32', ['0001-01-01', '2026-11-27']],
]

/** Files under names that engines keep for themselves, and one with an old day, for those who are said to read them. */
function synced(
  server: 'metastore' | 'metastore3',
  readers: readonly string[],
  catalog: object = metastoreConfig(server),
) {
  const database = `names_${server}_${readers.length}_${process.pid}`
  let zone: GoldenZone
  let tables: readonly TableReport[]
  beforeAll(async () => {
    zone = await hdfsZone(`/golden/${database}`)
    await zone.lay({
      'names/2026/11/27/12/a.parquet': FILE,
      'own/2026/11/27/12/a.parquet': OF_HIVE,
      'days/2026/11/27/12/a.parquet': OLD,
    })
    const config = zoneConfig(zone, database, catalog)
    const read = { ...config, lakes: config.lakes.map(lake => ({ ...lake, readers })) }
    // One after the other: the stack's HiveServer2 refuses a lock now and then where several statements want one at once.
    const found: TableReport[] = []
    for (const topic of ['names', 'own', 'days']) found.push(...(await runScanOf(read, { tables: [topic] })))
    tables = found
  })
  afterAll(async () => {
    await dropDatabases(stack[server], database)
    await zone.remove()
  })
  return {
    database,
    left: (topic: string) =>
      tables
        .find(table => table.topic === topic)
        ?.diagnostics.filter(({ code }) => code !== 'PRESTO_BY_INDEX')
        .map(({ code, column }) => `${code} ${column}`)
        .sort(),
    outcome: (topic: string) => tables.find(table => table.topic === topic)?.held.length,
  }
}

describeStack(
  ['hdfs', 'metastore', 'metastore3', 'hiveserver2', 'trino', 'presto'],
  'names that engines keep for themselves, and days that they move',
  () => {
    afterAll(closeEngines)

    describe('where Trino and Presto read', () => {
      const lake = synced('metastore3', ['trino 476', 'presto 0.287'])

      it('are left out, and no others: both read the table', async () => {
        const names = ['$partition', '$path', '$row_id', 'a+b', 'v.1b', 'v.c d', 'v.x-y']
        expect(lake.left('names')).toEqual(
          [...names, 'm.value.b c'].map(name => `UNUSABLE_NAME ${name}`).sort(),
        )
        const table = `${lake.database}.names`
        const sql = (prefix: string) =>
          `select id, "a b", "a.b", v.ok, m['k'].ok from ${prefix}${table} where "a b" = 5 and "a.b" = 5 and input__file__name = 5`
        const row = [['1', '5', '5', '5', '5']]
        expect(await trinoRows(sql(`${stack.trino.hive3Catalog}.`))).toEqual(row)
        expect(await prestoRows(sql(''), 'hive.parquet_use_column_names=true')).toEqual(row)
        expect(await trinoRows(`select * from ${stack.trino.hive3Catalog}.${table}`)).toHaveLength(3)
      })

      it('old days are right', async () => {
        expect(lake.outcome('days')).toBe(0)
        const rows = await trinoRows(
          `select id from ${stack.trino.hive3Catalog}.${lake.database}.days where d = date '0001-01-01'`,
        )
        expect(rows).toEqual([['1']])
      })
    })

    describe('values that are told of', () => {
      const database = `values_${process.pid}`
      const files = [
        'days-old',
        'days-spark-legacy',
        'days-hive-told',
        'times-spark-legacy',
        'times-minus-infinity',
        'times-millis-beyond',
      ]
      beforeAll(async () => {
        const zone = await hdfsZone(`/golden/${database}`)
        await pMap(files, name => {
          const bytes = readFileSync(new URL(`../fixtures/values/${name}.parquet`, import.meta.url))
          return hdfs.put(`/golden/${database}/${name}/2026/11/27/12/a.parquet`, bytes)
        })
        const { lakes, ...config } = zoneConfig(zone, database, metastoreConfig('metastore'))
        await runScanOf({ ...config, lakes: lakes.map(lake => ({ ...lake, readers: [] })) })
      })
      afterAll(async () => {
        await dropDatabases(stack.metastore, database)
        await hdfs.rm(`/golden/${database}`)
      })

      test.each([
        ['hive', 'days_old', []],
        ['trino', 'days_old', [['1']]],
        ['hive', 'days_hive_told', [['1']]],
        // What was 0001-01-03 in the calendar of its writer.
        ['hive', 'days_spark_legacy', []],
        ['trino', 'days_spark_legacy', [['1']]],
      ] as const)('%s finds 0001-01-01 in %s: %j', async (engine, table, rows) => {
        const ask = engine === 'hive' ? hiveRows : trinoRows
        expect(await ask(`select id from ${database}.${table} where v = date '0001-01-01'`)).toEqual(rows)
      })

      // What was ten days before in the calendar of its writer.
      test.each(['hive', 'trino'])('%s takes a Julian timestamp of Spark for 1500-06-14', async engine => {
        const ask = engine === 'hive' ? hiveRows : trinoRows
        const sql = `select id from ${database}.times_spark_legacy where v.utc = timestamp '1500-06-14 00:00:00'`
        expect(await ask(sql)).toEqual([['1']])
      })

      test.each(['times_minus_infinity', 'times_millis_beyond'])(
        'Trino fails on conditions in %s',
        async table => {
          const failing = trinoRows(
            `select id from ${database}.${table} where v < timestamp '1970-01-01 00:00:00'`,
          )
          await expect(failing).rejects.toThrow(/HIVE_BAD_DATA/)
        },
      )
    })

    describe('where HiveServer2 makes what Spark reads', () => {
      const lake = synced('metastore', [], hiveConfig)

      it('those that its statements refuse are left out, and no others: the tables are made', async () => {
        const names = ['a.b', 'input__file__name', 'v.x-y']
        expect(lake.left('names')).toEqual(names.map(name => `UNUSABLE_NAME ${name}`).sort())
        expect(lake.left('own')).toEqual([...OWN, 'a:b'].map(name => `UNUSABLE_NAME ${name}`).sort())
        const rows = await hiveRows(`select snapshot__id from ${lake.database}.own where \`a-b\` = 5`)
        expect(rows).toEqual([['5']])
      })
    })

    describe('where Hive reads', () => {
      const lake = synced('metastore', ['hive 4.0'])

      it('are left out, and no others: Hive reads the table', async () => {
        const names = ['a b', 'a.b', 'input__file__name', 'v.c d', 'v.x-y', 'm.value.b c']
        expect(lake.left('names')).toEqual(
          [...names.map(name => `UNUSABLE_NAME ${name}`), 'NAME_WITHIN m'].sort(),
        )
        const rows = await hiveRows(
          `select id, \`$path\`, v.\`1b\` from ${lake.database}.names where \`a+b\` = 5`,
        )
        expect(rows).toEqual([['1', '5', '5']])
      })

      it('a file with a day that Hive would move is held back', () => {
        expect(lake.outcome('days')).toBe(1)
        expect(lake.left('days')).toEqual(['OLD_DATES d'])
      })
    })
  },
)
