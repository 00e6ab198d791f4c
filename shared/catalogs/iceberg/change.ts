/** What each change means for a draft of the table. */
import { asStored } from '../../iceberg/as-stored.ts'
import type { Change } from '../../schema/change.ts'
import type { TableFields } from '../../schema/iceberg-schema.ts'
import type { Table } from '../../schema/table.ts'
import { changeTable, retype, type TableChange } from '../change-table.ts'
import type { Refusing } from '../refusing.ts'
import {
  addPartitions,
  alterPartitions,
  dropPartitions,
  movePartitions,
  stripPartitions,
} from './change-partitions.ts'
import { changeAllColumns, type Draft, grow } from './draft.ts'

/** Changes of a table that is there, which one commit makes. */
export type DraftChange = Exclude<Change, { kind: 'createDatabase' | 'createTable' | 'renameTable' }>

/** @throws GoldsyncError as `Catalog.apply` of what cannot be done; `UNSUPPORTED` for types that Iceberg does not promote to */
export async function changeDraft(
  draft: Draft,
  change: DraftChange,
  refusing: Refusing | undefined,
): Promise<void> {
  switch (change.kind) {
    case 'addColumns':
    case 'changeColumnTypes':
    case 'setParameters':
    case 'moveTable':
      return changeDescription(draft, change)
    case 'addPartitions':
      return addPartitions(draft, change.partitions, refusing)
    case 'alterPartitions':
      return alterPartitions(draft, change.partitions, refusing)
    case 'movePartitions':
      return movePartitions(draft, change.partitions)
    case 'dropPartitions':
      return dropPartitions(draft, change.partitions)
    case 'stripPartitions':
      return stripPartitions(draft, change)
    default:
      return change satisfies never
  }
}

/** Types and ids as they were decided from files, which Hive's columns do not tell. */
function exactly(fields: TableFields | undefined, { partitionKeys }: Table) {
  const keys = new Set(partitionKeys.map(({ name }) => name))
  const columns = fields?.schema.fields.filter(({ name }) => !keys.has(name.toLowerCase())) ?? []
  return [{ stored: asStored(columns) }]
}

function changeDescription(draft: Draft, change: TableChange): void {
  const table = changeTable(draft.table, change)
  if ('expected' in change && change.expected !== undefined) draft.guarded = true
  draft.table = table
  grow(draft, 'fields' in change ? exactly(change.fields, table) : [])
  if (change.kind === 'addColumns' && change.cascade) changeAllColumns(draft, () => table.columns)
  if (change.kind === 'changeColumnTypes' && change.cascade)
    changeAllColumns(draft, columns => retype(columns, change))
}
