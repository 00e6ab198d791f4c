/** The metastore's entry of an Iceberg table, as Iceberg's own library writes it (HiveTableOperations, HMSTablePropertyHelper of 1.10). */
import type { TableMetadata } from '../../../iceberg/metadata.ts'
import { currentSchema, currentSnapshot, defaultSpec } from '../../../iceberg/stage.ts'
import type { Parameters, TableName } from '../../../schema/table.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { hiveColumns } from './hive-columns.ts'

export type StoredTable = Struct<'Table'>

export const LOCATION = 'metadata_location'
const PREVIOUS = 'previous_metadata_location'
const HANDLER = 'storage_handler'

/** Characters of a parameter; longer schemas are left out (iceberg.hive.table-property-max-size). */
const LONGEST = 32_672

/** What an entry is of Iceberg's, whoever made it. */
export const isIceberg = ({ parameters }: StoredTable): boolean =>
  parameters?.table_type?.toLowerCase() === 'iceberg'

export interface Pointer {
  readonly metadata: TableMetadata
  readonly location: string
  /** Undefined where the table is made. */
  readonly previous?: { readonly location: string; readonly properties: Parameters }
}

export const newEntry = ({ database, name }: TableName, owner: string, pointer: Pointer): StoredTable =>
  entryOf(
    {
      tableName: name,
      dbName: database,
      owner,
      partitionKeys: [],
      tableType: 'EXTERNAL_TABLE',
      parameters: {},
    },
    pointer,
  )

/** The entry with the new pointer; what others have set there stays. */
export function entryOf(stored: StoredTable, pointer: Pointer): StoredTable {
  const { metadata, location, previous } = pointer
  const forHive = (metadata.properties?.['engine.hive.enabled'] ?? String(hasHandler(stored))) === 'true'
  const gone = Object.keys(previous?.properties ?? {}).filter(key => metadata.properties?.[key] === undefined)
  const parameters = {
    ...without(stored.parameters ?? {}, [...gone.map(hiveName), ...DERIVED, HANDLER, PREVIOUS, ACCURATE]),
    ...propertiesOf(metadata),
    ...derived(metadata),
    EXTERNAL: 'TRUE',
    table_type: 'ICEBERG',
    uuid: metadata['table-uuid'],
    [LOCATION]: location,
    ...(previous ? { [PREVIOUS]: previous.location } : {}),
    ...(forHive ? { [HANDLER]: 'org.apache.iceberg.mr.hive.HiveIcebergStorageHandler' } : {}),
  }
  return { ...stored, parameters, sd: descriptorOf(stored, metadata, forHive) }
}

const hasHandler = ({ parameters }: StoredTable): boolean =>
  parameters?.[HANDLER]?.includes('HiveIcebergStorageHandler') ?? false

/** A statement of Hive's statistics that a commit makes untrue. */
const ACCURATE = 'COLUMN_STATS_ACCURATE'

/** The one property that Hive has another name for. */
const hiveName = (property: string): string => (property === 'gc.enabled' ? 'external.table.purge' : property)

const propertiesOf = ({ properties = {} }: TableMetadata): Parameters =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => key !== 'hive.metastore.table.owner')
      .map(([key, value]) => [hiveName(key), value]),
  )

/** What of the metadata is repeated as parameters. */
const DERIVED = [
  ...['current-schema', 'default-partition-spec', 'default-sort-order', 'snapshot-count'],
  ...['current-snapshot-id', 'current-snapshot-timestamp-ms', 'current-snapshot-summary'],
  ...['numFiles', 'numRows', 'totalSize'],
]

function derived(metadata: TableMetadata): Parameters {
  const snapshot = currentSnapshot(metadata)
  const spec = defaultSpec(metadata)
  const summary: Readonly<Record<string, string>> = snapshot?.summary ?? {}
  return defined({
    'current-schema': short(JSON.stringify(currentSchema(metadata))),
    'default-partition-spec': spec.fields.length > 0 ? short(JSON.stringify(spec)) : undefined,
    'snapshot-count': String(metadata.snapshots?.length ?? 0),
    'current-snapshot-id': snapshot && String(snapshot['snapshot-id']),
    'current-snapshot-timestamp-ms': snapshot && String(snapshot['timestamp-ms']),
    'current-snapshot-summary': snapshot && short(JSON.stringify(withoutOperation(summary))),
    numFiles: summary['total-data-files'],
    numRows: summary['total-records'],
    totalSize: summary['total-files-size'],
  })
}

const withoutOperation = ({ operation: _, ...summary }: Parameters): Parameters => summary

const short = (text: string): string | undefined => (text.length <= LONGEST ? text : undefined)

const defined = (parameters: Readonly<Record<string, string | undefined>>): Parameters =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )

const without = (parameters: Parameters, keys: readonly string[]): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([key]) => !keys.includes(key)))

/** Formats of no use, as the library sets them: who reads the table as one of Hive's gets nothing, and no wrong rows. */
const NO_FORMATS = {
  inputFormat: 'org.apache.hadoop.mapred.FileInputFormat',
  outputFormat: 'org.apache.hadoop.mapred.FileOutputFormat',
  serde: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
}
const OF_HANDLER = {
  inputFormat: 'org.apache.iceberg.mr.hive.HiveIcebergInputFormat',
  outputFormat: 'org.apache.iceberg.mr.hive.HiveIcebergOutputFormat',
  serde: 'org.apache.iceberg.mr.hive.HiveIcebergSerDe',
}

function descriptorOf(
  { sd }: StoredTable,
  metadata: TableMetadata,
  forHive: boolean,
): Struct<'StorageDescriptor'> {
  const { inputFormat, outputFormat, serde } = forHive ? OF_HANDLER : NO_FORMATS
  return {
    ...{ compressed: false, numBuckets: -1, bucketCols: [], parameters: {}, ...sd },
    ...{ inputFormat, outputFormat, location: metadata.location, cols: hiveColumns(currentSchema(metadata)) },
    serdeInfo: { parameters: {}, ...sd?.serdeInfo, serializationLib: serde },
  }
}
