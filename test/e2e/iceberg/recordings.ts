/** What Iceberg's readers were seen to make of each cell: written by record.ts, checked in, and read by the tests and the docs. */
import { readFileSync } from 'node:fs'
import type { Answer } from '../evolution/recordings.ts'
import type { Cell } from './cells.ts'

export const READERS = ['trino', 'spark', 'pyiceberg', 'duckdb'] as const
export type Reader = (typeof READERS)[number]

export interface Recording {
  /** A key of ICEBERG_CELLS. */
  readonly cell: string
  readonly group: Cell['group']
  readonly change: string
  /** Whether goldsync left the new files out. */
  readonly held: boolean
  /** The table's columns after the last scan; none where even the old files were left out. */
  readonly table: readonly string[]
  /** Codes of all that goldsync said. */
  readonly codes: readonly string[]
  readonly answers: Readonly<Partial<Record<Reader, Answer>>>
}

export const recordingsFile = new URL('../../fixtures/iceberg/readers.json', import.meta.url)

export const readRecordings = (): readonly Recording[] =>
  JSON.parse(readFileSync(recordingsFile, 'utf8')) as Recording[]
