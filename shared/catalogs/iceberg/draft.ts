/** A table with changes that are not committed yet. */
import { GoldsyncError } from '../../base/errors.ts'
import { growFields } from '../../iceberg/grow.ts'
import { judgeStored } from '../../iceberg/judge.ts'
import type { ContentFile } from '../../iceberg/manifest.ts'
import type { PartitionSpec } from '../../iceberg/metadata.ts'
import type { TableFields } from '../../schema/iceberg-schema.ts'
import type { DataFile } from '../../schema/observed.ts'
import type { StoredFile } from '../../schema/stored.ts'
import { type Column, type PartitionValues, partitionKey, type Table } from '../../schema/table.ts'
import { printType } from '../../schema/type.ts'
import type { LedgerFile, LedgerRecord } from './ledger/records.ts'
import type { LedgerList } from './ledger/segments.ts'

export interface Draft {
  table: Table
  fields: TableFields
  readonly spec: PartitionSpec
  /** Names of lists of columns, as the ledger's records use them. */
  columns: Readonly<Record<string, readonly Column[]>>
  /** Records that are new or other than in the ledger, by `partitionKey`. */
  readonly records: Map<string, LedgerRecord>
  /** Files that come to the table, by path. */
  readonly added: Map<string, ContentFile>
  /** Files that leave it, by path, with the values of their partition. */
  readonly removed: Map<string, PartitionValues>
  /** Ways in which files store their columns, with the fields that they were accepted for. */
  readonly accepted: Map<string, TableFields>
  /** Whether somebody relies on table parameters as they were read. */
  guarded: boolean
  /** Records of these partitions, from the changes or the ledger. */
  known(values: readonly PartitionValues[]): Promise<ReadonlyMap<string, LedgerRecord>>
  /** What the table has of the files of these partitions, whoever brought it: by the path that was asked for. */
  live(
    files: readonly Pick<LedgerFile, 'path'>[],
    values: readonly PartitionValues[],
  ): Promise<ReadonlyMap<string, ContentFile>>
}

/** The name of such a list of columns, a new one where there is none. */
export function nameColumns(draft: Draft, columns: readonly Column[]): string {
  const text = printColumns(columns)
  const known = Object.entries(draft.columns).find(([, list]) => printColumns(list) === text)
  if (known) return known[0]
  const name = String(Object.keys(draft.columns).length)
  draft.columns = { ...draft.columns, [name]: columns }
  return name
}

/** All partitions get other columns, in one stroke. */
export function changeAllColumns(
  draft: Draft,
  change: (columns: readonly Column[]) => readonly Column[],
): void {
  draft.columns = Object.fromEntries(
    Object.entries(draft.columns).map(([name, columns]) => [name, change(columns)]),
  )
}

export const put = (draft: Draft, record: LedgerRecord): void => {
  draft.records.set(partitionKey(record.values), record)
}

const printColumns = (columns: readonly Column[]): string =>
  JSON.stringify(columns.map(({ name, type, comment }) => [name, printType(type), comment]))

/** The partition's record, unless it was taken out. */
export const registered = (record: LedgerRecord | undefined): LedgerRecord | undefined =>
  record?.dropped ? undefined : record

export const columnsIn = ({ columns }: Pick<LedgerList, 'columns'>, name: string): readonly Column[] =>
  columns[name] ?? []

/** The table's fields become as its columns and these files need them. @throws GoldsyncError `UNSUPPORTED` */
export function grow(draft: Draft, files: readonly { readonly stored?: StoredFile }[]): void {
  const { columns, partitionKeys: keys } = draft.table
  draft.fields = growFields(
    draft.fields,
    { columns, keys },
    files.flatMap(({ stored }) => stored ?? []),
  )
}

/**
 * The table's fields become as this file needs them. It was judged when the plan was made; the table may be another one by now.
 * @throws GoldsyncError `DATA_INVALID` where Iceberg's readers would not take the file for what it is
 */
export function accept(draft: Draft, file: DataFile): void {
  const form = JSON.stringify([file.stored?.fields, file.undeclared])
  if (file.rows !== undefined && draft.accepted.get(form) === draft.fields) return
  const { columns, partitionKeys: keys } = draft.table
  // Nulls without a type come only where the lake takes them.
  const judged = judgeStored(file, draft.fields, { columns, keys }, true)
  if (judged.refused) {
    const { message, fix } = judged.refused
    throw new GoldsyncError(
      'DATA_INVALID',
      `${file.path}: ${message}`,
      fix === undefined ? {} : { hint: fix },
    )
  }
  draft.fields = judged.fields
  draft.accepted.set(form, draft.fields)
}

/** Keeps the draft as it is. @returns makes it so again, for a step that failed halfway */
export function save(draft: Draft): () => void {
  const { table, fields, columns, guarded } = draft
  const maps = [saveMap(draft.records), saveMap(draft.added), saveMap(draft.removed)]
  return () => {
    Object.assign(draft, { table, fields, columns, guarded })
    for (const restore of maps) restore()
  }
}

function saveMap<K, V>(map: Map<K, V>): () => void {
  const kept = [...map]
  return () => {
    map.clear()
    for (const [key, value] of kept) map.set(key, value)
  }
}
