/** A table's current snapshot: its manifests, read as they are wanted. */
import type {
  ManifestEntry,
  ManifestFile,
  ManifestHeader,
  PartitionDatum,
} from '../../../iceberg/manifest.ts'
import type { Snapshot, TableMetadata } from '../../../iceberg/metadata.ts'
import { currentSchema, currentSnapshot as snapshotOf } from '../../../iceberg/stage.ts'
import type { Call } from '../../catalog.ts'
import { decodeManifest, decodeManifestList } from '../avro/manifests.ts'
import { type MetadataFiles, readWhole } from '../files.ts'
import { mayHold } from './bounds.ts'

export interface Manifest {
  readonly header: ManifestHeader
  /** Live ones alone, with nothing left to be inherited. */
  readonly entries: readonly ManifestEntry[]
}

export interface CurrentSnapshot {
  /** Undefined before the first. */
  readonly snapshot: Snapshot | undefined
  manifests(): Promise<readonly ManifestFile[]>
  /** A manifest that is read once. */
  read(manifest: ManifestFile): Promise<Manifest>
  /** Manifests of data that may hold files of these partitions. */
  holding(
    specId: number,
    partitions: readonly (readonly PartitionDatum[])[],
  ): Promise<readonly ManifestFile[]>
}

export function currentSnapshot(
  files: MetadataFiles,
  metadata: TableMetadata | undefined,
  call: Call = {},
): CurrentSnapshot {
  const snapshot = metadata && snapshotOf(metadata)
  const read = new Map<string, Promise<Manifest>>()
  let list: Promise<readonly ManifestFile[]> | undefined
  const manifests = () => {
    list ??= snapshot ? readManifestList(files, snapshot['manifest-list'], call) : Promise.resolve([])
    return list
  }
  return {
    snapshot,
    manifests,
    read(manifest) {
      const reading = read.get(manifest.path) ?? readManifest(files, manifest, call)
      read.set(manifest.path, reading)
      return reading
    },
    async holding(specId, partitions) {
      const spec = metadata?.['partition-specs'].find(other => other['spec-id'] === specId)
      if (metadata === undefined || spec === undefined) return []
      const schema = currentSchema(metadata)
      return (await manifests()).filter(manifest => mayHold(manifest, spec, schema, partitions))
    },
  }
}

const readManifestList = async (files: MetadataFiles, path: string, call: Call) =>
  decodeManifestList(await readWhole(files, path, call), path)

async function readManifest(files: MetadataFiles, manifest: ManifestFile, call: Call): Promise<Manifest> {
  const bytes = await files.read(manifest.path, 0, Number(manifest.length), call)
  const { header, entries } = await decodeManifest(bytes, manifest.path)
  const live = entries.filter(({ status }) => status !== 'deleted')
  return { header, entries: live.map(entry => withInherited(entry, manifest)) }
}

/** Iceberg Table Spec, "Sequence Number Inheritance". */
function withInherited(entry: ManifestEntry, manifest: ManifestFile): ManifestEntry {
  const isAdded = entry.status === 'added'
  const inherited = isAdded ? manifest.sequenceNumber : 0n
  return {
    ...entry,
    snapshotId: entry.snapshotId ?? manifest.addedSnapshotId,
    sequenceNumber: entry.sequenceNumber ?? inherited,
    fileSequenceNumber: entry.fileSequenceNumber ?? (isAdded ? inherited : (entry.sequenceNumber ?? 0n)),
  }
}
