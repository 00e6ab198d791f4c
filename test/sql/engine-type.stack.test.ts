/** The types that `goldsync schema --for` shows, against what the engines say of a table in their metastore. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { printEngineType, type TypeEngine } from '../../shared/sql/engine-type.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { prestoRows } from '../support/presto.ts'
import { closeEngines, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'

const TYPES = [
  ...[
    'boolean',
    'tinyint',
    'smallint',
    'int',
    'bigint',
    'float',
    'double',
    'string',
    'varchar(7)',
    'char(7)',
  ],
  ...['binary', 'date', 'timestamp', 'decimal(9,2)', 'decimal(38,10)', 'array<int>', 'map<string,bigint>'],
  'struct<a:int,b:array<struct<c:timestamp,d:map<string,decimal(5,2)>>>>',
]

const READERS = [
  { engine: 'trino', metastore: 'metastore', describe: trinoRows },
  { engine: 'presto', metastore: 'metastore3', describe: prestoRows },
] as const satisfies readonly { engine: TypeEngine; metastore: string; describe: typeof trinoRows }[]

for (const { engine, metastore, describe } of READERS) {
  describeStack(['hdfs', metastore, engine], `types as ${engine} shows them`, () => {
    const database = `engine_types_${engine}_${process.pid}`
    const name = { database, name: 'all_types' }
    const table = {
      ...{ name, kind: 'external' as const, format: 'parquet', partitionKeys: [], parameters: {} },
      location: hdfs.location(`/golden/${database}`),
      columns: columns(...TYPES.map((type, at) => `c${at} ${type}`)),
    }

    beforeAll(async () => {
      await hdfs.mkdir(`/golden/${database}`)
      const { host, port } = stack[metastore]
      const catalog = await openCatalog('hive', { kind: 'metastore', uris: `thrift://${host}:${port}` })
      await catalog.apply(
        catalog.plan(name, [
          { kind: 'createDatabase', database },
          { kind: 'createTable', table },
        ]),
      )
      await catalog.close()
    })
    afterAll(async () => {
      await dropDatabases(stack[metastore], database)
      await Promise.all([closeEngines(), hdfs.rm(`/golden/${database}`)])
    })

    it('are what goldsync says', async () => {
      const shown = await describe(`describe ${database}.all_types`)
      expect(shown.map(([, type]) => type)).toEqual(
        table.columns.map(({ type }) => printEngineType(type, engine)),
      )
    })
  })
}
