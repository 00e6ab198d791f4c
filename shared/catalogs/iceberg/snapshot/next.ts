/** The manifests of the snapshot that follows: what is new in one, what is deleted marked where it was, the rest as it is. */
import type { ContentFile, ManifestEntry, ManifestFile } from '../../../iceberg/manifest.ts'
import type { IcebergSchema, PartitionSpec, TableMetadata } from '../../../iceberg/metadata.ts'
import type { Call } from '../../catalog.ts'
import type { MetadataFiles } from '../files.ts'
import type { CurrentSnapshot, Manifest } from './current.ts'
import { mergeItems, mergingOf } from './merge.ts'
import { encoded, inPieces, openWriter, type Writer } from './written.ts'

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
  const write = openWriter(files, commit, call)
  const removed: ContentFile[] = []
  const before: ManifestFile[] = []
  for (const manifest of await current.manifests()) {
    const isAsked = commit.removed.in.some(({ path }) => path === manifest.path)
    const left = isAsked
      ? await without(manifest, await current.read(manifest), commit, write, removed)
      : manifest
    if (left !== manifest || left.addedFiles + left.existingFiles > 0) before.push(left)
  }
  return { manifests: await withAdded(before, current, commit, write), removed }
}

/** Those before and what is added, merged where they are many. */
async function withAdded(
  before: readonly ManifestFile[],
  { read }: CurrentSnapshot,
  { added, schema, spec, snapshotId, properties }: Commit,
  write: Writer,
): Promise<readonly ManifestFile[]> {
  const merging = mergingOf(properties)
  const entries = added.map((file): ManifestEntry => ({ status: 'added', snapshotId, file }))
  const fresh = added.length === 0 ? [] : inPieces(encoded(schema, spec, entries), merging.size)
  // Nobody else has marked what this commit deletes.
  const isMerged = ({ content, specId, addedSnapshotId, keyMetadata }: ManifestFile) =>
    content === 'data' &&
    specId === spec['spec-id'] &&
    addedSnapshotId !== snapshotId &&
    keyMetadata === undefined
  const manifests: ManifestFile[] = []
  for (const item of await mergeItems([...fresh, ...before.filter(isMerged)], merging, read)) {
    if ('path' in item) manifests.push(item)
    else manifests.push(await write('bytes' in item ? item : encoded(schema, spec, item)))
  }
  return [...manifests, ...before.filter(manifest => !isMerged(manifest))]
}

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
      removed.paths.has(entry.file.path)
        ? { ...entry, status: 'deleted', snapshotId }
        : { ...entry, status: 'existing' },
  )
  return write(encoded(header.schema, header.spec, left))
}
