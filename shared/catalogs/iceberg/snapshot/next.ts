/** The manifests of the snapshot that follows: what is new in one, what is deleted marked where it was, the rest as it is. */
import type { ContentFile, ManifestEntry, ManifestFile } from '../../../iceberg/manifest.ts'
import type { IcebergSchema, PartitionSpec, TableMetadata } from '../../../iceberg/metadata.ts'
import { summaryOf } from '../../../iceberg/metrics.ts'
import type { Call } from '../../catalog.ts'
import { encodeManifest } from '../avro/manifests.ts'
import type { MetadataFiles } from '../files.ts'
import type { CurrentSnapshot, Manifest } from './current.ts'

interface Commit {
  /** Unique, in the names of files. */
  readonly id: string
  readonly snapshotId: bigint
  readonly sequenceNumber: bigint
  /** As they will be. */
  readonly schema: IcebergSchema
  readonly spec: PartitionSpec
  readonly properties: NonNullable<TableMetadata['properties']>
  /** Folder of the metadata. */
  readonly folder: string
  readonly added: readonly ContentFile[]
  /** Paths of files to be taken out, and the manifests that may hold them. */
  readonly removed: { readonly paths: ReadonlySet<string>; readonly in: readonly ManifestFile[] }
}

interface Next {
  readonly manifests: readonly ManifestFile[]
  /** Files that were taken out. */
  readonly removed: readonly ContentFile[]
}

/** Writes the manifests that are new. */
export async function nextManifests(
  files: MetadataFiles,
  current: CurrentSnapshot,
  commit: Commit,
  call: Call = {},
): Promise<Next> {
  const writer = openWriter(files, commit, call)
  const removed: ContentFile[] = []
  const before: ManifestFile[] = []
  for (const manifest of await current.manifests()) {
    const isAsked = commit.removed.in.some(({ path }) => path === manifest.path)
    const left = isAsked
      ? await without(manifest, await current.read(manifest), commit, writer, removed)
      : manifest
    if (left !== manifest || left.addedFiles + left.existingFiles > 0) before.push(left)
  }
  const fresh = commit.added.map(
    (file): ManifestEntry => ({ status: 'added', snapshotId: commit.snapshotId, file }),
  )
  const added = fresh.length === 0 ? [] : [await writer(commit.schema, commit.spec, fresh)]
  return { manifests: await merged([...added, ...before], current, commit, writer, fresh), removed }
}

type Writer = (
  schema: IcebergSchema,
  spec: PartitionSpec,
  entries: readonly ManifestEntry[],
) => Promise<ManifestFile>

function openWriter(files: MetadataFiles, commit: Commit, call: Call): Writer {
  let count = 0
  return async (schema, spec, entries) => {
    const path = `${commit.folder}/${commit.id}-m${count++}.avro`
    const bytes = await encodeManifest({ schema, spec, content: 'data' }, entries)
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

const existing = (entry: ManifestEntry): ManifestEntry => ({ ...entry, status: 'existing' })

async function without(
  manifest: ManifestFile,
  { header, entries }: Manifest,
  { removed, snapshotId }: Commit,
  write: Writer,
  told: ContentFile[],
): Promise<ManifestFile> {
  const gone = entries.filter(({ file }) => removed.paths.has(file.path))
  if (gone.length === 0) return manifest
  told.push(...gone.map(({ file }) => file))
  const left = entries.map(
    (entry): ManifestEntry =>
      removed.paths.has(entry.file.path) ? { ...entry, status: 'deleted', snapshotId } : existing(entry),
  )
  return write(header.schema, header.spec, left)
}

/** As the Java library merges: manifests of the spec up to a size together, the newest only once they are many. */
async function merged(
  manifests: readonly ManifestFile[],
  current: CurrentSnapshot,
  { properties, schema, spec, snapshotId }: Commit,
  write: Writer,
  fresh: readonly ManifestEntry[],
): Promise<readonly ManifestFile[]> {
  if (properties['commit.manifest-merge.enabled'] === 'false') return manifests
  const [least, most] = [
    Number(properties['commit.manifest.min-count-to-merge'] ?? 100),
    BigInt(properties['commit.manifest.target-size-bytes'] ?? 8_388_608),
  ]
  const isSmall = ({ content, specId, length, addedSnapshotId, deletedFiles }: ManifestFile) =>
    content === 'data' &&
    specId === spec['spec-id'] &&
    length < most &&
    !(addedSnapshotId === snapshotId && deletedFiles > 0)
  const bin: ManifestFile[] = []
  let bytes = 0n
  for (const manifest of manifests.filter(isSmall)) {
    bytes += manifest.length
    if (bytes > most) break
    bin.push(manifest)
  }
  if (bin.length < Math.max(2, least)) return manifests
  const entries: ManifestEntry[] = []
  for (const manifest of bin) {
    if (manifest.addedSnapshotId === snapshotId) entries.push(...fresh)
    else entries.push(...(await current.read(manifest)).entries.map(existing))
  }
  const one = await write(schema, spec, entries)
  return [one, ...manifests.filter(manifest => !bin.includes(manifest))]
}
