/** What was seen of each file of the truth table: written by truth.ts, checked in, and read by the tests and the docs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** The engines of the table. */
export const ENGINES = ['hive', 'trino', 'presto', 'duckdb'] as const

export type TruthEngine = (typeof ENGINES)[number]

/**
 * What became of a column in the table that is made for one engine. `right`; `cut`: to the digits that the engine has, which a
 * finding tells. `wrong`: it fails, or reads something else. `left` out of the table, or `held` back with its file, and why;
 * `spared` where the engine reads right what was left out or held back.
 */
export interface Cell {
  readonly is: 'right' | 'cut' | 'wrong' | 'left' | 'held'
  readonly spared?: true
  /** Of what is wrong, how; else the finding's code. */
  readonly why?: string
}

/** What a file's footer says. */
export interface FileFacts {
  readonly name: string
  /** `pyarrow 26.0.1` */
  readonly writer: string
  readonly codecs: readonly string[]
  /** `PLAIN INT32` */
  readonly encodings: readonly string[]
  readonly columns: readonly ColumnFacts[]
}

interface ColumnFacts {
  readonly name: string
  /** `INT32 DATE` */
  readonly parquet: string
  /** What goldsync declares whoever reads; where that is nothing, the code of the finding. */
  readonly type?: string
  readonly code?: string
}

/** Of each column, what is not right; none of an engine that was not asked. */
export type Cells = Readonly<Partial<Record<TruthEngine, Readonly<Record<string, Cell>>>>>

export interface RecordedFile extends FileFacts {
  /** The code for which no engine was asked. */
  readonly rejected?: string
  /** By this build. */
  readonly now: Cells
  /** By a build of before. */
  readonly before: Cells
}

const FILE = new URL('../fixtures/truth/recorded.json', import.meta.url)

/** Sorted by name. */
export const readRecorded = (): readonly RecordedFile[] =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as readonly RecordedFile[]) : []

/** Adds files to the recording; of one that is there, engines that were not asked this time stay as they were. */
export function addRecorded(files: readonly RecordedFile[]): void {
  const known = new Map(readRecorded().map(file => [file.name, file]))
  for (const file of files) {
    const { now, before } = known.get(file.name) ?? { now: {}, before: {} }
    known.set(file.name, { ...file, now: { ...now, ...file.now }, before: { ...before, ...file.before } })
  }
  const sorted = [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  writeFileSync(FILE, `[\n${sorted.map(file => JSON.stringify(file)).join(',\n')}\n]\n`)
}

/** What became of a column: `undefined` where the engine was not asked. */
export function cellOf(cells: Cells, engine: TruthEngine, column: string): Cell | undefined {
  const told = cells[engine]
  return told && (told[column] ?? { is: 'right' })
}
