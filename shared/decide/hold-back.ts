/**
 * Which files and partitions are accepted, and what the table becomes: pure. What engines would read wrong is held
 * back where that is possible, and said plainly where it is not.
 */
import { type Remembered, troubleWith } from '../evolution/accepted.ts'
import { byIndexNote, byIndexRefusal } from '../evolution/by-index.ts'
import { asDeclared } from '../evolution/declared.ts'
import { isNews } from '../evolution/engines.ts'
import { withGaps } from '../evolution/fields-by-position.ts'
import { type Judging, judge } from '../evolution/judge.ts'
import { type MergeRules, mergeColumns } from '../evolution/merge.ts'
import { missingFieldNotes } from '../evolution/missing-fields.ts'
import { withoutNames } from '../evolution/names.ts'
import { narrowerNotes, narrowerTroubles } from '../evolution/narrower.ts'
import { asReadBy, type ReadBy } from '../evolution/read-by.ts'
import { printUndeclared } from '../evolution/undeclared.ts'
import { judgeStored } from '../iceberg/judge.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { TableFields } from '../schema/iceberg-schema.ts'
import type { AcceptedPartition, DataFile, ObservedPartition, UnacceptedFile } from '../schema/observed.ts'
import { type Column, partitionKey, printValues } from '../schema/table.ts'
import { explain, notRead } from './consequence.ts'
import { dedupe, takeAccepted } from './told.ts'

export interface ReviewInput extends Judging {
  readonly partitionKeys: readonly Column[]
  readonly observed: readonly ObservedPartition[]
  /** Keys (`partitionKey`) of those that are registered. */
  readonly registered: ReadonlySet<string>
  /** What files of registered partitions hold besides the table's columns, as far as it is known. */
  readonly remembered?: readonly Remembered[]
  /** By default as usual. */
  readonly rules?: MergeRules
  readonly visibility: 'directory' | 'file'
  /** `database.table`, for diagnostics. */
  readonly table: string
  /** Where Iceberg's readers read the table: its fields, undefined where there is no table yet. */
  readonly iceberg?: { readonly fields: TableFields | undefined }
}

export interface Review {
  readonly columns: readonly Column[]
  readonly accepted: readonly AcceptedPartition[]
  /** Partitions that were not accepted though they hold files, and are left as they are. */
  readonly held: readonly ObservedPartition[]
  /** Accepted partitions with files that are not: engines read them all the same, or, by file, do not see them. */
  readonly incomplete: readonly ObservedPartition[]
  /** Of those that are held or incomplete: the first finding that says why. */
  readonly causes: ReadonlyMap<ObservedPartition, Diagnostic>
  /** What the accepted files hold besides the table's columns, and was not remembered before. */
  readonly news: readonly Remembered[]
  readonly diagnostics: readonly Diagnostic[]
  /** Where Iceberg's readers read the table: its fields, as the accepted files need them. */
  readonly fields?: TableFields
}

/**
 * Reviews a chunk of partitions. In a conflict the table wins; for a new table, the oldest partition. A partition with files
 * that hold less under a name than the others give it a type for (nulls, say) comes after them.
 */
export function reviewPartitions(given: ReviewInput): Review {
  const input = { ...given, rules: rulesFor(given) }
  const accepted: AcceptedPartition[] = []
  const diagnostics: Diagnostic[] = []
  const held: ObservedPartition[] = []
  const incomplete: ObservedPartition[] = []
  const causes = new Map<ObservedPartition, Diagnostic>()
  const prepared = input.observed.map(partition => prepare(partition, input)).sort(oldestFirst)
  const memory = openMemory(prepared, input)
  const fields = openFields(input)
  let columns = input.columns ?? []
  for (const partition of inTurn(prepared, input)) {
    const { observed } = partition
    const verdict = reviewPartition(partition, columns, memory.all(), input, fields)
    diagnostics.push(...verdict.diagnostics)
    columns = verdict.columns
    if (verdict.accepted) {
      accepted.push(verdict.accepted)
      memory.add(heldIn(verdict.accepted))
    }
    if (verdict.refused) (verdict.accepted ? incomplete : held).push(observed)
    if (verdict.cause) causes.set(observed, verdict.cause)
  }
  if (input.visibility === 'file')
    return {
      columns,
      accepted,
      held,
      incomplete,
      causes,
      news: memory.news(),
      diagnostics,
      ...fields?.told(),
    }
  diagnostics.push(...byIndexNotes(accepted, columns, input))
  diagnostics.push(...narrowerFiles(accepted, columns, input))
  const taken = takeAccepted(accepted, columns, diagnostics, input)
  return { columns, held, incomplete, causes, news: memory.news(), ...taken }
}

/** A type is wider than a file's only where those who read the table read the file under it, or where that was allowed. */
function rulesFor({ rules, readers }: ReviewInput): MergeRules {
  const { widenDecimal = false, widenFloat = false } = rules ?? {}
  const reads: MergeRules['reads'] = (stored, table, within) =>
    (stored.kind === 'decimal' ? widenDecimal : widenFloat) ||
    narrowerTroubles(stored, table, readers ?? [], within).length === 0
  return { widenDecimal, widenFloat, reads }
}

/** A partition whose files are as those take them who read the table. */
interface Prepared {
  readonly observed: ObservedPartition
  readonly registered: boolean
  readonly files: readonly ReadBy[]
}

function prepare(observed: ObservedPartition, input: ReviewInput): Prepared {
  const files = observed.files.map(whole => {
    const file = asDeclared(withoutKeys(whole, input.partitionKeys), input.columns)
    const { readers, columns, hiveSql = false } = input
    return readers
      ? asReadBy(withGaps(withoutNames(file, { readers, hiveSql }, columns)), readers, input.unreadable)
      : { file, refused: undefined }
  })
  return { observed, files, registered: input.registered.has(partitionKey(observed.values)) }
}

function oldestFirst({ observed: a }: Prepared, { observed: b }: Prepared): number {
  return (a.time ?? 0) - (b.time ?? 0) || (a.location < b.location ? -1 : 1)
}

/** What is known to be in registered files: engines read all that lie in registered folders, accepted or not. */
function openMemory(prepared: readonly Prepared[], { remembered = [], visibility }: ReviewInput) {
  const known = new Map(remembered.map(held => [printUndeclared(held), held]))
  const news: Remembered[] = []
  const add = (found: readonly Remembered[]) => {
    for (const held of found) {
      const key = printUndeclared(held)
      if (known.has(key)) continue
      known.set(key, held)
      news.push(held)
    }
  }
  if (visibility === 'directory')
    for (const partition of prepared) if (partition.registered) add(heldInAll(partition))
  return { all: () => [...known.values()], add, news: () => news }
}

function heldIn({ observed, files }: Pick<AcceptedPartition, 'observed' | 'files'>): Remembered[] {
  const partition = printValues(observed.values)
  return files.flatMap(({ undeclared = [] }) => undeclared.map(held => ({ ...held, partition })))
}

/** What the files of these folders hold besides their schemas, as those take them who read the table. */
export const heldInFolders = (input: ReviewInput): Remembered[] =>
  input.observed.flatMap(partition => heldInAll(prepare(partition, input)))

const heldInAll = ({ observed, files }: Prepared): Remembered[] =>
  heldIn({ observed, files: files.map(({ file }) => file) })

/** Last come new partitions that hold something else under a name than the types that there will be. */
function inTurn(prepared: readonly Prepared[], input: ReviewInput): readonly Prepared[] {
  const files = prepared.flatMap(partition => partition.files.map(({ file }) => file))
  if (files.every(({ undeclared }) => undeclared === undefined)) return prepared
  const columns = files.reduce(mergedBy(input.rules), input.columns ?? [])
  const isLate = (partition: Prepared): boolean =>
    !partition.registered && heldInAll(partition).some(held => troubleWith(held, columns, input))
  const late = new Set(prepared.filter(isLate))
  return [...prepared.filter(partition => !late.has(partition)), ...late]
}

/** At most one a partition, by the columns that the table ends up with. */
const byIndexNotes = (
  accepted: readonly AcceptedPartition[],
  columns: readonly Column[],
  { table, readers }: ReviewInput,
) =>
  accepted.flatMap(({ observed, files }) => {
    const note = byIndexNote(files, columns, readers)
    return note ? [{ ...note, table, partition: printValues(observed.values) }] : []
  })

/** What old files mean for a column that gets another type, and what new ones mean for a column that has it: once each. */
function narrowerFiles(
  accepted: readonly AcceptedPartition[],
  columns: readonly Column[],
  { columns: before = [], table, readers }: ReviewInput,
): Diagnostic[] {
  const notes = [before, ...accepted.flatMap(({ files }) => files.map(file => file.columns))].flatMap(
    narrow => [...narrowerNotes(narrow, columns, readers), ...missingFieldNotes(narrow, columns, readers)],
  )
  return dedupe(notes).map(note => ({ ...note, table }))
}

interface Verdict {
  readonly columns: readonly Column[]
  readonly accepted?: AcceptedPartition
  /** Whether there is a file that was not accepted. */
  readonly refused: boolean
  /** Why there is. */
  readonly cause?: Diagnostic | undefined
  readonly diagnostics: readonly Diagnostic[]
}

function reviewPartition(
  partition: Prepared,
  columns: readonly Column[],
  remembered: readonly Remembered[],
  input: ReviewInput,
  fields: FieldsSoFar | undefined,
): Verdict {
  const { observed, registered } = partition
  const about = { table: input.table, partition: printValues(observed.values) }
  const unread = observed.unaccepted.filter(file => file.unread)
  if (unread.length > 0) {
    const causes = unread.map(file => ({ ...notRead(file), ...about }))
    return { columns, refused: true, cause: causes[0], diagnostics: causes }
  }
  const exposed = input.visibility === 'directory' && registered
  const beside = input.visibility === 'directory' ? heldInAll(partition) : []
  const review = reviewFiles(partition.files, columns, [...remembered, ...beside], exposed, input, fields)
  const unaccepted = [...observed.unaccepted, ...review.refused]
  const refused = unaccepted.length > 0 || review.lacking.length > 0
  const found = dedupe(review.accepted.flatMap(file => file.diagnostics))
  const notes = found.filter(note => isNews(note, columns)).map(note => ({ ...note, ...about }))
  const hold = input.visibility === 'directory' && !registered && refused
  const causes = unaccepted.map(file => ({
    ...explain(file, { exposed, hold, registered, readers: input.readers }),
    ...about,
  }))
  if (hold || (review.accepted.length === 0 && !registered))
    return { columns, refused, cause: causes[0] ?? review.lacking[0], diagnostics: causes }
  const accepted = {
    observed,
    files: review.accepted,
    columns: review.accepted.reduce(mergedBy(input.rules), []),
  }
  const lacking = review.lacking.map(found => ({ ...found, ...about }))
  const cause = causes[0] ?? lacking[0]
  return { columns: review.columns, accepted, refused, cause, diagnostics: [...notes, ...lacking, ...causes] }
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
      message: `data column ${column.name} is named like a partition key; queries see the key, not the file's column (told once, whatever number of files has it)`,
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

/** The fields of a table that Iceberg's readers read, while files are accepted. */
interface FieldsSoFar {
  /** Why the file is not accepted; where it is, the table's fields are as it needs them. */
  take(file: DataFile, columns: readonly Column[]): Verdicted | undefined
  told(): Pick<Review, 'fields'>
}

type Verdicted = NonNullable<ReturnType<typeof judge>>

function openFields({ iceberg, partitionKeys: keys, nullColumns }: ReviewInput): FieldsSoFar | undefined {
  if (iceberg === undefined) return undefined
  let { fields } = iceberg
  // Most files of a table store their columns in one way.
  const taken = new Map<string, TableFields>()
  return {
    take(file, columns) {
      const form = JSON.stringify([file.stored?.fields, file.columns.length, file.undeclared])
      if (fields && file.rows !== undefined && taken.get(form) === fields) return undefined
      const judged = judgeStored(file, fields, { columns, keys }, nullColumns === 'declare')
      if (judged.refused) return { diagnostic: judged.refused }
      fields = judged.fields
      taken.set(form, fields)
      return undefined
    },
    told: () => (fields ? { fields } : {}),
  }
}

interface FilesReview {
  readonly columns: readonly Column[]
  readonly accepted: readonly DataFile[]
  readonly refused: readonly UnacceptedFile[]
  /** Columns of accepted files that the table does not get. */
  readonly lacking: readonly Diagnostic[]
}

/** @param exposed whether engines read the files whatever becomes of them */
function reviewFiles(
  files: readonly ReadBy[],
  start: readonly Column[],
  remembered: readonly Remembered[],
  exposed: boolean,
  input: ReviewInput,
  fields: FieldsSoFar | undefined,
): FilesReview {
  const accepted: DataFile[] = []
  const refused: UnacceptedFile[] = []
  const lacking: Diagnostic[] = []
  let columns = start
  const accept = (file: DataFile, merged: readonly Column[]) => {
    accepted.push(file)
    if (growsIn(input)) columns = merged
  }
  for (const { file, refused: unreadable } of files) {
    const merged = mergeColumns(columns, file.columns, input.rules)
    const verdict =
      refusedFirst(file, unreadable, merged, input) ??
      judge(file, columns, merged, input, remembered) ??
      fields?.take(file, growsIn(input) ? merged.columns : columns)
    if (verdict === undefined) accept(file, merged.columns)
    else if (exposed && verdict.without) {
      const rest = withoutColumns(file, verdict.without)
      accept(rest, mergeColumns(columns, rest.columns, input.rules).columns)
      lacking.push(notGiven(verdict.diagnostic))
    } else {
      const { path, size, modified } = file
      refused.push({ path, size, modified, diagnostic: canGo(file, verdict.diagnostic) })
    }
  }
  return { columns, accepted, refused, lacking }
}

const growsIn = ({ columns, mode }: ReviewInput): boolean => columns === undefined || mode === 'additive'

/** What is told of a file whatever the table's types are. */
function refusedFirst(
  file: DataFile,
  unreadable: Diagnostic | undefined,
  merged: ReturnType<typeof mergeColumns>,
  { readers }: ReviewInput,
): Verdicted | undefined {
  const diagnostic = unreadable ?? byIndexRefusal(file, merged.columns, readers)
  return diagnostic && { diagnostic }
}

/** Of a file without rows its types are often its writer's guess. */
const canGo = ({ rows }: DataFile, found: Diagnostic): Diagnostic =>
  rows === 0
    ? {
        ...found,
        message: `${found.message}; the file has 0 rows`,
        fix: `remove the file, with which nothing is lost; or ${found.fix ?? 'write it again'}`,
      }
    : found

function withoutColumns(file: DataFile, names: readonly string[]): DataFile {
  const left = file.columns.filter(({ name }) => names.includes(name))
  return {
    ...file,
    columns: file.columns.filter(({ name }) => !names.includes(name)),
    allNames: file.allNames ?? file.columns.map(({ name }) => name),
    undeclared: [
      ...(file.undeclared ?? []),
      ...left.map(({ name, type }) => ({ path: [name], shape: 'typed', type })),
    ],
  }
}

const notGiven = (found: Diagnostic): Diagnostic => ({
  ...found,
  message: `${found.message}; the table does not get it, and the file is read without it`,
})
