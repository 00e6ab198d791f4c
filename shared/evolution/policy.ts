/**
 * Which files and partitions are accepted, and what the table becomes: pure. What engines would read wrong is held
 * back where that is possible, and said plainly where it is not.
 */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile, ObservedPartition, UnacceptedFile } from '../schema/observed.ts'
import { type Column, partitionKey, printValues } from '../schema/table.ts'
import { printType, type Type } from '../schema/type.ts'
import { byIndexNote } from './by-index.ts'
import { asDeclared } from './declared.ts'
import { isNews } from './engines.ts'
import { type Conflict, type MergeRules, mergeColumns, printColumns } from './merge.ts'
import { narrowerNotes } from './narrower.ts'

/** `additive`: grow. `strict`: an existing table's schema never changes, what differs is held back. `frozen`: only partitions. */
export type EvolutionMode = 'additive' | 'strict' | 'frozen'

export interface PolicyInput {
  /** The table's columns as they stand; undefined where there is no table yet. */
  readonly columns: readonly Column[] | undefined
  readonly partitionKeys: readonly Column[]
  readonly observed: readonly ObservedPartition[]
  /** Keys (`partitionKey`) of those that are registered. */
  readonly registered: ReadonlySet<string>
  readonly mode: EvolutionMode
  /** By default as usual. */
  readonly rules?: MergeRules
  readonly visibility: 'directory' | 'file'
  /** `database.table`, for diagnostics. */
  readonly table: string
}

export interface AcceptedPartition {
  readonly observed: ObservedPartition
  /** Accepted files, without columns that are partition keys. */
  readonly files: readonly DataFile[]
  /** The files' columns merged. */
  readonly columns: readonly Column[]
}

export interface Review {
  readonly columns: readonly Column[]
  readonly accepted: readonly AcceptedPartition[]
  /** Partitions that were not accepted though they hold files, and are left as they are. */
  readonly held: readonly ObservedPartition[]
  /** Accepted partitions with files that are not: engines read them all the same, or, by file, do not see them. */
  readonly incomplete: readonly ObservedPartition[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reviews a chunk of partitions. In a conflict the table wins; for a new table, the oldest partition. */
export function reviewPartitions(input: PolicyInput): Review {
  const accepted: AcceptedPartition[] = []
  const diagnostics: Diagnostic[] = []
  const held: ObservedPartition[] = []
  const incomplete: ObservedPartition[] = []
  let columns = input.columns ?? []
  for (const observed of [...input.observed].sort(oldestFirst)) {
    const verdict = reviewPartition(observed, columns, input)
    diagnostics.push(...verdict.diagnostics)
    columns = verdict.columns
    if (verdict.accepted) accepted.push(verdict.accepted)
    if (verdict.refused && verdict.accepted) incomplete.push(observed)
    if (verdict.refused && !verdict.accepted) held.push(observed)
  }
  if (input.visibility === 'directory') {
    diagnostics.push(...byIndexNotes(accepted, columns, input.table))
    diagnostics.push(...narrowerFiles(accepted, columns, input))
  }
  return { columns, accepted, held, incomplete, diagnostics }
}

function oldestFirst(a: ObservedPartition, b: ObservedPartition): number {
  return (a.time ?? 0) - (b.time ?? 0) || (a.location < b.location ? -1 : 1)
}

/** At most one a partition, by the columns that the table ends up with. */
const byIndexNotes = (accepted: readonly AcceptedPartition[], columns: readonly Column[], table: string) =>
  accepted.flatMap(({ observed, files }) => {
    const note = byIndexNote(files, columns)
    return note ? [{ ...note, table, partition: printValues(observed.values) }] : []
  })

/** What old files mean for a column that gets another type, and what new ones mean for a column that has it: once each. */
function narrowerFiles(
  accepted: readonly AcceptedPartition[],
  columns: readonly Column[],
  { columns: before = [], table }: PolicyInput,
): Diagnostic[] {
  const notes = [before, ...accepted.flatMap(({ files }) => files.map(file => file.columns))].flatMap(
    narrow => narrowerNotes(narrow, columns),
  )
  return dedupe(notes).map(note => ({ ...note, table }))
}

interface Verdict {
  readonly columns: readonly Column[]
  readonly accepted?: AcceptedPartition
  /** Whether there is a file that was not accepted. */
  readonly refused: boolean
  readonly diagnostics: readonly Diagnostic[]
}

function reviewPartition(
  observed: ObservedPartition,
  columns: readonly Column[],
  input: PolicyInput,
): Verdict {
  const about = { table: input.table, partition: printValues(observed.values) }
  const unread = observed.unaccepted.filter(file => file.unread)
  if (unread.length > 0) {
    return { columns, refused: true, diagnostics: unread.map(file => ({ ...notRead(file), ...about })) }
  }
  const registered = input.registered.has(partitionKey(observed.values))
  const files = observed.files.map(file => asDeclared(withoutKeys(file, input.partitionKeys), input.columns))
  const review = reviewFiles(files, columns, input)
  const unaccepted = [...observed.unaccepted, ...review.refused]
  const refused = unaccepted.length > 0
  const found = dedupe(review.accepted.flatMap(file => file.diagnostics))
  const notes = found
    .filter(note => isNews(note, columns, input.visibility))
    .map(note => ({ ...note, ...about }))
  const exposed = input.visibility === 'directory' && registered
  const hold = input.visibility === 'directory' && !registered && refused
  const causes = unaccepted.map(file => ({ ...explain(file, { exposed, hold }), ...about }))
  if (hold || (review.accepted.length === 0 && !registered)) return { columns, refused, diagnostics: causes }
  const accepted = {
    observed,
    files: review.accepted,
    columns: review.accepted.reduce(mergedBy(input.rules), []),
  }
  return { columns: review.columns, accepted, refused, diagnostics: [...notes, ...causes] }
}

const mergedBy =
  (rules: MergeRules | undefined) =>
  (columns: readonly Column[], file: DataFile): readonly Column[] =>
    mergeColumns(columns, file.columns, rules).columns

/** Hive, Trino and Presto read a data column named like a partition key in different ways, or fail: it is left out. */
function withoutKeys(file: DataFile, keys: readonly Column[]): DataFile {
  const names = new Set(keys.map(key => key.name))
  const clashes = file.columns.filter(column => names.has(column.name))
  if (clashes.length === 0) return file
  const notes = clashes.map(
    (column): Diagnostic => ({
      code: 'PARTITION_KEY_COLUMN',
      severity: 'info',
      column: column.name,
      path: file.path,
      message: `data column ${column.name} is named like a partition key; queries see the key, not the file's column`,
      fix: 'rename the column in the pipeline, or choose other partitionKeys for the lake',
    }),
  )
  return {
    ...file,
    columns: file.columns.filter(column => !names.has(column.name)),
    allNames: file.allNames ?? file.columns.map(column => column.name),
    diagnostics: [...file.diagnostics, ...notes],
  }
}

interface FilesReview {
  readonly columns: readonly Column[]
  readonly accepted: readonly DataFile[]
  readonly refused: readonly UnacceptedFile[]
}

function reviewFiles(files: readonly DataFile[], start: readonly Column[], input: PolicyInput): FilesReview {
  const accepted: DataFile[] = []
  const refused: UnacceptedFile[] = []
  let columns = start
  for (const file of files) {
    const merged = mergeColumns(columns, file.columns, input.rules)
    const problem = judge(file, columns, merged, input)
    if (problem)
      refused.push({ path: file.path, size: file.size, modified: file.modified, diagnostic: problem })
    else {
      accepted.push(file)
      if (input.columns === undefined || input.mode === 'additive') columns = merged.columns
    }
  }
  return { columns, accepted, refused }
}

function judge(
  file: DataFile,
  columns: readonly Column[],
  merged: ReturnType<typeof mergeColumns>,
  input: PolicyInput,
): Diagnostic | undefined {
  if (file.columns.length === 0) return noColumns(file)
  const unreadable = omittedFrom(file, columns)
  if (unreadable) return unreadable
  const conflict = merged.conflicts[0]
  if (conflict) return incompatible(file, conflict)
  if (input.columns === undefined || input.mode === 'additive') return undefined
  const wanted = input.mode === 'frozen' ? merged.columns.slice(0, columns.length) : merged.columns
  return printColumns(wanted) === printColumns(columns)
    ? undefined
    : schemaHeld(file, columns, wanted, input.mode)
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

/** What follows from a refused file. Nothing can be held back in a registered partition of a directory catalog. */
function explain(file: UnacceptedFile, { exposed, hold }: { exposed: boolean; hold: boolean }): Diagnostic {
  const cause = file.diagnostic
  if (exposed) {
    return {
      ...cause,
      code: 'EXPOSED_FILE',
      severity: 'error',
      path: file.path,
      message: `Hive, Trino and Presto read this file, since its partition is registered, and will fail or return wrong rows: ${cause.message} (${cause.code})`,
      fix: `move the file out of the folder; or ${cause.fix ?? 'rewrite it'}`,
    }
  }
  const consequence = hold ? 'the partition is held back' : 'the file is held back'
  return { ...cause, path: file.path, message: `${cause.message}; ${consequence}` }
}

/** What could not be read tells nothing, so that nothing follows from it: the partition is left as it is. */
const notRead = ({ path, diagnostic }: UnacceptedFile): Diagnostic => ({
  ...diagnostic,
  path,
  message: `${diagnostic.message}; the partition is left as it is until its files can be read`,
})

function dedupe(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map(found => [`${found.code} ${found.column}`, found])).values()]
}
