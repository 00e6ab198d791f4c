/**
 * Merging schemas: what a table must become so that it reads a file too. Grows only: nothing is dropped,
 * reordered, renamed or narrowed. Rules and measurements: docs/evolution.md.
 */
import { differentUnits } from '../schema/counts.ts'
import type { Column } from '../schema/table.ts'
import { printType, type StructField, sameType, type Type } from '../schema/type.ts'
import type { StoredLeaf } from './under-wider.ts'

/** A column that in a file cannot be joined with the table's. */
export interface Conflict {
  /** Top-level column name. */
  readonly column: string
  readonly have: Type
  readonly got: Type
  /** Where both are counts of time of one type, their units: `milliseconds since 1970-01-01`. */
  readonly units?: { readonly have: string; readonly got: string }
  /** The type that would hold both, if those who read the table read files of each under it. */
  readonly wider?: Type
}

export interface MergeRules {
  /** Whether a decimal may get more digits: Hive and Trino read old files right, Presto not beyond 18 digits. */
  readonly widenDecimal: boolean
  /** Whether a float column may become double where an engine then fails on conditions on it. */
  readonly widenFloat?: boolean
  /** Whether those who read the table read a file's type under another one; by default they do. */
  reads?(stored: Type, table: Type, within: StoredLeaf['within']): boolean
  readonly within?: StoredLeaf['within']
}

const NO_WIDER_DECIMAL: MergeRules = { widenDecimal: false }

export interface Merged {
  readonly columns: readonly Column[]
  readonly conflicts: readonly Conflict[]
}

/**
 * Joins a file's columns into a table's. New columns go to the end, in the file's order.
 * Columns in conflict keep the table's type and are listed.
 */
export function mergeColumns(
  have: readonly Column[],
  got: readonly Column[],
  rules: MergeRules = NO_WIDER_DECIMAL,
): Merged {
  const byName = new Map(got.map(column => [column.name, column]))
  const conflicts: Conflict[] = []
  const kept = have.map(column => {
    const other = byName.get(column.name)
    if (other === undefined) return column
    const units = differentUnits(column, other)
    const merged = units ? undefined : mergeType(column.type, other.type, rules)
    if (merged === undefined) conflicts.push(conflictOf(column, other, units, rules))
    return merged === undefined || merged === column.type ? column : { ...column, type: merged }
  })
  const names = new Set(have.map(column => column.name))
  return { columns: [...kept, ...got.filter(column => !names.has(column.name))], conflicts }
}

function conflictOf(
  { name: column, type: have }: Column,
  { type: got }: Column,
  units: Conflict['units'],
  rules: MergeRules,
): Conflict {
  const wider = units ? undefined : mergeType(have, got, { ...rules, reads: () => true })
  return { column, have, got, ...(units && { units }), ...(wider && { wider }) }
}

/** The type that reads values of both, or undefined where no safe one exists. `have` wins where both are equal in effect. */
export function mergeType(have: Type, got: Type, rules: MergeRules = NO_WIDER_DECIMAL): Type | undefined {
  if (sameType(have, got)) return have
  if (have.kind === 'array' && got.kind === 'array') return mergeArray(have, got, rules)
  if (have.kind === 'map' && got.kind === 'map') return mergeMap(have, got, rules)
  if (have.kind === 'struct' && got.kind === 'struct') return mergeStruct(have, got, rules)
  const merged = mergeLeaf(have, got, rules)
  return merged && isRead(have, merged, rules) && isRead(got, merged, rules) ? merged : undefined
}

function mergeLeaf(have: Type, got: Type, rules: MergeRules): Type | undefined {
  if (have.kind === 'decimal' && got.kind === 'decimal')
    return holdsDecimal(have, got) ? have : widenDecimal(have, got, rules)
  return mergeText(have, got) ?? widen(have, got, INTEGERS) ?? widen(have, got, FLOATS)
}

const isRead = (stored: Type, table: Type, { reads, within }: MergeRules): boolean =>
  reads === undefined || sameType(stored, table) || reads(stored, table, within)

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

/** The one with more digits. Where the scale differs too, Hive and Presto return another value (docs/evolution.md). */
const widenDecimal = (have: Of<'decimal'>, got: Of<'decimal'>, rules: MergeRules): Type | undefined =>
  rules.widenDecimal && have.scale === got.scale ? got : undefined

function mergeArray(have: Of<'array'>, got: Of<'array'>, rules: MergeRules): Type | undefined {
  const element = mergeType(have.element, got.element, { ...rules, within: 'repeated' })
  return element && { kind: 'array', element }
}

// Engines disagree on changed map keys (docs/evolution.md): the key must be the same.
function mergeMap(have: Of<'map'>, got: Of<'map'>, rules: MergeRules): Type | undefined {
  if (!sameType(have.key, got.key)) return undefined
  const value = mergeType(have.value, got.value, { ...rules, within: 'repeated' })
  return value && { kind: 'map', key: have.key, value }
}

function mergeStruct(have: Of<'struct'>, got: Of<'struct'>, rules: MergeRules): Type | undefined {
  const byName = new Map(got.fields.map(field => [field.name.toLowerCase(), field.type]))
  const fields: StructField[] = []
  for (const field of have.fields) {
    const other = byName.get(field.name.toLowerCase())
    const within = rules.within ?? 'struct'
    const type = other === undefined ? field.type : mergeType(field.type, other, { ...rules, within })
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
