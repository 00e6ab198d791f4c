/** The two statements that goldsync sends to Trino. */
import type { Column, PartitionValues, TableName } from '../../schema/table.ts'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Forgets what the catalog has cached of the table. */
export const flushStatement = (catalog: string, table: TableName): string =>
  `CALL ${quoted(catalog)}.system.flush_metadata_cache(schema_name => ${text(table.database)}, table_name => ${text(table.name)})`

/**
 * Counts which of the partitions there are, in the table's hidden table of partitions: no data is read. The values of
 * each key alone let Trino ask the metastore for few partitions; only the rows of values are exact.
 */
export function countStatement(
  catalog: string,
  table: TableName,
  keys: readonly Column[],
  partitions: readonly PartitionValues[],
): string {
  const from = `${quoted(catalog)}.${quoted(table.database)}.${quoted(`${table.name}$partitions`)}`
  const narrowed = keys.flatMap((key, at) =>
    narrow(key, [...new Set(partitions.map(values => values[at] ?? ''))]),
  )
  const rows = partitions.map(values => `(${values.map(text).join(', ')})`).join(', ')
  const exact = `(${keys.map(asText).join(', ')}) IN (${rows})`
  return `SELECT count(*) FROM ${from} WHERE ${[...narrowed, exact].join(' AND ')}`
}

/** How the metastore writes a partition value that is NULL. */
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

const asText = (key: Column): string => `coalesce(CAST(${quoted(key.name)} AS varchar), '${NULL_VALUE}')`

function narrow(key: Column, values: readonly string[]): string[] {
  const literal = literalOf(key)
  if (literal === undefined || values.includes(NULL_VALUE)) return []
  return [`${quoted(key.name)} IN (${values.map(literal).join(', ')})`]
}

function literalOf({ type }: Column): ((value: string) => string) | undefined {
  switch (type.kind) {
    case 'string':
      return text
    case 'date':
      return value => `DATE ${text(value)}`
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return value => `CAST(${text(value)} AS ${type.kind})`
    default:
      return undefined
  }
}
