/**
 * Merging schemas: what a table must become so that it reads a file too. Grows only: nothing is dropped,
 * reordered, renamed or narrowed. Rules and measurements: docs/evolution.md.
 */
import type { Column } from '../schema/table.ts'
import { printType, type StructField, sameType, type Type } from '../schema/type.ts'

/** A column whose type in a file cannot be joined with the table's. */
export interface Conflict {
  /** Top-level column name. */
  readonly column: string
  readonly have: Type
  readonly got: Type
}

export interface Merged {
  readonly columns: readonly Column[]
  readonly conflicts: readonly Conflict[]
}

/**
 * Joins a file's columns into a table's. New columns go to the end, in the file's order.
 * Columns in conflict keep the table's type and are listed.
 */
export function mergeColumns(have: readonly Column[], got: readonly Column[]): Merged {
  const types = new Map(got.map(column => [column.name, column.type]))
  const conflicts: Conflict[] = []
  const kept = have.map(column => {
    const type = types.get(column.name)
    const merged = type === undefined ? column.type : mergeType(column.type, type)
    if (merged === undefined) conflicts.push({ column: column.name, have: column.type, got: type as Type })
    return merged === undefined || merged === column.type ? column : { ...column, type: merged }
  })
  const names = new Set(have.map(column => column.name))
  return { columns: [...kept, ...got.filter(column => !names.has(column.name))], conflicts }
}

/** The type that reads values of both, or undefined where no safe one exists. `have` wins where both are equal in effect. */
export function mergeType(have: Type, got: Type): Type | undefined {
  if (sameType(have, got)) return have
  if (have.kind === 'array' && got.kind === 'array') return mergeArray(have, got)
  if (have.kind === 'map' && got.kind === 'map') return mergeMap(have, got)
  if (have.kind === 'struct' && got.kind === 'struct') return mergeStruct(have, got)
  if (have.kind === 'decimal' && got.kind === 'decimal') return holdsDecimal(have, got) ? have : undefined
  return mergeText(have, got) ?? widen(have, got, INTEGERS) ?? widen(have, got, FLOATS)
}

type Of<K extends Type['kind']> = Extract<Type, { kind: K }>

const INTEGERS: readonly Type['kind'][] = ['tinyint', 'smallint', 'int', 'bigint']
const FLOATS: readonly Type['kind'][] = ['float', 'double']

function widen(have: Type, got: Type, ladder: readonly Type['kind'][]): Type | undefined {
  const from = ladder.indexOf(have.kind)
  const to = ladder.indexOf(got.kind)
  if (from < 0 || to < 0) return undefined
  return from >= to ? have : got
}

// A user's varchar(n) or char(n) over a STRING file, and string over raw bytes, are read right by every engine;
// a binary table over a STRING file is not (Hive: Text is no BytesWritable), so that direction is a conflict.
function mergeText(have: Type, got: Type): Type | undefined {
  const text = have.kind === 'string' || have.kind === 'varchar' || have.kind === 'char'
  return text && (got.kind === 'string' || (have.kind === 'string' && got.kind === 'binary'))
    ? have
    : undefined
}

/**
 * Whether files of the one are read right as the other. The scale must be the same: Hive and Presto take what is stored as
 * INT32 or INT64, Spark's way, for a number of the table's scale, and return another value (docs/evolution.md).
 */
const holdsDecimal = (have: Of<'decimal'>, got: Of<'decimal'>): boolean =>
  have.scale === got.scale && have.precision >= got.precision

function mergeArray(have: Of<'array'>, got: Of<'array'>): Type | undefined {
  const element = mergeType(have.element, got.element)
  return element && { kind: 'array', element }
}

// Engines disagree on changed map keys (docs/evolution.md): the key must be the same.
function mergeMap(have: Of<'map'>, got: Of<'map'>): Type | undefined {
  if (!sameType(have.key, got.key)) return undefined
  const value = mergeType(have.value, got.value)
  return value && { kind: 'map', key: have.key, value }
}

function mergeStruct(have: Of<'struct'>, got: Of<'struct'>): Type | undefined {
  const byName = new Map(got.fields.map(field => [field.name.toLowerCase(), field.type]))
  const fields: StructField[] = []
  for (const field of have.fields) {
    const other = byName.get(field.name.toLowerCase())
    const type = other === undefined ? field.type : mergeType(field.type, other)
    if (type === undefined) return undefined
    fields.push({ name: field.name, type })
    byName.delete(field.name.toLowerCase())
  }
  const added = got.fields.filter(field => byName.has(field.name.toLowerCase()))
  return { kind: 'struct', fields: [...fields, ...added] }
}

/** Columns in Hive's form, as a key: equal text, equal schema. */
export const printColumns = (columns: readonly Column[]): string =>
  columns.map(column => `${column.name} ${printType(column.type)}`).join(', ')
