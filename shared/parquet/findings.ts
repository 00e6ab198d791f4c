/** The diagnostics of the type mapping: per code how grave it is and what to do. */
import { columnEffects } from '../evolution/engines.ts'
import { type PackingKey, packingEffects } from '../evolution/packing.ts'
import type { Diagnostic, EngineEffect, Severity } from '../schema/diagnostic.ts'

interface Rule {
  readonly severity: Severity
  readonly fix: string
  readonly leftOut?: true
  readonly packing?: true
}

const warning = (fix: string): Rule => ({ severity: 'warning', fix })
const info = (fix: string): Rule => ({ severity: 'info', fix })
const leftOut = (rule: Rule): Rule => ({ ...rule, leftOut: true })
const packing = (fix: string): Rule => ({ ...warning(fix), packing: true })

/** `warning`: left out, or read wrongly by some engine. `info`: in the table, but not as the writer may expect. */
const RULES = {
  // Left out of the table.
  DECIMAL_TOO_WIDE: leftOut(warning('write the column with a precision of at most 38, or as a string')),
  DECIMAL_INVALID: leftOut(warning('write the column with 1 ≤ precision ≤ 38 and 0 ≤ scale ≤ precision')),
  TIME_MILLIS_UNREADABLE: leftOut(warning('write the column as TIME(MICROS), INT32 or a string')),
  UNSIGNED_OVERFLOW: leftOut(warning('write the column as a signed integer, decimal(20,0) or a string')),
  NULL_COLUMN: leftOut(info('nothing: the column appears as soon as a file gives it a type')),
  VARIANT_SHREDDED: leftOut(warning('write the variant unshredded, or as a JSON string')),
  MALFORMED_LIST: leftOut(warning('write the list in the three-level form of the Parquet specification')),
  MALFORMED_MAP: leftOut(warning('write the map as a repeated group of a key and a value')),
  MAP_WITHOUT_VALUE: leftOut(warning('write the set as a list')),
  MAP_KEY_NOT_PRIMITIVE: leftOut(
    warning('write the map as a list of structs: Hive has no maps with such keys'),
  ),
  EMPTY_STRUCT: leftOut(warning('write at least one field that the table can hold')),
  UNUSABLE_NAME: leftOut(warning('rename the column in the writer')),
  DUPLICATE_COLUMN: leftOut(
    warning('rename one of the columns in the writer: catalogs compare names without case'),
  ),
  // In the table, with a hazard.
  UNSIGNED_UNPROVEN: warning(
    'write statistics, or a signed type: engines misread unsigned values above the limit',
  ),
  UNKNOWN_TYPE: warning(
    'update goldsync and the engines: Hive 4.0.1 and Trino 476 cannot open files with types they do not know',
  ),
  UNKNOWN_CONVERTED_TYPE: warning('update goldsync, or the writer: no specification has such a type'),
  COLUMN_ENCRYPTED: warning('give the query engines the key, or exclude the file'),
  TRINO_READS_NULL: warning('write the column as a LIST: Trino returns NULL for repeated groups without it'),
  GEOMETRY_AS_BINARY: warning(
    'write WKB as plain binary: Hive 4.0.1 and Trino 476 cannot open files with geometry types',
  ),
  VARIANT_AS_STRUCT: warning('write a JSON string: Hive 4.0.1 and Trino 476 cannot open files with variants'),
  REPEATED_WITHOUT_LIST: warning(
    'write the column as a LIST: within a list or a map Hive 4.0.1 and Trino 476 fail on it',
  ),
  OPTIONAL_MAP_KEY: info('write map keys as required: some readers refuse the file'),
  TIME_AS_BIGINT: info(
    'nothing: Hive has no time of day; values count microseconds or nanoseconds since midnight',
  ),
  UUID_AS_BINARY: info('nothing: values are the 16 bytes of the UUID'),
  INTERVAL_AS_BINARY: info('nothing: values are the 12 bytes of months, days and milliseconds'),
  FLOAT16_AS_BINARY: warning('write the column as FLOAT: Hive 4.0.1 cannot open files with half floats'),
  DUPLICATE_WITHIN: warning('rename one of the fields in the writer: engines compare names without case'),
  NAME_WITHIN: warning('name elements, keys and fields in the writer by letters, digits and _'),
  LIST_GROUP_NAME: warning('name the repeated group of the list `list`, as the Parquet specification does'),
  LIST_WITHOUT_GROUP: warning('write the list in the three-level form of the Parquet specification'),
  DICTIONARY_OF_NULLS: warning(
    'write the column without a dictionary: parquet-java gives none to nulls alone',
  ),
  OLD_DATES: warning(
    'write NULL for no date, or the key writer.date.proleptic = true into the file; types.oldDates: warn accepts it as it is',
  ),
  EXTREME_TIMESTAMP: warning('write NULL, or a time that 64 bits of microseconds hold'),
  INFINITE_TIMESTAMP: warning('write NULL, or a far day such as 9999-12-31, which all engines read'),
  INFINITE_DATE: warning('write NULL, or a far day such as 9999-12-31, which all engines read'),
  JULIAN_DATES: warning(
    'write by the Gregorian calendar (Spark: datetimeRebaseModeInWrite CORRECTED); types.oldDates: warn accepts it as it is',
  ),
  JULIAN_TIMESTAMPS: warning(
    'write by the Gregorian calendar (Spark: datetimeRebaseModeInWrite CORRECTED), or as timestamp_ntz; types.oldDates: warn accepts it as it is',
  ),
  LONG_TYPE: info(
    'nothing, unless the metastore refuses it: then enlarge COLUMNS_V2.TYPE_NAME as Hive 2.3 and later do',
  ),
  STRAY_TYPE_LENGTH: packing(
    'write the column without a type length: fastparquet and parquet-go give it one, Hive 4.0.1 fails on it',
  ),
  UNSIGNED_64: info('nothing, unless Spark reads the table: then write a signed integer or decimal(20,0)'),
  FIXED_AS_BINARY: info('nothing, unless Presto reads the table: then write plain byte arrays'),
  TIMESTAMP_MILLIS: info('nothing, unless Hive 3 reads the table: then set types.hive3, or write INT96'),
  TIMESTAMP_MICROS: info('nothing, unless Hive 3 reads the table: then set types.hive3, or write INT96'),
  TIMESTAMP_INT96: info(
    'nothing, unless Presto reads the table, which has no digits beyond milliseconds, or Hive 4 days before 1582-10-15',
  ),
  TIMESTAMP_NANOS: info('write microseconds, which more engines read right'),
  TIMESTAMP_UNCONVERTED: info(
    'nothing, unless Presto or Hive 3 reads the table: then write milliseconds, or the converted type beside the logical one',
  ),
  TIMESTAMP_AS_BIGINT: info('nothing: types.hive3 asks for it'),
  TIME_CONVERTED: info('nothing, unless Presto reads the table: then write nanoseconds, or INT64'),
  // How the file is packed.
  RARE_CODEC: packing('compress with SNAPPY, GZIP or ZSTD, which every engine reads'),
  RARE_ENCODING: packing(
    'write the column with PLAIN, dictionary or DELTA encodings, which every engine reads',
  ),
  COLUMN_ORDER: packing(
    'write the plain column order: parquet-java before 1.18 and parquet-rs before 60 do, later ones have an option',
  ),
  DICTIONARY_AT_ZERO: packing('update the writer: a column without a dictionary has no offset of one'),
  ROOT_NAME: packing('name the schema in the writer by letters, digits and _: others write schema or root'),
  KEY_WITHOUT_VALUE: packing('give each of the file’s own keys a value in the writer, an empty one will do'),
  ELEMENT_NAME: packing('name the list’s element in the writer: element is what others write'),
  BLOOM_UNREADABLE: packing('write the file without bloom filters: those of parquetjs have no valid header'),
  FALSE_STATISTICS: packing('write the file again, or update its writer; or write it without statistics'),
  MISTAKEN_COLUMN: packing('rename one of the columns in the writer'),
  // About the file.
  ROWS_UNKNOWN: warning('write the file again: its row count is left out of all sums'),
  STATISTICS_DISTRUSTED: info('write the file again, or update its writer: its statistics are not used'),
  LARGE_FOOTER: warning(
    'write fewer row groups or columns into one file: Trino from 477 refuses footers above 15 MiB',
  ),
} as const satisfies Record<string, Rule>

export type FindingCode = keyof typeof RULES

/** A diagnostic about a file, or about the column at this path. @param within whether that is within a list or a map */
export function finding(code: FindingCode, message: string, column?: string, within = false): Diagnostic {
  return withEngines(code, message, columnEffects(code, within), column)
}

/** One about how a file is packed. @param key of what engines make of it */
export const packingFinding = (
  code: FindingCode,
  key: PackingKey,
  message: string,
  column?: string,
): Diagnostic => withEngines(code, message, packingEffects(key), column)

function withEngines(
  code: FindingCode,
  message: string,
  engines: readonly EngineEffect[],
  column: string | undefined,
): Diagnostic {
  return {
    code,
    ...RULES[code],
    message,
    ...(column === undefined ? {} : { column }),
    ...(engines.length === 0 ? {} : { engines }),
  }
}
