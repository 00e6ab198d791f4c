/** Takes fields out of records by their ids, and says what is wrong with them. */
import { malformed } from './malformed.ts'
import { NAMES } from './schemas.ts'
import type { AvroPairs, AvroRecord, AvroValue } from './values.ts'

function fieldOf(record: AvroRecord, id: number): AvroValue | undefined {
  const value = record.get(id)
  return value === undefined ? record.get(NAMES.get(id) as string) : value
}

/** The field, or undefined where the file has none or null. @throws Malformed for another type */
export function optional<T extends AvroValue>(
  record: AvroRecord,
  id: number,
  is: (value: AvroValue) => value is T,
): T | undefined {
  const value = fieldOf(record, id)
  if (value === undefined || value === null) return undefined
  return is(value) ? value : malformed(`${NAMES.get(id)} is of another type`)
}

export function required<T extends AvroValue>(
  record: AvroRecord,
  id: number,
  is: (value: AvroValue) => value is T,
): T {
  return optional(record, id, is) ?? malformed(`an entry has no ${NAMES.get(id)}`)
}

export const isInt = (value: AvroValue): value is number => typeof value === 'number'
export const isLong = (value: AvroValue): value is bigint => typeof value === 'bigint'
export const isText = (value: AvroValue): value is string => typeof value === 'string'
export const isFlag = (value: AvroValue): value is boolean => typeof value === 'boolean'
export const isBytes = (value: AvroValue): value is Uint8Array => value instanceof Uint8Array
const isList = (value: AvroValue): value is readonly AvroValue[] => Array.isArray(value)
export const isRecord = (value: AvroValue): value is AvroRecord => value instanceof Map

/** A map by columns' ids. */
export function optionalMap<T extends AvroValue>(
  record: AvroRecord,
  id: number,
  is: (value: AvroValue) => value is T,
): ReadonlyMap<number, T> | undefined {
  const pairs = optional(record, id, isRecord) as AvroPairs | undefined
  for (const value of pairs?.values() ?? []) if (!is(value)) malformed(`${NAMES.get(id)} is of another type`)
  return pairs as ReadonlyMap<number, T> | undefined
}

export function optionalList<T extends AvroValue>(
  record: AvroRecord,
  id: number,
  is: (value: AvroValue) => value is T,
): readonly T[] | undefined {
  return optional(record, id, isList)?.map(item =>
    is(item) ? item : malformed(`${NAMES.get(id)} is of another type`),
  )
}
