/** Manifests that a commit writes: encoded first, since what is merged with others is not written by itself. */
import type { ManifestEntry, ManifestFile } from '../../../iceberg/manifest.ts'
import type { IcebergSchema, PartitionSpec } from '../../../iceberg/metadata.ts'
import { summaryOf } from '../../../iceberg/metrics.ts'
import type { Call } from '../../catalog.ts'
import { encodeManifest } from '../avro/manifests.ts'
import type { MetadataFiles } from '../files.ts'

export interface Encoded {
  readonly schema: IcebergSchema
  readonly spec: PartitionSpec
  readonly entries: readonly ManifestEntry[]
  readonly bytes: Uint8Array
}

export const encoded = (
  schema: IcebergSchema,
  spec: PartitionSpec,
  entries: readonly ManifestEntry[],
): Encoded => ({
  ...{ schema, spec, entries },
  bytes: encodeManifest({ schema, spec, content: 'data' }, entries),
})

/** As few as there must be, of about `size` bytes at most. */
export function inPieces(all: Encoded, size: number): readonly Encoded[] {
  const { schema, spec, entries, bytes } = all
  const count = Math.min(entries.length, Math.ceil(bytes.length / size))
  if (count <= 1) return [all]
  const each = Math.ceil(entries.length / count)
  return Array.from({ length: Math.ceil(entries.length / each) }, (_, at) =>
    encoded(schema, spec, entries.slice(at * each, (at + 1) * each)),
  )
}

interface Commit {
  /** Unique, in the names of files. */
  readonly id: string
  readonly snapshotId: bigint
  readonly sequenceNumber: bigint
  /** Folder of the metadata. */
  readonly folder: string
}

export type Writer = (manifest: Encoded) => Promise<ManifestFile>

export function openWriter(files: MetadataFiles, commit: Commit, call: Call): Writer {
  let count = 0
  return async ({ schema, spec, entries, bytes }) => {
    const path = `${commit.folder}/${commit.id}-m${count++}.avro`
    await files.create(path, bytes, call)
    const live = entries.filter(({ status }) => status !== 'deleted')
    const sequenceOf = ({ sequenceNumber = commit.sequenceNumber }: ManifestEntry) => sequenceNumber
    return {
      path,
      length: BigInt(bytes.length),
      specId: spec['spec-id'],
      content: 'data',
      sequenceNumber: commit.sequenceNumber,
      minSequenceNumber: least([...live.map(sequenceOf), commit.sequenceNumber]),
      addedSnapshotId: commit.snapshotId,
      ...countsOf(entries),
      partitions: summaryOf(
        spec,
        schema,
        entries.map(({ file }) => [...file.partition]),
      ),
    }
  }
}

const least = (numbers: readonly bigint[]): bigint => [...numbers].sort((a, b) => Number(a - b))[0] ?? 0n

function countsOf(entries: readonly ManifestEntry[]) {
  const of = (status: ManifestEntry['status']) => entries.filter(entry => entry.status === status)
  const rows = (some: readonly ManifestEntry[]) => some.reduce((sum, { file }) => sum + file.recordCount, 0n)
  const [added, existing, deleted] = [of('added'), of('existing'), of('deleted')]
  return {
    addedFiles: added.length,
    existingFiles: existing.length,
    deletedFiles: deleted.length,
    addedRows: rows(added),
    existingRows: rows(existing),
    deletedRows: rows(deleted),
  }
}
