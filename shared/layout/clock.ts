/** Wall-clock times of a zone → epoch milliseconds. */
import { invalid } from './tokens.ts'
import { TIME_UNITS, type WallTime } from './variables.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

interface TimeRange {
  /** Epoch milliseconds; the end is not part of the range. */
  readonly start: number
  readonly end: number
}

/**
 * The range that the known units name, or undefined without a year. A time that clocks skip in spring is read
 * as if they had not gone on yet (02:30 is 03:30); an hour that they repeat in autumn spans both.
 */
export type Clock = (time: WallTime) => TimeRange | undefined

/** @throws GoldsyncError `CONFIG_INVALID` where the zone is unknown */
export function openClock(timeZone: string): Clock {
  const toEpoch = timeZone === 'UTC' ? (wall: number) => wall : zoneReader(timeZone)
  return time => {
    const known = leadingUnits(time)
    if (known.length === 0) return undefined
    const start = toEpoch(wallOf(known))
    return { start, end: Math.max(toEpoch(wallOf(known, 1)), start + 1) }
  }
}

/** The values of the units before the first that is unknown. */
function leadingUnits(time: WallTime): readonly number[] {
  const hole = TIME_UNITS.findIndex(unit => time[unit] === undefined)
  return TIME_UNITS.slice(0, hole === -1 ? undefined : hole).map(unit => time[unit] as number)
}

/** The wall-clock time as if it were UTC, with the last unit moved by `step`; Date carries what overflows. */
function wallOf(units: readonly number[], step = 0): number {
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0] = units.map((value, index) =>
    index === units.length - 1 ? value + step : value,
  )
  // Date.UTC takes years below 100 for 19xx
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.setUTCHours(hour, minute)
}

function zoneReader(timeZone: string): (wall: number) => number {
  const offsetAt = offsets(timeZone)
  const byDay = new Map<number, number>()
  const offsetOfDay = (day: number): number => {
    const known = byDay.get(day) ?? offsetAt(day * DAY)
    byDay.set(day, known)
    return known
  }
  return wall => {
    const day = Math.floor(wall / DAY)
    const [before, after] = [offsetOfDay(day - 1), offsetOfDay(day + 2)]
    if (before === after) return wall - before
    // Of two valid readings the earlier; in a gap neither is, and the old offset counts, as in Java's ZonedDateTime.of.
    const valid = [before, after]
      .map(offset => wall - offset)
      .filter(epoch => wall - offsetAt(epoch) === epoch)
    return valid.length > 0 ? Math.min(...valid) : wall - before
  }
}

/** The zone's offset from UTC in milliseconds, at an epoch time. */
function offsets(timeZone: string): (epoch: number) => number {
  const format = formatter(timeZone)
  return epoch => {
    const [, sign, hours, minutes = 0, seconds = 0] =
      /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(format.format(epoch)) ?? []
    if (sign === undefined) return 0
    const offset = Number(hours) * HOUR + Number(minutes) * 60_000 + Number(seconds) * 1000
    return sign === '-' ? -offset : offset
  }
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch (cause) {
    throw invalid(
      `unknown time zone "${timeZone}": expected UTC or an IANA name such as Europe/Berlin`,
      cause,
    )
  }
}
