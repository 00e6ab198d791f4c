/** Values of columns, compared and printed. */
import type { Value } from './facts.ts'

/** Both values in one kind, or undefined where they cannot be compared. Decimals get the greater scale. */
export function alike(a: Value, b: Value): readonly [Value, Value] | undefined {
  if (a.kind === 'decimal' && b.kind === 'decimal') {
    const scale = Math.max(a.scale, b.scale)
    return [rescale(a, scale), rescale(b, scale)]
  }
  if (a.kind === b.kind) return [a, b]
  return isBinary(a) && isBinary(b)
    ? [
        { kind: 'bytes', value: a.value },
        { kind: 'bytes', value: b.value },
      ]
    : undefined
}

type Of<K extends Value['kind']> = Extract<Value, { kind: K }>

const rescale = ({ value, scale }: Of<'decimal'>, to: number): Value => ({
  kind: 'decimal',
  value: value * 10n ** BigInt(to - scale),
  scale: to,
})

const isBinary = (value: Value): value is Extract<Value, { value: Uint8Array }> =>
  value.kind === 'text' || value.kind === 'bytes'

/** Below, at or above 0, as `sort` takes it. @param a of the same kind as `b`, see `alike` */
export function compareValues(a: Value, b: Value): number {
  if (isBinary(a) && isBinary(b)) return compareBytes(a.value, b.value)
  if (a.value === b.value) return 0
  return a.value < b.value ? -1 : 1
}

/** Unsigned bytes from the first on; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length)
  for (let i = 0; i < common; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** The value as text that loses nothing; see `ColumnStatistics`. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case 'boolean':
      return value.value === 0n ? 'false' : 'true'
    case 'decimal':
      return printDecimal(value.value, value.scale)
    case 'date':
      return printDate(value.value)
    case 'timestamp':
      return printTimestamp(value.value)
    case 'text':
      return printText(value.value)
    case 'bytes':
      return printBytes(value.value)
    default:
      return String(value.value)
  }
}

function printDecimal(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : ''
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${sign}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`
}

const DAY = 86_400n * 1_000_000_000n

function printTimestamp(nanos: bigint): string {
  const days = floorDivide(nanos, DAY)
  const rest = nanos - days * DAY
  const seconds = rest / 1_000_000_000n
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(part => pad(part, 2)).join(':')
  const fraction = pad(rest % 1_000_000_000n, 9).replace(/0+$/, '')
  return `${printDate(days)} ${clock}${fraction === '' ? '' : `.${fraction}`}`
}

const pad = (value: bigint, digits: number): string => String(value).padStart(digits, '0')

/** ISO 8601, years beyond 9999 with a plus. Days of INT32 and INT64 reach further than JavaScript's dates. */
function printDate(days: bigint): string {
  // The Gregorian calendar repeats every 400 years, which have 146,097 days.
  const eras = floorDivide(days, 146_097n)
  const date = new Date(Number(days - eras * 146_097n) * 86_400_000)
  const year = BigInt(date.getUTCFullYear()) + eras * 400n
  const sign = year < 0n ? '-' : year > 9999n ? '+' : ''
  return `${sign}${pad(year < 0n ? -year : year, 4)}-${date.toISOString().slice(5, 10)}`
}

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b

/** What is not UTF-8 is shown as bytes. */
function printText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return printBytes(bytes)
  }
}

const printBytes = (bytes: Uint8Array): string =>
  `0x${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`
