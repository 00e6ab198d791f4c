/** Names and literals as Trino and Presto write them. */
import type { Column } from '../../schema/table.ts'
import type { Type } from '../../schema/type.ts'
import { printEngineType } from '../../sql/engine-type.ts'

/** The engines whose SQL this is. */
export type Dialect = 'trino' | 'presto'

/** A quoted identifier. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A literal of text. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** How the metastore writes a partition value that is NULL. */
export const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

/** A key as text, NULL too as the metastore writes it. @param key its name, quoted */
export const asText = (key: string): string => `coalesce(CAST(${key} AS varchar), '${NULL_VALUE}')`

/** A constant of the column's own type, so that the column is compared as it is; of bytes by their hexadecimal digits. */
export const literal = (type: Type, value: string, dialect: Dialect): string =>
  type.kind === 'binary' ? `X${text(value)}` : `CAST(${text(value)} AS ${printEngineType(type, dialect)})`

const KEYS: ReadonlySet<Type['kind']> = new Set([
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'boolean',
  'date',
  'decimal',
  'varchar',
])

/** How values of a key are written as literals; undefined where the metastore's text is not surely read so. */
export function keyLiteral({ type }: Column, dialect: Dialect): ((value: string) => string) | undefined {
  if (type.kind === 'string') return text
  return KEYS.has(type.kind) ? value => literal(type, value, dialect) : undefined
}
