/** Tables that somebody else made and changed in Hive's own SQL. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import { hdfs } from '../support/hdfs.ts'
import { describeStack, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'

describeStack(['hdfs', 'metastore', 'hiveserver2'], "someone else's table on Hive 4.0.1", () => {
  const database = `hms_adopted_${process.pid}`
  const hive = hiveClient(
    hiveServer2Options.parse({
      kind: 'hiveserver2',
      host: stack.hiveserver2.host,
      port: stack.hiveserver2.port,
    }),
  )
  const uris = `thrift://${stack.metastore.host}:${stack.metastore.port}`
  const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris }))
  const root = `/golden/${database}`

  beforeAll(async () => {
    await hdfs.mkdir(root)
    await hdfs.chmod(root, '777')
    await hive.execute(`CREATE DATABASE ${database}`)
  })
  afterAll(async () => {
    await hive.execute(`DROP DATABASE IF EXISTS ${database} CASCADE`)
    await Promise.all([hive.close(), catalog.close(), hdfs.rm(root)])
  })

  const described = async (what: string) =>
    (await hive.execute(`DESCRIBE FORMATTED ${database}.${what}`)).map(row =>
      [row.col_name, row.data_type, row.comment].map(cell => cell?.trim() ?? '').join('|'),
    )

  it('keeps all that goldsync does not know, in the table and in its partitions', async () => {
    const name = { database, name: 'skewed' }
    await hive.execute(
      `CREATE EXTERNAL TABLE ${database}.skewed (id int COMMENT 'the key', code string) COMMENT 'by hand' ` +
        `PARTITIONED BY (year string) CLUSTERED BY (id) SORTED BY (code DESC) INTO 4 BUCKETS ` +
        `SKEWED BY (code) ON ('a', 'b') STORED AS PARQUET LOCATION '${hdfs.location(`${root}/skewed`)}'`,
    )
    await hive.execute(`ALTER TABLE ${database}.skewed ADD PARTITION (year='2019')`)
    const kept = (lines: string[]) =>
      lines.filter(line => /Bucket|Sort|Skew|the key|by hand|Owner|CreateTime/.test(line))
    const before = [kept(await described('skewed')), kept(await described(`skewed PARTITION (year='2019')`))]
    const keys = columns('year string')
    const parameters = { 'goldsync.fingerprint': '1:2:3' }
    const location = hdfs.location(`${root}/skewed/year=2019`)
    await catalog.apply(
      catalog.plan(name, [
        { kind: 'addColumns', table: name, columns: columns('extra string') },
        {
          kind: 'changeColumnTypes',
          table: name,
          columns: [{ name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' } }],
          cascade: true,
        },
        { kind: 'setParameters', table: name, parameters: { 'goldsync.mark': 'now' } },
        {
          kind: 'alterPartitions',
          table: name,
          partitionKeys: keys,
          partitions: [
            {
              values: ['2019'],
              location,
              columns: columns('id bigint', 'code string', 'extra string'),
              parameters,
              files: [],
            },
          ],
        },
      ]),
    )
    const after = [kept(await described('skewed')), kept(await described(`skewed PARTITION (year='2019')`))]
    const widened = (lines: string[]) => lines.map(line => line.replace('id|int|', 'id|bigint|'))
    expect(before.flat().length).toBeGreaterThan(10)
    expect(after).toEqual(before.map(widened))
    expect(await described(`skewed PARTITION (year='2019')`)).toContain('extra|string|')
  })

  it('sees a view, a managed table and a transactional one as what they are', async () => {
    await hive.execute(`CREATE VIEW ${database}.a_view AS SELECT 1 AS one`)
    await hive.execute(
      `CREATE TABLE ${database}.acid (id int) STORED AS ORC TBLPROPERTIES ('transactional'='true')`,
    )
    await hive.execute(
      `CREATE TABLE ${database}.inserts (id int) STORED AS PARQUET TBLPROPERTIES ('transactional'='true', 'transactional_properties'='insert_only')`,
    )
    const kinds = ['a_view', 'acid', 'inserts'].map(
      async name => (await catalog.inspect({ database, name }))?.kind,
    )
    expect(await Promise.all(kinds)).toEqual(['view', 'managed', 'managed'])
  })
})
