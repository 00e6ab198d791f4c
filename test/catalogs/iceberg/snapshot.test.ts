import { describe, expect, it } from 'vitest'
import { encodeManifest, encodeManifestList } from '../../../shared/catalogs/iceberg/avro/manifests.ts'
import { currentSnapshot } from '../../../shared/catalogs/iceberg/snapshot/current.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import type { ManifestEntry, ManifestFile } from '../../../shared/iceberg/manifest.ts'
import type { TableMetadata } from '../../../shared/iceberg/metadata.ts'
import { currentSchema, defaultSpec, newTable, stageSnapshot } from '../../../shared/iceberg/stage.ts'
import { memoryFiles } from '../../support/metadata-files.ts'

const FOLDER = 'memory://meta/orders/metadata'

const made = applyStaged(
  undefined,
  newTable({
    ...{ uuid: 'u', location: 'memory://meta/orders', lastColumnId: 1, properties: {} },
    schema: {
      ...{ type: 'struct', 'schema-id': 0 },
      fields: [{ id: 1, name: 'a', required: false, type: 'long' }],
    },
    spec: { 'spec-id': 0, fields: [] },
  }),
  { now: 1 },
)

const fileOf = (path: string) => ({
  ...{ content: 0 as const, path, format: 'PARQUET', partition: [], recordCount: 1n, fileSize: 9n },
})

/** A table whose snapshot 5 has one manifest for each list of entries, of sequence number 7. */
function tableOf(...manifests: (readonly ManifestEntry[])[]) {
  const files = memoryFiles()
  const header = { schema: currentSchema(made), spec: defaultSpec(made), content: 'data' as const }
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
    ...{ base: made, snapshotId: 5n, manifestList, operation: 'append', summary: {}, now: 2 },
  })
  const metadata: TableMetadata = applyStaged(made, staged, { now: 2 })
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
