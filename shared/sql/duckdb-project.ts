/** How a file's column, as DuckDB reads it, becomes the table's type. */
import type { StructField, Type } from '../schema/type.ts'
import { findSource, type SourceColumn, type SourceType } from './duckdb-source.ts'
import { duckdbLiteral, duckdbName, duckdbType } from './duckdb-text.ts'

/** `cast(null as …)` */
export const duckdbNull = (type: Type): string => `cast(null as ${duckdbType(type)})`

/**
 * The SQL expression that makes of `value`, of a file's type, one of the table's type; NULL where DuckDB knows no way. Fields
 * that the file lacks are NULL. DuckDB 1.5 casts structs by name and fills in missing fields, so most are plain casts.
 */
export function project(value: string, from: SourceType, to: Type): string {
  if (isCastable(from, to)) return `cast(${value} as ${duckdbType(to)})`
  return convert(value, from, to, 0)
}

function convert(value: string, from: SourceType, to: Type, depth: number): string {
  if (isCastable(from, to)) return `cast(${value} as ${duckdbType(to)})`
  const item = `x${depth}`
  if (from.kind === 'list' && to.kind === 'array')
    return `list_transform(${value}, lambda ${item}: ${convert(item, from.element, to.element, depth + 1)})`
  if (from.kind === 'map' && to.kind === 'map') {
    const key = convert(`${item}."key"`, from.key, to.key, depth + 1)
    const held = convert(`${item}."value"`, from.value, to.value, depth + 1)
    const pack = `struct_pack("key" := ${key}, "value" := ${held})`
    return `map_from_entries(list_transform(map_entries(${value}), lambda ${item}: ${pack}))`
  }
  if (from.kind === 'struct' && to.kind === 'struct') {
    const fields = to.fields.map(field => packField(value, from.fields, field, depth))
    return `case when ${value} is not null then struct_pack(${fields.join(', ')}) end`
  }
  return from.kind === 'scalar' ? convertScalar(value, from.name, to) : duckdbNull(to)
}

function packField(value: string, from: readonly SourceColumn[], to: StructField, depth: number): string {
  const source = findSource(from, to.name)
  const held =
    source === undefined
      ? duckdbNull(to.type)
      : convert(`struct_extract(${value}, ${duckdbLiteral(source.name)})`, source.type, to.type, depth)
  return `${duckdbName(to.name)} := ${held}`
}

/** Scalars whose plain cast fails or depends on the reader's settings. */
function convertScalar(value: string, from: string, to: Type): string {
  switch (`${from} to ${to.kind}`) {
    // A plain cast shifts by the session's time zone; the lake's instants are UTC.
    case 'TIMESTAMP WITH TIME ZONE to timestamp':
      return `(${value} at time zone 'UTC')`
    // Parquet strings without annotation; a plain cast escapes all that is not ASCII.
    case 'BLOB to string':
    case 'BLOB to varchar':
    case 'BLOB to char':
      return `coalesce(try(decode(${value})), cast(${value} as varchar))`
    case 'VARCHAR to binary':
      return `encode(${value})`
    case 'TIME to bigint':
      return `epoch_us(${value})`
    case 'TIME_NS to bigint':
      return `epoch_ns(${value})`
    default:
      return duckdbNull(to)
  }
}

function isCastable(from: SourceType, to: Type): boolean {
  switch (from.kind) {
    case 'list':
      return to.kind === 'array' && isCastable(from.element, to.element)
    case 'map':
      return to.kind === 'map' && isCastable(from.key, to.key) && isCastable(from.value, to.value)
    case 'struct':
      return to.kind === 'struct' && isStructCastable(from.fields, to.fields)
    case 'scalar':
      return isScalarCastable(from.name, to)
    default:
      from satisfies never
      throw new TypeError('not a source type')
  }
}

// DuckDB refuses to cast a struct to one with which it shares no field.
function isStructCastable(from: readonly SourceColumn[], to: readonly StructField[]): boolean {
  const shared = to.flatMap(field => {
    const source = findSource(from, field.name)
    return source === undefined ? [] : [isCastable(source.type, field.type)]
  })
  return shared.length > 0 && shared.every(Boolean)
}

function isScalarCastable(from: string, to: Type): boolean {
  switch (to.kind) {
    case 'array':
    case 'map':
    case 'struct':
      return false
    case 'binary':
      return ['BLOB', 'UUID', 'BIT'].includes(from)
    case 'timestamp':
      return from !== 'TIMESTAMP WITH TIME ZONE'
    case 'string':
    case 'varchar':
    case 'char':
      return from !== 'BLOB'
    case 'bigint':
      return !['TIME', 'TIME_NS'].includes(from)
    default:
      return true
  }
}
