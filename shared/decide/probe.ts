/** What an engine is asked of a file: one row of all columns, and a row by a condition where it may read wrong. Pure. */
import type { Condition } from '../engines/engine.ts'
import { narrowerNotes } from '../evolution/narrower.ts'
import type { ColumnFacts, Facts, Value } from '../schema/facts.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import { sameType, type Type } from '../schema/type.ts'
import { printValue } from '../schema/value.ts'

/**
 * Each is a scan of the file in the same statement, and engines ask the metastore for all of them at once: few, since a
 * metastore has few connections to its database.
 */
const MOST = 3

/**
 * Conditions on the columns that engines make something else of than the file has, the most doubtful first. None on those with
 * which the reader is known to fail: the table has its type because that was allowed (`types.widenFloat`).
 */
export function conditionsOn(
  file: DataFile,
  declared: readonly Column[],
  reader: Reader,
): readonly Condition[] {
  const failing = new Set(
    narrowerNotes(file.columns, declared, [reader])
      .filter(({ engines = [] }) => engines.some(({ effect }) => effect === 'refusesColumn'))
      .map(({ column }) => column),
  )
  const stored = new Map(file.columns.map(column => [column.name, column.type]))
  const noted = new Set(file.diagnostics.filter(({ leftOut }) => !leftOut).map(({ column }) => column))
  const doubtOf = ({ name, type }: Column): number => {
    const own = stored.get(name)
    if (own === undefined || !isComparable(type) || failing.has(name)) return 0
    if (!sameType(own, type)) return 3
    if (noted.has(name)) return 2
    return isConverted(type) ? 1 : 0
  }
  return declared
    .map(column => ({ column, doubt: doubtOf(column) }))
    .filter(({ doubt }) => doubt > 0)
    .sort((a, b) => b.doubt - a.doubt)
    .slice(0, MOST)
    .map(({ column }) => ({ column, value: provenValue(file.facts, column) }))
}

const NESTED: ReadonlySet<Type['kind']> = new Set(['array', 'map', 'struct', 'opaque'])
const isComparable = ({ kind }: Type): boolean => !NESTED.has(kind)

/** Files keep these as other types, with rules of how to turn them into values. */
const isConverted = ({ kind }: Type): boolean => kind === 'date' || kind === 'timestamp' || kind === 'decimal'

function provenValue(facts: Facts | undefined, { name, type }: Column): string | undefined {
  const { min, max }: Partial<ColumnFacts> = facts?.columns.get(name) ?? {}
  const bound = [min, max].find(bound => bound?.exact)
  return bound && literalOf(bound.value, type)
}

/**
 * Only where every engine reads the text as the very value. Not so timestamps, which depend on time zones and on how many digits
 * an engine keeps, and dates before the Gregorian calendar.
 */
const literalOf = (value: Value, { kind }: Type): string | undefined =>
  isSameEverywhere(value, kind) ? printValue(value) : undefined

function isSameEverywhere(value: Value, kind: Type['kind']): boolean {
  switch (value.kind) {
    case 'integer':
      return fits(value.value, INTEGERS[kind])
    case 'date':
      return kind === 'date' && value.value >= GREGORIAN && value.value <= LAST_DAY
    case 'float':
      return (kind === 'float' || kind === 'double') && isPlain(value.value)
    case 'decimal':
    case 'boolean':
      return kind === value.kind
    default:
      return false
  }
}

/** Bits. */
const INTEGERS: Partial<Record<Type['kind'], bigint>> = { tinyint: 8n, smallint: 16n, int: 32n, bigint: 64n }

const fits = (value: bigint, bits = 0n): boolean =>
  bits > 0n && value < 2n ** (bits - 1n) && value >= -(2n ** (bits - 1n))

/** Days since 1970: 1582-10-15 and 9999-12-31. */
const GREGORIAN = -141_427n
const LAST_DAY = 2_932_896n

/** Printed without an exponent, which not all engines take in all places. */
const isPlain = (value: number): boolean => /^-?\d+(\.\d+)?$/.test(String(value))
