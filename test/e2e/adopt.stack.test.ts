import { afterAll, beforeAll, expect, test } from 'vitest'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import type { Struct } from '../../shared/catalogs/hms/protocol/views.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
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
import { closeEngines, hiveRows, trinoConfig, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const DB = `adopt_${process.pid}`
const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet'

/** Tables as their makers leave them, each in a lake of its own with the layout that its maker writes. */
const LAYOUTS = {
  hive: '{topic}/{yyyy}/{MM}/{dd}/{HH}',
  spark: '{topic}/dt={yyyy}-{MM}-{dd}/hour={H}',
  connect: '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}',
}

const hms = metastoreClient(metastoreOptions.parse(metastoreConfig('metastore')))
let zone: GoldenZone

const field = (text: string, comment?: string): Struct<'FieldSchema'> => {
  const [name, type] = text.split(' ')
  return { name, type, ...(comment === undefined ? {} : { comment }) }
}
const ids = (...values: number[]): Columns => [
  ['id', 'int64', values],
  ['city', 'string', values.map(id => `c${id}`)],
]
const noted = (...values: number[]): Columns => [
  ...ids(...values),
  ['note', 'string', values.map(id => `n${id}`)],
]
const AT = Date.UTC(2019, 8, 1, 1, 2, 3, 4)
const at = (...values: number[]): Columns => [
  ['id', 'int64', values],
  ['at', 'timestamp[ms]', values.map(id => AT + id)],
]

const FILES = {
  'hive/orders/2019/09/01/01/a.parquet': ids(1),
  'hive/orders/2019/09/01/02/a.parquet': noted(2),
  'spark/clicks/dt=2019-09-01/hour=1/a.parquet': ids(1),
  'spark/clicks/dt=2019-09-01/hour=2/a.parquet': noted(2),
  'connect/events/year=2019/month=09/day=01/hour=01/events+0+0000000000+0000000002.parquet': at(1),
  'connect/events/year=2019/month=09/day=01/hour=02/events+0+0000000003+0000000005.parquet': [
    ...at(2),
    ['note', 'string', ['n2']],
  ] as Columns,
}

/** As `CREATE TABLE … USING parquet PARTITIONED BY (dt, hour) LOCATION …` of Spark 3.5 leaves it. */
const sparkTable = (location: string): Struct<'Table'> => ({
  dbName: DB,
  tableName: 'clicks',
  owner: 'ann',
  tableType: 'EXTERNAL_TABLE',
  partitionKeys: [field('dt date'), field('hour int')],
  parameters: {
    EXTERNAL: 'TRUE',
    'spark.sql.create.version': '3.5.1',
    'spark.sql.partitionProvider': 'catalog',
    'spark.sql.sources.provider': 'parquet',
    'spark.sql.sources.schema.numParts': '1',
    'spark.sql.sources.schema.part.0': JSON.stringify({
      type: 'struct',
      fields: ['id long', 'city string', 'dt date', 'hour integer'].map(text => ({
        name: text.split(' ')[0],
        type: text.split(' ')[1],
        nullable: true,
        metadata: {},
      })),
    }),
    'spark.sql.sources.schema.numPartCols': '2',
    'spark.sql.sources.schema.partCol.0': 'dt',
    'spark.sql.sources.schema.partCol.1': 'hour',
  },
  sd: {
    ...descriptor(location, [field('id bigint'), field('city string')]),
    serdeInfo: {
      serializationLib: `${PARQUET}.serde.ParquetHiveSerDe`,
      parameters: { path: location, 'serialization.format': '1' },
    },
  },
})

/** As the HDFS sink's hive.integration makes it: string keys, a timestamp as bigint. */
const connectTable = (location: string): Struct<'Table'> => ({
  dbName: DB,
  tableName: 'events',
  owner: 'connect',
  tableType: 'EXTERNAL_TABLE',
  partitionKeys: ['year', 'month', 'day', 'hour'].map(name => field(`${name} string`, '')),
  parameters: { EXTERNAL: 'TRUE' },
  sd: descriptor(location, [field('id bigint', ''), field('at bigint', 'epoch ms')]),
})

const descriptor = (
  location: string,
  cols: readonly Struct<'FieldSchema'>[],
): NonNullable<Struct<'Table'>['sd']> => ({
  cols,
  location,
  inputFormat: `${PARQUET}.MapredParquetInputFormat`,
  outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
  numBuckets: -1,
  serdeInfo: { serializationLib: `${PARQUET}.serde.ParquetHiveSerDe`, parameters: {} },
})

/** Makes a table by Thrift, with one partition. */
async function make(table: Struct<'Table'>, folder: string, ...values: string[]): Promise<void> {
  await hms.call('create_table_with_environment_context', { tbl: table })
  const { dbName, tableName, sd } = table
  const part = { values, dbName, tableName, sd: { ...sd, location: `${sd?.location}/${folder}` } }
  const request = {
    dbName,
    tblName: tableName,
    parts: [part],
    ifNotExists: false,
    needResult: false,
  }
  await hms.call('add_partitions_req', { request })
}

/** A table and some partitions, all that the metastore knows of them. */
async function stored(name: string, partition: string) {
  const { table } = await hms.call('get_table_req', { req: { dbName: DB, tblName: name } })
  const of = { db_name: DB, tbl_name: name }
  const names = await hms.call('get_partition_names', { ...of, max_parts: -1 })
  const [old] = await hms.call('get_partitions_by_names', { ...of, names: [partition] })
  return { table: table as Struct<'Table'>, names, old }
}

const OLD = {
  orders: 'year=2019/month=9/day=1/hour=1',
  clicks: 'dt=2019-09-01/hour=1',
  events: 'year=2019/month=09/day=01/hour=01',
} as const
type Name = keyof typeof OLD

const both = (...rows: (string | null)[][]) => ({ hive: rows, trino: rows })
async function inBoth(select: string, table: Name) {
  const sql = `select ${select} from ${DB}.${table}`
  const [hive, trino] = [await hiveRows(sql), await trinoRows(sql)]
  return { hive: hive.sort(), trino: trino.sort() }
}

describeStack(
  ['hdfs', 'hiveserver2', 'metastore', 'trino', 'python'],
  'tables of Hive, Spark and the Confluent sink, adopted in the metastore',
  () => {
    let before: Record<Name, Awaited<ReturnType<typeof stored>>>
    let reports: readonly TableReport[]
    const config = () => ({
      lakes: Object.entries(LAYOUTS).map(([maker, layout]) => ({
        ...zoneConfig(zone, DB, {}).lakes[0],
        location: `${zone.location}/${maker}`,
        layout,
      })),
      catalogs: { catalog: metastoreConfig('metastore') },
      engines: { trino: trinoConfig },
    })
    const all = async () => ({
      orders: await stored('orders', OLD.orders),
      clicks: await stored('clicks', OLD.clicks),
      events: await stored('events', OLD.events),
    })
    const reportOf = (name: Name) => reports.find(({ table }) => table === `${DB}.${name}`)

    beforeAll(async () => {
      zone = await hdfsZone(`/golden/${DB}`)
      await zone.lay(FILES)
      const { location } = zone
      await hiveRows(`create database ${DB}`)
      await hiveRows(
        `create external table ${DB}.orders (id bigint comment 'the key', city varchar(20) comment 'where')
         comment 'by hand' partitioned by (year int, month int, day int comment 'UTC', hour int)
         row format serde '${PARQUET}.serde.ParquetHiveSerDe' with serdeproperties ('mine'='1')
         stored as inputformat '${PARQUET}.MapredParquetInputFormat' outputformat '${PARQUET}.MapredParquetOutputFormat'
         location '${location}/hive/orders' tblproperties ('team'='sales')`,
      )
      await hiveRows(
        `alter table ${DB}.orders add partition (year=2019,month=9,day=1,hour=1) location '${location}/hive/orders/2019/09/01/01'`,
      )
      await make(sparkTable(`${location}/spark/clicks`), OLD.clicks, '2019-09-01', '1')
      await make(connectTable(`${location}/connect/events`), OLD.events, '2019', '09', '01', '01')
      before = await all()
      reports = await runScanOf(config())
    })

    afterAll(async () => {
      await Promise.all([dropDatabases(stack.metastore, DB), zone.remove(), closeEngines()])
      hms.close()
    })

    test.each<[Name, string[]]>([
      ['orders', []],
      ['clicks', ['SPARK_SCHEMA']],
      ['events', []],
    ])('%s gets its new column and its new partition, and no more', (name, codes) => {
      const report = reportOf(name)
      expect(report?.steps.map(({ kind }) => kind).filter(kind => kind !== 'setParameters')).toEqual([
        'addColumns',
        'addPartitions',
      ])
      expect(report?.partitions).toMatchObject({ added: 1, altered: 0, held: 0 })
      // The new partition, and an older one that has a kind of file which the engine is to read.
      expect(report?.engines).toMatchObject([{ visible: 2, expected: 2 }])
      expect(
        report?.diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code),
      ).toEqual(codes)
    })

    test('new partitions are named as the tables spell their values', async () => {
      const { orders, clicks, events } = await all()
      expect([orders.names, clicks.names, events.names]).toEqual([
        [OLD.orders, 'year=2019/month=9/day=1/hour=2'],
        [OLD.clicks, 'dt=2019-09-01/hour=2'],
        [OLD.events, 'year=2019/month=09/day=01/hour=02'],
      ])
    })

    test.each<Name>(['orders', 'clicks', 'events'])('all else of %s is as its maker left it', async name => {
      const { table, old } = await stored(name, OLD[name])
      const then = before[name]
      expect(old).toEqual(then.old)
      const { sd, parameters, ...rest } = table
      const { sd: sdBefore, parameters: parametersBefore, ...restBefore } = then.table
      expect(rest).toEqual(restBefore)
      expect(sd).toEqual({
        ...sdBefore,
        cols: [...(sdBefore?.cols ?? []), expect.objectContaining({ name: 'note' })],
      })
      const { transient_lastDdlTime: _, ...kept } = parametersBefore ?? {}
      const news = Object.keys(parameters ?? {}).filter(key => !(key in kept) && !key.startsWith('goldsync.'))
      expect(parameters).toMatchObject(kept)
      expect(news).toEqual(['transient_lastDdlTime'])
    })

    test("a new partition has its table's SerDe", async () => {
      const [added] = await hms.call('get_partitions_by_names', {
        db_name: DB,
        tbl_name: 'orders',
        names: ['year=2019/month=9/day=1/hour=2'],
      })
      expect(added?.sd?.serdeInfo).toMatchObject({
        serializationLib: `${PARQUET}.serde.ParquetHiveSerDe`,
        parameters: { mine: '1' },
      })
    })

    test('Hive and Trino return every row once', async () => {
      const rows = both(['1', 'c1', null, '1'], ['2', 'c2', 'n2', '2'])
      expect(await inBoth('id, city, note, hour', 'orders')).toEqual(rows)
      expect(await inBoth('id, city, note, hour', 'clicks')).toEqual(rows)
      expect(await inBoth('id, at, note, hour', 'events')).toEqual(
        both(['1', `${AT + 1}`, null, '01'], ['2', `${AT + 2}`, 'n2', '02']),
      )
    })

    test('another scan, recent or full, changes nothing', async () => {
      for (const mode of ['recent', 'full'])
        expect((await runScanOf(config(), { mode })).map(({ outcome }) => outcome)).toEqual([
          'unchanged',
          'unchanged',
          'unchanged',
        ])
    })
  },
)
