/**
 * Columns that are counts of a unit of time. The type alone, bigint, does not tell the unit, and a table must not mix
 * two: the column's comment keeps it, for people too.
 */
import type { Column } from './table.ts'

const UNITS = { millis: 'milliseconds', micros: 'microseconds', nanos: 'nanoseconds' } as const

type Unit = keyof typeof UNITS

const SINCE_1970 = 'since 1970-01-01'

/** `microseconds since 1970-01-01`. */
export const countSince1970 = (unit: Unit): string => `${UNITS[unit]} ${SINCE_1970}`

/** `microseconds since midnight`. */
export const countSinceMidnight = (unit: Unit): string => `${UNITS[unit]} since midnight`

/** Whether the column's values are timestamps that are read as counts. */
export const countsSince1970 = (column: Column): boolean =>
  column.comment?.endsWith(` ${SINCE_1970}`) ?? false

const UNIT = /^(milli|micro|nano)seconds since (1970-01-01|midnight)$/

const unitOf = ({ comment = '' }: Column): string | undefined => (UNIT.test(comment) ? comment : undefined)

/** The units of two columns where each is a count and not of the same unit. */
export function differentUnits(
  a: Column,
  b: Column,
): { readonly have: string; readonly got: string } | undefined {
  const [have, got] = [unitOf(a), unitOf(b)]
  return have === undefined || got === undefined || have === got ? undefined : { have, got }
}
