/** The statements that goldsync sends to Trino. */
import type { Column, TableName } from '../../schema/table.ts'
import type { Type } from '../../schema/type.ts'
import type { Condition, Probe, Wanted } from '../engine.ts'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Forgets what the catalog has cached of the table. */
export const flushStatement = (catalog: string, table: TableName): string =>
  `CALL ${quoted(catalog)}.system.flush_metadata_cache(schema_name => ${text(table.database)}, table_name => ${text(table.name)})`

/**
 * Asks which of the partitions there are, in the tables' hidden tables of partitions: no data is read. A row for each that
 * is there: its table's place among those wanted. One query for all, and without count(): half of what it would cost Trino.
 */
export const visibleStatement = (catalog: string, wanted: readonly Wanted[]): string =>
  wanted.map((one, at) => visibleOf(catalog, one, at)).join(' UNION ALL ')

/** The values of each key alone let Trino ask the metastore for few partitions; only the rows of values are exact. */
function visibleOf(catalog: string, { table, keys, partitions }: Wanted, at: number): string {
  const from = `${quoted(catalog)}.${quoted(table.database)}.${quoted(`${table.name}$partitions`)}`
  const valuesOf = (at: number) => partitions.map(values => values[at] ?? '')
  const literals = keys.map((key, at) => (valuesOf(at).includes(NULL_VALUE) ? undefined : literalOf(key)))
  const narrowed = keys.flatMap((key, at) => {
    const literal = literals[at]
    return literal ? [`${quoted(key.name)} IN (${[...new Set(valuesOf(at))].map(literal).join(', ')})`] : []
  })
  // Keys that cannot be written as values of their type, or are NULL somewhere, are compared as text.
  const exact = keys.map((key, at) => ({
    of: literals[at] ? quoted(key.name) : asText(key),
    literal: literals[at] ?? text,
  }))
  const rows = partitions.map(
    values => `(${exact.map(({ literal }, at) => literal(values[at] ?? '')).join(', ')})`,
  )
  const tuple = `(${exact.map(({ of }) => of).join(', ')}) IN (${rows.join(', ')})`
  return `SELECT ${at} FROM ${from} WHERE ${[...narrowed, tuple].join(' AND ')}`
}

/** How the metastore writes a partition value that is NULL. */
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

const asText = (key: Column): string => `coalesce(CAST(${quoted(key.name)} AS varchar), '${NULL_VALUE}')`

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

/** The row of a read statement that stands for all columns; the others are the conditions' places. */
export const ALL_COLUMNS = -1

/**
 * Reads one row of a file with all its columns, and one by each condition. A row's checksum tells none of its values, and is
 * made of all that is inside them; it is null where there is no row.
 */
export function readStatement(catalog: string, { table, keys, partition, file, columns, conditions }: Probe) {
  const from = `${quoted(catalog)}.${quoted(table.database)}.${quoted(table.name)}`
  const ofFile = [
    ...keys.map((key, at) => isValue(key, partition[at] ?? '')),
    `"$path" LIKE ${text(`%/${escaped(file)}`)} ESCAPE '\\'`,
  ].join(' AND ')
  const names = columns.map(({ name }) => quoted(name)).join(', ')
  const all = `SELECT ${ALL_COLUMNS}, checksum(ROW(${names})) FROM (SELECT ${names} FROM ${from} WHERE ${ofFile} LIMIT 1)`
  const found = conditions.map(
    (condition, at) => `(SELECT ${at}, NULL FROM ${from} WHERE ${ofFile} AND ${holds(condition)} LIMIT 1)`,
  )
  return [all, ...found].join(' UNION ALL ')
}

const escaped = (name: string): string => name.replace(/[\\%_]/g, '\\$&')

function isValue(key: Column, value: string): string {
  if (value === NULL_VALUE) return `${quoted(key.name)} IS NULL`
  const literal = literalOf(key)
  return literal ? `${quoted(key.name)} = ${literal(value)}` : `${asText(key)} = ${text(value)}`
}

const holds = ({ column, value }: Condition): string =>
  value === undefined
    ? `${quoted(column.name)} IS NOT NULL`
    : `${quoted(column.name)} = ${valueOf(column.type, value)}`

function valueOf(type: Type, value: string): string {
  if (type.kind === 'binary') return `X${text(value)}`
  return `CAST(${text(value)} AS ${typeName(type)})`
}

function typeName(type: Type): string {
  switch (type.kind) {
    case 'float':
      return 'real'
    case 'string':
      return 'varchar'
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`
    case 'varchar':
    case 'char':
      return `${type.kind}(${type.length})`
    default:
      return type.kind
  }
}
