/** What goldsync makes of each row of files.py for those who read the lake, and what engines make of the files that nobody judges. */
import type { Asked } from '../packing/recorded.ts'

/** By engine: `u differs`, of its columns (ask.ts). */
export type Seen = Readonly<Partial<Record<Asked, readonly string[]>>>

export interface Row {
  /** `CODE column` of warnings, and of notes on what an engine may read wrong, in the scans that Trino 476, Presto 0.287 and Hive 4.0.1 are said to read; none where nothing is told. */
  readonly told?: readonly string[]
  /** The hour that is held back then. */
  readonly held?: 0 | 1
  /** What an engine does otherwise with what is registered then: it is told. */
  readonly registered?: Seen
  /** What engines do once all hours are registered; nothing is asked where this is not here. */
  readonly faults?: Seen
  /** Further files of the first hour: empty ones, or the same again. */
  readonly beside?: Readonly<Record<string, 'empty' | 'same'>>
}

export const ROWS: Readonly<Record<string, Row>> = {
  // How a file is packed: more in ../packing.
  codec_brotli: {
    told: ['RARE_CODEC id'],
    held: 0,
    faults: {
      hive4: ['id fails', 'u fails'],
      trino: ['id fails', 'u fails'],
      presto: ['id fails', 'u fails'],
    },
  },
  codec_lz4: {
    told: ['RARE_CODEC id'],
    held: 0,
    faults: { trino: ['id fails', 'u fails'], presto: ['id fails', 'u fails'] },
  },
  codec_mixed: {
    told: ['RARE_CODEC u'],
    held: 0,
    faults: { hive4: ['u fails'], trino: ['u fails'], presto: ['u fails'] },
  },
  split_int64: {
    told: ['RARE_ENCODING u'],
    held: 0,
    faults: { hive4: ['u fails'], trino: ['u fails'], presto: ['u fails'] },
  },
  split_double: { told: ['RARE_ENCODING u'], held: 0, faults: { presto: ['u fails'] } },
  split_in_list: { told: ['RARE_ENCODING u.list.element'], held: 0, faults: { presto: ['u fails'] } },
  delta_text: {},
  order_in_map: { told: ['COLUMN_ORDER u.key_value.value'], held: 0, faults: { hive4: ['u fails'] } },
  // Hive counts orders by children: that of `d` lands on `t`.
  order_behind_map: { told: ['COLUMN_ORDER t'], held: 0, faults: { hive4: ['t fails'] } },
  root_empty: { told: ['ROOT_NAME'], held: 0, faults: { hive4: ['id fails', 'u fails'] } },
  root_comma: { told: ['ROOT_NAME'], held: 0, faults: { hive4: ['id fails', 'u fails'] } },
  // Bloom filters.
  bloom_int: { told: ['TYPE_HELD u'], held: 1, faults: { trino: ['u loses'] } },
  bloom_unsigned: { told: ['BLOOM_UNDER_WIDER u'], held: 0, faults: { trino: ['u loses'] } },
  bloom_smallint: {},
  bloom_tinyint: { told: ['TYPE_HELD u'], held: 1, faults: { trino: ['u loses'] } },
  bloom_float: {
    told: ['INCOMPATIBLE_TYPE u'],
    held: 1,
    faults: { trino: ['u fails on ='], presto: ['u fails on ='] },
  },
  // Values that bounds prove, and INT96, whose bounds are not defined: only Hive moves its old days.
  old_int96: {
    told: ['TIMESTAMP_INT96 u'],
    registered: { hive4: ['u differs'] },
    faults: { hive4: ['u differs'] },
  },
  old_int64: {},
  old_days_in_list: { told: ['OLD_DATES u.list.element'], held: 0, faults: { hive4: ['u differs'] } },
  old_days_as_keys: { told: ['OLD_DATES u.key_value.key'], held: 0, faults: { hive4: ['u differs'] } },
  infinity: {
    told: ['EXTREME_TIMESTAMP u'],
    held: 0,
    faults: { hive4: ['u differs'], trino: ['u differs'], presto: ['u differs'] },
  },
  infinite_day: {
    told: ['INFINITE_DATE u'],
    registered: { hive4: ['u differs'], trino: ['u differs'], presto: ['u differs'] },
    faults: { hive4: ['u differs'], trino: ['u differs'], presto: ['u differs'] },
  },
  // Names.
  late_path: {
    told: ['UNUSABLE_NAME $path'],
    faults: {
      hive4: ['$path fails on ='],
      trino: ['id fails', 'u fails', '$path fails'],
      presto: ['id fails', 'u fails', '$path fails'],
    },
  },
  late_file_name: {
    told: ['UNUSABLE_NAME input__file__name'],
    faults: { hive4: ['input__file__name differs'] },
  },
  late_file_size: {
    told: ['UNUSABLE_NAME $file_size'],
    faults: {
      hive4: ['$file_size fails on ='],
      trino: ['id fails', 'u fails', '$file_size fails'],
      presto: ['id fails', 'u fails', '$file_size fails'],
    },
  },
  late_row_id: { told: ['UNUSABLE_NAME row__id'], faults: { hive4: ['row__id differs'] } },
  late_value_name: {
    told: ['NAME_WITHIN u'],
    held: 1,
    faults: { hive4: ['id fails', 'u fails'], presto: ['u fails'] },
  },
  digit_fields: { told: ['UNUSABLE_NAME u.1', 'UNUSABLE_NAME u.2'], faults: { presto: ['u fails'] } },
  digit_in_list: { told: ['UNUSABLE_NAME u.element.1b'], faults: { presto: ['u fails'] } },
  members: { told: ['UNUSABLE_NAME u.'] },
  members_in_list: { told: ['UNUSABLE_NAME u.element.'] },
  // Names that differ in case.
  case_declared: {
    told: ['DUPLICATE_COLUMN v'],
    held: 1,
    faults: { hive4: ['v differs'], presto: ['v fails'] },
  },
  case_fields: {
    told: ['DUPLICATE_COLUMN u.A', 'DUPLICATE_COLUMN u.a', 'DUPLICATE_WITHIN u'],
    faults: { presto: ['u fails'] },
  },
  case_values: {
    told: [
      'DUPLICATE_COLUMN u.value.A',
      'DUPLICATE_COLUMN u.value.a',
      'DUPLICATE_WITHIN u',
      'FIELDS_BY_POSITION u.value.a',
    ],
    faults: { presto: ['u fails'] },
  },
  case_unlike: {
    told: ['MISTAKEN_COLUMN V'],
    held: 0,
    faults: { trino: ['id fails'], presto: ['id fails'] },
  },
  case_structs: {
    told: ['MISTAKEN_COLUMN V.x'],
    held: 0,
    faults: { trino: ['id fails'], presto: ['id fails'] },
  },
  // The second row group has only nulls, and a dictionary.
  null_group: { told: ['DICTIONARY_OF_NULLS u'] },
  // What was left out comes back, in either order.
  wide_decimal_first: {
    told: ['DECIMAL_TOO_WIDE u', 'TYPE_HELD u'],
    held: 1,
    faults: { trino: ['u fails'], presto: ['u fails'] },
  },
  wide_decimal_last: {
    told: ['DECIMAL_TOO_WIDE u'],
    held: 1,
    faults: { trino: ['u fails'], presto: ['u fails'] },
  },
  two_names_first: {
    told: ['DUPLICATE_COLUMN u', 'DUPLICATE_COLUMN U', 'TYPE_HELD u'],
    held: 1,
    faults: { hive4: ['u differs'], presto: ['u fails'] },
  },
  two_names_last: {
    told: ['DUPLICATE_COLUMN u'],
    held: 1,
    faults: { hive4: ['u differs'], presto: ['u fails'] },
  },
  null_elements_first: {
    told: ['TYPE_HELD u.element'],
    held: 1,
    faults: { trino: ['u fails'], presto: ['u fails'] },
  },
  null_elements_last: {
    told: ['NULL_COLUMN u.element'],
    held: 1,
    faults: { trino: ['u fails'], presto: ['u fails'] },
  },
  time_field_first: {
    told: ['TIME_MILLIS_UNREADABLE u.t', 'TYPE_HELD u.t'],
    held: 1,
    faults: { trino: ['u fails'] },
  },
  time_field_last: { told: ['TIME_MILLIS_UNREADABLE u.t'], held: 1, faults: { trino: ['u fails'] } },
  null_bytes_first: { told: ['TYPE_HELD u'], held: 1, faults: { trino: ['u fails'], presto: ['u fails'] } },
  null_bytes_last: { told: ['NULL_COLUMN u'], held: 1, faults: { trino: ['u fails'], presto: ['u fails'] } },
  duckdb_null_first: { told: ['TYPE_HELD u'], held: 1, faults: { presto: ['u fails'] } },
  duckdb_null_last: { told: ['NULL_COLUMN u'], held: 1, faults: { presto: ['u fails'] } },
  duckdb_null_decimal: {},
  bare_null_int: {
    told: ['DICTIONARY_OF_NULLS u', 'TYPE_HELD u'],
    held: 1,
    faults: { trino: ['u fails'], presto: ['u fails'] },
  },
  // Columns without nulls beside columns with nulls.
  required_first: {},
  required_last: {},
  required_element: {},
  required_field: {},
  // Types.
  uint32_max: {
    told: ['UNSIGNED_UNPROVEN u'],
    registered: { hive4: ['u differs'], trino: ['u differs'], presto: ['u differs'] },
    faults: { hive4: ['u differs'], trino: ['u differs'], presto: ['u differs'] },
  },
  uint32_in_list: {
    told: ['UNSIGNED_UNPROVEN u.element'],
    registered: { hive4: ['u differs'], trino: ['u differs'], presto: ['u differs'] },
    faults: { hive4: ['u differs'], trino: ['u differs'], presto: ['u differs'] },
  },
  nanos: { told: ['TIMESTAMP_NANOS u'], faults: { presto: ['u differs'] } },
  nanos_in_struct: { told: ['TIMESTAMP_NANOS u.t'], faults: { presto: ['u differs'] } },
  time_micros: {},
  variant: { told: ['VARIANT_SHREDDED u'], held: 0, faults: { hive4: ['id fails'], trino: ['id fails'] } },
  stray_length: { told: ['STRAY_TYPE_LENGTH u'], held: 0, faults: { hive4: ['u fails', 'b fails'] } },
  geometry: {
    told: ['GEOMETRY_AS_BINARY u'],
    held: 0,
    faults: { hive4: ['id fails', 'u fails'], trino: ['id fails', 'u fails'] },
  },
  geo_key: {},
  // What lies beside the data.
  empty_file: {
    told: ['EMPTY_FILE'],
    held: 0,
    faults: { presto: ['id fails', 'u fails'] },
    beside: { '2019/09/01/00/b.parquet': 'empty' },
  },
  temporary_file: { told: ['TEMPORARY_FILE'], held: 0, beside: { '2019/09/01/00/tmp_a.parquet': 'same' } },
  spark_sink: {
    told: ['TABLE_FORMAT'],
    beside: { '_spark_metadata/0': 'same', '2019/09/01/00/b.parquet': 'same' },
  },
  int64_strict: { told: ['SCHEMA_HELD u'], held: 1 },
}
