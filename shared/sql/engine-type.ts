/** A Hive type as the engines that read the table show it. Seen on Trino 476, Presto 0.287 and DuckDB 1.5.6. */
import { type PrimitiveName, printType, type StructField, type Type } from '../schema/type.ts'

export const TYPE_ENGINES = ['hive', 'hive3', 'trino', 'presto', 'glue', 'duckdb'] as const

export type TypeEngine = (typeof TYPE_ENGINES)[number]

/** How one engine writes types. */
interface Dialect {
  readonly primitives: Partial<Record<PrimitiveName, string>>
  /** The other words, in lower or upper case. */
  word(name: string): string
  /** `varchar` or `char` of so many characters. */
  text(kind: string, length: number): string
  array(element: string): string
  readonly struct: string
  field(name: string): string
}

const PRESTO: Dialect = {
  primitives: { int: 'integer', float: 'real', string: 'varchar', binary: 'varbinary' },
  word: name => name,
  text: (kind, length) => `${kind}(${length})`,
  array: element => `array(${element})`,
  struct: 'row',
  field: name => `"${name}"`,
}

const TRINO: Dialect = {
  ...PRESTO,
  // Of hive.timestamp-precision, by default milliseconds.
  primitives: { ...PRESTO.primitives, timestamp: 'timestamp(3)' },
  field: name => name,
}

const DUCKDB: Dialect = {
  primitives: { int: 'INTEGER', string: 'VARCHAR', binary: 'BLOB' },
  word: name => name.toUpperCase(),
  text: () => 'VARCHAR',
  array: element => `${element}[]`,
  struct: 'STRUCT',
  field: name => (/^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name}"`),
}

const DIALECTS: Readonly<Record<TypeEngine, Dialect | undefined>> = {
  hive: undefined,
  hive3: undefined,
  glue: undefined,
  trino: TRINO,
  presto: PRESTO,
  duckdb: DUCKDB,
}

/** The type's text; Hive's own for Hive and Glue. What goldsync does not model stays as it stands. */
export function printEngineType(type: Type, engine: TypeEngine): string {
  const dialect = DIALECTS[engine]
  return dialect === undefined ? printType(type) : print(type, dialect)
}

function print(type: Type, dialect: Dialect): string {
  switch (type.kind) {
    case 'decimal':
      return dialect.word(`decimal(${type.precision},${type.scale})`)
    case 'varchar':
    case 'char':
      return dialect.text(type.kind, type.length)
    case 'array':
      return dialect.array(print(type.element, dialect))
    case 'map':
      return `${dialect.word('map')}(${print(type.key, dialect)}, ${print(type.value, dialect)})`
    case 'struct':
      return `${dialect.struct}(${type.fields.map(field => printField(field, dialect)).join(', ')})`
    case 'opaque':
      return type.text
    default:
      return dialect.primitives[type.kind] ?? dialect.word(type.kind)
  }
}

const printField = ({ name, type }: StructField, dialect: Dialect): string =>
  `${dialect.field(name)} ${print(type, dialect)}`
