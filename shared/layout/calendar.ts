/** Which dates and times exist. */
import { TIME_UNITS, type TimeUnit, type WallTime } from './variables.ts'

/** Says what is impossible (`month 13 is not 01–12`), or undefined where the known units fit together. */
export function impossibility(time: WallTime): string | undefined {
  for (const unit of TIME_UNITS) {
    const value = time[unit]
    if (value === undefined) continue
    const [least, most] = rangeOf(unit, time)
    if (value < least || value > most)
      return `${unit} ${pad(unit, value)} is not ${pad(unit, least)}–${pad(unit, most)}${inMonth(unit, time)}`
  }
  return undefined
}

function rangeOf(unit: TimeUnit, time: WallTime): readonly [number, number] {
  switch (unit) {
    case 'year':
      return [1, 9999]
    case 'month':
      return [1, 12]
    case 'day':
      return [1, daysInMonth(time)]
    case 'hour':
      return [0, 23]
    case 'minute':
      return [0, 59]
  }
}

// A leap year as long as the year is unknown: 2000 and every fourth year, which century rules leave alone by 400.
function daysInMonth({ year = 2000, month }: WallTime): number {
  if (month === undefined) return 31
  const last = new Date(0)
  last.setUTCFullYear(year, month, 0)
  return last.getUTCDate()
}

function inMonth(unit: TimeUnit, { year, month }: WallTime): string {
  return unit === 'day' && year !== undefined && month !== undefined
    ? ` in ${pad('year', year)}-${pad('month', month)}`
    : ''
}

const pad = (unit: TimeUnit, value: number) => String(value).padStart(unit === 'year' ? 4 : 2, '0')
