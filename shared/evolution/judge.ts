/** Whether a file may be data of a table: pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'
import { printType, type Type } from '../schema/type.ts'
import { type Conflict, type mergeColumns, printColumns } from './merge.ts'

/** `additive`: grow. `strict`: an existing table's schema never changes, what differs is held back. `frozen`: only partitions. */
export type EvolutionMode = 'additive' | 'strict' | 'frozen'

export interface Judging {
  /** The table's columns as they stand; undefined where there is no table yet. */
  readonly columns: readonly Column[] | undefined
  readonly mode: EvolutionMode
}

/** Why a file is not accepted, or undefined where it is. @param merged its columns and those that there are, together */
export function judge(
  file: DataFile,
  columns: readonly Column[],
  merged: ReturnType<typeof mergeColumns>,
  { columns: table, mode }: Judging,
): Diagnostic | undefined {
  if (file.columns.length === 0) return noColumns(file)
  const unreadable = omittedFrom(file, columns)
  if (unreadable) return unreadable
  const conflict = merged.conflicts[0]
  if (conflict) return incompatible(file, conflict)
  if (table === undefined || mode === 'additive') return undefined
  const wanted = mode === 'frozen' ? merged.columns.slice(0, columns.length) : merged.columns
  return printColumns(wanted) === printColumns(columns) ? undefined : schemaHeld(file, columns, wanted, mode)
}

/**
 * A column that was left out of this file's schema, though the table has it: engines would read it all the same, and
 * wrongly. One that is only empty (NULL_COLUMN) is stored as INT32: under some types that reads as NULL, under others it
 * fails (docs/evolution.md).
 */
function omittedFrom(file: DataFile, columns: readonly Column[]): Diagnostic | undefined {
  const read = new Set(file.columns.map(column => column.name))
  const table = new Map(columns.map(column => [column.name, column.type.kind]))
  const found = file.diagnostics.find(({ code, column }) => {
    const name = column?.toLowerCase() ?? ''
    const kind = table.get(name)
    if (kind === undefined || read.has(name) || code === 'PARTITION_KEY_COLUMN') return false
    return code !== 'NULL_COLUMN' || FAILS_ON_NULLS.has(kind)
  })
  return (
    found && {
      ...found,
      severity: 'warning',
      path: file.path,
      message: `${found.message}; the table has this column`,
    }
  )
}

/** Types under which Hive or Trino fail on a column that is only null and has no type of its own. */
const FAILS_ON_NULLS: ReadonlySet<Type['kind']> = new Set([
  'boolean',
  'timestamp',
  'binary',
  'array',
  'map',
  'struct',
])

function noColumns(file: DataFile): Diagnostic {
  return {
    code: 'NO_COLUMNS',
    severity: 'warning',
    path: file.path,
    message: 'the file has no column that query engines can read',
    fix: 'see the notes on its columns with `goldsync schema`',
  }
}

function incompatible(file: DataFile, { column, have, got, units }: Conflict): Diagnostic {
  const types = { have: printType(have), got: printType(got) }
  const { have: wanted, got: found } = units ?? types
  const why = units ? 'a column must not mix them' : 'no safe type holds both'
  return {
    code: 'INCOMPATIBLE_TYPE',
    severity: 'warning',
    column,
    path: file.path,
    message: `column ${column} is ${found} in this file and ${wanted} in the table; ${why}`,
    fix: `rewrite the file with ${column} as ${wanted}, or give the new column another name in the pipeline`,
  }
}

function schemaHeld(
  file: DataFile,
  columns: readonly Column[],
  wanted: readonly Column[],
  mode: EvolutionMode,
): Diagnostic {
  const known = new Map(columns.map(column => [column.name, printType(column.type)]))
  const changed = wanted.filter(column => known.get(column.name) !== printType(column.type))
  return {
    code: 'SCHEMA_HELD',
    severity: 'warning',
    path: file.path,
    ...(changed[0] ? { column: changed[0].name } : {}),
    message: `the file would change the table (${printColumns(changed)}), and the table's evolution mode is ${mode}`,
    fix: 'change the table yourself, or set evolution to additive',
  }
}
