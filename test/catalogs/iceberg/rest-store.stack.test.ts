import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRestStore } from '../../../shared/catalogs/iceberg/stores/rest.ts'
import { restSettings } from '../../../shared/catalogs/iceberg/stores/rest-options.ts'
import type { TableStore } from '../../../shared/catalogs/iceberg/table-store.ts'
import { newTable, stageProperties } from '../../../shared/iceberg/stage.ts'
import { openStorage } from '../../../shared/storages/open.ts'
import { describeTableStore } from '../../conformance/table-store.ts'
import { type CuttingProxy, cuttingProxy } from '../../support/cutting-proxy.ts'
import { hdfs } from '../../support/hdfs.ts'
import { describeStack, stack } from '../../support/stack.ts'
import { statementRows } from '../../support/statements.ts'

const address = new URL(stack.iceberg.rest)
const openAt = (uri: string) => openRestStore(restSettings.parse({ uri }), 'ice')
const trino = (sql: string) =>
  statementRows({ url: stack.trino.url, kind: 'Trino', catalog: stack.trino.lakehouseCatalog }, sql)

/** Its tables outlive a run, for as long as the server runs. */
const named = (what: string) => `goldsync_${what}_${Date.now()}`

describeStack(['hdfs', 'iceberg'], 'Iceberg tables of a REST catalog', () => {
  describeTableStore('rest', async () => {
    const database = named('rest')
    const path = `/user/hive/iceberg/${database}`
    const root = hdfs.location(path)
    const storage = await openStorage(root, { namenodes: stack.hdfs.namenodes, user: 'hive' })
    const store = openAt(stack.iceberg.rest)
    return {
      ...{ store, database, root, files: storage, serverWrites: true },
      close: async () => {
        await Promise.all([store.close(), storage.close()])
        await hdfs.rm(path)
      },
    }
  })
})

describeStack(
  ['hdfs', 'iceberg', 'trino'],
  'Iceberg tables of a REST catalog that others commit to, too',
  () => {
    const database = named('shared')
    const names = { database, name: 't' }
    let [store, proxy]: [TableStore, CuttingProxy] = [] as never
    const made = () =>
      newTable({
        uuid: crypto.randomUUID(),
        location: hdfs.location(`/user/hive/iceberg/${database}/${crypto.randomUUID()}`),
        schema: {
          ...{ type: 'struct', 'schema-id': 0 },
          fields: [{ id: 1, name: 'a', required: false, type: 'long' }],
        },
        ...{ lastColumnId: 1, spec: { 'spec-id': 0, fields: [] }, properties: { 'gc.enabled': 'false' } },
      })
    const load = async () => {
      const loaded = await store.load(names)
      if (loaded === undefined || loaded === 'foreign') throw new Error(`the table is ${loaded}`)
      return loaded
    }

    beforeAll(async () => {
      proxy = await cuttingProxy({ host: address.hostname, port: Number(address.port) })
      store = openAt(`http://127.0.0.1:${proxy.port}`)
      await store.createDatabase(database)
    })
    afterAll(async () => {
      await Promise.all([store.close(), proxy.close()])
      await hdfs.rm(`/user/hive/iceberg/${database}`)
    })

    it('are made where the answer is lost', async () => {
      proxy.cut('assert-create')
      const done = await store.commit(names, undefined, made())
      expect(proxy.cuts()).toBe(1)
      expect(await load()).toEqual(done)
    })

    it('are read and written by Trino, and then by us', async () => {
      await trino(`INSERT INTO ${database}.t VALUES (1)`)
      const theirs = await load()
      expect(theirs.metadata.snapshots).toHaveLength(1)
      await store.commit(names, theirs, stageProperties(theirs.metadata, { x: '1' }))
      await trino(`INSERT INTO ${database}.t VALUES (2)`)
      expect((await load()).metadata.properties).toMatchObject({ x: '1' })
      expect(await trino(`SELECT a FROM ${database}.t ORDER BY 1`)).toEqual([[1], [2]])
    })

    it('say where nobody knows whether a commit was taken', async () => {
      const base = await load()
      proxy.cut('set-properties')
      const staged = stageProperties(base.metadata, { y: '1' })
      await expect(store.commit(names, base, staged)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
      })
      expect((await load()).metadata.properties).toMatchObject({ y: '1' })
    })
  },
)
