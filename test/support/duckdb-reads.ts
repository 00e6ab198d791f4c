/**
 * What DuckDB's views show of what a registered file holds under a name that it does not declare, once the table has a type for
 * that name. Seen on DuckDB 1.5.6 (test/evolution/duckdb-reads.stack.test.ts); no view fails, whatever the type.
 */
import type { Type } from '../../shared/schema/type.ts'

export const LEFTOVERS = [
  'null',
  'uint32 over the limit',
  'uint64 over the limit',
  'time in milliseconds',
  'decimal of more than 38 digits',
  'two names that differ in case',
  'struct of nothing',
  'shredded VARIANT',
] as const

/** What the file holds there. `struct of nothing`: a struct whose fields are all left out themselves. */
export type Leftover = (typeof LEFTOVERS)[number]

/** Kinds of types under which the values are right, beside text: the others show NULL, for some or for all of them. */
const RIGHT: Readonly<Record<Leftover, ReadonlySet<Type['kind']> | 'all' | 'none'>> = {
  null: 'all',
  'uint32 over the limit': new Set(['bigint', 'double', 'decimal']),
  'uint64 over the limit': new Set(['decimal']),
  'time in milliseconds': new Set(),
  'decimal of more than 38 digits': 'none',
  'two names that differ in case': 'none',
  'struct of nothing': new Set(['struct']),
  'shredded VARIANT': new Set(),
}

/** Digits before the point of the greatest value. */
const DIGITS: Readonly<Partial<Record<Leftover, number>>> = {
  'uint32 over the limit': 10,
  'uint64 over the limit': 20,
}

const TEXT: ReadonlySet<Type['kind']> = new Set(['string', 'varchar', 'char'])

/** Whether DuckDB reads every such value right under this type; where it does not, the view shows NULL, never another value. */
export function duckdbReads(leftover: Leftover, type: Type): boolean {
  const right = RIGHT[leftover]
  if (right === 'all' || right === 'none') return right === 'all'
  if (TEXT.has(type.kind)) return leftover !== 'struct of nothing'
  if (type.kind === 'decimal' && type.precision - type.scale < (DIGITS[leftover] ?? 0)) return false
  return right.has(type.kind)
}
