/** The least rights in a metastore with storage-based authorization, as docs/catalogs/metastore.md has them: whoever may write a folder may change what lies there. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import { HIVE } from '../support/secure-e2e.ts'
import { change, principal, secureHdfs } from '../support/secure-hdfs.ts'
import { secureAddresses } from '../support/secure-stack.ts'
import { describeStack } from '../support/stack.ts'
import { columns } from '../support/types.ts'

const DATABASE = `rights_${process.pid}`
const LAKE = `/datalake/${DATABASE}`
const TOPIC = `${LAKE}/orders`
/** Where the metastore puts new databases: its default is one of everybody's. */
const FOLDER = `/warehouse/metastore-authorized/${DATABASE}.db`

const table: Table = {
  name: { database: DATABASE, name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: columns('id int'),
  partitionKeys: columns('hour string'),
  location: secureHdfs.location(TOPIC),
  parameters: {},
}

const adding = (hour: string): Change => ({
  kind: 'addPartitions',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions: [
    {
      values: [hour],
      location: `${table.location}/${hour}`,
      columns: table.columns,
      parameters: {},
      files: [],
    },
  ],
})

const permit = (path: string, permission: string) =>
  change('PUT', path, `SETPERMISSION&permission=${permission}`)

describeStack(
  ['secure:kdc', 'secure:hdfs', 'secure:metastore-authorized'],
  'storage-based authorization',
  () => {
    let catalog: Catalog
    const apply = (...changes: Change[]) => catalog.apply(catalog.plan(table.name, changes))
    const failure = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      )

    beforeAll(async () => {
      const { host, port } = secureAddresses['secure:metastore-authorized']
      const auth = { ...principal('goldsync'), service: HIVE }
      catalog = await openCatalog('hive', { kind: 'metastore', uris: `thrift://${host}:${port}`, auth })
      await Promise.all(['06', '07', '08'].map(hour => secureHdfs.mkdir(`${TOPIC}/${hour}`)))
      // goldsync is in its group.
      for (const path of [LAKE, TOPIC, ...['06', '07', '08'].map(hour => `${TOPIC}/${hour}`)]) {
        await change('PUT', path, 'SETOWNER&owner=hdfs&group=lake')
        await permit(path, '770')
      }
    })

    afterAll(async () => {
      await catalog.close()
      await secureHdfs.rm(LAKE)
      await secureHdfs.rm(FOLDER)
    })

    it('lets a database, a table and partitions be made where their folders may be written', async () => {
      await apply(
        { kind: 'createDatabase', database: DATABASE },
        { kind: 'createTable', table },
        adding('06'),
      )
      expect(await catalog.inspect(table.name)).toMatchObject({ location: table.location })
    })

    it.each([
      ['of the partition', `${TOPIC}/07`, () => apply(adding('07'))],
      [
        'of the table',
        TOPIC,
        () => apply({ kind: 'setParameters', table: table.name, parameters: { mark: '1' } }),
      ],
      [
        'of the database',
        FOLDER,
        () =>
          apply({ kind: 'createTable', table: { ...table, name: { database: DATABASE, name: 'others' } } }),
      ],
    ])('refuses it where only the folder %s may not, and says which', async (_, path, work) => {
      await permit(path, '550')
      const error = await failure(work())
      await permit(path, '770')
      expect(error).toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(path),
      })
      expect(await failure(work())).toBeUndefined()
    })
  },
)
