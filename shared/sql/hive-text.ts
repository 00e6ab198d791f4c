/** Names, literals and types as Hive SQL writes them. */
import type { Column, Parameters, PartitionValues, TableName } from '../schema/table.ts'
import { printType, type Type } from '../schema/type.ts'

/** A quoted identifier. Hive's lexer takes all characters in backquotes as they are, a doubled backquote as one. */
export const hiveName = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** `` `database`.`table` `` */
export const hiveTable = (table: TableName): string => `${hiveName(table.database)}.${hiveName(table.name)}`

/** `` ALTER TABLE `database`.`table` `` */
export const hiveAlter = (table: TableName): string => `ALTER TABLE ${hiveTable(table)}`

// Hive replaces ${…} before it parses, inside literals too: hence the escaped dollar sign (BaseSemanticAnalyzer.unescapeSQLString).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
const ESCAPED = /[\\'\u0000-\u001f\u007f]|\$(?=\{)/g

/** A string literal that Hive reads back as exactly this text. */
export const hiveLiteral = (text: string): string => `'${text.replace(ESCAPED, escapeChar)}'`

const escapeChar = (char: string): string =>
  char === '\\' || char === "'" ? `\\${char}` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A type with its struct fields quoted, so that fields may be named like keywords. */
export function hiveType(type: Type): string {
  switch (type.kind) {
    case 'array':
      return `array<${hiveType(type.element)}>`
    case 'map':
      return `map<${hiveType(type.key)},${hiveType(type.value)}>`
    case 'struct':
      return `struct<${type.fields.map(field => `${hiveName(field.name)}:${hiveType(field.type)}`).join(',')}>`
    default:
      return printType(type)
  }
}

/** `(name type COMMENT '…', …)` */
export const hiveColumns = (columns: readonly Column[]): string =>
  `(${columns.map(column => `${hiveName(column.name)} ${hiveType(column.type)}${hiveComment(column.comment)}`).join(', ')})`

/** ` COMMENT '…'`, or nothing. */
export const hiveComment = (comment: string | undefined): string =>
  comment === undefined ? '' : ` COMMENT ${hiveLiteral(comment)}`

/** `('key'='value', …)` */
export const hiveParameters = (parameters: Parameters): string =>
  `(${Object.entries(parameters)
    .map(([key, value]) => `${hiveLiteral(key)}=${hiveLiteral(value)}`)
    .join(', ')})`

/** `('key', …)` */
export const hiveKeys = (keys: readonly string[]): string => `(${keys.map(hiveLiteral).join(', ')})`

/** ``PARTITION (`key`='value', …)``; with fewer values than keys a partial specification of the leading keys. */
export const hivePartition = (keys: readonly Column[], values: PartitionValues): string =>
  `PARTITION (${values.map((value, at) => `${hiveName((keys[at] as Column).name)}=${hiveLiteral(value)}`).join(', ')})`
