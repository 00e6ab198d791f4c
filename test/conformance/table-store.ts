import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeManifestList } from '../../shared/catalogs/iceberg/avro/manifests.ts'
import type { Loaded, TableStore } from '../../shared/catalogs/iceberg/table-store.ts'
import type { IcebergSchema, Staged } from '../../shared/iceberg/metadata.ts'
import { newTable, stageProperties, stageSchema, stageSnapshot } from '../../shared/iceberg/stage.ts'
import type { WritableStorage } from '../../shared/storages/storage.ts'

export interface TableStoreHarness {
  readonly store: TableStore
  /** Of its own, which does not exist yet. */
  readonly database: string
  /** Below which tables of the database are: its location, and a folder for each. */
  readonly root: string
  readonly files: Pick<WritableStorage, 'create' | 'list'>
  /** Makes something in the database that is no Iceberg table, where there can be such. */
  readonly makeForeign?: (name: string) => Promise<void>
  /** Whether a server writes the metadata files, and so decides what it leaves. */
  readonly serverWrites?: true
  close(): Promise<void>
}

const SCHEMA: IcebergSchema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    { id: 1, name: 'id', required: false, type: 'long' },
    { id: 2, name: 'price', required: false, type: 'decimal(9, 2)' },
    { id: 3, name: 'at', required: false, type: 'timestamptz', doc: 'when' },
    {
      ...{ id: 4, name: 'tags', required: false },
      type: { type: 'list', 'element-id': 6, 'element-required': false, element: 'string' },
    },
    { id: 5, name: 'year', required: false, type: 'int' },
  ],
}
const SPEC = {
  'spec-id': 0,
  fields: [{ 'source-id': 5, 'field-id': 1000, name: 'year', transform: 'identity' }],
}
/** More than JavaScript's numbers hold exactly. */
const LARGE = 2n ** 62n + 1n

/** What every store of tables does. */
export function describeTableStore(name: string, open: () => Promise<TableStoreHarness>): void {
  describe(`table store ${name}`, () => {
    let harness: TableStoreHarness
    let store: TableStore

    beforeAll(async () => {
      harness = await open()
      store = harness.store
      await store.createDatabase(harness.database)
    })

    afterAll(() => harness.close())

    const nameOf = (table: string) => ({ database: harness.database, name: table })
    const made = (table: string): Staged =>
      newTable({
        uuid: randomUUID(),
        location: `${harness.root}/${table}`,
        ...{
          schema: SCHEMA,
          lastColumnId: 6,
          spec: SPEC,
          properties: { 'gc.enabled': 'false', 'goldsync.x': 'é' },
        },
      })
    const create = (table: string) => store.commit(nameOf(table), undefined, made(table))
    async function snapshot(table: string, { metadata }: Loaded, snapshotId: bigint): Promise<Staged> {
      const sequenceNumber = metadata['last-sequence-number'] + 1
      const manifestList = `${harness.root}/${table}/metadata/snap-${randomUUID()}.avro`
      await harness.files.create(manifestList, encodeManifestList([], { snapshotId, sequenceNumber }))
      return stageSnapshot({
        ...{ base: metadata, snapshotId, manifestList, operation: 'append', now: Date.now() },
        summary: { 'goldsync.commit': String(snapshotId), 'total-records': '0' },
        properties: { 'goldsync.ledger': String(snapshotId) },
      })
    }
    const load = async (table: string): Promise<Loaded> => {
      const loaded = await store.load(nameOf(table))
      if (loaded === undefined || loaded === 'foreign') throw new Error(`${table} is ${loaded}`)
      return loaded
    }

    it('knows its databases', async () => {
      expect(await store.hasDatabase(harness.database)).toBe(true)
      expect(await store.hasDatabase(`${harness.database}_none`)).toBe(false)
      await expect(store.createDatabase(harness.database)).resolves.toBeUndefined()
      expect(await store.databases()).toContain(harness.database)
    })

    it('has no table where there is none', async () => {
      expect(await store.load(nameOf('none'))).toBeUndefined()
      expect(await store.load({ database: `${harness.database}_none`, name: 'none' })).toBeUndefined()
      expect(await store.tables(`${harness.database}_none`)).toEqual([])
    })

    it('makes a table, and reads it as it was made', async () => {
      const loaded = await create('made')
      expect(await load('made')).toEqual(loaded)
      expect(loaded.metadata).toMatchObject({
        ...{ 'format-version': 2, location: `${harness.root}/made`, schemas: [SCHEMA] },
        properties: { 'gc.enabled': 'false', 'goldsync.x': 'é' },
      })
      expect(loaded.metadata['partition-specs']).toMatchObject([SPEC])
      expect(await store.tables(harness.database)).toContain('made')
    })

    it('makes no table twice, and none without a database', async () => {
      const first = await create('twice')
      await expect(create('twice')).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await load('twice')).toEqual(first)
      const elsewhere = { database: `${harness.database}_none`, name: 'twice' }
      await expect(store.commit(elsewhere, undefined, made('twice'))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      })
    })

    it('takes snapshots, with ids of 64 bits and properties in the same commit', async () => {
      const first = await create('snapshots')
      const second = await store.commit(nameOf('snapshots'), first, await snapshot('snapshots', first, LARGE))
      const third = await store.commit(
        nameOf('snapshots'),
        second,
        await snapshot('snapshots', second, LARGE - 2n),
      )
      expect(await load('snapshots')).toEqual(third)
      expect(third.metadata['current-snapshot-id']).toBe(LARGE - 2n)
      expect(third.metadata.snapshots).toMatchObject([
        { 'snapshot-id': LARGE, 'sequence-number': 1, summary: { 'goldsync.commit': String(LARGE) } },
        { 'snapshot-id': LARGE - 2n, 'parent-snapshot-id': LARGE, 'sequence-number': 2 },
      ])
      expect(third.metadata.properties).toMatchObject({ 'goldsync.ledger': String(LARGE - 2n) })
      expect(third.metadata['metadata-log']).toHaveLength(2)
    })

    it('takes properties and schemas', async () => {
      const first = await create('changes')
      const fields = [...SCHEMA.fields, { id: 7, name: 'more', required: false, type: 'string' }]
      const grown = stageSchema(first.metadata, { schema: { ...SCHEMA, fields }, lastColumnId: 7 })
      const second = await store.commit(nameOf('changes'), first, grown)
      const properties = stageProperties(second.metadata, { a: '1' }, ['goldsync.x'])
      await store.commit(nameOf('changes'), second, properties)
      const { metadata } = await load('changes')
      expect(
        metadata.schemas.find(each => each['schema-id'] === metadata['current-schema-id'])?.fields,
      ).toEqual(fields)
      expect(metadata['last-column-id']).toBe(7)
      expect(metadata.properties).toMatchObject({ a: '1', 'gc.enabled': 'false' })
      expect(metadata.properties).not.toHaveProperty('goldsync.x')
    })

    it('refuses a commit to a table that somebody else has committed to', async () => {
      const base = await create('conflict')
      const [ours, theirs] = [await snapshot('conflict', base, 1n), await snapshot('conflict', base, 2n)]
      const won = await store.commit(nameOf('conflict'), base, theirs)
      await expect(store.commit(nameOf('conflict'), base, ours)).rejects.toMatchObject({
        code: 'CONFLICT',
        retryable: true,
      })
      expect(await load('conflict')).toEqual(won)
      const again = await snapshot('conflict', won, 3n)
      expect((await store.commit(nameOf('conflict'), won, again)).metadata.snapshots).toHaveLength(2)
    })

    it('takes one of many commits from one base, and leaves nothing of the others', async () => {
      const base = await create('race')
      const staged = await Promise.all([1n, 2n, 3n, 4n].map(id => snapshot('race', base, id)))
      const done = await Promise.allSettled(staged.map(each => store.commit(nameOf('race'), base, each)))
      const lost = done.flatMap(each => (each.status === 'rejected' ? [each.reason.code] : []))
      expect(lost).toEqual(Array(3).fill('CONFLICT'))
      const winner = done.findIndex(({ status }) => status === 'fulfilled')
      const { metadata } = await load('race')
      expect(metadata.snapshots).toMatchObject([{ 'snapshot-id': BigInt(winner + 1) }])
      if (harness.serverWrites) return
      const names = (await harness.files.list(`${harness.root}/race/metadata`)).map(file => file.name)
      expect(names.filter(each => each.endsWith('.metadata.json'))).toHaveLength(2)
    })

    it('lets one of many make a table', async () => {
      const done = await Promise.allSettled(Array.from({ length: 3 }, () => create('first')))
      expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    it('renames a table, and to no name that is taken', async () => {
      const loaded = await create('before')
      await create('taken')
      await expect(store.rename(nameOf('before'), nameOf('taken'))).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      await store.rename(nameOf('before'), nameOf('after'))
      expect(await store.load(nameOf('before'))).toBeUndefined()
      expect((await load('after')).metadata['table-uuid']).toBe(loaded.metadata['table-uuid'])
      await expect(store.rename(nameOf('none'), nameOf('other'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
      const renamed = await load('after')
      const staged = await snapshot('after', renamed, 5n)
      expect((await store.commit(nameOf('after'), renamed, staged)).metadata.snapshots).toHaveLength(1)
    })

    it('leaves alone what is no Iceberg table', async () => {
      if (!harness.makeForeign) return
      await harness.makeForeign('foreign')
      expect(await store.load(nameOf('foreign'))).toBe('foreign')
      await expect(create('foreign')).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await store.tables(harness.database)).toContain('foreign')
    })

    it('does nothing once the signal has fired', async () => {
      const call = { signal: AbortSignal.abort() }
      const base = await create('stopped')
      await expect(store.load(nameOf('stopped'), call)).rejects.toMatchObject({ code: 'ABORTED' })
      const staged = await snapshot('stopped', base, 1n)
      await expect(store.commit(nameOf('stopped'), base, staged, call)).rejects.toMatchObject({
        code: 'ABORTED',
      })
      expect((await load('stopped')).metadata.snapshots ?? []).toEqual([])
    })
  })
}
