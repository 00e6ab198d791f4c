/** What Hive tables are, by the words of those who made them: for the catalogs that describe tables as Hive does. */
import type { Parameters, TableKind } from '../schema/table.ts'

/** @param tableType `EXTERNAL_TABLE`, `MANAGED_TABLE`, `VIRTUAL_VIEW`, `MATERIALIZED_VIEW` */
export function kindOf(tableType: string, parameters: Parameters): TableKind {
  if (tableType.endsWith('VIEW')) return 'view'
  // Hive 2 and Spark know an external table of type MANAGED_TABLE by its parameter.
  return tableType === 'EXTERNAL_TABLE' || parameters.EXTERNAL?.toUpperCase() === 'TRUE'
    ? 'external'
    : 'managed'
}

/** `parquet`, or the class of the input format where it is another. */
export const formatOf = (inputFormat: string): string => (PARQUET.test(inputFormat) ? 'parquet' : inputFormat)

// Hive, Spark, Trino and newer Impala; Hive before 0.13 and old Confluent sinks; Impala 1.
const PARQUET =
  /^(org\.apache\.hadoop\.hive\.ql\.io\.parquet\.Mapred|parquet\.hive\.(Mapred|Deprecated)|com\.cloudera\.impala\.hive\.serde\.)ParquetInputFormat$/
