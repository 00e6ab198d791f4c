import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { Refusal } from '../../shared/catalogs/catalog.ts'
import { encodeManifestList } from '../../shared/catalogs/iceberg/avro/manifests.ts'
import type { Backend } from '../../shared/catalogs/iceberg/backend.ts'
import { icebergCatalog } from '../../shared/catalogs/iceberg/iceberg.ts'
import { currentSnapshot } from '../../shared/catalogs/iceberg/snapshot/current.ts'
import { nextManifests } from '../../shared/catalogs/iceberg/snapshot/next.ts'
import { type Loaded, OutcomeUnknown } from '../../shared/catalogs/iceberg/table-store.ts'
import { diffTable } from '../../shared/evolution/diff.ts'
import { growFields } from '../../shared/iceberg/grow.ts'
import { judgeStored } from '../../shared/iceberg/judge.ts'
import type { ContentFile } from '../../shared/iceberg/manifest.ts'
import {
  currentSchema,
  defaultSpec,
  stageProperties,
  stageSchema,
  stageSnapshot,
} from '../../shared/iceberg/stage.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Table } from '../../shared/schema/table.ts'
import {
  addPartitions,
  alterPartitions,
  changeTypes,
  DATA_COLUMNS,
  dropPartitions,
  movePartitions,
  partitionOf,
  setParameters,
} from '../conformance/catalog-support.ts'
import { liveFiles, memoryBackend, ROOT } from '../support/memory-iceberg.ts'
import type { Fault } from '../support/metadata-files.ts'
import { columns } from '../support/types.ts'

const TABLE: Table = {
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: DATA_COLUMNS,
  partitionKeys: columns('key string'),
  location: '/lake/orders',
  parameters: {},
}

const fileOf = (value: string, name: string, more: Partial<DataFile> = {}): DataFile => ({
  path: `/lake/orders/${value}/${name}`,
  size: 100,
  modified: 1,
  rows: 3,
  columns: DATA_COLUMNS,
  diagnostics: [],
  ...more,
})

const partition = (value: string, ...files: (string | DataFile)[]) =>
  partitionOf(TABLE, [value], {
    files: files.map(file => (typeof file === 'string' ? fileOf(value, file) : file)),
  })

const CREATION: readonly Change[] = [
  { kind: 'createDatabase', database: 'golden' },
  { kind: 'createTable', table: TABLE },
]

function open(fault?: Fault) {
  const backend = memoryBackend(fault)
  const catalog = icebergCatalog('iceberg', backend)
  return {
    backend,
    catalog,
    apply: (...changes: Change[]) => catalog.apply(catalog.plan(TABLE.name, changes)),
    live: async () =>
      (await liveFiles(backend, TABLE.name)).map(({ path }) => path.replace('/lake/orders/', '')).sort(),
    loaded: async () => (await backend.store.load(TABLE.name)) as Loaded,
    names: async () =>
      (await catalog.partitions(TABLE, { want: 'names' })).map(({ values }) => values[0]).sort(),
  }
}

async function created(fault?: Fault) {
  const opened = open(fault)
  await opened.apply(...CREATION)
  return opened
}

/** As an engine's optimize or DELETE does: files out, others in. */
async function foreign(
  backend: Backend,
  out: readonly string[],
  into: readonly string[] = [],
): Promise<void> {
  const { metadata } = (await backend.store.load(TABLE.name)) as Loaded
  const current = currentSnapshot(backend.files, metadata)
  const snapshotId = BigInt(Math.floor(Math.random() * 2 ** 52)) + 1n
  const sequenceNumber = BigInt(metadata['last-sequence-number'] + 1)
  const added = into.map((path): ContentFile => {
    const [value = ''] = path.split('/').slice(-2)
    return { content: 0, path, format: 'PARQUET', partition: [value], recordCount: 3n, fileSize: 100n }
  })
  const { manifests } = await nextManifests(backend.files, current, {
    id: `foreign-${snapshotId}`,
    snapshotId,
    sequenceNumber,
    schema: currentSchema(metadata),
    spec: defaultSpec(metadata),
    properties: {},
    folder: `${ROOT}/foreign`,
    added,
    removed: { paths: new Set(out.map(path => `/lake/orders/${path}`)), in: await current.manifests() },
  })
  const manifestList = `${ROOT}/foreign/snap-${snapshotId}.avro`
  await backend.files.create(
    manifestList,
    await encodeManifestList(manifests, { snapshotId, sequenceNumber }),
  )
  const staged = stageSnapshot({
    base: metadata,
    snapshotId,
    manifestList,
    summary: {},
    operation: 'replace',
    now: Date.now(),
  })
  await backend.store.commit(TABLE.name, (await backend.store.load(TABLE.name)) as Loaded, staged)
}

describe("commits of Iceberg's catalog", () => {
  it('are one for all steps of a plan about a table that is there', async () => {
    let commits = 0
    const { apply, live, names } = await created((call, when) => {
      if (call === 'commit' && when === 'before') commits += 1
    })
    commits = 0
    await apply(
      { kind: 'addColumns', table: TABLE.name, columns: columns('extra int') },
      addPartitions(TABLE, partition('a', '1'), partition('b', '1', '2')),
      setParameters(TABLE, { mark: 'x' }),
    )
    expect(commits).toBe(1)
    expect([await live(), await names()]).toEqual([
      ['a/1', 'b/1', 'b/2'],
      ['a', 'b'],
    ])
  })

  it('are none where all is as it shall be', async () => {
    const { apply, backend } = await created()
    const changes = [addPartitions(TABLE, partition('a', '1')), setParameters(TABLE, { mark: 'x' })]
    await apply(...changes)
    const before = [...backend.files.all.keys()]
    await apply(...changes, alterPartitions(TABLE, partition('a', '1')))
    expect([...backend.files.all.keys()]).toEqual(before)
  })

  it('say what they did, as the Java library does', async () => {
    const { apply, loaded } = await created()
    await apply(addPartitions(TABLE, partition('a', '1', '2')))
    await apply(alterPartitions(TABLE, partition('a', '2', fileOf('a', '3', { rows: 5 }))))
    const [first, second] = (await loaded()).metadata.snapshots ?? []
    expect(first?.summary).toMatchObject({
      operation: 'append',
      'added-data-files': '2',
      'added-records': '6',
      'total-records': '6',
      'total-data-files': '2',
      'changed-partition-count': '1',
    })
    expect(second?.summary).toMatchObject({
      operation: 'overwrite',
      'added-records': '5',
      'deleted-data-files': '1',
      'deleted-records': '3',
      'total-records': '8',
      'total-data-files': '2',
    })
    expect(second?.['parent-snapshot-id']).toBe(first?.['snapshot-id'])
  })

  it('have nothing of a step that fails halfway', async () => {
    const { apply, catalog, live, names } = await created()
    const bad = partition('b', fileOf('b', '1', { rows: undefined }))
    const changes = [
      addPartitions(TABLE, partition('a', '1')),
      addPartitions(TABLE, partition('c', '1'), bad),
    ]
    await expect(apply(...changes)).rejects.toMatchObject({ code: 'DATA_INVALID' })
    expect([await live(), await names()]).toEqual([['a/1'], ['a']])
    const widening = changeTypes(TABLE, { name: 'bigint' }, { parameters: { pending: 'x' } })
    await expect(apply(setParameters(TABLE, { mark: 'y' }), widening)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    })
    const { columns: left, parameters } = (await catalog.inspect(TABLE.name))!
    expect([left, parameters]).toEqual([DATA_COLUMNS, { mark: 'y' }])
  })

  it('that write the name mapping expect the schema that it is of', async () => {
    const { apply, backend } = await created()
    const { commit } = backend.store
    const expected: boolean[] = []
    backend.store.commit = (name, base, staged) => {
      expected.push(staged.requirements.some(({ type }) => type === 'assert-current-schema-id'))
      return commit(name, base, staged)
    }
    const spelled = (name: string) =>
      fileOf('a', name, { stored: { fields: [{ name: 'NAME', form: 'BYTE_ARRAY STRING' }], sizes: [1] } })
    await apply(addPartitions(TABLE, partition('a', '1')))
    await apply(alterPartitions(TABLE, partition('a', '1', spelled('2'))))
    await apply(alterPartitions(TABLE, partition('a', '1', spelled('2'), spelled('3'))))
    expect(expected).toEqual([false, true, false])
  })

  it('take old snapshots out of the metadata, and no file', async () => {
    const { apply, backend, loaded, live } = await created()
    for (const value of ['a', 'b', 'c']) await apply(addPartitions(TABLE, partition(value, '1')))
    const before = [...backend.files.all.keys()]
    const { metadata } = await loaded()
    const [first, second, third] = (metadata.snapshots ?? []).map(one => one['snapshot-id'])
    const day = 86_400_000
    const snapshots = metadata.snapshots?.map(one => ({ ...one, 'timestamp-ms': Date.now() - 6 * day }))
    const statistics = [{ 'snapshot-id': first }, { 'snapshot-id': third }]
    backend.store.tables_.set('golden.orders', {
      ...(await loaded()),
      metadata: { ...metadata, snapshots, statistics } as typeof metadata,
    })
    await apply(setParameters(TABLE, { mark: 'x' }))
    expect((await loaded()).metadata.snapshots).toHaveLength(3)
    await apply(addPartitions(TABLE, partition('d', '1')))
    const after = (await loaded()).metadata
    const ids = after.snapshots?.map(one => one['snapshot-id'])
    // What engines may have begun from is kept besides the new one.
    expect([ids?.[0], ids?.length, ids?.includes(second!)]).toEqual([third, 2, false])
    expect(after.statistics).toEqual([{ 'snapshot-id': third }])
    expect(after['snapshot-log']?.map(one => one['snapshot-id'])).toEqual(ids)
    expect(await live()).toEqual(['a/1', 'b/1', 'c/1', 'd/1'])
    expect([...backend.files.all.keys()]).toEqual(expect.arrayContaining(before))
  })

  it('tell a step as done once it is committed, and only then', async () => {
    let refuse: GoldsyncError | undefined
    let order: string[] = []
    const { catalog } = await created((call, when) => {
      if (call !== 'commit' || when !== 'before') return
      order.push('commit')
      if (refuse) throw refuse
    })
    const told = async (...changes: Change[]) => {
      order = []
      const call = { onStep: (_: unknown, done: number) => void order.push(String(done)) }
      await catalog.apply(catalog.plan(TABLE.name, changes), call).catch(() => {})
      return order
    }
    const changes = [addPartitions(TABLE, partition('a', '1')), setParameters(TABLE, { mark: 'x' })]
    refuse = new GoldsyncError('PERMISSION_DENIED', 'no')
    expect(await told(...changes)).toEqual(['commit'])
    refuse = undefined
    expect(await told(...changes)).toEqual(['commit', '1', '2'])
    expect(await told(...changes)).toEqual(['1', '2'])
    const bad = addPartitions(TABLE, partition('b', fileOf('b', '1', { rows: undefined })))
    expect(await told(setParameters(TABLE, { mark: 'y' }), bad)).toEqual(['commit', '1'])
  })

  it('have the steps before an abort', async () => {
    const { catalog, live } = await created()
    let asked = 0
    const signal = {
      get aborted() {
        asked += 1
        return asked > 3
      },
    } as AbortSignal
    const steps: number[] = []
    const changes = [addPartitions(TABLE, partition('a', '1')), setParameters(TABLE, { mark: 'x' })]
    const onStep = (_: unknown, done: number) => void steps.push(done)
    const applied = catalog.apply(catalog.plan(TABLE.name, changes), { signal, onStep })
    await expect(applied).rejects.toMatchObject({ code: 'ABORTED' })
    expect([await live(), steps]).toEqual([['a/1'], [1]])
    expect((await catalog.inspect(TABLE.name))?.parameters).toEqual({})
  })

  it('of many at once lose nothing, and have nothing twice', async () => {
    const { catalog, live, names } = await created()
    const values = Array.from({ length: 8 }, (_, at) => `p${at}`)
    const plans = values.map(value =>
      catalog.plan(TABLE.name, [addPartitions(TABLE, partition(value, '1'), partition('same', '1'))]),
    )
    await Promise.all(plans.map(plan => catalog.apply(plan)))
    expect(await live()).toEqual([...values.map(value => `${value}/1`), 'same/1'])
    expect(await names()).toEqual([...values, 'same'])
  })

  it('whose answer is lost are made once', async () => {
    let isArmed = false
    const { apply, live, loaded } = await created((call, when) => {
      if (call !== 'commit' || when === 'before' || !isArmed) return
      isArmed = false
      throw new OutcomeUnknown('TIMEOUT', 'the answer is lost')
    })
    isArmed = true
    await apply(addPartitions(TABLE, partition('a', '1')))
    expect(await live()).toEqual(['a/1'])
    expect((await loaded()).metadata.snapshots).toHaveLength(1)
  })

  it('that lost leave no files behind', async () => {
    const { apply, backend, live } = await created()
    let raced = false
    const { commit } = backend.store
    backend.store.commit = async (...args) => {
      if (!raced) {
        raced = true
        await foreign({ ...backend, store: { ...backend.store, commit } }, [], ['/lake/orders/z/foreign'])
      }
      return commit(...args)
    }
    await apply(addPartitions(TABLE, partition('a', '1')))
    expect(await live()).toEqual(['a/1', 'z/foreign'])
    const own = [...backend.files.all.keys()].filter(path => !path.includes('/foreign'))
    // A manifest, a list, a segment of the ledger and its list.
    expect(own).toHaveLength(4)
  })

  it.each([
    ['none where it was not taken', new GoldsyncError('TIMEOUT', 'the lock is not given'), 4],
    ['them where it may be taken yet', new OutcomeUnknown('TIMEOUT', 'the answer is lost'), 8],
  ])('leave of files of a try that failed %s', async (_, error, left) => {
    let isArmed = false
    const { apply, backend, live } = await created((call, when) => {
      if (call !== 'commit' || when === 'after' || !isArmed) return
      isArmed = false
      throw error
    })
    isArmed = true
    await apply(addPartitions(TABLE, partition('a', '1')))
    expect(await live()).toEqual(['a/1'])
    expect(backend.files.all.size).toBe(left)
  })

  it('are not tried again where they are refused each time', async () => {
    let tries = 0
    const { apply, backend } = await created((call, when) => {
      if (call !== 'commit' || when === 'after' || ++tries === 1) return
      throw new GoldsyncError('CONFLICT', 'types incompatible with the existing columns', {
        retryable: false,
      })
    })
    await expect(apply(addPartitions(TABLE, partition('a', '1')))).rejects.toThrow('types incompatible')
    expect([tries, backend.files.all.size]).toEqual([2, 0])
  })

  it('that a crash cut at whatever call are finished by the next run', async () => {
    const changes: readonly Change[] = [
      addPartitions(TABLE, partition('a', '1'), partition('b', '1')),
      alterPartitions(TABLE, partition('a', fileOf('a', '1', { size: 101 }), '2')),
      dropPartitions(TABLE, ['b']),
      setParameters(TABLE, { mark: 'x' }),
    ]
    const run = async (failing: number) => {
      let calls = 0
      const opened = open((_, when) => {
        calls += 1
        if (calls === failing) throw new Error(`power cut ${when}`)
      })
      const runAll = async () => {
        await opened.apply(...CREATION).catch(() => {})
        for (const change of changes) await opened.apply(change).catch(() => {})
        return calls
      }
      const first = await runAll()
      await runAll()
      const told = await opened.names()
      return {
        calls: first,
        state: [await opened.live(), told, (await opened.catalog.inspect(TABLE.name))?.parameters],
      }
    }
    const { calls, state } = await run(-1)
    for (let failing = 1; failing <= calls; failing++) {
      const cut = await run(failing)
      expect(cut.state, `cut at ${failing}`).toEqual(state)
    }
  })
})

describe('files that are replaced', () => {
  it('leave the table and come to it in one snapshot', async () => {
    const { apply, live, loaded, backend } = await created()
    await apply(addPartitions(TABLE, partition('a', '1', '2'), partition('b', '1')))
    await apply(alterPartitions(TABLE, partition('a', fileOf('a', '1', { size: 200, rows: 7 }), '2')))
    expect(await live()).toEqual(['a/1', 'a/2', 'b/1'])
    const files = await liveFiles(backend, TABLE.name)
    expect(files.find(({ path }) => path.endsWith('a/1'))).toMatchObject({ recordCount: 7n, fileSize: 200n })
    expect((await loaded()).metadata.snapshots?.at(-1)?.summary.operation).toBe('overwrite')
  })

  it('count as replaced by their etag, or, without one, by their time', async () => {
    const { apply, loaded } = await created()
    const snapshots = async () => (await loaded()).metadata.snapshots?.length
    const tagged = (etag: string, modified: number) => partition('a', fileOf('a', '1', { etag, modified }))
    await apply(addPartitions(TABLE, tagged('x', 1), partition('b', '1')))
    await apply(alterPartitions(TABLE, tagged('x', 2)))
    const summary = async () => (await loaded()).metadata.snapshots?.at(-1)?.summary
    expect(await summary()).not.toHaveProperty('added-data-files')
    await apply(alterPartitions(TABLE, tagged('y', 2)))
    expect(await summary()).toMatchObject({ 'added-data-files': '1', 'deleted-data-files': '1' })
    await apply(alterPartitions(TABLE, partition('b', fileOf('b', '1', { modified: 5 }))))
    expect(await summary()).toMatchObject({ 'added-data-files': '1', 'deleted-data-files': '1' })
    expect(await snapshots()).toBe(4)
  })
})

describe('files that somebody else has rewritten in the table', () => {
  const rewritten = async () => {
    const opened = await created()
    await opened.apply(addPartitions(TABLE, partition('a', '1', '2'), partition('b', '1')))
    await foreign(opened.backend, ['a/1', 'a/2'], ['/lake/orders/a/optimized'])
    return opened
  }

  it('count as had', async () => {
    const { apply, live } = await rewritten()
    await apply(alterPartitions(TABLE, partition('a', '1', '2', '3'), partition('b', '1')))
    expect(await live()).toEqual(['a/3', 'a/optimized', 'b/1'])
  })

  it('are not added again under the same name with another content: their partition is refused', async () => {
    const { catalog, live } = await rewritten()
    const refused: Refusal[] = []
    const changes = [
      alterPartitions(TABLE, partition('a', fileOf('a', '1', { size: 9 }), '2'), partition('b', '1', '2')),
    ]
    await catalog.apply(catalog.plan(TABLE.name, changes), { onRefused: refusal => refused.push(refusal) })
    expect(refused.map(({ values, error }) => [values, error.code])).toEqual([[['a'], 'CONFLICT']])
    expect(await live()).toEqual(['a/optimized', 'b/1', 'b/2'])
    await expect(catalog.apply(catalog.plan(TABLE.name, changes))).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('are not added again when they come back, nor when their partition does', async () => {
    const { apply, live, names } = await rewritten()
    await apply(alterPartitions(TABLE, partition('a', '2')))
    await apply(alterPartitions(TABLE, partition('a', '1', '2')))
    expect(await live()).toEqual(['a/optimized', 'b/1'])
    await apply(dropPartitions(TABLE, ['a'], ['b']))
    expect([await live(), await names()]).toEqual([['a/optimized'], []])
    await apply(addPartitions(TABLE, partition('a', '1', '2', '3'), partition('b', '1')))
    expect([await live(), await names()]).toEqual([
      ['a/3', 'a/optimized', 'b/1'],
      ['a', 'b'],
    ])
  })

  it('are not added from the folder that they are moved to', async () => {
    const { apply, live } = await rewritten()
    const [from, to] = ['/lake/orders/a', '/lake/new/a']
    const files = ['1', '2', '3'].map(name => fileOf('a', name, { path: `${to}/${name}` }))
    await apply(
      movePartitions(TABLE, { values: ['a'], from, to }),
      alterPartitions(TABLE, { ...partition('a'), location: to, files }),
    )
    expect(await live()).toEqual(['/lake/new/a/3', 'a/optimized', 'b/1'])
  })
})

describe('a table whose property of the ledger somebody has removed', () => {
  const robbed = async () => {
    const opened = await created()
    await opened.apply(addPartitions(TABLE, partition('a', '1')))
    const loaded = await opened.loaded()
    await opened.backend.store.commit(
      TABLE.name,
      loaded,
      stageProperties(loaded.metadata, {}, ['goldsync.ledger']),
    )
    return opened
  }
  const error = { code: 'CONFLICT', retryable: false, message: expect.stringMatching(/goldsync\.ledger/) }

  it('gets nothing twice: that is an error', async () => {
    const { apply, live } = await robbed()
    await expect(apply(addPartitions(TABLE, partition('a', '1')))).rejects.toMatchObject(error)
    expect(await live()).toEqual(['a/1'])
  })

  it('has no partitions to tell of', async () => {
    const { names } = await robbed()
    await expect(names()).rejects.toMatchObject(error)
  })

  it('is another than one that nothing came to yet, but what somebody else put in', async () => {
    const { apply, backend, live, names } = await created()
    await foreign(backend, [], ['/lake/orders/z/foreign'])
    expect(await names()).toEqual([])
    await apply(addPartitions(TABLE, partition('a', '1')))
    expect([await live(), await names()]).toEqual([['a/1', 'z/foreign'], ['a']])
  })
})

describe('files of the lake that somebody else has added to the table', () => {
  const added = async (...files: string[]) => {
    const opened = await created()
    await opened.apply(addPartitions(TABLE, partition('a', '1')))
    await foreign(opened.backend, [], files)
    return opened
  }

  it('count as had, in a partition that is new or known', async () => {
    const { apply, live, names } = await added('/lake/orders/b/1', '/lake/orders/a/2')
    await apply(
      addPartitions(TABLE, partition('b', '1', '2')),
      alterPartitions(TABLE, partition('a', '1', '2')),
    )
    expect([await live(), await names()]).toEqual([
      ['a/1', 'a/2', 'b/1', 'b/2'],
      ['a', 'b'],
    ])
  })

  it('leave the table with their partition, and come back once', async () => {
    const { apply, live } = await added('/lake/orders/b/1')
    await apply(addPartitions(TABLE, partition('b', '1')))
    await apply(dropPartitions(TABLE, ['b']))
    expect(await live()).toEqual(['a/1'])
    await apply(addPartitions(TABLE, partition('b', '1')))
    expect(await live()).toEqual(['a/1', 'b/1'])
  })

  it('are the same under another spelling of the place', async () => {
    const { apply, live } = await added('file:/lake/orders/b/1')
    await apply(addPartitions(TABLE, partition('b', '1')))
    expect(await live()).toEqual(['a/1', 'file:b/1'])
  })

  it('are replaced where the lake has another by that name now', async () => {
    const { apply, live, backend } = await added('/lake/orders/b/1')
    await apply(addPartitions(TABLE, partition('b', fileOf('b', '1', { size: 300, rows: 9 }))))
    expect(await live()).toEqual(['a/1', 'b/1'])
    const files = await liveFiles(backend, TABLE.name)
    expect(files.find(({ path }) => path.endsWith('b/1'))).toMatchObject({ recordCount: 9n, fileSize: 300n })
  })
})

describe('names in files that no column has', () => {
  const odd = (value: string, ...names: string[]) =>
    partition(
      value,
      fileOf(value, '1', {
        stored: { fields: names.map(name => ({ name, form: 'INT32 INT(8)' })), sizes: names.map(() => 1) },
      }),
    )

  it('are mapped by one commit after the other, and leave the schema alone', async () => {
    const { apply, loaded, live } = await created()
    const before = (await loaded()).metadata
    for (const name of ['x', 'y', 'z']) await apply(addPartitions(TABLE, odd(name, name)))
    const { metadata } = await loaded()
    const mapping = JSON.parse(metadata.properties?.['schema.name-mapping.default'] ?? '[]')
    const names = mapping.slice(-3) as { 'field-id': number; names: string[] }[]
    expect(names.map(entry => entry.names)).toEqual([['x'], ['y'], ['z']])
    expect(new Set(names.map(entry => entry['field-id'])).size).toBe(3)
    expect(await live()).toEqual(['x/1', 'y/1', 'z/1'])
    expect([metadata.schemas, metadata['last-column-id']]).toEqual([before.schemas, before['last-column-id']])
  })

  it('have no id that an engine gives to a column', async () => {
    const { apply, loaded, backend } = await created()
    await apply(addPartitions(TABLE, odd('a', 'y')))
    const base = await loaded()
    const id = base.metadata['last-column-id'] + 1
    const schema = currentSchema(base.metadata)
    const fields = [...schema.fields, { id, name: 'c', required: false, type: 'int' }]
    const staged = stageSchema(base.metadata, { schema: { ...schema, fields }, lastColumnId: id })
    await backend.store.commit(TABLE.name, base, staged)
    await apply(addPartitions(TABLE, odd('b', 'y', 'c', 'q')))
    const mapping = (await loaded()).metadata.properties?.['schema.name-mapping.default'] ?? ''
    expect(JSON.parse(mapping)).toContainEqual({ 'field-id': id, names: ['c'] })
    const all = [...mapping.matchAll(/"field-id":(\d+)/g)].map(([, text]) => text)
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('files that were judged for another table than there is by now', () => {
  const KEYS = TABLE.partitionKeys
  const AT = columns('at timestamp')
  const stored = (form: string, id?: number) => ({
    fields: [{ name: 'at', form, ...(id === undefined ? {} : { id }) }],
    sizes: [1],
  })
  const [UTC, LOCAL] = ['INT64 TIMESTAMP(MICROS)', 'INT64 TIMESTAMP(MICROS) LOCAL']
  const timed = (value: string, form: string, id?: number) => ({
    ...partition(value, fileOf(value, '1', { columns: AT, stored: stored(form, id) })),
    columns: AT,
  })
  /** What one of two instances decides for a new topic. */
  const decided = (form: string): Table => ({
    ...TABLE,
    columns: AT,
    fields: growFields(undefined, { columns: AT, keys: KEYS }, [stored(form)]),
  })

  it('are refused, one partition after the other', async () => {
    const { catalog, apply, live } = open()
    const changes = (form: string, ...values: string[]): Change[] => [
      { kind: 'createDatabase', database: 'golden' },
      { kind: 'createTable', table: decided(form) },
      addPartitions(TABLE, ...values.map(value => timed(value, form))),
    ]
    await apply(...changes(LOCAL, 'a'))
    const refused: Refusal[] = []
    const plan = catalog.plan(TABLE.name, [...changes(UTC, 'b'), addPartitions(TABLE, timed('c', LOCAL))])
    await catalog.apply(plan, { onRefused: refusal => refused.push(refusal) })
    expect(refused.map(({ values, error }) => [values, error.code, error.message])).toEqual([
      [
        ['b'],
        'DATA_INVALID',
        expect.stringMatching(/orders\/b\/1: column at is stored as .*adjusted to UTC/),
      ],
    ])
    expect(await live()).toEqual(['a/1', 'c/1'])
  })

  it('wait for the next run where the table has not all of their columns', async () => {
    const { catalog, live } = await created()
    const refused: Refusal[] = []
    const wider = { ...partition('a', '1'), columns: [...DATA_COLUMNS, ...AT] }
    const plan = catalog.plan(TABLE.name, [addPartitions(TABLE, wider, partition('b', '1'))])
    await catalog.apply(plan, { onRefused: refusal => refused.push(refusal) })
    expect(refused).toMatchObject([{ values: ['a'], error: { code: 'CONFLICT', retryable: true } }])
    expect(await live()).toEqual(['b/1'])
  })

  it.each([
    ['a time without a zone', LOCAL, undefined, 'timestamp'],
    ['the id that files have', UTC, 77, 'timestamptz'],
  ])('are not those whose column is new: it gets %s, as was decided', async (_, form, id, type) => {
    const { apply, catalog, loaded, live } = await created()
    const { fields } = (await catalog.inspect(TABLE.name))!
    const all = [...DATA_COLUMNS, ...AT]
    const [next] = diffTable(
      { ...TABLE, columns: DATA_COLUMNS },
      {
        ...TABLE,
        columns: all,
        fields: growFields(fields, { columns: all, keys: KEYS }, [stored(form, id)]),
      },
    )
    await apply(next!, addPartitions(TABLE, timed('a', form, id)))
    const field = currentSchema((await loaded()).metadata).fields.find(({ name }) => name === 'at')
    expect(field).toMatchObject({ type, ...(id === undefined ? {} : { id }) })
    expect(await live()).toEqual(['a/1'])
  })
})

describe('a column that somebody has dropped', () => {
  const stored = (...names: string[]) => ({
    fields: names.map(name => ({ name, form: name === 'id' ? 'INT32' : 'BYTE_ARRAY STRING' })),
    sizes: names.map(() => 1),
  })

  it('comes back with the next file that has it, by the id and the schema that it had', async () => {
    const { apply, catalog, loaded, backend, live } = await created()
    const names = DATA_COLUMNS.map(({ name }) => name)
    await apply(addPartitions(TABLE, partition('a', fileOf('a', '1', { stored: stored(...names) }))))
    const base = await loaded()
    const schema = currentSchema(base.metadata)
    const fields = schema.fields.filter(({ name }) => name !== 'name')
    const without = { schema: { ...schema, fields }, lastColumnId: base.metadata['last-column-id'] }
    await backend.store.commit(TABLE.name, base, stageSchema(base.metadata, without))
    const table = (await catalog.inspect(TABLE.name))!
    const file = fileOf('b', '1', { stored: stored(...names) })
    const wanted = [...table.columns, ...DATA_COLUMNS.filter(({ name }) => name === 'name')]
    const judged = judgeStored(file, table.fields, { columns: wanted, keys: TABLE.partitionKeys })
    if (judged.refused) throw new Error(judged.refused.message)
    const changes = diffTable(table, { ...table, columns: wanted, fields: judged.fields })
    await apply(...changes, addPartitions(TABLE, partition('b', file)))
    const after = currentSchema((await loaded()).metadata).fields
    expect(after.find(({ name }) => name === 'name')).toEqual(
      schema.fields.find(({ name }) => name === 'name'),
    )
    expect(await live()).toEqual(['a/1', 'b/1'])
  })
})

describe("manifests of Iceberg's catalog", () => {
  it('are merged above a count, and no commit grows with the table', async () => {
    const { apply, live, backend } = await created()
    const sizes: number[] = []
    for (let at = 0; at < 230; at++) {
      const before = new Set(backend.files.all.keys())
      const value = `p${String(at).padStart(4, '0')}`
      await apply(addPartitions(TABLE, partition(value, '1')))
      const made = [...backend.files.all].filter(([path]) => !before.has(path))
      sizes.push(
        made.filter(([path]) => path.endsWith('.jsonl.gz')).reduce((sum, [, bytes]) => sum + bytes.length, 0),
      )
    }
    const loaded = (await backend.store.load(TABLE.name)) as Loaded
    const manifests = await currentSnapshot(backend.files, loaded.metadata).manifests()
    expect(manifests.length).toBeLessThan(100)
    expect(await live()).toHaveLength(230)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    expect(total / sizes.length).toBeLessThan(8 * (sizes[0] as number))
  })

  it('keep who added a file, and when, through a merge and a deletion', async () => {
    const { apply, backend } = await created()
    await apply(setParameters(TABLE, { 'commit.manifest.min-count-to-merge': '3' }))
    for (const value of ['a', 'b', 'c', 'd']) await apply(addPartitions(TABLE, partition(value, '1', '2')))
    await apply(alterPartitions(TABLE, partition('b', '2')))
    const { metadata } = (await backend.store.load(TABLE.name)) as Loaded
    const current = currentSnapshot(backend.files, metadata)
    const entries = (await Promise.all((await current.manifests()).map(one => current.read(one)))).flatMap(
      one => one.entries,
    )
    const ids = metadata.snapshots?.map(snapshot => [
      snapshot['snapshot-id'],
      BigInt(snapshot['sequence-number']),
    ])
    const told = new Map(
      entries.map(({ file, snapshotId, sequenceNumber }) => [file.path, [snapshotId, sequenceNumber]]),
    )
    expect(told.size).toBe(7)
    for (const [at, value] of ['a', 'b', 'c', 'd'].entries())
      expect(told.get(`/lake/orders/${value}/2`)).toEqual(ids?.[at])
  })
})
