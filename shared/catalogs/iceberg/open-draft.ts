/** A table as it was read, opened for changes. */

import type { ContentFile, ManifestEntry, PartitionDatum } from '../../iceberg/manifest.ts'
import { partitionOf } from '../../iceberg/spec.ts'
import { defaultSpec } from '../../iceberg/stage.ts'
import { locationKey, sameLocation } from '../../layout/location.ts'
import { type PartitionValues, partitionKey, type TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { describe, fieldsOf, ledgerOf } from './described.ts'
import type { Draft } from './draft.ts'
import type { MetadataFiles } from './files.ts'
import { lookUp, readList } from './ledger/ledger.ts'
import type { LedgerRecord } from './ledger/records.ts'
import { currentSnapshot } from './snapshot/current.ts'
import type { Opened } from './stage.ts'
import type { Loaded } from './table-store.ts'

/** @throws GoldsyncError of the storage, and as `ledgerOf`, `readList` */
export async function openTable(
  files: MetadataFiles,
  { metadata }: Loaded,
  call: Call = {},
): Promise<Opened> {
  return {
    metadata,
    ledger: await readList(files, ledgerOf(metadata), call),
    current: currentSnapshot(files, metadata, call),
  }
}

export function openDraft(files: MetadataFiles, name: TableName, opened: Opened, call: Call = {}): Draft {
  const { metadata, ledger, current } = opened
  const spec = defaultSpec(metadata)
  const read = new Map<string, LedgerRecord | undefined>()
  /** Of each manifest that was read. */
  const byLocation = new Map<string, ReadonlyMap<string, ContentFile>>()
  const draft: Draft = {
    table: describe(name, metadata),
    fields: fieldsOf(metadata),
    spec,
    columns: ledger.columns,
    records: new Map(),
    added: new Map(),
    removed: new Map(),
    accepted: new Map(),
    guarded: false,
    async known(values) {
      const missing = values.filter(value => !read.has(partitionKey(value)))
      const found = await lookUp(files, ledger, missing, call)
      for (const value of missing) read.set(partitionKey(value), found.get(partitionKey(value)))
      return new Map(
        values.flatMap(value => {
          const record = draft.records.get(partitionKey(value)) ?? read.get(partitionKey(value))
          return record ? [[partitionKey(value), record] as const] : []
        }),
      )
    },
    async live(asked, values) {
      const found = new Map<string, ContentFile>()
      for (const manifest of await current.holding(spec['spec-id'], datumsOf(draft, values))) {
        const held = byLocation.get(manifest.path) ?? keyed((await current.read(manifest)).entries)
        byLocation.set(manifest.path, held)
        for (const { path } of asked) {
          const file = held.get(locationKey(path))
          if (file && sameLocation(file.path, path)) found.set(path, file)
        }
      }
      return found
    },
  }
  return draft
}

/** By their location's key: others spell `s3://` as `s3a://`. */
const keyed = (entries: readonly ManifestEntry[]): ReadonlyMap<string, ContentFile> =>
  new Map(entries.map(({ file }) => [locationKey(file.path), file]))

const datumsOf = (
  { spec, fields }: Draft,
  all: readonly PartitionValues[],
): readonly (readonly PartitionDatum[])[] => all.map(values => partitionOf(spec, fields.schema, values))
