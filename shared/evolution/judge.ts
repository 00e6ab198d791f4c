/** Whether a file may be data of a table: pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile, Undeclared } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import { type Accepting, type Remembered, troubleWith } from './accepted.ts'
import { printEffects } from './engines.ts'
import { misplacedField } from './fields-by-position.ts'
import { type Conflict, type mergeColumns, printColumns } from './merge.ts'
import { narrowerNotes } from './narrower.ts'
import { type Clash, printPath, shapeOf } from './undeclared.ts'

/** `additive`: grow. `strict`: an existing table's schema never changes, what differs is held back. `frozen`: only partitions. */
export type EvolutionMode = 'additive' | 'strict' | 'frozen'

/** What is accepted is, where nothing is said, what all of the readers read. */
export interface Judging extends Accepting {
  /** The table's columns as they stand; undefined where there is no table yet. */
  readonly columns: readonly Column[] | undefined
  readonly mode: EvolutionMode
  /** As `Capabilities.hiveSql`. */
  readonly hiveSql?: boolean
}

/**
 * Columns of a table that files may make it grow to. A table never loses one, every request of it carries all, and a stranger's file may
 * have any number. Above what lakes have: Trino's and Spark's own readers become slow from some thousand on.
 */
const MAX_COLUMNS = 5_000

export interface Verdict {
  readonly diagnostic: Diagnostic
  /** The file's columns that are new to the table and clash with what others hold: without them engines read it right. */
  readonly without?: readonly string[]
}

/**
 * Why a file is not accepted, or undefined where it is.
 * @param merged its columns and those that there are, together
 * @param remembered what files that are there hold besides the columns
 */
export function judge(
  file: DataFile,
  columns: readonly Column[],
  merged: ReturnType<typeof mergeColumns>,
  judging: Judging,
  remembered: readonly Remembered[] = [],
): Verdict | undefined {
  const { columns: table, mode } = judging
  if (file.columns.length === 0) return { diagnostic: noColumns(file) }
  if (merged.columns.length > Math.max(MAX_COLUMNS, columns.length))
    return { diagnostic: tooWide(file, columns.length, merged.columns.length) }
  const unreadable = holdsOther(file, merged.columns, judging)
  if (unreadable) return { diagnostic: unreadable }
  const conflict = merged.conflicts[0]
  if (conflict) return { diagnostic: incompatible(file, conflict, judging) }
  const misplaced = misplacedField(file, merged.columns, judging.readers ?? [])
  if (misplaced) return { diagnostic: misplaced }
  if (table === undefined || mode === 'additive') return typeHeld(file, columns, merged, judging, remembered)
  const wanted = mode === 'frozen' ? merged.columns.slice(0, columns.length) : merged.columns
  if (printColumns(wanted) === printColumns(columns)) return undefined
  return { diagnostic: schemaHeld(file, columns, wanted, mode) }
}

/** What this file holds under a name that the table declares: engines would read it all the same. */
function holdsOther(file: DataFile, columns: readonly Column[], judging: Judging): Diagnostic | undefined {
  for (const held of file.undeclared ?? []) {
    const clash = troubleWith(held, columns, judging)
    if (clash) return holdsOtherThan(file, held, clash)
  }
  return undefined
}

function holdsOtherThan(file: DataFile, held: Undeclared, { type, effects }: Clash): Diagnostic {
  const { code, what } = shapeOf(held)
  const column = printPath(held.path)
  return {
    code,
    severity: 'warning',
    column,
    path: file.path,
    message: `column ${column} ${what} in this file, and is ${printType(type)} in the table; ${printEffects(effects)}`,
    fix: fixOf(file, held) ?? `rewrite the file with ${column} as ${printType(type)}`,
    engines: effects,
  }
}

/** Where the column is of the table's type, what is told of it says how to write it. */
const fixOf = ({ diagnostics }: DataFile, { path, shape }: Undeclared): string | undefined =>
  diagnostics.find(
    ({ code, leftOut, column = '' }) =>
      leftOut && code === shape && `${column.toLowerCase()}.`.startsWith(`${path[0]}.`),
  )?.fix

/** A type that this file would give to a name under which registered files hold something else. */
function typeHeld(
  file: DataFile,
  columns: readonly Column[],
  { columns: merged }: ReturnType<typeof mergeColumns>,
  judging: Judging,
  remembered: readonly Remembered[],
): Verdict | undefined {
  if (printColumns(merged) === printColumns(columns)) return undefined
  const clashes = remembered.flatMap(held => {
    const clash = troubleWith(held, merged, judging)
    return clash && troubleWith(held, columns, judging) === undefined ? [{ held, clash }] : []
  })
  const [first] = clashes
  if (first === undefined) return undefined
  const names = new Set(clashes.map(({ held }) => held.path[0] as string))
  const known = new Set(columns.map(({ name }) => name))
  const without = [...names].filter(name => !known.has(name))
  return {
    diagnostic: typeHeldBy(
      file,
      first.held,
      first.clash,
      clashes.map(({ held }) => held),
    ),
    ...(without.length === names.size ? { without } : {}),
  }
}

/** Partitions that a finding names. */
const NAMED = 5

function typeHeldBy(
  file: DataFile,
  held: Remembered,
  { type, effects }: Clash,
  all: readonly Remembered[],
): Diagnostic {
  const column = printPath(held.path)
  const { what, onlyNull } = shapeOf(held)
  const partitions = [...new Set(all.map(({ partition }) => partition))]
  const more = partitions.length > NAMED ? ` and ${partitions.length - NAMED} more` : ''
  const where = `${partitions.slice(0, NAMED).join(', ')}${more}`
  const choice = onlyNull
    ? ', or set types.nullColumns to declare and let queries of those partitions fail'
    : ''
  return {
    code: 'TYPE_HELD',
    severity: 'warning',
    column,
    path: file.path,
    message: `the file would make column ${column} ${printType(type)}; in registered files (first seen in ${where}) it ${what}, and under that type ${printEffects(effects)}`,
    fix: `rewrite the files of such partitions with ${column} as ${printType(type)}, or give the new column another name in the pipeline${choice}`,
    engines: effects,
  }
}

const tooWide = (file: DataFile, had: number, would: number): Diagnostic => ({
  code: 'TOO_MANY_COLUMNS',
  severity: 'warning',
  path: file.path,
  message:
    had === 0
      ? `the file has ${would} columns; goldsync makes tables of ${MAX_COLUMNS} at most`
      : `with the file the table would have ${would} columns instead of ${had}; goldsync lets it grow to ${MAX_COLUMNS} at most`,
  fix: 'put what differs from row to row into a map, or exclude the topic',
})

function noColumns(file: DataFile): Diagnostic {
  return {
    code: 'NO_COLUMNS',
    severity: 'warning',
    path: file.path,
    message: 'the file has no column that query engines can read',
    fix: 'see the notes on its columns with `goldsync schema`',
  }
}

function incompatible(
  file: DataFile,
  { column, have, got, units, wider }: Conflict,
  { readers = [] }: Judging,
): Diagnostic {
  const types = { have: printType(have), got: printType(got) }
  const { have: wanted, got: found } = units ?? types
  const [note] = wider
    ? [have, got].flatMap(type =>
        narrowerNotes([{ name: column, type }], [{ name: column, type: wider }], readers),
      )
    : []
  const why = units ? 'a column must not mix them' : (note?.message ?? 'no safe type holds both')
  return {
    code: 'INCOMPATIBLE_TYPE',
    severity: 'warning',
    column,
    path: file.path,
    message: `column ${column} is ${found} in this file and ${wanted} in the table; ${why}`,
    fix: `rewrite the file with ${column} as ${wanted}, or give the new column another name in the pipeline${note ? `; or: ${note.fix}, and allow it (types.widenFloat, types.widenDecimal)` : ''}`,
    ...(note?.engines ? { engines: note.engines } : {}),
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
