/** A table as it was read, opened for changes. */

import type { PartitionDatum } from '../../iceberg/manifest.ts'
import { partitionOf } from '../../iceberg/spec.ts'
import { defaultSpec } from '../../iceberg/stage.ts'
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
  const draft: Draft = {
    table: describe(name, metadata),
    fields: fieldsOf(metadata),
    spec,
    columns: ledger.columns,
    records: new Map(),
    added: new Map(),
    removed: new Map(),
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
    async rewritten(asked, values) {
      const left = new Set(asked.map(({ path }) => path))
      for (const manifest of await current.holding(spec['spec-id'], datumsOf(draft, values)))
        for (const { file } of (await current.read(manifest)).entries) left.delete(file.path)
      return left
    },
  }
  return draft
}

const datumsOf = (
  { spec, fields }: Draft,
  all: readonly PartitionValues[],
): readonly (readonly PartitionDatum[])[] => all.map(values => partitionOf(spec, fields.schema, values))
