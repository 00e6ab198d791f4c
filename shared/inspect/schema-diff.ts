/** What a scan would make of new files in a table: decided as a scan decides it, without a lake and a catalog. Pure. */
import { type Review, reviewPartitions } from '../decide/hold-back.ts'
import type { Remembered } from '../evolution/accepted.ts'
import { onlyAppends } from '../evolution/descriptor.ts'
import { diffTable } from '../evolution/diff.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile, ObservedPartition } from '../schema/observed.ts'
import type { Column, Table } from '../schema/table.ts'
import { sameType, type Type } from '../schema/type.ts'

/** What becomes of one column. `missing` and `kept` are no changes: the table serves the file at `path` as it is. */
export type ColumnChange =
  | { readonly kind: 'added'; readonly name: string; readonly type: Type }
  /** `partitions`: registered ones need the new type too, since a scalar in it got wider. */
  | {
      readonly kind: 'changed'
      readonly name: string
      readonly from: Type
      readonly to: Type
      readonly partitions: boolean
    }
  | { readonly kind: 'missing'; readonly name: string; readonly path: string }
  | {
      readonly kind: 'kept'
      readonly name: string
      readonly type: Type
      readonly got: Type
      readonly path: string
    }

export interface SchemaDiff {
  readonly changes: readonly ColumnChange[]
  /** Files of which the table gets nothing. */
  readonly held: readonly string[]
  /** Why they are held back, and what is to be known of the others. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * @param table a file as the table that was made from it
 * @param files new files, each in a partition of its own, the oldest first
 */
export function diffFiles(table: DataFile, files: readonly DataFile[]): SchemaDiff {
  const made = review(undefined, [table])
  if (made.held.length > 0) return { changes: [], held: [table.path], diagnostics: made.diagnostics }
  const remembered = made.news.map(held => ({ ...held, partition: table.path }))
  const { columns, accepted, held, diagnostics } = review(made.columns, files, remembered)
  return {
    changes: [
      ...tableChanges(made.columns, columns),
      ...accepted.flatMap(partition => partition.files.flatMap(file => served(file, columns))),
    ],
    held: held.map(({ location }) => location),
    diagnostics,
  }
}

const review = (
  columns: readonly Column[] | undefined,
  files: readonly DataFile[],
  remembered: readonly Remembered[] = [],
): Review =>
  reviewPartitions({
    columns,
    remembered,
    partitionKeys: [],
    observed: files.map(partitionOf),
    registered: new Set(),
    mode: 'additive',
    visibility: 'directory',
    table: '',
  })

const partitionOf = (file: DataFile, time: number): ObservedPartition => ({
  values: [],
  segments: [],
  location: file.path,
  time,
  modified: file.modified,
  files: [file],
  unaccepted: [],
  success: false,
})

function tableChanges(columns: readonly Column[], wanted: readonly Column[]): ColumnChange[] {
  return diffTable(tableOf(columns), tableOf(wanted)).flatMap((change): ColumnChange[] => {
    if (change.kind === 'addColumns') return change.columns.map(column => ({ kind: 'added', ...column }))
    if (change.kind !== 'changeColumnTypes') return []
    return change.columns.map(({ name, from, to }) => {
      const partitions = !onlyAppends(from, to)
      return { kind: 'changed', name, from, to, partitions }
    })
  })
}

const tableOf = (columns: readonly Column[]): Table => ({
  name: { database: '', name: '' },
  kind: 'external',
  format: 'parquet',
  columns,
  partitionKeys: [],
  location: '',
  parameters: {},
})

function served({ path, columns, allNames }: DataFile, table: readonly Column[]): ColumnChange[] {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const names = new Set(allNames ?? types.keys())
  return table.flatMap(({ name, type }): ColumnChange[] => {
    const got = types.get(name)
    if (got !== undefined && !sameType(got, type)) return [{ kind: 'kept', name, type, got, path }]
    return names.has(name) ? [] : [{ kind: 'missing', name, path }]
  })
}
