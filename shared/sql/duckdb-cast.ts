/** Scalars of a file as the table's types: pure. No cast that rounds, guesses or fails a query. */
import type { Type } from '../schema/type.ts'
import type { CountUnit } from './duckdb-source.ts'
import { duckdbType } from './duckdb-text.ts'

export interface Scalar {
  /** DuckDB's name, in upper case. */
  readonly name: string
  readonly unit?: CountUnit
}

/** Bits of the values without their sign, by DuckDB's type. */
const INTEGERS: Readonly<Record<string, { readonly bits: number; readonly signed: boolean }>> = {
  TINYINT: { bits: 7, signed: true },
  SMALLINT: { bits: 15, signed: true },
  INTEGER: { bits: 31, signed: true },
  BIGINT: { bits: 63, signed: true },
  UTINYINT: { bits: 8, signed: false },
  USMALLINT: { bits: 16, signed: false },
  UINTEGER: { bits: 32, signed: false },
  UBIGINT: { bits: 64, signed: false },
}

const HIVE_BITS: Readonly<Partial<Record<Type['kind'], number>>> = {
  tinyint: 7,
  smallint: 15,
  int: 31,
  bigint: 63,
}

/** Whether a plain cast is right for every value. */
export function isScalarCastable(from: Scalar, to: Type): boolean {
  const { name } = from
  switch (to.kind) {
    case 'boolean':
      return name === 'BOOLEAN'
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return (INTEGERS[name]?.bits ?? Number.POSITIVE_INFINITY) <= (HIVE_BITS[to.kind] as number)
    case 'float':
      return name === 'FLOAT'
    case 'double':
      return name === 'DOUBLE' || name === 'FLOAT' || (INTEGERS[name]?.bits ?? 64) <= 32
    case 'decimal':
      return isDecimalCastable(name, to)
    case 'binary':
      return ['BLOB', 'UUID', 'BIT'].includes(name)
    case 'date':
      return name === 'DATE'
    case 'timestamp':
      return name === 'DATE' || (isTimestamp(name) && name !== WITH_ZONE)
    case 'string':
    case 'varchar':
    case 'char':
      return name !== 'BLOB' && !isGeometry(name)
    case 'opaque':
      return isShownAs(name, to.text)
    default:
      return false
  }
}

function isDecimalCastable(
  from: string,
  to: { readonly precision: number; readonly scale: number },
): boolean {
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(from) ?? []
  if (precision === undefined) return digitsOf(from) <= to.precision - to.scale
  return Number(scale) <= to.scale && Number(precision) - Number(scale) <= to.precision - to.scale
}

/** Digits of the greatest value of an integer type. */
const digitsOf = (name: string): number => {
  const integer = INTEGERS[name]
  return integer === undefined ? Number.POSITIVE_INFINITY : String(2n ** BigInt(integer.bits) - 1n).length
}

/** Text shows everything; an interval shows intervals only. */
const isShownAs = (name: string, text: string): boolean =>
  text === 'interval' || text === 'float' ? name === text.toUpperCase() : true

const WITH_ZONE = 'TIMESTAMP WITH TIME ZONE'
const isTimestamp = (name: string): boolean => name.startsWith('TIMESTAMP')
const isGeometry = (name: string): boolean => name.startsWith('GEOMETRY')

const isText = ({ kind }: Type): boolean => kind === 'string' || kind === 'varchar' || kind === 'char'

/** The expression for a scalar that a plain cast does not make right; undefined where there is none: it shows as NULL. */
export function convertScalar(value: string, from: Scalar, to: Type): string | undefined {
  if (to.kind === 'bigint' && from.name.startsWith('TIME')) return count(value, from)
  // A plain cast shifts by the session's time zone; the lake's instants are UTC.
  if (to.kind === 'timestamp' && from.name === WITH_ZONE) return `(${value} at time zone 'UTC')`
  if (to.kind === 'binary') return bytes(value, from.name)
  if (to.kind === 'date' && from.name === 'INTEGER' && from.unit === 'days')
    return `(date '1970-01-01' + ${value})`
  if (isText(to)) return text(value, from.name)
  return isInteger(from.name) && isNumber(to) ? `try_cast(${value} as ${duckdbType(to)})` : undefined
}

/** The stored count of a time of day or, where the lake asks for counts, of a timestamp. */
function count(value: string, { name, unit }: Scalar): string | undefined {
  if (isTimestamp(name)) return unit && `epoch_${unit}(${value})`
  if (name === 'TIME_NS') return `epoch_ns(${value})`
  // Of a time by UTC DuckDB keeps six digits, whatever is stored.
  return unit === 'ns' ? `epoch_us(${value}) * 1000` : `epoch_us(${value})`
}

function bytes(value: string, from: string): string | undefined {
  if (from === 'VARCHAR') return `encode(${value})`
  return isGeometry(from) ? `st_aswkb(${value})` : undefined
}

// Bytes are Parquet strings without annotation; a plain cast escapes all that is not ASCII.
const text = (value: string, from: string): string =>
  isGeometry(from) ? `st_astext(${value})` : `coalesce(try(decode(${value})), cast(${value} as varchar))`

/** A value that does not fit must not fail the query: what fits is right, and no whole number is rounded to another. */
const isInteger = (name: string): boolean => name in INTEGERS

const isNumber = ({ kind }: Type): boolean =>
  HIVE_BITS[kind] !== undefined || kind === 'double' || kind === 'float' || kind === 'decimal'
