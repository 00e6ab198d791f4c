/** The values that each type of partition key takes, in the one form that catalogs store. */
import { impossibility } from './calendar.ts'
import type { PartitionKeyType } from './layout.ts'

const BITS = { tinyint: 8n, smallint: 16n, int: 32n, bigint: 64n } as const

export const isInteger = (type: PartitionKeyType): boolean => Object.hasOwn(BITS, type)

/** The canonical form of a value (`07` → `7` for integers), or undefined where it is not of the type. */
export function canonicalValue(type: PartitionKeyType, text: string): string | undefined {
  switch (type) {
    case 'string':
      return text
    case 'date':
      return isDate(text) ? text : undefined
    default:
      return canonicalInteger(text, BITS[type])
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
