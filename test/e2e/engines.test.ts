import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TableReport } from '../../shared/run/report.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
import { duckdb } from '../support/duckdb.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  localZone,
  metastoreConfig,
  runScanOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { closeEngines, hiveConfig, hiveRows, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const ID = `engines_${process.pid}`

/** What a pipeline writes of one order; what it does not know is null. */
interface Order {
  readonly id: number
  readonly name: string | null
  /** Epoch ms. */
  readonly at: number
  readonly city: string | null
  readonly tags: readonly string[]
  readonly euros: number | null
  /** Fields of the second version. */
  readonly zip?: number
  readonly note?: string
}

const order = (id: number, more: Partial<Order> = {}): Order => ({
  id,
  name: `n${id}`,
  at: Date.UTC(2019, 8, 1, 1, 2, id % 60),
  city: 'Zürich',
  tags: [`t${id}`, 'x'],
  euros: id / 4,
  ...more,
})

/** The first version of the pipeline. */
const v1 = (...orders: Order[]): Columns => [
  ['id', 'int32', orders.map(({ id }) => id)],
  ['name', 'string', orders.map(({ name }) => name)],
  ['at', 'timestamp[ms]', orders.map(({ at }) => at)],
  ['place', { struct: { city: 'string' } }, orders.map(({ city }) => ({ city }))],
  ['tags', { list: 'string' }, orders.map(({ tags }) => tags)],
  ['prices', { map: ['string', 'double'] }, orders.map(({ euros }) => ({ eur: euros }))],
]

/** The second: `id` widened, a field in `place`, and a last column `note`. */
const v2 = (...orders: Order[]): Columns => [
  ['id', 'int64', orders.map(({ id }) => id)],
  ...v1(...orders).slice(1, 3),
  ['place', { struct: { city: 'string', zip: 'int32' } }, orders.map(({ city, zip }) => ({ city, zip }))],
  ...v1(...orders).slice(4),
  ['note', 'string', orders.map(({ note }) => note)],
]

const OLD = [order(1), order(2, { name: null, city: null, euros: null }), order(3, { tags: [] }), order(4)]
const NEW = [order(7_000_000_000, { zip: 8000, note: 'big' }), order(8, { zip: 8001, note: 'späť' })]
const LATE = order(9, { zip: 8002, note: 'into an old partition' })
const [first, second, third, fourth] = OLD as [Order, Order, Order, Order]

const HOURS = 'orders/2019/09/01'
const BEFORE = {
  [`${HOURS}/01/a.parquet`]: v1(first, second),
  [`${HOURS}/02/a.parquet`]: v1(third),
  [`${HOURS}/02/b.parquet`]: v1(fourth),
}
const AFTER = { [`${HOURS}/03/a.parquet`]: v2(...NEW), [`${HOURS}/02/c.parquet`]: v2(LATE) }

/** How each engine names the second of `at`, the first tag and the price in euros. */
const ROW = {
  hive: "id, name, date_format(at, 'yyyy-MM-dd HH:mm:ss'), place.city, place.zip, tags[0], prices['eur'], note, hour",
  trino: `id, name, date_format("at", '%Y-%m-%d %H:%i:%s'), place.city, place.zip, element_at(tags, 1), element_at(prices, 'eur'), note, hour`,
  duckdb: `id, name, strftime("at", '%Y-%m-%d %H:%M:%S'), place.city, place.zip, tags[1], prices['eur'], note, hour`,
} as const

const rowOf = (hour: string) => (written: Order) =>
  [
    written.id,
    written.name,
    new Date(written.at).toISOString().slice(0, 19).replace('T', ' '),
    written.city,
    written.zip,
    written.tags[0],
    written.euros,
    written.note,
    hour,
  ].map(value => (value === null || value === undefined ? null : String(value)))

const sorted = (rows: (string | null)[][]) => [...rows].sort((a, b) => Number(a[0]) - Number(b[0]))

const WRITTEN = sorted([
  ...[first, second].map(rowOf('01')),
  ...[third, fourth, LATE].map(rowOf('02')),
  ...NEW.map(rowOf('03')),
])

const select = (engine: keyof typeof ROW, table: string): string =>
  `select ${ROW[engine]} from ${table} where day = '01'`

const onlyTable = ([report]: readonly TableReport[]): TableReport => report as TableReport

/** The lake as it was, synced; then what came later, synced. */
/** The hours are of 2019, and written today. */
const isOfFiles = ({ code }: Diagnostic): boolean => code !== 'BEHIND_LOOKBACK'

async function syncTwice(zone: GoldenZone, config: object): Promise<TableReport> {
  await zone.lay(BEFORE)
  expect(onlyTable(await runScanOf(config))).toMatchObject({ outcome: 'changed', rows: 4 })
  await zone.lay(AFTER)
  return onlyTable(await runScanOf(config, { mode: 'full' }))
}

afterAll(closeEngines)

describeStack(
  ['hdfs', 'metastore', 'hiveserver2', 'trino', 'python'],
  'a lake whose files have changed, on Hive 4.0.1',
  () => {
    describe.each([
      ['hiveserver2', hiveConfig],
      ['metastore', metastoreConfig('metastore')],
    ])('registered by the %s driver', (driver, catalog) => {
      const database = `${ID}_${driver}`
      let zone: GoldenZone

      beforeAll(async () => {
        zone = await hdfsZone(`/golden/${database}`)
        await syncTwice(zone, zoneConfig(zone, database, catalog))
      })
      afterAll(async () => {
        await dropDatabases(stack.metastore, database)
        await zone.remove()
      })

      test('Hive returns what was written', async () => {
        expect(sorted(await hiveRows(select('hive', `${database}.orders`)))).toEqual(WRITTEN)
      })

      test('Trino returns what was written', async () => {
        expect(sorted(await trinoRows(select('trino', `${database}.orders`)))).toEqual(WRITTEN)
      })
    })
  },
)

describeStack(['hdfs', 'metastore3', 'trino', 'presto', 'python'], 'the same lake, on Hive 3.1.3', () => {
  const database = `${ID}_three`
  const table = `${stack.trino.hive3Catalog}.${database}.orders`
  const byName = `${stack.presto.catalog}.parquet_use_column_names=true`
  let zone: GoldenZone
  let config: object

  beforeAll(async () => {
    zone = await hdfsZone(`/golden/${database}`)
    config = zoneConfig(zone, database, metastoreConfig('metastore3'))
  })
  afterAll(async () => {
    await dropDatabases(stack.metastore3, database)
    await zone.remove()
  })

  test('Trino and Presto return what was written, Presto by position too, and no warning is needed', async () => {
    const { diagnostics } = await syncTwice(zone, config)
    expect(diagnostics.filter(isOfFiles)).toEqual([])
    const presto = select('trino', `${database}.orders`)
    expect(sorted(await trinoRows(select('trino', table)))).toEqual(WRITTEN)
    expect(sorted(await prestoRows(presto))).toEqual(WRITTEN)
    expect(sorted(await prestoRows(presto, byName))).toEqual(WRITTEN)
  })

  test('a file with its columns in another order: Presto by position is wrong, as the report has said', async () => {
    const written = order(10, { zip: 8003, note: 'another order' })
    const [id, name, ...others] = v2(written)
    const note = others.pop()
    await zone.lay({ [`${HOURS}/04/a.parquet`]: [id!, note!, name!, ...others] })
    const readers = ['trino 476', 'presto 0.287']
    const read = zoneConfig(zone, database, metastoreConfig('metastore3'), {}, readers)
    const { diagnostics } = onlyTable(await runScanOf(read, { mode: 'full' }))
    expect(diagnostics.filter(isOfFiles)).toMatchObject([
      { code: 'PRESTO_BY_INDEX', column: 'name', partition: '2019/09/01/04' },
    ])

    const names = (from: string) => `select name from ${from} where hour = '04'`
    expect(await trinoRows(names(table))).toEqual([['n10']])
    expect(await prestoRows(names(`${database}.orders`))).toEqual([['another order']])
    expect(await prestoRows(names(`${database}.orders`), byName)).toEqual([['n10']])
  })
})

describeStack(['python'], 'the same lake in a folder', () => {
  test('DuckDB returns what was written', async () => {
    const zone = await localZone()
    const file = join(zone.location, '..', `${ID}.duckdb`)
    await syncTwice(zone, zoneConfig(zone, 'golden', { kind: 'duckdb', file }))
    const rows = await duckdb(select('duckdb', 'golden.orders'), file)
    const values = rows.map(row => Object.values(row).map(value => (value === null ? null : String(value))))
    expect(sorted(values)).toEqual(WRITTEN)
    await zone.remove()
  })
})
