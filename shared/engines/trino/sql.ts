/** The two statements that goldsync sends to Trino. */
import type { Column, TableName } from '../../schema/table.ts'
import type { Wanted } from '../engine.ts'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Forgets what the catalog has cached of the table. */
export const flushStatement = (catalog: string, table: TableName): string =>
  `CALL ${quoted(catalog)}.system.flush_metadata_cache(schema_name => ${text(table.database)}, table_name => ${text(table.name)})`

/**
 * Counts which of the partitions there are, in the tables' hidden tables of partitions: no data is read. Rows of a
 * table's place among those wanted, and its count; one query for all, since half of what it costs Trino is the query itself.
 */
export const countStatement = (catalog: string, wanted: readonly Wanted[]): string =>
  wanted.map((one, at) => countOf(catalog, one, at)).join(' UNION ALL ')

/** The values of each key alone let Trino ask the metastore for few partitions; only the rows of values are exact. */
function countOf(catalog: string, { table, keys, partitions }: Wanted, at: number): string {
  const from = `${quoted(catalog)}.${quoted(table.database)}.${quoted(`${table.name}$partitions`)}`
  const narrowed = keys.flatMap((key, at) =>
    narrow(key, [...new Set(partitions.map(values => values[at] ?? ''))]),
  )
  const rows = partitions.map(values => `(${values.map(text).join(', ')})`).join(', ')
  const exact = `(${keys.map(asText).join(', ')}) IN (${rows})`
  return `SELECT ${at}, count(*) FROM ${from} WHERE ${[...narrowed, exact].join(' AND ')}`
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
