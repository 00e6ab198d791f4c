/** A table as the catalog contract describes it, and as an Iceberg table keeps that: pure. */
import { GoldsyncError } from '../../base/errors.ts'
import { NAME_MAPPING } from '../../iceberg/mapping.ts'
import type { IcebergSchema, TableMetadata } from '../../iceberg/metadata.ts'
import { formerTypes } from '../../iceberg/paths.ts'
import { columnsOf, firstSchema } from '../../iceberg/schema.ts'
import { currentSchema, defaultSpec } from '../../iceberg/stage.ts'
import type { MappedField, TableFields } from '../../schema/iceberg-schema.ts'
import type { Column, Parameters, Table, TableName } from '../../schema/table.ts'
import { parseType, printType } from '../../schema/type.ts'

/** The topic's folder: the table's own location holds its metadata. */
const LOCATION = 'goldsync.location'
/** The ledger's list, or `NO_LIST`. */
export const LEDGER = 'goldsync.ledger'
/** Of the last commit of goldsync. */
export const COMMIT = 'goldsync.commit'
/** Hive types that Iceberg has no type of its own for, by column: a tinyint is an int there. */
const TYPES = 'goldsync.types'

/** Told to nobody: they are not about the topic. */
const INTERNAL: ReadonlySet<string> = new Set([LOCATION, LEDGER, COMMIT, TYPES, NAME_MAPPING])

/** What every table gets: the files belong to whoever writes them, and no tool may remove them with a snapshot. */
export const FIXED: Parameters = {
  'gc.enabled': 'false',
  'history.expire.max-snapshot-age-ms': '432000000',
  'write.metadata.delete-after-commit.enabled': 'true',
  'write.metadata.previous-versions-max': '100',
}

/** Properties that the catalog contract's parameters leave out, of a table that is so described. */
export function propertiesOf(table: Table, schema: IcebergSchema): Parameters {
  const types = hiveTypes(table, schema)
  return {
    ...table.parameters,
    [LOCATION]: table.location,
    ...(types === undefined ? {} : { [TYPES]: types }),
  }
}

/** Properties that describe a table that is not so described any more. */
export const ownProperties = (
  table: Table,
  schema: IcebergSchema,
): Readonly<Record<string, string | undefined>> => ({
  [LOCATION]: table.location,
  [TYPES]: hiveTypes(table, schema),
})

/** A table that goldsync did not make is told with Iceberg's format, so that it is left alone. */
export function describe(name: TableName, metadata: TableMetadata): Table {
  const { properties = {} } = metadata
  const schema = currentSchema(metadata)
  const { columns, keys } = columnsOf(schema, keyNames(metadata))
  const location = properties[LOCATION]
  const types = JSON.parse(properties[TYPES] ?? '{}') as Readonly<Record<string, string>>
  return {
    name,
    kind: 'external',
    format: location === undefined ? ICEBERG : 'parquet',
    columns: columns.map(column => withHiveType(column, types)),
    partitionKeys: keys.map(column => withHiveType(column, types)),
    location: location ?? metadata.location,
    fields: fieldsOf(metadata),
    parameters: Object.fromEntries(Object.entries(properties).filter(([key]) => !isHidden(key))),
  }
}

/** As adoption knows the format by: what Hive's tables of Iceberg say. */
const ICEBERG = 'org.apache.iceberg.mr.hive.HiveIcebergInputFormat'

const isHidden = (key: string): boolean => INTERNAL.has(key) || key in FIXED

/** As Iceberg's readers know the table's columns. */
export function fieldsOf(metadata: TableMetadata): TableFields {
  const schema = currentSchema(metadata)
  return {
    schema,
    lastColumnId: metadata['last-column-id'],
    mapping: JSON.parse(metadata.properties?.[NAME_MAPPING] ?? '[]') as readonly MappedField[],
    former: formerTypes(metadata.schemas, schema),
  }
}

/**
 * Where the ledger's list is; undefined where goldsync did not make the table.
 * @throws GoldsyncError `CONFLICT` where somebody has removed the property: all files of the lake would look new
 */
export function ledgerOf({ location, properties = {} }: TableMetadata): string | undefined {
  const path = properties[LEDGER]
  if (path !== undefined || properties[LOCATION] === undefined) return path
  throw new GoldsyncError(
    'CONFLICT',
    `somebody has removed the property ${LEDGER} of the table at ${location}: it names the list of files that came to the table`,
    {
      hint: `set ${LEDGER} again as an older metadata file of the table has it, or drop the table and let the next full scan make it anew`,
      retryable: false,
    },
  )
}

/** Names of the columns that the table is partitioned by as they are. */
function keyNames(metadata: TableMetadata): readonly string[] {
  const { fields } = currentSchema(metadata)
  return defaultSpec(metadata).fields.flatMap(({ transform, 'source-id': id }) => {
    const field = transform === 'identity' ? fields.find(other => other.id === id) : undefined
    return field ? [field.name] : []
  })
}

function hiveTypes({ columns, partitionKeys }: Table, schema: IcebergSchema): string | undefined {
  const told = columnsOf(
    schema,
    partitionKeys.map(({ name }) => name),
  )
  const types = new Map([...told.columns, ...told.keys].map(({ name, type }) => [name, printType(type)]))
  const others = [...columns, ...partitionKeys]
    .map(({ name, type }) => [name, printType(type)] as const)
    .filter(([name, type]) => types.get(name) !== type)
  return others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others))
}

/** Unless somebody has given the column another type since. */
function withHiveType(column: Column, types: Readonly<Record<string, string>>): Column {
  const text = types[column.name]
  if (text === undefined) return column
  const wanted = { ...column, type: parseType(text) }
  const { schema } = firstSchema([wanted], [])
  const [told] = columnsOf(schema, []).columns
  return told && printType(told.type) === printType(column.type) ? wanted : column
}
