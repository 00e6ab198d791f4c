/**
 * Files with a narrower type than their table's, which some engines read right and others not (docs/evolution.md, seen on
 * Trino 476 and Presto 0.287): both compare a condition on a `double` with a file's statistics of FLOAT, and fail; Presto
 * keeps decimals of more than 18 digits in another form, and does not read one as the other.
 */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Column } from '../schema/table.ts'
import { printType, type StructField, type Type } from '../schema/type.ts'

/** A warning for each column of the files that some engine fails on. @param narrow what files have @param wide the table's */
export function narrowerNotes(narrow: readonly Column[], wide: readonly Column[]): Diagnostic[] {
  return pairs(narrow, wide).flatMap(({ name, from, to }) => {
    const fault = worstOf(from, to)
    return fault === undefined ? [] : [note(name, from, to, fault)]
  })
}

interface Pair {
  readonly name: string
  readonly from: Type
  readonly to: Type
}

function pairs(narrow: readonly StructField[], wide: readonly StructField[]): Pair[] {
  const types = new Map(wide.map(({ name, type }) => [name.toLowerCase(), type]))
  return narrow.flatMap(({ name, type }) => {
    const to = types.get(name.toLowerCase())
    return to ? [{ name, from: type, to }] : []
  })
}

type Fault = 'float' | 'decimal'

/** Digits of a decimal that is a 64-bit integer in Trino and Presto. */
const SHORT = 18

function worstOf(from: Type, to: Type): Fault | undefined {
  if (from.kind === 'float' && to.kind === 'double') return 'float'
  if (from.kind === 'decimal' && to.kind === 'decimal')
    return from.precision <= SHORT !== to.precision <= SHORT ? 'decimal' : undefined
  if (from.kind === 'array' && to.kind === 'array') return withoutConditions(from.element, to.element)
  if (from.kind === 'map' && to.kind === 'map') return withoutConditions(from.value, to.value)
  if (from.kind === 'struct' && to.kind === 'struct')
    return pairs(from.fields, to.fields)
      .map(field => worstOf(field.from, field.to))
      .find(fault => fault !== undefined)
  return undefined
}

/** Statistics of elements and of a map's values are not compared with conditions. */
function withoutConditions(from: Type, to: Type): Fault | undefined {
  const fault = worstOf(from, to)
  return fault === 'float' ? undefined : fault
}

const FAULTS = {
  float: {
    code: 'FLOAT_UNDER_DOUBLE',
    what: 'Trino and Presto read the values, but fail on conditions on the column where these files have statistics',
    fix: 'set hive.parquet.ignore-statistics=true in Trino, or write the column as DOUBLE; Hive reads it right',
  },
  decimal: {
    code: 'DECIMAL_UNDER_WIDER',
    what: `Presto fails on decimals of up to ${SHORT} digits under longer ones`,
    fix: 'write the column with the precision of the table; Hive and Trino read it right',
  },
} as const

const note = (column: string, from: Type, to: Type, fault: Fault): Diagnostic => ({
  code: FAULTS[fault].code,
  severity: 'warning',
  column,
  message: `column ${column} is ${printType(from)} in files and ${printType(to)} in the table: ${FAULTS[fault].what}`,
  fix: FAULTS[fault].fix,
})
