/** The tables of test/fixtures/random_tables.py: Parquet files and every value that is in them. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import { distinctOf } from '../../shared/schema/column-statistics.ts'
import type { Bound, ColumnFacts, Facts, Value } from '../../shared/schema/facts.ts'
import { bytesStorage } from './bytes-storage.ts'

/** A column's values as the generator tells them: numbers as text, floats and bytes as hex. */
export interface Told {
  readonly kind: Value['kind'] | 'nested'
  readonly scale?: number
  readonly values?: readonly (string | null)[]
}

export interface RandomTable {
  readonly file: string
  readonly writer: 'pyarrow' | 'duckdb'
  readonly rows: number
  readonly columns: Readonly<Record<string, Told>>
}

export const readTables = (folder: URL): RandomTable[] =>
  readFileSync(new URL('tables.jsonl', folder), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as RandomTable)

/** What goldsync proves of a file. */
export async function factsOf(folder: URL, { file }: RandomTable): Promise<Facts> {
  const bytes = new Uint8Array(readFileSync(new URL(file, folder)))
  const asked = { path: file, size: bytes.length, modified: 1 }
  const read = await readDataFile(bytesStorage({ [file]: bytes }), asked, { facts: true })
  if (!isAccepted(read) || read.facts === undefined) throw new Error(`${file} was not read`)
  expect(read.diagnostics.filter(({ code }) => code === 'STATISTICS_DISTRUSTED')).toEqual([])
  return read.facts
}

/** A value that BigInt, Number or hex compares: written apart from the code under test. */
type Plain = bigint | number | string

function plain(kind: Told['kind'], told: string): Plain {
  if (kind === 'text' || kind === 'bytes') return told
  return kind === 'float' ? Buffer.from(told, 'hex').readDoubleBE() : BigInt(told)
}

function plainBound({ value: { value } }: Bound): Plain {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

/** What statistics said of how many columns. */
export interface Tally {
  columns: number
  nulls: number
  bounds: number
  exact: number
  distinct: number
}

export const noTally = (): Tally => ({ columns: 0, nulls: 0, bounds: 0, exact: 0, distinct: 0 })

/** Fails where something is claimed that is false of the values, and counts what is claimed. */
export function checkColumn(what: string, column: ColumnFacts, told: Told, tally: Tally): void {
  const { nulls, nans, min, max } = column
  if (told.kind === 'nested' || told.values === undefined) {
    expect({ what, nulls, min, max }).toEqual({ what })
    return
  }
  const present = told.values.filter(value => value !== null).map(value => plain(told.kind, value))
  const ordered = present.filter(value => !Number.isNaN(value))
  // Numbers compare as numbers (−0 as 0), hex of equal case as the bytes that it stands for.
  const sorted = ordered.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const truth = { nulls: told.values.length - present.length, nans: present.length - ordered.length }
  expect({ what, rows: column.rows }).toEqual({ what, rows: told.values.length })
  if (nulls !== undefined) expect({ what, nulls }).toEqual({ what, nulls: truth.nulls })
  if (nans !== undefined) expect({ what, nans }).toEqual({ what, nans: truth.nans })
  checkBound(`${what} min`, min, told, sorted[0], (bound, least) => bound <= least)
  checkBound(`${what} max`, max, told, sorted.at(-1), (bound, most) => bound >= most)
  const distinct = distinctOf(column)
  if (distinct !== undefined) expect({ what, distinct }).toEqual({ what, distinct: new Set(present).size })
  tally.columns += 1
  tally.nulls += nulls === undefined ? 0 : 1
  tally.bounds += min === undefined || max === undefined ? 0 : 1
  tally.exact += min?.exact && max?.exact ? 1 : 0
  tally.distinct += distinct === undefined ? 0 : 1
}

function checkBound(
  what: string,
  bound: Bound | undefined,
  told: Told,
  truth: Plain | undefined,
  holds: (bound: Plain, truth: Plain) => boolean,
): void {
  if (bound === undefined) return
  const { kind } = bound.value
  const scale = bound.value.kind === 'decimal' ? bound.value.scale : undefined
  expect({ what, kind, scale }).toEqual({ what, kind: told.kind, scale: told.scale })
  // A bound of no value is false of none, but where rows are claimed to have it there must be one.
  if (truth === undefined) expect({ what, exact: bound.exact }).toEqual({ what, exact: false })
  else if (bound.exact)
    expect({ what, bound: positive(plainBound(bound)) }).toEqual({ what, bound: positive(truth) })
  else expect({ what, holds: holds(plainBound(bound), truth) }).toEqual({ what, holds: true })
}

const positive = (value: Plain): Plain => (value === 0 ? 0 : value)
