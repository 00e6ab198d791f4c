/** Which of the partitions that are wanted the engine sees, in as few statements as its limits allow. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Wanted } from '../engine.ts'
import { asText, type Dialect, keyLiteral, NULL_VALUE, quoted, text } from './text.ts'

/** Rows of values in one statement: its text stays far below the limit of 1,000,000 characters. */
const BATCH = 1000
/** Tables in one statement: each is a stage of its plan (query.max-stage-count is 150 in Trino, 100 in Presto). */
const TABLES = 20

/** What the tables of an engine's catalog are: its connectors show one kind. */
export type TablesOf = 'hive' | 'iceberg'

interface Source {
  readonly catalog: string
  readonly dialect: Dialect
  readonly tables: TablesOf
}

type Query = (statement: string) => Promise<readonly (readonly unknown[])[]>

/** How many partitions of each are seen. @param query runs a statement, and returns its rows */
export async function countVisible(
  source: Source,
  wanted: readonly Wanted[],
  query: Query,
): Promise<readonly number[]> {
  if (source.tables === 'hive') return count(source, inPartitions, wanted, query)
  const seen = await count(source, inRows, wanted, query)
  // Partitions of no rows are left: Iceberg's table of partitions has them, and is made of all manifests of the table.
  const left = wanted.flatMap((one, at) => (seen[at] === one.partitions.length ? [] : [{ one, at }]))
  const rest = await count(
    source,
    inIcebergPartitions,
    left.map(({ one }) => one),
    query,
  )
  const further = new Map(left.map(({ at }, nth) => [at, rest[nth] ?? 0]))
  return seen.map((count, at) => Math.max(count, further.get(at) ?? 0))
}

async function count(
  { catalog, dialect }: Source,
  place: Place,
  wanted: readonly Wanted[],
  query: Query,
): Promise<readonly number[]> {
  const seen = wanted.map(() => 0)
  for (const batch of batches(wanted)) {
    const parts = batch.map(({ part }) => part)
    for (const [at] of await query(visibleStatement({ catalog, dialect, place }, parts))) {
      const part = batch[Number(at)]
      if (part === undefined) throw notAsked(catalog, at)
      seen[part.place] = (seen[part.place] ?? 0) + 1
    }
  }
  return seen
}

const notAsked = (catalog: string, at: unknown): GoldsyncError =>
  new GoldsyncError(
    'DATA_INVALID',
    `the catalog ${catalog} answers for a table that it was not asked for (${String(at).slice(0, 40)})`,
  )

/** A part of what is wanted, and its place among that. */
interface Part {
  readonly place: number
  readonly part: Wanted
}

/** What each statement asks for. */
function batches(wanted: readonly Wanted[]): readonly (readonly Part[])[] {
  const statements: Part[][] = []
  let rows = BATCH
  for (const [place, one] of wanted.entries()) {
    for (let from = 0; from < one.partitions.length; from += BATCH) {
      const part = { ...one, partitions: one.partitions.slice(from, from + BATCH) }
      rows += part.partitions.length
      if (rows > BATCH || statements.at(-1)?.length === TABLES) {
        statements.push([])
        rows = part.partitions.length
      }
      statements.at(-1)?.push({ place, part })
    }
  }
  return statements
}

/** Where values of keys are looked for. */
interface Place {
  /** The table's name there. */
  table(name: string): string
  key(name: string): string
  /** Whether a partition has more than one row. */
  readonly grouped?: true
}

/** Hive's hidden table of partitions. */
const inPartitions: Place = { table: name => `${name}$partitions`, key: quoted }

/** The table itself: of its files only those of these partitions are opened, and no column of them is read. */
const inRows: Place = { table: name => name, key: quoted, grouped: true }

const inIcebergPartitions: Place = {
  table: name => `${name}$partitions`,
  key: name => `"partition".${quoted(name)}`,
}

interface Asked extends Pick<Source, 'catalog' | 'dialect'> {
  readonly place: Place
}

/**
 * Asks which of the partitions there are: no data is read. A row for each that is there: its table's place among those wanted.
 * One query for all, and without count(): half of what it would cost Trino.
 */
const visibleStatement = (asked: Asked, wanted: readonly Wanted[]): string =>
  wanted.map((one, at) => visibleOf(asked, one, at)).join(' UNION ALL ')

/** The values of each key alone let engines look at few partitions; only the rows of values are exact. */
function visibleOf(
  { catalog, dialect, place }: Asked,
  { table, keys, partitions }: Wanted,
  at: number,
): string {
  const from = `${quoted(catalog)}.${quoted(table.database)}.${quoted(place.table(table.name))}`
  const valuesOf = (at: number) => partitions.map(values => values[at] ?? '')
  const literals = keys.map((key, at) =>
    valuesOf(at).includes(NULL_VALUE) ? undefined : keyLiteral(key, dialect),
  )
  const narrowed = keys.flatMap(
    (key, at) => oneOf(place.key(key.name), valuesOf(at), keyLiteral(key, dialect)) ?? [],
  )
  // Keys that cannot be written as values of their type, or are NULL somewhere, are compared as text.
  const exact = keys.map((key, at) => ({
    of: literals[at] ? place.key(key.name) : asText(place.key(key.name)),
    literal: literals[at] ?? text,
  }))
  const rows = partitions.map(
    values => `(${exact.map(({ literal }, at) => literal(values[at] ?? '')).join(', ')})`,
  )
  const tuple = `(${exact.map(({ of }) => of).join(', ')}) IN (${rows.join(', ')})`
  const groups = place.grouped ? ` GROUP BY ${keys.map(({ name }) => place.key(name)).join(', ')}` : ''
  return `SELECT ${at} FROM ${from} WHERE ${[...narrowed, tuple].join(' AND ')}${groups}`
}

/**
 * That a key has one of these values, in the form that is pushed down to the metastore and to Iceberg's manifests: by what is
 * compared as text every file of an Iceberg table would be opened. Undefined where its values cannot be written.
 */
function oneOf(key: string, values: readonly string[], literal: ReturnType<typeof keyLiteral>) {
  const distinct = new Set(values)
  const isNull = distinct.delete(NULL_VALUE) ? [`${key} IS NULL`] : []
  if (distinct.size === 0) return isNull[0]
  if (literal === undefined) return undefined
  const among = [`${key} IN (${[...distinct].map(literal).join(', ')})`, ...isNull]
  return among.length === 1 ? among[0] : `(${among.join(' OR ')})`
}
