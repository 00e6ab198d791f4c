import { afterEach, expect, test } from 'vitest'
import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { fakeGlue } from '../support/fake-glue.ts'
import { ROOT, testLake } from '../support/lake.ts'
import { ENDLESS } from '../support/waiting.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const descriptorAt = (Location: string) => ({
  Columns: [
    { Name: 'id', Type: 'int' },
    { Name: 'amount', Type: 'double' },
  ],
  Location,
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
  Parameters: { CrawlerSchemaSerializerVersion: '1.0', classification: 'parquet' },
})

const PARTS = ['{yyyy}', '{MM}', '{dd}', '{HH}']

/** Glue with the table that a crawler makes of a lake whose folders have no names for their levels. */
async function crawled() {
  const glue = await fakeGlue()
  const old = {
    Values: ['2019', '09', '01', '10'],
    StorageDescriptor: descriptorAt(`${ROOT}/orders/2019/09/01/10/`),
    Parameters: { objectCount: '1', recordCount: '3' },
  }
  const table = {
    Name: 'orders',
    Owner: 'owner',
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: descriptorAt(`${ROOT}/orders/`),
    PartitionKeys: PARTS.map((_, at) => ({ Name: `partition_${at}`, Type: 'string' })),
    Parameters: { classification: 'parquet', UPDATED_BY_CRAWLER: 'golden' },
  }
  glue.put('golden', table, [old])
  const keys = { accessKeyId: 'test', secretAccessKey: 'test' }
  const catalog = openGlue(
    'cloud',
    glueOptions.parse({ kind: 'glue', timeout: ENDLESS, endpoint: glue.endpoint, ...keys }),
  )
  closing.push(() => catalog.close(), glue.close)
  return { glue, catalog, table, old }
}

test("a crawler's table gets new partitions under the crawler's keys, and stays the crawler's otherwise", async () => {
  const { glue, catalog, table, old } = await crawled()
  const layout = compileLayout({
    template: '{topic}/{yyyy}/{MM}/{dd}/{HH}',
    partitionKeys: Object.fromEntries(
      PARTS.map((value, at) => [`partition_${at}`, { type: 'string', value }] as const),
    ),
  })
  const lake = testLake({ more: { catalogs: [catalog], layout } })
  lake.put('orders/2019/09/01/11/a.parquet', 'v1')
  const report = await lake.scan()
  expect(lake.table(report)).toMatchObject({ outcome: 'changed', partitions: { added: 1 } })
  expect(glue.partition('golden', 'orders', ['2019', '09', '01', '11'])?.StorageDescriptor).toEqual(
    descriptorAt(`${ROOT}/orders/2019/09/01/11`),
  )
  expect(glue.partition('golden', 'orders', old.Values)).toEqual(old)
  const { Parameters, ...rest } = glue.table('golden', 'orders') ?? {}
  expect({ ...rest, Parameters: table.Parameters }).toEqual(table)
  expect(Parameters).toMatchObject({ ...table.Parameters, 'goldsync.topic': 'orders' })
})

test("a crawler's table whose keys the lake does not name is left alone", async () => {
  const { glue, catalog, table } = await crawled()
  const lake = testLake({ more: { catalogs: [catalog] } })
  lake.put('orders/2019/09/01/11/a.parquet', 'v1')
  const found = lake.table(await lake.scan())
  expect(found).toMatchObject({ outcome: 'refused', diagnostics: [{ code: 'PARTITION_KEYS_DIFFER' }] })
  expect(glue.table('golden', 'orders')).toEqual(table)
})
