/** The metastore's tables, columns and partitions as ours, and ours as its. */
import type { Partition } from '../../../schema/partition.ts'
import type { Column, Parameters, Table, TableName } from '../../../schema/table.ts'
import { parseType, printType } from '../../../schema/type.ts'
import { formatOf, kindOf, traitsOf } from '../../hive-tables.ts'
import type { Struct } from '../../hms/protocol/views.ts'

const INPUT_FORMAT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
const OUTPUT_FORMAT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
const SERDE = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'

/** A table as goldsync sees it. */
export const toTable = (name: TableName, stored: Struct<'Table'>): Table => ({
  name,
  kind: kindOf(stored.tableType ?? '', stored.parameters ?? {}),
  format: formatOf(stored.sd?.inputFormat ?? '', stored.sd?.serdeInfo?.serializationLib, stored.parameters),
  columns: toColumns(stored.sd?.cols),
  partitionKeys: toColumns(stored.partitionKeys),
  location: stored.sd?.location ?? '',
  parameters: { ...stored.parameters },
  ...traitsOf({
    numBuckets: stored.sd?.numBuckets,
    storedAsSubDirectories: stored.sd?.storedAsSubDirectories,
    serdeParameters: stored.sd?.serdeInfo?.parameters,
    parameters: stored.parameters,
  }),
})

export const toColumns = (fields: readonly Struct<'FieldSchema'>[] = []): Column[] =>
  fields.map(({ name = '', type = '', comment }) => ({
    name,
    type: parseType(type),
    ...(comment ? { comment } : {}),
  }))

/** Columns as the metastore has them; those that it has already, with the same type, stay as they are. */
export function toFields(
  columns: readonly Column[],
  stored: readonly Struct<'FieldSchema'>[] = [],
): Struct<'FieldSchema'>[] {
  const known = new Map(stored.map(field => [field.name, field]))
  return columns.map(({ name, type, comment }) => {
    const field = known.get(name)
    if (field && printType(parseType(field.type ?? '')) === printType(type)) return field
    return { ...field, name, type: printType(type), ...(comment === undefined ? {} : { comment }) }
  })
}

/** An external Parquet table, as Hive's own CREATE EXTERNAL TABLE … STORED AS PARQUET makes it. */
export const newTable = (table: Table, owner: string): Struct<'Table'> => ({
  tableName: table.name.name,
  dbName: table.name.database,
  owner,
  tableType: 'EXTERNAL_TABLE',
  sd: {
    cols: toFields(table.columns),
    location: table.location,
    inputFormat: INPUT_FORMAT,
    outputFormat: OUTPUT_FORMAT,
    compressed: false,
    numBuckets: -1,
    serdeInfo: { serializationLib: SERDE, parameters: { 'serialization.format': '1' } },
    bucketCols: [],
    parameters: {},
    storedAsSubDirectories: false,
  },
  partitionKeys: toFields(table.partitionKeys),
  parameters: { ...table.parameters, EXTERNAL: 'TRUE' },
})

/** A partition of a stored table: its descriptor is the table's, with its own columns and location. */
export const newPartition = (table: Struct<'Table'>, partition: Partition): Struct<'Partition'> => ({
  values: partition.values,
  dbName: table.dbName,
  tableName: table.tableName,
  catName: table.catName,
  sd: {
    ...table.sd,
    cols: toFields(partition.columns, table.sd?.cols),
    location: partition.location,
  },
  parameters: withFastStatistics(partition.parameters),
})

/**
 * Hive lists the folder of a new partition, and takes what it finds, unless the parameters hold all of its fast statistics:
 * StatsSetupConst.FAST_STATS, in Hive 4 with the third one. Whether files are erasure coded is unknown here; Hive only shows it.
 */
const withFastStatistics = (parameters: Parameters): Parameters =>
  'numFiles' in parameters && 'totalSize' in parameters
    ? { numFilesErasureCoded: '0', ...parameters }
    : parameters
