/** The values that each type of partition key takes, in the one form that catalogs store. */
import type { Type } from '../schema/type.ts'
import { impossibility } from './calendar.ts'

const BITS = { tinyint: 8n, smallint: 16n, int: 32n, bigint: 64n } as const

export const isInteger = (type: Type): boolean => Object.hasOwn(BITS, type.kind)

/** Whether goldsync writes values of the type: not char, timestamp, decimal and the like, which have several spellings (Hive SQL pads char). */
export const isKeyType = ({ kind }: Type): boolean =>
  ['string', 'varchar', 'date', ...Object.keys(BITS)].includes(kind)

/** What catalogs store of a key without a value, whatever its type. */
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

/**
 * The canonical form of a value (`07` → `7` for integers; null as it is), or undefined where it is not of the type, or where the
 * type is none that goldsync writes values of.
 */
export function canonicalValue(type: Type, text: string): string | undefined {
  if (text === NULL_VALUE && isKeyType(type)) return text
  switch (type.kind) {
    case 'string':
      return text
    case 'varchar':
      // Trino fails on a partition whose value is longer: HIVE_INVALID_PARTITION_VALUE.
      return [...text].length <= type.length ? text : undefined
    case 'date':
      return isDate(text) ? text : undefined
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return canonicalInteger(text, BITS[type.kind])
    default:
      return undefined
  }
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  return (
    day !== undefined &&
    impossibility({ year: Number(year), month: Number(month), day: Number(day) }) === undefined
  )
}

function canonicalInteger(text: string, bits: bigint): string | undefined {
  if (!/^-?\d{1,40}$/.test(text)) return undefined
  const value = BigInt(text)
  return BigInt.asIntN(Number(bits), value) === value ? String(value) : undefined
}
