/** What Hive tables are, by the words of those who made them: for the catalogs that describe tables as Hive does. */
import type { Parameters, TableKind, Traits } from '../schema/table.ts'

/** @param tableType `EXTERNAL_TABLE`, `MANAGED_TABLE`, `VIRTUAL_VIEW`, `MATERIALIZED_VIEW` */
export function kindOf(tableType: string, parameters: Parameters): TableKind {
  if (tableType.endsWith('VIEW')) return 'view'
  // Hive 2 and Spark know an external table of type MANAGED_TABLE by its parameter.
  return tableType === 'EXTERNAL_TABLE' || parameters.EXTERNAL?.toUpperCase() === 'TRUE'
    ? 'external'
    : 'managed'
}

/** `parquet`, or the class that says that it is another: of the input format, the SerDe, or the storage handler. */
export function formatOf(
  inputFormat: string,
  serde = '',
  { storage_handler: handler }: Parameters = {},
): string {
  if (!PARQUET.test(inputFormat)) return inputFormat
  if (serde !== '' && !/parquet/i.test(serde)) return serde
  return handler ?? 'parquet'
}

// Hive, Spark, Trino and newer Impala; Hive before 0.13 and old Confluent sinks; Impala 1.
const PARQUET =
  /^(org\.apache\.hadoop\.hive\.ql\.io\.parquet\.Mapred|parquet\.hive\.(Mapred|Deprecated)|com\.cloudera\.impala\.hive\.serde\.)ParquetInputFormat$/

/** What a Hive table's descriptor says. */
export interface Laid {
  readonly numBuckets?: number | undefined
  readonly storedAsSubDirectories?: boolean | undefined
  readonly serdeParameters?: Parameters | undefined
  readonly parameters?: Parameters | undefined
}

/** The traits of a table, as members to be spread: none where there is nothing to tell. */
export function traitsOf({ numBuckets = 0, storedAsSubDirectories, serdeParameters, parameters }: Laid): {
  traits?: Traits
} {
  const buckets = Math.max(numBuckets, Number(parameters?.['spark.sql.sources.schema.numBuckets'] ?? 0) || 0)
  // Hive compares the name as it is written and the value without case (measured on 4.0.1).
  const byPosition = [serdeParameters, parameters].some(
    given => given?.['parquet.column.index.access']?.toLowerCase() === 'true',
  )
  const traits: Traits = {
    ...(buckets > 0 ? { buckets } : {}),
    ...(storedAsSubDirectories ? { skewed: true } : {}),
    ...(byPosition ? { byPosition: true } : {}),
  }
  return Object.keys(traits).length > 0 ? { traits } : {}
}
