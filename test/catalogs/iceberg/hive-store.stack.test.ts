import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GoldsyncError } from '../../../shared/base/errors.ts'
import { metastoreClient } from '../../../shared/catalogs/hms/connection/client.ts'
import { hmsSettings } from '../../../shared/catalogs/hms/options.ts'
import { openMetadataRoot } from '../../../shared/catalogs/iceberg/metadata-root.ts'
import { openHiveStore } from '../../../shared/catalogs/iceberg/stores/hive.ts'
import type { TableStore } from '../../../shared/catalogs/iceberg/table-store.ts'
import { newTable, stageProperties } from '../../../shared/iceberg/stage.ts'
import { openStorage } from '../../../shared/storages/open.ts'
import type { WritableStorage } from '../../../shared/storages/storage.ts'
import { describeTableStore } from '../../conformance/table-store.ts'
import { type CuttingProxy, cuttingProxy } from '../../support/cutting-proxy.ts'
import { hdfs } from '../../support/hdfs.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { describeStack, stack } from '../../support/stack.ts'
import { statementRows } from '../../support/statements.ts'
import { eventually } from '../../support/waiting.ts'

const servers = [
  { ...stack.metastore, catalog: stack.trino.icebergCatalog, hive: 'hive', component: 'metastore' },
  { ...stack.metastore3, catalog: stack.trino.iceberg3Catalog, hive: 'hive3', component: 'metastore3' },
] as const

const storageOf = (root: string) => openStorage(root, { namenodes: stack.hdfs.namenodes, user: 'hive' })

describe.each(servers)('$version', ({ host, port, version, catalog, hive, component }) => {
  const database = `goldsync_ice_${version.replaceAll('.', '_')}`
  const path = `/user/hive/warehouse/${database}`
  const root = hdfs.location(path)
  const trino = (sql: string) => statementRows({ url: stack.trino.url, kind: 'Trino', catalog }, sql)
  const openAt = (storage: WritableStorage, at: { readonly host: string; readonly port: number }) =>
    openHiveStore(
      hmsSettings.parse({ uris: [`thrift://${at.host}:${at.port}`], timeout: 20_000 }),
      openMetadataRoot(storage, root),
      'ice',
    )

  describeStack(['hdfs', component, 'trino'], 'Iceberg tables in a metastore', () => {
    describeTableStore('hive', async () => {
      await dropDatabases({ host, port }, database)
      const storage = await storageOf(root)
      const store = openAt(storage, { host, port })
      return {
        ...{ store, database, root, files: storage },
        makeForeign: async name =>
          void (await trino(
            `CREATE TABLE ${hive}.${database}.${name} (a bigint) WITH (external_location = '${root}/${name}')`,
          ).catch(async () => {
            await hdfs.mkdir(`${path}/${name}`, '1777')
            await trino(
              `CREATE TABLE ${hive}.${database}.${name} (a bigint) WITH (external_location = '${root}/${name}')`,
            )
          })),
        close: async () => {
          await Promise.all([store.close(), storage.close()])
          await dropDatabases({ host, port }, database)
          await hdfs.rm(path)
        },
      }
    })
  })

  describeStack(['hdfs', component, 'trino'], 'Iceberg tables that others commit to, too', () => {
    const own = `${database}_others`
    const names = { database: own, name: 't' }
    let [storage, store, proxy]: [WritableStorage, TableStore, CuttingProxy] = [] as never
    const made = () =>
      newTable({
        uuid: crypto.randomUUID(),
        location: `${root}/${Date.now()}`,
        schema: {
          ...{ type: 'struct', 'schema-id': 0 },
          fields: [
            { id: 1, name: 'a', required: false, type: 'long' },
            { id: 2, name: 'ts', required: false, type: 'timestamptz' },
          ],
        },
        ...{ lastColumnId: 2, spec: { 'spec-id': 0, fields: [] }, properties: { 'gc.enabled': 'false' } },
      })
    const load = async (name = 't') => {
      const loaded = await store.load({ database: own, name })
      if (loaded === undefined || loaded === 'foreign') throw new Error(`the table is ${loaded}`)
      return loaded
    }

    beforeAll(async () => {
      await dropDatabases({ host, port }, own)
      storage = await storageOf(root)
      proxy = await cuttingProxy({ host, port })
      store = openAt(storage, { host: '127.0.0.1', port: proxy.port })
      await store.createDatabase(own)
      await store.commit(names, undefined, made())
    })
    afterAll(async () => {
      await Promise.all([store.close(), storage.close(), proxy.close()])
      await dropDatabases({ host, port }, own)
      await hdfs.rm(path)
    })

    it('are read and written by Trino, and then by us', async () => {
      const base = await load()
      expect(await trino(`SELECT * FROM ${own}.t`)).toEqual([])
      await trino(`INSERT INTO ${own}.t VALUES (1, timestamp '2019-09-01 01:02:03 UTC')`)
      await expect(
        store.commit(names, base, stageProperties(base.metadata, { x: '1' })),
      ).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      const theirs = await load()
      expect(theirs.metadata.snapshots).toHaveLength(1)
      await store.commit(names, theirs, stageProperties(theirs.metadata, { x: '1' }))
      expect(await trino(`SELECT a FROM ${own}.t`)).toEqual([[1]])
      await trino(`INSERT INTO ${own}.t VALUES (2, NULL)`)
      expect((await load()).metadata.properties).toMatchObject({ x: '1' })
      expect(await trino(`SELECT a FROM ${own}.t ORDER BY 1`)).toEqual([[1], [2]])
    })

    it.each([
      ['a commit', 'alter_table_with_environment_context', 1],
      ['a commit, and of its second try', 'alter_table_with_environment_context', 2],
      ['a lock', '\0lock', 1],
      ['a release of a lock', '\0unlock', 1],
    ])('are found committed where the answer of %s is lost', async (_, method, times) => {
      const base = await load()
      const before = proxy.cuts()
      proxy.cut(method.replace('\0', '\0\0\0'.concat(String.fromCharCode(method.length - 1))), times)
      const value = crypto.randomUUID()
      const done = await store.commit(names, base, stageProperties(base.metadata, { lost: value }))
      expect(proxy.cuts() - before).toBe(times)
      expect(await load()).toEqual(done)
      expect(done.metadata.properties).toMatchObject({ lost: value })
      // No lock stays behind.
      await store.commit(names, done, stageProperties(done.metadata, { lost: 'no' }))
    })

    it('wait for who holds the lock of the table, as Iceberg’s library takes it', async () => {
      const base = await load()
      const other = metastoreClient(hmsSettings.parse({ uris: [`thrift://${host}:${port}`] }))
      const component = [{ type: 3, level: 2, dbname: own, tablename: 't' }]
      const { lockid } = await other.call('lock', {
        rqst: { component, user: 'spark', hostname: 'there', agentInfo: 'Iceberg-1' },
      })
      let isDone = false
      const commit = store.commit(names, base, stageProperties(base.metadata, { waited: '1' })).then(done => {
        isDone = true
        return done
      })
      await eventually(async () => {
        const { locks = [] } = await other.call('show_locks', { rqst: { dbname: own, tablename: 't' } })
        expect(locks).toHaveLength(2)
      })
      expect(isDone).toBe(false)
      expect(await load()).toEqual(base)
      await other.call('unlock', { rqst: { lockid } })
      expect((await commit).metadata.properties).toMatchObject({ waited: '1' })
      other.close()
    })

    it('lose nothing where several of us and Trino commit at once', async () => {
      const rows = Number((await trino(`SELECT count(*) FROM ${own}.t`))[0]?.[0])
      const set = async (key: string) => {
        for (;;) {
          const base = await load()
          const done = await store
            .commit(names, base, stageProperties(base.metadata, { [key]: 'x' }))
            .catch(thrown => thrown)
          if (!(done instanceof Error)) return
          if ((done as GoldsyncError).code !== 'CONFLICT') throw done
        }
      }
      // After four tries Trino gives up.
      const insert = async (value: number): Promise<unknown> =>
        trino(`INSERT INTO ${own}.t VALUES (${value}, NULL)`).catch(error => {
          if (!String(error).includes('ICEBERG_COMMIT_ERROR')) throw error
          return insert(value)
        })
      const ours = ['p1', 'p2', 'p3'].map(async key => {
        for (const nth of [1, 2, 3]) await set(`${key}.${nth}`)
      })
      await Promise.all([...ours, insert(7), insert(8)])
      const { properties = {} } = (await load()).metadata
      expect(Object.keys(properties).filter(key => /^p\d\.\d$/.test(key))).toHaveLength(9)
      expect(await trino(`SELECT count(*) FROM ${own}.t`)).toEqual([[rows + 2]])
    })

    it('are read where somebody removed the metadata file that they had a moment ago', async () => {
      const base = await load()
      const files = openMetadataRoot(storage, root)
      let reads = 0
      const late = openHiveStore(
        hmsSettings.parse({ uris: [`thrift://${host}:${port}`] }),
        {
          ...files,
          stat: async (location, call) => {
            reads += 1
            if (reads > 1) return files.stat(location, call)
            await store.commit(names, base, stageProperties(base.metadata, { newer: '1' }))
            return undefined
          },
        },
        'ice',
      )
      expect(await late.load(names)).toMatchObject({ metadata: { properties: { newer: '1' } } })
      await late.close()
    })

    it('are found made where the answer is lost', async () => {
      proxy.cut('create_table_with_environment_context')
      const done = await store.commit({ database: own, name: 'new' }, undefined, made())
      expect(await load('new')).toEqual(done)
    })

    it('say where nobody knows whether a commit was taken, and keep what it may point to', async () => {
      const base = await load('new')
      const at = { host: '127.0.0.1', port: proxy.port }
      const late = openAt(storage, at)
      proxy.cut('', 10_000)
      const error = await late
        .commit({ database: own, name: 'new' }, base, stageProperties(base.metadata, { y: '1' }))
        .catch(thrown => thrown)
      proxy.cut('', 0)
      expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
      expect(await load('new')).toEqual(base)
      await late.close()
    })
  })
})
