/** Glue's tables, columns and partitions as ours, and ours as its: pure. */
import type * as sdk from '@aws-sdk/client-glue'
import type { Partition, RegisteredPartition } from '../../schema/partition.ts'
import type { Column, Table, TableName } from '../../schema/table.ts'
import { parseType, printType, sameType } from '../../schema/type.ts'
import { formatOf, kindOf, traitsOf } from '../hive-tables.ts'

const INPUT_FORMAT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
const OUTPUT_FORMAT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
const SERDE = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'

/** A table as goldsync sees it. */
export function toTable(
  name: TableName,
  { StorageDescriptor: descriptor, Parameters: parameters = {}, ...stored }: sdk.Table,
): Table {
  const serde = descriptor?.SerdeInfo
  return {
    name,
    kind: kindOf(stored.TableType ?? '', parameters),
    format: formatOf(descriptor?.InputFormat ?? '', serde?.SerializationLibrary, parameters),
    columns: toColumns(descriptor?.Columns),
    partitionKeys: toColumns(stored.PartitionKeys),
    location: descriptor?.Location ?? '',
    parameters: { ...parameters },
    ...traitsOf({
      numBuckets: descriptor?.NumberOfBuckets,
      storedAsSubDirectories: descriptor?.StoredAsSubDirectories,
      serdeParameters: serde?.Parameters,
      parameters,
    }),
  }
}

const toColumns = (fields: readonly sdk.Column[] = []): Column[] =>
  fields.map(({ Name = '', Type = '', Comment }) => ({
    name: Name,
    type: parseType(Type),
    ...(Comment ? { comment: Comment } : {}),
  }))

/** Columns as Glue has them; those that it has already, with the same type, stay as they are. */
export function toFields(columns: readonly Column[], stored: readonly sdk.Column[] = []): sdk.Column[] {
  const known = new Map(stored.map(field => [field.Name, field]))
  return columns.map(({ name, type, comment }) => {
    const field = known.get(name)
    if (field && sameType(parseType(field.Type ?? ''), type)) return field
    return {
      ...field,
      Name: name,
      Type: printType(type),
      ...(comment === undefined ? {} : { Comment: comment }),
    }
  })
}

/** Athena and Glue know S3 by one scheme; locations elsewhere stay as they are. */
export const inGlue = (location: string): string => location.replace(/^s3[an]:(?=\/\/)/i, 's3:')

/** An external Parquet table, as Athena's CREATE EXTERNAL TABLE … STORED AS PARQUET makes it. */
export const newTable = (table: Table): sdk.TableInput => ({
  Name: table.name.name,
  TableType: 'EXTERNAL_TABLE',
  StorageDescriptor: {
    Columns: toFields(table.columns),
    Location: inGlue(table.location),
    InputFormat: INPUT_FORMAT,
    OutputFormat: OUTPUT_FORMAT,
    Compressed: false,
    NumberOfBuckets: -1,
    SerdeInfo: { SerializationLibrary: SERDE, Parameters: { 'serialization.format': '1' } },
    BucketColumns: [],
    SortColumns: [],
    Parameters: {},
    StoredAsSubDirectories: false,
  },
  PartitionKeys: toFields(table.partitionKeys),
  // Glue's own jobs tell the format by `classification`.
  Parameters: { classification: 'parquet', ...table.parameters, EXTERNAL: 'TRUE' },
})

/** A partition of a stored table: its descriptor is the table's, with its own columns and location. */
export const newPartition = (table: sdk.Table, partition: Partition): sdk.PartitionInput => ({
  Values: [...partition.values],
  StorageDescriptor: {
    ...table.StorageDescriptor,
    Columns: toFields(partition.columns, table.StorageDescriptor?.Columns),
    Location: inGlue(partition.location),
  },
  Parameters: { ...partition.parameters },
})

export const toRegistered = ({
  Values = [],
  StorageDescriptor: descriptor,
  Parameters,
}: sdk.Partition): RegisteredPartition => ({
  values: Values,
  columns: toColumns(descriptor?.Columns),
  parameters: { ...Parameters },
  ...(descriptor?.Location === undefined ? {} : { location: descriptor.Location }),
})

/** A stored table as it is sent back: without what Glue itself keeps of it. */
export const tableInput = (stored: sdk.Table): sdk.TableInput => without(stored, KEPT_OF_TABLES)

/** A stored partition as it is sent back: without what Glue itself keeps of it. */
export const partitionInput = (stored: sdk.Partition): sdk.PartitionInput =>
  without(stored, KEPT_OF_PARTITIONS)

/** The compiler sees that these are all: an SDK that knows more members has to be looked at. */
const KEPT_OF_TABLES: Record<Exclude<keyof sdk.Table, keyof sdk.TableInput>, true> = {
  DatabaseName: true,
  CreateTime: true,
  UpdateTime: true,
  CreatedBy: true,
  IsRegisteredWithLakeFormation: true,
  CatalogId: true,
  VersionId: true,
  IsMultiDialectView: true,
  IsMaterializedView: true,
  IcebergTableMetadata: true,
  Status: true,
  RLSProperties: true,
}

const KEPT_OF_PARTITIONS: Record<Exclude<keyof sdk.Partition, keyof sdk.PartitionInput>, true> = {
  DatabaseName: true,
  TableName: true,
  CreationTime: true,
  CatalogId: true,
}

const without = <T extends object, K extends keyof T>(stored: T, kept: Record<K, true>): Omit<T, K> =>
  Object.fromEntries(Object.entries(stored).filter(([member]) => !(member in kept))) as Omit<T, K>
