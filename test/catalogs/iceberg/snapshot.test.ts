import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../../shared/base/errors.ts'
import { encodeManifest, encodeManifestList } from '../../../shared/catalogs/iceberg/avro/manifests.ts'
import { currentSnapshot } from '../../../shared/catalogs/iceberg/snapshot/current.ts'
import { nextManifests } from '../../../shared/catalogs/iceberg/snapshot/next.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import type { ManifestEntry, ManifestFile } from '../../../shared/iceberg/manifest.ts'
import type { TableMetadata } from '../../../shared/iceberg/metadata.ts'
import { currentSchema, defaultSpec, stageSnapshot } from '../../../shared/iceberg/stage.ts'
import type { Parameters } from '../../../shared/schema/table.ts'
import { ICEBERG_TABLE } from '../../support/iceberg-metadata.ts'
import { memoryFiles } from '../../support/metadata-files.ts'

const FOLDER = 'memory://meta/orders/metadata'

const fileOf = (path: string) => ({
  ...{ content: 0 as const, path, format: 'PARQUET', partition: [], recordCount: 1n, fileSize: 9n },
})

/** A table whose snapshot 5 has one manifest for each list of entries, of sequence number 7. */
function tableOf(...manifests: (readonly ManifestEntry[])[]) {
  const files = memoryFiles()
  const header = {
    schema: currentSchema(ICEBERG_TABLE),
    spec: defaultSpec(ICEBERG_TABLE),
    content: 'data' as const,
  }
  const listed = manifests.map((entries, at): ManifestFile => {
    const path = `${FOLDER}/m${at}.avro`
    const bytes = encodeManifest(header, entries)
    files.all.set(path, bytes)
    return {
      ...{ path, length: BigInt(bytes.length), specId: 0, content: 'data', sequenceNumber: 7n },
      ...{ minSequenceNumber: 7n, addedSnapshotId: 5n, addedFiles: entries.length, existingFiles: 0 },
      ...{ deletedFiles: 0, addedRows: BigInt(entries.length), existingRows: 0n, deletedRows: 0n },
    }
  })
  const manifestList = `${FOLDER}/snap.avro`
  files.all.set(manifestList, encodeManifestList(listed, { snapshotId: 5n, sequenceNumber: 7n }))
  const staged = stageSnapshot({
    ...{ base: ICEBERG_TABLE, snapshotId: 5n, manifestList, operation: 'append', summary: {}, now: 2 },
  })
  const metadata: TableMetadata = applyStaged(ICEBERG_TABLE, staged, { now: 2 })
  return { files, metadata, current: currentSnapshot(files, metadata) }
}

describe('an entry of a manifest', () => {
  it('has the sequence numbers that it inherits', async () => {
    const { current } = tableOf([
      { status: 'added', file: fileOf('fresh') },
      // A compaction keeps the data's number; its file came with the manifest.
      { status: 'added', sequenceNumber: 3n, file: fileOf('compacted') },
      { status: 'existing', sequenceNumber: 4n, file: fileOf('kept') },
      { status: 'existing', sequenceNumber: 4n, fileSequenceNumber: 2n, file: fileOf('told') },
      { status: 'existing', file: fileOf('old') },
    ])
    const [manifest] = await current.manifests()
    const { entries } = await current.read(manifest!)
    expect(entries.map(one => [one.file.path, one.sequenceNumber, one.fileSequenceNumber])).toEqual([
      ['fresh', 7n, 7n],
      ['compacted', 3n, 7n],
      ['kept', 4n, 4n],
      ['told', 4n, 2n],
      ['old', 0n, 0n],
    ])
  })
})

const entriesOf = (prefix: string, count: number): readonly ManifestEntry[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ status: 'added' as const, snapshotId: 5n, sequenceNumber: 7n, file: fileOf(`${prefix}/${at}`) },
  }))

/** The manifests after a commit that adds files. */
async function added(table: ReturnType<typeof tableOf>, properties: Parameters, names: readonly string[]) {
  const { files, metadata, current } = table
  const { manifests } = await nextManifests(files, current, {
    ...{ id: 'next', snapshotId: 6n, sequenceNumber: 8n, properties, folder: FOLDER },
    ...{ schema: currentSchema(metadata), spec: defaultSpec(metadata), added: names.map(fileOf) },
    removed: { paths: new Set(), in: [] },
  })
  const live: string[] = []
  for (const manifest of manifests) {
    const { entries } = await currentSnapshot(files, metadata).read(manifest)
    expect(manifest.addedFiles + manifest.existingFiles).toBe(entries.length)
    live.push(...entries.map(({ file }) => file.path))
  }
  const written = [...files.all.keys()].filter(path => path.includes('next-m')).sort()
  const paths = manifests.map(({ path }) => path)
  expect(paths.filter(path => path.includes('next-m')).sort()).toEqual(written)
  return { live: live.sort(), paths: paths.map(path => path.slice(FOLDER.length + 1)), manifests }
}
const namesOf = (...entries: (readonly ManifestEntry[])[]) =>
  entries.flatMap(some => some.map(({ file }) => file.path))

describe('manifests', () => {
  it('are of the target size at most, however many files come at once', async () => {
    const names = namesOf(entriesOf('a', 500))
    const size = 4000
    const { live, manifests } = await added(
      tableOf(),
      { 'commit.manifest.target-size-bytes': `${size}` },
      names,
    )
    expect(live).toEqual(names.sort())
    expect(manifests.length).toBeGreaterThan(1)
    for (const { length } of manifests) expect(Number(length)).toBeLessThan(2 * size)
  })

  it('that are old are merged up to the target size, though they are few; the newest stay', async () => {
    const old = ['a', 'b', 'c', 'd'].map(name => entriesOf(name, 300))
    const table = tableOf(...old)
    const length = Math.max(...(await table.current.manifests()).map(one => Number(one.length)))
    const { live, paths } = await added(
      table,
      { 'commit.manifest.target-size-bytes': String(2 * length + 10) },
      ['fresh'],
    )
    expect(live).toEqual(['fresh', ...namesOf(...old)].sort())
    expect(paths).toHaveLength(3)
  })

  it('are left alone where they are few, or merging is off', async () => {
    const table = () => tableOf(entriesOf('a', 2), entriesOf('b', 2))
    expect((await added(table(), {}, ['c'])).paths).toEqual(['next-m0.avro', 'm0.avro', 'm1.avro'])
    const off = { 'commit.manifest-merge.enabled': 'false', 'commit.manifest.min-count-to-merge': '2' }
    expect((await added(table(), off, ['c'])).paths).toHaveLength(3)
    const wrong = { 'commit.manifest.target-size-bytes': '8MB' }
    expect((await added(table(), wrong, ['c'])).paths).toHaveLength(3)
  })

  const few = { 'commit.manifest.min-count-to-merge': '3' }

  it('leave no other behind that only the merged one has the files of', async () => {
    const { paths } = await added(tableOf(entriesOf('a', 2), entriesOf('b', 2)), few, ['c'])
    expect(paths).toEqual(['next-m0.avro'])
  })

  it('of a codec that goldsync does not read are kept as they are', async () => {
    const table = tableOf(entriesOf('a', 2), entriesOf('b', 2), entriesOf('c', 2))
    const path = `${FOLDER}/m1.avro`
    const bytes = Buffer.from(table.files.all.get(path)!)
    bytes.write('snappyy', bytes.indexOf('deflate'))
    table.files.all.set(path, bytes)
    const { manifests } = await nextManifests(table.files, table.current, {
      ...{ id: 'next', snapshotId: 6n, sequenceNumber: 8n, properties: few, folder: FOLDER },
      ...{ schema: currentSchema(ICEBERG_TABLE), spec: defaultSpec(ICEBERG_TABLE), added: [fileOf('d')] },
      removed: { paths: new Set(), in: [] },
    })
    expect(manifests.map(one => [one.path, one.addedFiles + one.existingFiles])).toEqual([
      [`${FOLDER}/next-m0.avro`, 5],
      [path, 2],
    ])
  })

  it('that lie elsewhere are kept as they are', async () => {
    const table = tableOf(entriesOf('a', 2), entriesOf('b', 2), entriesOf('c', 2))
    const read: typeof table.files.read = async (location, ...more) => {
      if (location.endsWith('/m0.avro')) throw new GoldsyncError('PERMISSION_DENIED', 'not below the root')
      return table.files.read(location, ...more)
    }
    const files = { ...table.files, read }
    const { manifests } = await nextManifests(files, currentSnapshot(files, table.metadata), {
      ...{ id: 'next', snapshotId: 6n, sequenceNumber: 8n, properties: few, folder: FOLDER },
      ...{ schema: currentSchema(ICEBERG_TABLE), spec: defaultSpec(ICEBERG_TABLE), added: [fileOf('d')] },
      removed: { paths: new Set(), in: [] },
    })
    expect(manifests.map(({ path }) => path.slice(FOLDER.length + 1))).toEqual(['next-m0.avro', 'm0.avro'])
  })
})
