/**
 * Which files and partitions are accepted, and what the table becomes: pure. What engines would read wrong is held
 * back where that is possible, and said plainly where it is not.
 */
import { byIndexNote } from '../evolution/by-index.ts'
import { asDeclared } from '../evolution/declared.ts'
import { isNews } from '../evolution/engines.ts'
import { type Judging, judge } from '../evolution/judge.ts'
import { type MergeRules, mergeColumns } from '../evolution/merge.ts'
import { narrowerNotes } from '../evolution/narrower.ts'
import { asReadBy } from '../evolution/read-by.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { AcceptedPartition, DataFile, ObservedPartition, UnacceptedFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import { type Column, partitionKey, printValues } from '../schema/table.ts'
import { explain, notRead } from './consequence.ts'

export interface ReviewInput extends Judging {
  readonly partitionKeys: readonly Column[]
  readonly observed: readonly ObservedPartition[]
  /** Keys (`partitionKey`) of those that are registered. */
  readonly registered: ReadonlySet<string>
  /** By default as usual. */
  readonly rules?: MergeRules
  readonly visibility: 'directory' | 'file'
  /** Who reads the table; undefined where that is not the question: then nothing is refused for their sake. */
  readonly readers?: readonly Reader[]
  /** `database.table`, for diagnostics. */
  readonly table: string
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
export function reviewPartitions(input: ReviewInput): Review {
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
  { columns: before = [], table }: ReviewInput,
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
  input: ReviewInput,
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
  const notes = found.filter(note => isNews(note, columns)).map(note => ({ ...note, ...about }))
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

function reviewFiles(files: readonly DataFile[], start: readonly Column[], input: ReviewInput): FilesReview {
  const accepted: DataFile[] = []
  const refused: UnacceptedFile[] = []
  let columns = start
  for (const whole of files) {
    const { file, refused: unreadable } = input.readers
      ? asReadBy(whole, input.readers)
      : { file: whole, refused: undefined }
    const merged = mergeColumns(columns, file.columns, input.rules)
    const problem = unreadable ?? judge(file, columns, merged, input)
    if (problem)
      refused.push({ path: file.path, size: file.size, modified: file.modified, diagnostic: problem })
    else {
      accepted.push(file)
      if (input.columns === undefined || input.mode === 'additive') columns = merged.columns
    }
  }
  return { columns, accepted, refused }
}

function dedupe(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map(found => [`${found.code} ${found.column}`, found])).values()]
}
