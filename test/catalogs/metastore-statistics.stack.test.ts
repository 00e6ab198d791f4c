import { afterAll, beforeAll, expect, it } from 'vitest'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Parameters, Table } from '../../shared/schema/table.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { describeStack, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'

const SERVERS = [
  { version: stack.metastore.version, component: 'metastore' },
  { version: stack.metastore3.version, component: 'metastore3' },
] as const

// True of no folder here: a server that looked for itself would find something else.
const BASIC = { numRows: '4711', numFiles: '3', totalSize: '123456' }

for (const { version, component } of SERVERS) {
  describeStack(['hdfs', component], `basic statistics on Hive ${version}`, () => {
    const database = `hms_statistics_${component}_${process.pid}`
    const root = `/golden/${database}`
    const { host, port } = stack[component]
    const options = metastoreOptions.parse({ kind: 'metastore', uris: `thrift://${host}:${port}` })
    const catalog = openMetastore('hive', options)
    const keys = columns('key string')
    const table: Table = {
      name: { database, name: 'orders' },
      kind: 'external',
      format: 'parquet',
      columns: columns('id int', 'name string'),
      partitionKeys: keys,
      location: hdfs.location(`${root}/orders`),
      parameters: {},
    }
    const about = { table: table.name, partitionKeys: keys }
    const apply = (...changes: Change[]) => catalog.apply(catalog.plan(table.name, changes))
    const partition = (value: string, parameters: Parameters, data = table.columns) => ({
      values: [value],
      location: `${table.location}/${value}`,
      columns: data,
      parameters,
      files: [],
    })
    const add = (value: string, parameters: Parameters) =>
      apply({ kind: 'addPartitions', ...about, partitions: [partition(value, parameters)] })
    const stored = async (value: string): Promise<Parameters> => {
      const [found] = await catalog.partitions(table, { want: 'details', among: [[value]] })
      return found?.parameters ?? {}
    }
    /** As given, and none of them said to be computed by Hive. */
    const expectStored = async (value: string, parameters: Parameters) => {
      const found = await stored(value)
      expect(found).toMatchObject(parameters)
      expect(found).not.toHaveProperty('COLUMN_STATS_ACCURATE')
    }

    beforeAll(async () => {
      await hdfs.put(`${root}/orders/a/part-0.parquet`, Buffer.from('not as large as the statistics say'))
      await hdfs.put(`${root}/orders/b/part-0.parquet`, Buffer.from('neither'))
      await hdfs.chmod(root, '777')
      await apply({ kind: 'createDatabase', database }, { kind: 'createTable', table })
    })
    afterAll(async () => {
      await catalog.close()
      await dropDatabases({ host, port }, database)
      await hdfs.rm(root)
    })

    it('are stored as they are given with a new partition', async () => {
      await add('a', BASIC)
      await expectStored('a', BASIC)
    })

    it('are stored as they are given with a registered one', async () => {
      await add('b', BASIC)
      const grown = { numRows: '5000', numFiles: '4', totalSize: '130000' }
      const registered = { ...(await stored('b')), ...grown }
      await apply({ kind: 'alterPartitions', ...about, partitions: [partition('b', registered)] })
      await expectStored('b', grown)
    })

    it('can be taken away', async () => {
      const { numRows: _, ...left } = await stored('b')
      await apply({ kind: 'alterPartitions', ...about, partitions: [partition('b', left)] })
      expect(await stored('b')).not.toHaveProperty('numRows')
    })

    it('stay through a widening, new columns and a move', async () => {
      const from = { kind: 'int' } as const
      const wide = [...columns('id bigint', 'name string'), ...columns('extra string')]
      const id = { name: 'id', from, to: { kind: 'bigint' } } as const
      await apply(
        { kind: 'changeColumnTypes', table: table.name, columns: [id], cascade: true },
        { kind: 'addColumns', table: table.name, columns: columns('extra string') },
      )
      await expectStored('a', BASIC)
      const kept = await stored('a')
      await apply({ kind: 'alterPartitions', ...about, partitions: [partition('a', kept, wide)] })
      await expectStored('a', BASIC)
      const move = { values: ['a'], from: `${table.location}/a`, to: `${table.location}/b` }
      await apply({ kind: 'movePartitions', ...about, partitions: [move] })
      await expectStored('a', BASIC)
    })
  })
}
