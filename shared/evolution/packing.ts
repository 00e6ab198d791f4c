/**
 * Which engine refuses which way of packing a file. Data: each line was seen on the versions of engines.ts, where
 * test/e2e/packing recorded it and compares it with this, or cites where it is written.
 */
import type { Engine, EngineEffect } from '../schema/diagnostic.ts'

export interface PackingFact extends EngineEffect {
  readonly by: 'seen' | 'source'
}

const fact =
  (by: PackingFact['by']) =>
  (effect: EngineEffect['effect'], what: string, ...engines: readonly Engine[]): PackingFact[] =>
    engines.map(engine => ({ engine, effect, what, by }))
const seen = fact('seen')
/** Spark 4.0.0 was seen to; 4.3.0 reads it right. */
const old = (effect: EngineEffect['effect'], what: string): PackingFact[] =>
  seen(effect, what, 'spark').map(fact => ({ ...fact, until: '4.3' }))
const source = fact('source')

const UNKNOWN_CODEC = 'has no such codec'
const NOT_BROUGHT = 'does not bring the codec'
const NO_JAR = 'does not bring lz4-java, which the codec needs'

/** parquet-java 1.10, of Hive 3.1.3, knows neither LZ4_RAW nor BYTE_STREAM_SPLIT (parquet-format 2.4.0, parquet.thrift). */
const HIVE_3_CODEC = source('refusesFile', 'cannot open a file with a codec that it does not know', 'hive3')
const HIVE_3_ENCODING = source(
  'refusesFile',
  'cannot open a file with an encoding that it does not know',
  'hive3',
)

const SPARK_SPLIT = old('refusesColumn', 'does not read this encoding')
const SPLIT = [
  ...HIVE_3_ENCODING,
  ...SPARK_SPLIT,
  ...seen('refusesColumn', 'reads this encoding of FLOAT and DOUBLE alone', 'hive4', 'trino', 'duckdb'),
  ...seen('refusesColumn', 'does not read this encoding', 'presto'),
]
/** CorruptDeltaByteArrays.requiresSequentialReads. */
const UNSAFE = 'reads this encoding only where the file tells which version of which writer made it'
/** parquet-java 1.10 counts them as 1.13 does (ParquetMetadataConverter.buildChildren). */
const ORDER = 'does not find a column whose order it does not know'
const DAMAGED = 'fails on conditions on it, for which it takes the file for a damaged one'
const LOST = 'finds no rows by conditions on it'
const TOO_SHORT = 'cannot open a file with bounds that are too short'
const TOO_FEW = 'cannot open a file with fewer column orders than columns'

export const PACKING_FACTS = {
  'codec BROTLI': [
    ...source('refusesColumn', NOT_BROUGHT, 'hive3'),
    ...seen('refusesColumn', NOT_BROUGHT, 'hive4', 'spark'),
    ...seen('refusesColumn', UNKNOWN_CODEC, 'trino', 'presto'),
  ],
  'codec LZO': [
    ...source('refusesColumn', NOT_BROUGHT, 'hive3'),
    ...seen('refusesColumn', NOT_BROUGHT, 'hive4', 'spark'),
    ...seen('refusesColumn', UNKNOWN_CODEC, 'duckdb'),
  ],
  /** As Hadoop frames it, which parquet-java and parquet-rs do. */
  'codec LZ4': [...seen('refusesColumn', NO_JAR, 'hive4'), ...seen('refusesColumn', UNKNOWN_CODEC, 'duckdb')],
  'codec LZ4 of another writer': [
    ...seen('refusesColumn', NO_JAR, 'hive4'),
    ...seen('refusesColumn', 'reads this codec as Hadoop frames it alone', 'trino', 'presto', 'spark'),
    ...seen('refusesColumn', UNKNOWN_CODEC, 'duckdb'),
  ],
  'codec LZ4_RAW': [...HIVE_3_CODEC, ...seen('refusesColumn', UNKNOWN_CODEC, 'trino', 'presto')],
  'BYTE_STREAM_SPLIT INT32': SPLIT,
  'BYTE_STREAM_SPLIT of unsigned INT32': seen(
    'refusesColumn',
    'does not read this encoding of them',
    'spark',
  ),
  'BYTE_STREAM_SPLIT INT64': SPLIT,
  'BYTE_STREAM_SPLIT FIXED_LEN_BYTE_ARRAY': SPLIT,
  'BYTE_STREAM_SPLIT FLOAT': [
    ...HIVE_3_ENCODING,
    ...SPARK_SPLIT,
    ...seen('refusesColumn', 'does not read this encoding', 'presto'),
  ],
  'BYTE_STREAM_SPLIT DOUBLE': [
    ...HIVE_3_ENCODING,
    ...SPARK_SPLIT,
    ...seen('refusesColumn', 'does not read this encoding', 'presto'),
  ],
  // By the vectorized reader, which is the default: it takes the lengths of other rows behind a null, and in all but the first 4096 rows.
  'DELTA_LENGTH_BYTE_ARRAY BYTE_ARRAY': old('misreads', 'cuts values of this encoding at other places'),
  'DELTA_BYTE_ARRAY of an unknown writer': [
    ...source('refusesFile', UNSAFE, 'hive3'),
    ...seen('refusesFile', UNSAFE, 'hive4'),
  ],
  'column order': [...source('refusesColumn', ORDER, 'hive3'), ...seen('refusesColumn', ORDER, 'hive4')],
  'too few column orders': [
    ...source('refusesFile', TOO_FEW, 'hive3'),
    ...seen('refusesFile', TOO_FEW, 'hive4', 'spark'),
  ],
  'dictionary at 0': seen('refusesFile', 'looks for the first column where the file begins', 'hive4'),
  'root name': seen('refusesFile', 'fails on a schema of this name', 'hive4'),
  'key without a value': seen('refusesFile', 'cannot open a file whose keys do not all have values', 'trino'),
  'name within a list': seen('refusesFile', 'cannot open a file with such a name', 'hive4'),
  'bloom filter of parquetjs': seen(
    'refusesColumn',
    'fails on `=` and `in`, for which it reads the filter',
    'trino',
  ),
  // Row groups are skipped by them: StatisticsFilter of parquet-java, which Hive 3.1.3 has too. Its LeafFilterFactory makes no
  // filters of decimals, dates and timestamps.
  'bounds that are crossed': [
    ...source('misreads', LOST, 'hive3'),
    ...seen('misreads', LOST, 'hive4', 'spark'),
    ...seen('refusesColumn', DAMAGED, 'trino'),
  ],
  'bounds that are crossed, of BYTE_ARRAY': seen('misreads', LOST, 'duckdb'),
  'bounds that are crossed, of decimals and dates': [
    ...seen('misreads', LOST, 'spark'),
    ...seen('refusesColumn', DAMAGED, 'trino'),
  ],
  'bounds that are crossed, of timestamps': seen('refusesColumn', DAMAGED, 'trino'),
  'bounds that are crossed, of unsigned integers': [
    ...source('misreads', LOST, 'hive3'),
    ...seen('misreads', LOST, 'hive4'),
    ...seen('refusesColumn', DAMAGED, 'trino'),
  ],
  'bounds compared as signed, of unsigned integers': [
    ...source('misreads', LOST, 'hive3'),
    ...seen('misreads', LOST, 'hive4'),
  ],
  'deprecated bounds that are crossed': seen('refusesColumn', DAMAGED, 'trino'),
  'bounds of only nulls': [
    ...source('misreads', LOST, 'hive3'),
    ...seen('misreads', LOST, 'hive4', 'trino', 'presto', 'spark', 'duckdb'),
  ],
  'bounds of only nulls, of decimals and dates': seen('misreads', LOST, 'trino', 'presto', 'spark', 'duckdb'),
  'bounds of only nulls, of unsigned integers': [
    ...source('misreads', LOST, 'hive3'),
    ...seen('misreads', LOST, 'hive4', 'trino', 'presto'),
  ],
  'bounds of only nulls, of timestamps': seen('misreads', LOST, 'trino', 'presto', 'duckdb'),
  'bounds beyond the type, of decimals and dates': seen('misreads', LOST, 'spark', 'duckdb'),
  'bounds that are too short': [
    ...source('refusesFile', TOO_SHORT, 'hive3'),
    ...seen('refusesFile', TOO_SHORT, 'hive4', 'trino', 'presto', 'spark', 'duckdb'),
  ],
  'bounds that are too long': seen('refusesFile', 'cannot open a file with such bounds', 'duckdb'),
  'names that differ by case': seen(
    'refusesFile',
    'takes one column for the other and cannot open the file',
    'trino',
    'presto',
  ),
} satisfies Readonly<Record<string, readonly PackingFact[]>>

export type PackingKey = keyof typeof PACKING_FACTS

export const isPackingKey = (text: string): text is PackingKey => text in PACKING_FACTS

export const packingEffects = (key: PackingKey): readonly EngineEffect[] =>
  PACKING_FACTS[key].map(({ by: _, ...effect }: PackingFact) => effect)
