/**
 * Which engine refuses or misreads what. Data, not rules: each line was seen on the version that it names (test/e2e/types*),
 * or cites where it is written. `docs/types.md` is its prose.
 */
import type { Diagnostic, Engine, EngineEffect } from '../schema/diagnostic.ts'
import type { Column } from '../schema/table.ts'

export interface EngineFact extends EngineEffect {
  /** `seen` on the engine's version below, or read in its `source` code. */
  readonly by: 'seen' | 'source'
  /** Where it holds for what is within a list or a map only. */
  readonly nested?: true
}

/** The versions that the facts are about. */
export const ENGINE_VERSIONS: Readonly<Record<Engine, string>> = {
  hive3: 'Hive 3.1.3',
  hive4: 'Hive 4.0.1',
  trino: 'Trino 476',
  presto: 'Presto 0.287',
  spark: 'Spark 4.0.0',
  athena: 'Athena',
  duckdb: 'DuckDB 1.5',
}

const fact =
  (by: EngineFact['by']) =>
  (engine: Engine, effect: EngineFact['effect'], what: string): EngineFact => ({ engine, effect, what, by })
const seen = fact('seen')
const source = fact('source')
const nested = (found: EngineFact): EngineFact => ({ ...found, nested: true })

/** An INT64 that is read as timestamp: ParquetTimestampUtils came with Hive 4. */
const HIVE_3_TIMESTAMP = source('hive3', 'refusesColumn', 'fails on timestamps stored as INT64')

const PRESTO_DIGITS = seen('presto', 'truncates', 'keeps three digits of a second')

const OPENED_SINCE: Readonly<Partial<Record<Engine, Pick<EngineFact, 'until'>>>> = {
  trino: { until: '483' },
  spark: { until: '4.3' },
}
/** parquet-java up to 1.17 fails on a whole file for one logical type that it does not know (parquet-java#3671). */
const CLOSED = 'cannot open a file with this type'
const UNKNOWN_TO_ALL = [
  source('hive3', 'refusesFile', CLOSED),
  seen('hive4', 'refusesFile', CLOSED),
  seen('trino', 'refusesFile', CLOSED),
  seen('spark', 'refusesFile', CLOSED),
]
/** Trino 483 and Spark 4.3 open files with these. */
const UNKNOWN_TO_OLDER = UNKNOWN_TO_ALL.map(fact => ({ ...fact, ...OPENED_SINCE[fact.engine] }))
/** Spark 4.3 takes it for its own type, and the struct of a table for another. */
const OPAQUE_VARIANT = [...UNKNOWN_TO_OLDER, seen('spark', 'refusesColumn', 'fails on the column itself')]
const INFINITE = 'shows it as a day of the year 294247 or -290308'
const INFINITE_DAY = 'shows it as a day of the year 5881580 or -5877641'
/** It writes a column's schema as text and reads it back: DataWritableReadSupport. */
const NO_SCHEMA = 'fails on every query of a table with this column'
const BY_POSITION = 'takes fields within a map, or a list of lists or maps, by their position'
const NO_LIST = 'reads NULL for its structs or fails, unless that group is named list or bag'
const FIRST_FIELD =
  'takes the first field for the struct: it fails on every query of a table with this column, or reads NULL'
/** Up to ten days, by the century. */
const MOVED = 'reads days before 1582-10-15 as other days'
const PRESTO_FIXED = seen('presto', 'refusesColumn', 'reads fixed-length bytes as decimals only')

/** By the code of the finding on a column (shared/parquet/findings.ts). */
export const COLUMN_FACTS: Readonly<Record<string, readonly EngineFact[]>> = {
  TIMESTAMP_MILLIS: [HIVE_3_TIMESTAMP],
  TIMESTAMP_MICROS: [HIVE_3_TIMESTAMP, PRESTO_DIGITS],
  // No writer tells bounds of INT96 in an order that is defined: whether there are such days is not known.
  TIMESTAMP_INT96: [PRESTO_DIGITS, seen('hive4', 'mayMisread', MOVED)],
  TIMESTAMP_UNCONVERTED: [
    HIVE_3_TIMESTAMP,
    seen('presto', 'misreads', 'takes the count of microseconds for milliseconds'),
  ],
  TIMESTAMP_NANOS: [
    HIVE_3_TIMESTAMP,
    seen('presto', 'misreads', 'takes the count of nanoseconds for milliseconds'),
    seen(
      'spark',
      'refusesColumn',
      'fails on nanoseconds, unless spark.sql.legacy.parquet.nanosAsLong is set',
    ),
    // Its own type for them fails on comparisons with days before 1677.
    seen('duckdb', 'truncates', 'shows six digits of a second in the views of its catalog'),
  ],
  TIME_CONVERTED: [seen('presto', 'misreads', 'turns the count of microseconds into milliseconds')],
  UNSIGNED_UNPROVEN: [
    source('hive3', 'mayMisread', 'reads values above the limit as NULL'),
    seen('hive4', 'mayMisread', 'reads values above the limit as NULL'),
    seen('trino', 'mayMisread', 'reads values above the limit as negative numbers'),
    seen('presto', 'mayMisread', 'reads values above the limit as negative numbers'),
  ],
  FIELDS_BY_POSITION: [source('hive3', 'misreads', BY_POSITION), seen('hive4', 'misreads', BY_POSITION)],
  LIST_GROUP_NAME: [source('hive3', 'misreads', NO_LIST), seen('hive4', 'misreads', NO_LIST)],
  LIST_WITHOUT_GROUP: [
    source('hive3', 'refusesTable', FIRST_FIELD),
    seen('hive4', 'refusesTable', FIRST_FIELD),
  ],
  DUPLICATE_WITHIN: [seen('presto', 'refusesColumn', 'fails on a column with such names in it')],
  NAME_WITHIN: [source('hive3', 'refusesTable', NO_SCHEMA), seen('hive4', 'refusesTable', NO_SCHEMA)],
  DICTIONARY_OF_NULLS: [seen('presto', 'failsInConditions', 'fails on `is null`, and some other conditions')],
  OLD_DATES: [seen('hive4', 'misreads', MOVED)],
  EXTREME_TIMESTAMP: [
    seen('trino', 'refusesColumn', 'fails on conditions on the column, or returns another time'),
  ],
  INFINITE_TIMESTAMP: [
    seen('hive4', 'mayMisread', INFINITE),
    seen('trino', 'mayMisread', INFINITE),
    seen('presto', 'mayMisread', INFINITE),
  ],
  INFINITE_DATE: [
    seen('hive4', 'mayMisread', INFINITE_DAY),
    seen('trino', 'mayMisread', INFINITE_DAY),
    seen('presto', 'mayMisread', INFINITE_DAY),
  ],
  JULIAN_DATES: [
    source('hive3', 'misreads', MOVED),
    seen('trino', 'misreads', MOVED),
    seen('presto', 'misreads', MOVED),
    seen('duckdb', 'misreads', MOVED),
  ],
  JULIAN_TIMESTAMPS: [
    seen('hive4', 'misreads', MOVED),
    seen('trino', 'misreads', MOVED),
    seen('presto', 'misreads', MOVED),
    seen('duckdb', 'misreads', MOVED),
  ],
  UNSIGNED_64: [seen('spark', 'refusesColumn', 'wants decimal(20,0) for unsigned 64 bits')],
  FIXED_AS_BINARY: [PRESTO_FIXED],
  UUID_AS_BINARY: [PRESTO_FIXED],
  INTERVAL_AS_BINARY: [PRESTO_FIXED],
  FLOAT16_AS_BINARY: [
    source('hive3', 'refusesFile', CLOSED),
    seen('hive4', 'refusesFile', CLOSED),
    PRESTO_FIXED,
  ],
  GEOMETRY_AS_BINARY: UNKNOWN_TO_OLDER,
  VARIANT_AS_STRUCT: OPAQUE_VARIANT,
  VARIANT_SHREDDED: OPAQUE_VARIANT,
  UNKNOWN_TYPE: UNKNOWN_TO_ALL,
  UNKNOWN_CONVERTED_TYPE: [seen('duckdb', 'refusesFile', CLOSED)],
  COLUMN_ENCRYPTED: [
    seen('hive4', 'refusesColumn', 'needs the key'),
    seen('trino', 'refusesColumn', 'needs the key'),
    seen('presto', 'refusesFile', 'cannot open a file with an encrypted column'),
    seen('spark', 'refusesColumn', 'needs the key'),
  ],
  REPEATED_WITHOUT_LIST: [
    seen('presto', 'refusesColumn', 'wants a LIST around what is repeated'),
    nested(seen('hive4', 'refusesColumn', 'wants a LIST around what is repeated within another')),
    nested(seen('trino', 'refusesColumn', 'wants a LIST around what is repeated within another')),
    nested(seen('spark', 'refusesColumn', 'wants a LIST around what is repeated within another')),
  ],
  TRINO_READS_NULL: [
    seen('trino', 'misreads', 'reads NULL, or fails where the group has one field'),
    seen('presto', 'refusesColumn', 'wants a LIST around what is repeated'),
  ],
  STRAY_TYPE_LENGTH: [
    seen('hive4', 'refusesColumn', 'does not find a column that has a length and needs none'),
  ],
}

/** What engines make of a column with this finding. @param within whether it is within a list or a map */
export const columnEffects = (code: string, within = false): readonly EngineEffect[] =>
  effects((COLUMN_FACTS[code] ?? []).filter(fact => fact.nested !== true || within))

/** The same, of a column that is left out for what is told of it, or of something within it. */
export const leftOutEffects = (code: string): readonly EngineEffect[] => effects(COLUMN_FACTS[code] ?? [])

/** `Hive 3.1.3 fails on …; Presto 0.287 keeps …`. */
export const printEffects = (effects: readonly EngineEffect[]): string =>
  effects.map(({ engine, what }) => `${ENGINE_VERSIONS[engine]} ${what}`).join('; ')

/**
 * Whether a finding has to be told: what engines make of a type is, when its column comes to the table, and not again with
 * each partition.
 */
export function isNews({ severity, column, engines }: Diagnostic, table: readonly Column[]): boolean {
  if (severity !== 'info' || engines === undefined) return true
  const path = column?.toLowerCase() ?? ''
  return !table.some(({ name }) => path === name || path.startsWith(`${name}.`))
}

const effects = (facts: readonly EngineFact[]): readonly EngineEffect[] =>
  facts.map(({ engine, effect, what, until }) => ({ engine, effect, what, ...(until ? { until } : {}) }))
