/** Names, literals and types as DuckDB's SQL writes them. */
import type { TableName } from '../schema/table.ts'
import type { Type } from '../schema/type.ts'

/** A quoted identifier. */
export const duckdbName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** `"database"."table"` */
export const duckdbTable = (table: TableName): string =>
  `${duckdbName(table.database)}.${duckdbName(table.name)}`

/** A string literal: DuckDB knows no escapes in it but the doubled quote. */
export const duckdbLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** `['a', 'b']` */
export const duckdbList = (texts: readonly string[]): string => `[${texts.map(duckdbLiteral).join(', ')}]`

/** A list of files for `read_parquet`, which takes names for patterns: what stands for others is put in brackets, as itself. */
export const duckdbFiles = (paths: readonly string[]): string =>
  duckdbList(paths.map(path => path.replace(PATTERN, '[$&]')))

const PATTERN = /[*?[]/g

/** Whether a list of files can name this one: in a pattern DuckDB takes `\\` for the end of a folder's name. */
export const canName = (path: string): boolean => !(path.includes('\\') && path.search(PATTERN) >= 0)

/** Types that the view shows as DuckDB has them, though the table has other ones (`shownType`). */
export const NATIVE = ['variant', 'interval', 'float'] as const

/** The type that holds all values of a Hive type; an `opaque` type's values are shown as text. */
export function duckdbType(type: Type): string {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'bigint':
    case 'float':
    case 'double':
    case 'date':
    case 'timestamp':
      return type.kind
    case 'int':
      return 'integer'
    case 'binary':
      return 'blob'
    case 'string':
    case 'varchar':
    case 'char':
      return 'varchar'
    case 'opaque':
      return isNative(type.text) ? type.text : 'varchar'
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'array':
      return `${duckdbType(type.element)}[]`
    case 'map':
      return `map(${duckdbType(type.key)}, ${duckdbType(type.value)})`
    case 'struct':
      return `struct(${type.fields.map(field => `${duckdbName(field.name)} ${duckdbType(field.type)}`).join(', ')})`
    default:
      throw new TypeError(`not a type: ${type satisfies never}`)
  }
}

const isNative = (text: string): boolean => (NATIVE as readonly string[]).includes(text)
