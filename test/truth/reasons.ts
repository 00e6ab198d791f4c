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
  'INT96 has no bounds: whether there are days before 1582, which Spark counted by its old calendar, no footer tells'

export const REASONS: readonly Reason[] = [
  {
    engine: 'hive',
    mark: '✗',
    what: /^finds 0 rows for \d+ by `\w+` = cast\(0 as double\)$/,
    reason: 'Hive does not find −0.0 by `= 0`; no footer tells whether there is one',
  },
  {
    engine: 'hive',
    mark: '✗',
    what: /"1500-0/,
    reason:
      'INT96 has no bounds: whether there are days before 1582, which Hive moves, no footer tells; `TIMESTAMP_INT96` says so',
  },
  {
    engine: 'hive',
    mark: '✗',
    what: /^reads \d+ rows for \d+, \[\] for \[\["6130"/,
    reason: 'of this tool: Hive’s JSON of a map whose keys are bytes is none',
  },
  {
    engine: 'hive',
    mark: '–',
    what: /^UNUSABLE_NAME$/,
    reason: 'read where a query names it; `select *` does not show it',
  },
  { engine: 'trino', mark: '✗', what: /"1500-06-11 /, reason: JULIAN },
  { engine: 'presto', mark: '✗', what: /"1500-06-11 /, reason: JULIAN },
  {
    engine: 'presto',
    mark: '✗',
    what: /^finds 0 rows for \d+ by "\w+" = cast\(0 as double\)$/,
    reason:
      'Presto does not find −0.0 by `= 0` where it looks into a dictionary; no footer tells what is in one',
  },
  {
    engine: 'duckdb',
    mark: '✗',
    what: /^reads \d+ rows for \d+, "\d+" for "\d+"/,
    reason: 'of times of day by UTC DuckDB reads six digits: what has more is cut',
  },
  {
    engine: 'duckdb',
    mark: '–',
    what: /^$/,
    reason:
      'named like a partition key of the tables that were made: queries see the key (`PARTITION_KEY_COLUMN`)',
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
