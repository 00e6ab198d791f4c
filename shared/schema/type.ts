/**
 * Hive types as values, with the parser and printer of their DDL form (`struct<a:int,b:array<string>>`).
 * The same lower-case, space-free text is what the metastore, Glue and HiveServer2 store and show.
 */

const PRIMITIVES = [
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'string',
  'binary',
  'date',
  'timestamp',
] as const

export type PrimitiveName = (typeof PRIMITIVES)[number]

export interface StructField {
  readonly name: string
  readonly type: Type
}

/**
 * `opaque` is a type of somebody's table that goldsync does not model (`uniontype<…>`): kept as it stands, never changed.
 * `unknown`: nor do engines know the text, or only some of them (`long`, `decimal(10, 2)`).
 */
export type Type =
  | { readonly kind: PrimitiveName }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'varchar' | 'char'; readonly length: number }
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] }
  | { readonly kind: 'opaque'; readonly text: string; readonly unknown?: true }

/** A primitive type by its name. */
export const primitive = (kind: PrimitiveName): Type => ({ kind })

/** The type in Hive's DDL form, lower case and without spaces. */
export function printType(type: Type): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'varchar':
    case 'char':
      return `${type.kind}(${type.length})`
    case 'array':
      return `array<${printType(type.element)}>`
    case 'map':
      return `map<${printType(type.key)},${printType(type.value)}>`
    case 'struct':
      return `struct<${type.fields.map(field => `${field.name}:${printType(field.type)}`).join(',')}>`
    case 'opaque':
      return type.text
    default:
      return type.kind
  }
}

/** Whether two types are the same (field names compared as they are written). */
export const sameType = (a: Type, b: Type): boolean => printType(a) === printType(b)

/**
 * Parses a type as Hive prints it. What the grammar does not cover comes back as `opaque`, so that a table
 * made by someone else can always be read. Blanks are not skipped: Hive 4.0.1 reads `decimal(10, 2)`, Trino 476 and Presto
 * 0.287 cannot open the table then; and of `struct<a:int, b:string>` they show the second field as NULL.
 */
export function parseType(text: string): Type {
  try {
    const cursor = { text, at: 0, foreign: false }
    const type = readType(cursor)
    if (cursor.at < text.length) throw new Unparsable()
    return cursor.foreign ? { kind: 'opaque', text } : type
  } catch (error) {
    if (error instanceof Unparsable) return { kind: 'opaque', text, unknown: true }
    throw error
  }
}

class Unparsable extends Error {}

interface Cursor {
  readonly text: string
  at: number
  /** Whether a type was met that engines know and goldsync does not model. */
  foreign: boolean
}

const FOREIGN = /(?:timestamp with local time zone|interval_day_time|interval_year_month|void)(?![a-z_])/iy

/** A timestamp's precision is that of the files in Hive, Trino and Presto alike, whatever the table says. */
const PRECISION = /\(\d\)/y

function readType(cursor: Cursor): Type {
  if (skip(cursor, FOREIGN)) return foreign(cursor)
  const nested = cursor.at > 0
  const written = readWhile(cursor, /[a-z]/i)
  const word = written.toLowerCase()
  // Inside others Presto takes lower case alone, and no engine knows `integer`; the metastore takes neither as a whole type.
  if (nested && (written !== word || word === 'integer')) throw new Unparsable()
  if (word === 'timestamp') skip(cursor, PRECISION)
  if ((PRIMITIVES as readonly string[]).includes(word)) return { kind: word as PrimitiveName }
  switch (word) {
    case 'integer':
      return { kind: 'int' }
    case 'decimal':
      return readDecimal(cursor)
    case 'varchar':
    case 'char':
      return { kind: word, length: within(LONGEST[word], readArguments(cursor, 1)[0]) }
    case 'array':
      return between(cursor, () => ({ kind: 'array', element: readType(cursor) }))
    case 'map':
      return between(cursor, () => readMap(cursor))
    case 'struct':
      return between(cursor, () => ({ kind: 'struct', fields: readFields(cursor) }))
    case 'uniontype':
      return between(cursor, () => readUnion(cursor))
    default:
      throw new Unparsable()
  }
}

// Hive: a bare `decimal` is decimal(10,0), and decimal(p) is decimal(p,0).
function readDecimal(cursor: Cursor): Type {
  if (cursor.text[cursor.at] !== '(') return { kind: 'decimal', precision: 10, scale: 0 }
  const [digits, scale = 0] = readArguments(cursor, 2)
  const precision = within(38, digits)
  if (scale > precision) throw new Unparsable()
  return { kind: 'decimal', precision, scale }
}

const LONGEST = { varchar: 65_535, char: 255 } as const

function within(most: number, value: number | undefined): number {
  if (value === undefined || value < 1 || value > most) throw new Unparsable()
  return value
}

function readArguments(cursor: Cursor, most: number): number[] {
  expect(cursor, '(')
  const numbers = readWhile(cursor, /[0-9,]/).split(',')
  expect(cursor, ')')
  if (numbers.length > most || numbers.includes('')) throw new Unparsable()
  return numbers.map(Number)
}

function readMap(cursor: Cursor): Type {
  const key = readType(cursor)
  expect(cursor, ',')
  return { kind: 'map', key, value: readType(cursor) }
}

function readFields(cursor: Cursor): StructField[] {
  const fields: StructField[] = []
  do {
    if (fields.length > 0) cursor.at += 1
    const name = readWhile(cursor, /[^:,<>]/)
    expect(cursor, ':')
    if (name === '' || name !== name.trim() || name.includes('`')) throw new Unparsable()
    fields.push({ name, type: readType(cursor) })
  } while (cursor.text[cursor.at] === ',')
  return fields
}

function readUnion(cursor: Cursor): Type {
  do {
    if (cursor.text[cursor.at] === ',') cursor.at += 1
    readType(cursor)
  } while (cursor.text[cursor.at] === ',')
  return foreign(cursor)
}

function foreign(cursor: Cursor): Type {
  cursor.foreign = true
  return { kind: 'opaque', text: cursor.text }
}

function skip(cursor: Cursor, pattern: RegExp): boolean {
  pattern.lastIndex = cursor.at
  if (!pattern.test(cursor.text)) return false
  cursor.at = pattern.lastIndex
  return true
}

function between(cursor: Cursor, read: () => Type): Type {
  expect(cursor, '<')
  const type = read()
  expect(cursor, '>')
  return type
}

function expect(cursor: Cursor, char: string): void {
  if (cursor.text[cursor.at] !== char) throw new Unparsable()
  cursor.at += 1
}

function readWhile(cursor: Cursor, chars: RegExp): string {
  const start = cursor.at
  while (cursor.at < cursor.text.length && chars.test(cursor.text[cursor.at] as string)) cursor.at += 1
  return cursor.text.slice(start, cursor.at)
}
