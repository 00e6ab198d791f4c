/** Why cells of the truth table are `✗` or `–` all the same: each that remains has a reason. */
import { type Cell, cellOf, ENGINES, type RecordedFile, type TruthEngine } from './recorded.ts'

interface Reason {
  readonly engine: TruthEngine
  readonly mark: '✗' | '–'
  /** A finding's code, or how the engine fails. */
  readonly what: RegExp
  readonly reason: string
}

const NULLS =
  'a type of nothing but nulls is none: the column comes with the first file that has a value in it'

const JULIAN =
  'open: times before 1582 that Spark wrote by its old calendar, as its key in the footer tells, are not judged'

export const REASONS: readonly Reason[] = [
  { engine: 'trino', mark: '✗', what: /"1500-06-11 /, reason: JULIAN },
  { engine: 'presto', mark: '✗', what: /"1500-06-11 /, reason: JULIAN },
  { engine: 'duckdb', mark: '✗', what: /"1500-06-11 /, reason: JULIAN },
  {
    engine: 'trino',
    mark: '–',
    what: /^REPEATED_WITHOUT_LIST$/,
    reason:
      'what is repeated in a struct is read, but not in a list or map: the finding does not tell them apart',
  },
  {
    engine: 'presto',
    mark: '✗',
    what: /^finds 0 rows for \d+ by "\w+" = cast\(0 as double\)$/,
    reason:
      'Presto does not find −0.0 by `= 0` where it looks into a dictionary; no footer tells what is in one',
  },
  {
    engine: 'trino',
    mark: '✗',
    what: /^fails, .*HIVE_CANNOT_OPEN_SPLIT/,
    reason: 'open: Trino fails on the bloom filters of parquetjs when it looks a value up in them',
  },
  {
    engine: 'trino',
    mark: '✗',
    what: /^fails: .*HIVE_CANNOT_OPEN_SPLIT/,
    reason:
      'open: of two columns whose names differ in case alone none is declared, and Trino fails on the file',
  },
  {
    engine: 'trino',
    mark: '–',
    what: /^RARE_CODEC$/,
    reason: 'open: parquet-rs frames LZ4 as Hadoop does, as parquet-java; of other writers it is not known',
  },
  {
    engine: 'presto',
    mark: '✗',
    what: /^fails: .*HIVE_CANNOT_OPEN_SPLIT/,
    reason:
      'open: of two columns whose names differ in case alone none is declared, and Presto fails on the file',
  },
  {
    engine: 'presto',
    mark: '–',
    what: /^RARE_CODEC$/,
    reason: 'open: parquet-rs frames LZ4 as Hadoop does, as parquet-java; of other writers it is not known',
  },
  {
    engine: 'duckdb',
    mark: '✗',
    what: /^reads \d+ rows for \d+, null for \[\[\["a"/,
    reason: 'open: views show NULL for maps in lists of two levels, as old Avro writers make them',
  },
  { engine: 'duckdb', mark: '–', what: /^NULL_COLUMN$/, reason: NULLS },
  {
    engine: 'duckdb',
    mark: '–',
    what: /^UNSIGNED_OVERFLOW$/,
    reason: 'tables have one type for all catalogs, and other engines show such values as negative numbers',
  },
  {
    engine: 'duckdb',
    mark: '–',
    what: /^DECIMAL_TOO_WIDE$/,
    reason: 'DuckDB makes doubles of them: right up to 15 digits, other numbers beyond',
  },
]

export interface Remaining {
  readonly engine: TruthEngine
  readonly mark: Reason['mark']
  readonly what: string
  readonly columns: readonly string[]
  readonly reason: string | undefined
}

/** By engine and what it is. */
export function remainingIn(files: readonly RecordedFile[]): readonly Remaining[] {
  const found = new Map<string, Remaining & { readonly columns: string[] }>()
  for (const engine of ENGINES)
    for (const file of files)
      for (const { name } of file.columns) {
        const cell = cellOf(file.now, engine, name)
        const mark = cell && markOf(cell)
        if (!mark) continue
        const what = cell.why ?? ''
        const known = REASONS.find(
          each => each.engine === engine && each.mark === mark && each.what.test(what),
        )
        const key = `${engine} ${mark} ${known?.what.source ?? what}`
        const entry = found.get(key) ?? { engine, mark, what, columns: [], reason: known?.reason }
        entry.columns.push(`${file.name}.${name}`)
        found.set(key, entry)
      }
  return [...found.values()]
}

const markOf = ({ is, spared }: Cell): Reason['mark'] | undefined =>
  is === 'wrong' ? '✗' : spared ? '–' : undefined

export const remainingRows = (
  files: readonly RecordedFile[],
  titles: Readonly<Record<TruthEngine, string>>,
): string[][] =>
  remainingIn(files).map(({ engine, mark, what, columns, reason = '' }) => [
    titles[engine],
    mark,
    /^[A-Z_0-9]+$/.test(what) ? `\`${what}\`` : what.replaceAll('|', '\\|'),
    `${columns.length}: ${columns
      .slice(0, 3)
      .map(name => `\`${name}\``)
      .join(', ')}${columns.length > 3 ? ', …' : ''}`,
    reason,
  ])
