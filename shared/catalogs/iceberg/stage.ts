/** A draft as a commit: files written, requirements and updates as data. */

import { NAME_MAPPING } from '../../iceberg/mapping.ts'
import type { SnapshotOperation, Staged, TableMetadata } from '../../iceberg/metadata.ts'
import { changeSummary, type FileChanges } from '../../iceberg/snapshot-summary.ts'
import { partitionOf } from '../../iceberg/spec.ts'
import {
  newSnapshotId,
  nextSequenceNumber,
  stageProperties,
  stageSchema,
  stageSnapshot,
  together,
} from '../../iceberg/stage.ts'
import type { Parameters } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { encodeManifestList } from './avro/manifests.ts'
import { COMMIT, describe, LEDGER, ownProperties } from './described.ts'
import type { Draft } from './draft.ts'
import type { MetadataFiles } from './files.ts'
import { writeNews } from './ledger/ledger.ts'
import type { LedgerList } from './ledger/segments.ts'
import type { CurrentSnapshot } from './snapshot/current.ts'
import { expiredSnapshots } from './snapshot/expired.ts'
import { nextManifests } from './snapshot/next.ts'

/** With the snapshot that follows, so that metadata do not grow for ever. Files stay as they are: those of data are the sink's. */
function expired(metadata: TableMetadata): Staged {
  const ids = expiredSnapshots(metadata, Date.now())
  return ids.length === 0
    ? NOTHING
    : { requirements: [], updates: [{ action: 'remove-snapshots', 'snapshot-ids': ids }] }
}

const NOTHING: Staged = { requirements: [], updates: [] }

/** The mapping is written as a whole: by another schema it would take the names of somebody else's new columns away. */
const sameSchema = ({ 'current-schema-id': id }: TableMetadata): Staged => ({
  requirements: [{ type: 'assert-current-schema-id', 'current-schema-id': id }],
  updates: [],
})

/** In summaries of snapshots: of the run that committed. */
const RUN = 'goldsync.run'

export interface Opened {
  readonly metadata: TableMetadata
  readonly ledger: LedgerList
  readonly current: CurrentSnapshot
}

export interface StagedCommit {
  readonly id: string
  readonly snapshotId: bigint
  readonly staged: Staged
}

/** Undefined where the draft changes nothing. @param folder of the ledger @throws GoldsyncError of the storage, `UNSUPPORTED` */
export async function stage(
  files: MetadataFiles,
  opened: Opened,
  draft: Draft,
  { folder, id, runId }: { readonly folder: string; readonly id: string; readonly runId?: string },
  call: Call = {},
): Promise<StagedCommit | undefined> {
  const { metadata, ledger } = opened
  const properties = changedProperties(metadata, draft)
  const grown = stageSchema(metadata, draft.fields)
  const mapping = NAME_MAPPING in properties.set ? sameSchema(metadata) : NOTHING
  const tells = draft.records.size > 0 || draft.columns !== ledger.columns
  const isChange =
    tells || grown.updates.length > 0 || Object.keys(properties.set).length + properties.removed.length > 0
  if (!isChange) return undefined
  const snapshotId = newSnapshotId(Math.random)
  if (!tells && !draft.guarded) {
    const described = stageProperties(metadata, { ...properties.set, [COMMIT]: id }, properties.removed)
    return { id, snapshotId, staged: together(grown, mapping, described) }
  }
  const next = await writeSnapshot(files, opened, draft, { id, snapshotId, schemaId: grown.schemaId }, call)
  const told = tells
    ? await writeNews(
        files,
        folder,
        ledger,
        { records: [...draft.records.values()], columns: draft.columns, id },
        call,
      )
    : metadata.properties?.[LEDGER]
  const snapshot = stageSnapshot({
    base: metadata,
    schemaId: grown.schemaId,
    snapshotId,
    manifestList: next.manifestList,
    summary: {
      ...changeSummary(opened.current.snapshot?.summary, next.changed),
      [COMMIT]: id,
      ...(runId === undefined ? {} : { [RUN]: runId }),
    },
    operation: operationOf(next.changed),
    now: Date.now(),
    properties: { ...properties.set, [COMMIT]: id, ...(told === undefined ? {} : { [LEDGER]: told }) },
    removedProperties: properties.removed,
  })
  return { id, snapshotId, staged: together(grown, mapping, snapshot, expired(metadata)) }
}

interface Named {
  readonly id: string
  readonly snapshotId: bigint
  readonly schemaId: number
}

/** Writes the manifests that are new, and the list of all. */
async function writeSnapshot(
  files: MetadataFiles,
  { metadata, current }: Opened,
  draft: Draft,
  { id, snapshotId, schemaId }: Named,
  call: Call,
): Promise<{ readonly manifestList: string; readonly changed: FileChanges }> {
  const sequenceNumber = BigInt(nextSequenceNumber(metadata))
  const commit = {
    id,
    snapshotId,
    sequenceNumber,
    schema: { ...draft.fields.schema, 'schema-id': schemaId },
    spec: draft.spec,
    properties: metadata.properties ?? {},
    folder: `${metadata.location}/metadata`,
    added: [...draft.added.values()],
    removed: await removedOf(current, draft),
  }
  const { manifests, removed } = await nextManifests(files, current, commit, call)
  const manifestList = `${commit.folder}/snap-${snapshotId}-1-${id}.avro`
  const parentSnapshotId = current.snapshot?.['snapshot-id']
  const ids = { snapshotId, sequenceNumber, ...(parentSnapshotId === undefined ? {} : { parentSnapshotId }) }
  await files.create(manifestList, encodeManifestList(manifests, ids), call)
  return { manifestList, changed: { added: commit.added, deleted: removed } }
}

function operationOf({ added, deleted }: FileChanges): SnapshotOperation {
  if (deleted.length === 0) return 'append'
  return added.length === 0 ? 'delete' : 'overwrite'
}

async function removedOf({ holding }: CurrentSnapshot, { removed, spec, fields }: Draft) {
  if (removed.size === 0) return { paths: new Set<string>(), in: [] }
  const partitions = [...removed.values()].map(values => partitionOf(spec, fields.schema, values))
  return { paths: new Set(removed.keys()), in: await holding(spec['spec-id'], partitions) }
}

interface Properties {
  readonly set: Parameters
  readonly removed: readonly string[]
}

function changedProperties(metadata: TableMetadata, { table, fields }: Draft): Properties {
  const { properties = {} } = metadata
  const before = describe(table.name, metadata).parameters
  const wanted: Record<string, string | undefined> = {
    ...table.parameters,
    ...ownProperties(table, fields.schema),
    [NAME_MAPPING]: JSON.stringify(fields.mapping),
  }
  for (const key of Object.keys(before)) if (!(key in table.parameters)) wanted[key] = undefined
  const changed = Object.entries(wanted).filter(([key, value]) => properties[key] !== value)
  return {
    set: Object.fromEntries(changed.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    removed: changed.flatMap(([key, value]) => (value === undefined ? [key] : [])),
  }
}
