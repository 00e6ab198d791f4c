/** What was seen of each cell of the matrix: written by record.ts, checked in, and read by the tests and the docs. */
import { readFileSync } from 'node:fs'
import type { Group } from './cells.ts'

/** `prestoByName`: with hive.parquet.use-column-names=true; asked where Presto's own way does not serve. */
export type Judge = 'hive' | 'trino' | 'trino3' | 'presto' | 'prestoByName'

/**
 * `old`: a partition from before the change. `new`: one of after it. `mixed`: one with files of both. `filter`: a
 * condition on the column, over all partitions.
 */
export type Part = 'old' | 'new' | 'mixed' | 'filter'

/** `right` where each part is; else what was seen of the parts that are not: `v NULL`, `v 1 for 2`, an error's name. */
export type Answer = 'right' | Readonly<Partial<Record<Part, string>>>

/** What its footer told goldsync: as in DataFile, types in Hive's form. */
export interface SeenFile {
  readonly columns: readonly string[]
  readonly allNames?: readonly string[]
  readonly millis?: readonly string[]
  /** `CODE column` */
  readonly findings: readonly string[]
}

/** A change that was held back, applied all the same. */
export interface Forced {
  /** What the metastore said, where it did not let it happen: 4.0.1 and 3.1.3. */
  readonly refused?: { readonly metastore?: string; readonly metastore3?: string }
  readonly answers: Readonly<Partial<Record<Judge, Answer>>>
}

export interface Recording {
  /** A key of CELLS. */
  readonly cell: string
  readonly group: Group
  readonly change: string
  readonly old: SeenFile
  readonly new: SeenFile
  /** Whether goldsync registered the new partition; the same in both metastores. */
  readonly held: boolean
  /** The table's columns after the last sync. */
  readonly table: readonly string[]
  /** Codes of all that goldsync said. */
  readonly codes: readonly string[]
  readonly answers: Readonly<Partial<Record<Judge, Answer>>>
  /**
   * Of a change that is held back. `stands`: the new partition was registered, the table left as it is, as MSCK does.
   * `widened`: the table and its old partition got the new types, then the new partition was registered.
   */
  readonly forced?: { readonly stands: Forced; readonly widened: Forced }
}

const FILE = new URL('../../fixtures/evolution/recordings.json', import.meta.url)

export const recordingsFile = FILE

export const readRecordings = (): readonly Recording[] =>
  JSON.parse(readFileSync(FILE, 'utf8')) as Recording[]
