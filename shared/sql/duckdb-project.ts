/** How a file's column, as DuckDB reads it, becomes the table's type. */
import type { StructField, Type } from '../schema/type.ts'
import { convertScalar, isScalarCastable } from './duckdb-cast.ts'
import { findSource, type SourceColumn, type SourceType } from './duckdb-source.ts'
import { duckdbLiteral, duckdbName, duckdbType } from './duckdb-text.ts'

/** `cast(null as …)` */
export const duckdbNull = (type: Type): string => `cast(null as ${duckdbType(type)})`

/**
 * The SQL expression that makes of `value`, of a file's type, one of the table's type; NULL where DuckDB knows no way. Fields
 * that the file lacks are NULL. DuckDB 1.5 casts structs by name and fills in missing fields, so most are plain casts.
 */
export const project = (value: string, from: SourceType, to: Type): string => convert(value, from, to, 0)

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
    const held = ({ name }: SourceColumn) => `struct_extract(${value}, ${duckdbLiteral(name)})`
    const fields = to.fields.map(field => packField(held, from.fields, field, depth))
    return `case when ${value} is not null then struct_pack(${fields.join(', ')}) end`
  }
  if (from.kind === 'inside') {
    const { name, type } = from.field
    return convert(`struct_extract(${value}, ${duckdbLiteral(name)})`, type, to, depth)
  }
  if (from.kind === 'only' && to.kind === 'struct')
    return `struct_pack(${to.fields.map(field => packField(() => value, [from.field], field, depth)).join(', ')})`
  return (from.kind === 'scalar' ? convertScalar(value, from, to) : undefined) ?? duckdbNull(to)
}

function packField(
  held: (source: SourceColumn) => string,
  from: readonly SourceColumn[],
  to: StructField,
  depth: number,
): string {
  const source = findSource(from, to.name)
  const value =
    source === undefined ? duckdbNull(to.type) : convert(held(source), source.type, to.type, depth)
  return `${duckdbName(to.name)} := ${value}`
}

function isCastable(from: SourceType, to: Type): boolean {
  if (to.kind === 'opaque' && to.text === 'variant') return true
  switch (from.kind) {
    case 'list':
      return to.kind === 'array' && isCastable(from.element, to.element)
    case 'map':
      return to.kind === 'map' && isCastable(from.key, to.key) && isCastable(from.value, to.value)
    case 'struct':
      return to.kind === 'struct' && isStructCastable(from.fields, to.fields)
    case 'scalar':
      return isScalarCastable(from, to)
    case 'only':
    case 'inside':
      return false
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
