/**
 * Avro types as a file's header spells them (JSON), for the files that Iceberg writes: no types that hold themselves, and none in arrays
 * that take no bytes, with which a few bytes could ask for endless work.
 */
import { malformed } from './malformed.ts'

export type AvroType =
  | { readonly kind: Primitive }
  /** Of a decimal, the unscaled number; else bytes. */
  | { readonly kind: 'fixed'; readonly size: number; readonly isDecimal: boolean }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  /** How Iceberg has maps whose keys are no texts: an array of records of `key` and `value`. */
  | { readonly kind: 'pairs'; readonly key: AvroType; readonly value: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | { readonly kind: 'record'; readonly fields: readonly AvroField[] }

interface AvroField {
  readonly name: string
  /** Iceberg's id; where there is none, the name stands for the field. */
  readonly key: FieldKey
  readonly type: AvroType
}
export type FieldKey = number | string

/** Manifests have five levels. */
const DEEPEST = 16
const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])

export type Primitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string'
type Json = Readonly<Record<string, unknown>>

/** @param schema as `JSON.parse` gives it */
export function avroType(schema: unknown): AvroType {
  // Of records none is named twice in Iceberg's schemas; a chain of them could stand for any number of fields.
  const named = new Map<string, AvroType>()

  function typeOf(schema: unknown, depth: number): AvroType {
    if (depth > DEEPEST) malformed('its schema is nested too deeply')
    if (typeof schema === 'string') return primitive(schema) ?? named.get(schema) ?? unknownType(schema)
    if (Array.isArray(schema)) return { kind: 'union', branches: schema.map(each => typeOf(each, depth + 1)) }
    if (typeof schema !== 'object' || schema === null) return malformed('its schema has a type that is none')
    return complexOf(schema as Json, depth + 1)
  }

  function complexOf(schema: Json, depth: number): AvroType {
    switch (schema.type) {
      case 'record':
        return { kind: 'record', fields: listOf(schema.fields).map(each => fieldOf(each, depth)) }
      case 'array':
        return arrayOf(notEmpty(typeOf(schema.items, depth)))
      case 'map':
        return { kind: 'map', values: typeOf(schema.values, depth) }
      case 'fixed': {
        const fixed = fixedOf(schema)
        named.set(String(schema.name), fixed)
        return fixed
      }
      default:
        return typeOf(schema.type, depth)
    }
  }

  function fieldOf(field: Json, depth: number): AvroField {
    const { name, type, 'field-id': id } = field
    if (typeof name !== 'string') return malformed('its schema has a field without a name')
    return { name, key: typeof id === 'number' ? id : name, type: typeOf(type, depth) }
  }

  return typeOf(schema, 0)
}

function arrayOf(items: AvroType): AvroType {
  const [key, value, ...more] = items.kind === 'record' ? items.fields : []
  return key?.name === 'key' && value?.name === 'value' && more.length === 0
    ? { kind: 'pairs', key: key.type, value: value.type }
    : { kind: 'array', items }
}

const primitive = (name: string): AvroType | undefined =>
  PRIMITIVES.has(name) ? { kind: name as Primitive } : undefined

const unknownType = (name: string): never => malformed(`its schema has the type ${name.slice(0, 100)}`)

const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value : malformed('its schema has a record without fields')

function fixedOf({ size, logicalType }: Json): AvroType {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    return malformed('its schema has a fixed type without a size')
  return { kind: 'fixed', size, isDecimal: logicalType === 'decimal' }
}

/** The type itself. @throws Malformed where its values take no bytes */
export function notEmpty(type: AvroType): AvroType {
  return isEmpty(type) ? malformed('its schema has values without bytes') : type
}

const isEmpty = (type: AvroType): boolean =>
  type.kind === 'null' ||
  (type.kind === 'fixed' && type.size === 0) ||
  (type.kind === 'record' && type.fields.every(field => isEmpty(field.type)))
