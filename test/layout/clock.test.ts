import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openClock } from '../../shared/layout/clock.ts'

const iso = (epoch: number | undefined) => epoch !== undefined && new Date(epoch).toISOString()
const hour = (zone: string, year: number, month: number, day: number, hour: number) => {
  const range = openClock(zone)({ year, month, day, hour })
  return [iso(range?.start), iso(range?.end)]
}

describe('the time range of a folder', () => {
  it('is an hour, a day, a month or a year by what is known', () => {
    const clock = openClock('Europe/Berlin')
    expect(iso(clock({ year: 2026 })?.start)).toBe('2025-12-31T23:00:00.000Z')
    expect(iso(clock({ year: 2026 })?.end)).toBe('2026-12-31T23:00:00.000Z')
    expect(iso(clock({ year: 2026, month: 12 })?.end)).toBe('2026-12-31T23:00:00.000Z')
    expect(iso(clock({ year: 2026, month: 7, day: 31 })?.end)).toBe('2026-07-31T22:00:00.000Z')
    expect(clock({ day: 31 })).toBeUndefined()
  })

  it('does not take the first century for the 1900s', () => {
    expect(iso(openClock('UTC')({ year: 26 })?.start)).toBe('0026-01-01T00:00:00.000Z')
  })

  it('spans both hours that clocks repeat in autumn', () => {
    expect(hour('Europe/Berlin', 2026, 10, 25, 2)).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ])
    expect(hour('America/New_York', 2026, 11, 1, 1)).toEqual([
      '2026-11-01T05:00:00.000Z',
      '2026-11-01T07:00:00.000Z',
    ])
  })

  it('moves on an hour that clocks skip in spring, and never is empty', () => {
    expect(hour('Europe/Berlin', 2026, 3, 29, 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T01:00:00.001Z',
    ])
    expect(hour('Europe/Berlin', 2026, 3, 29, 3)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T02:00:00.000Z',
    ])
  })

  it('knows zones of half hours, and the day that Samoa left out', () => {
    expect(hour('Asia/Kolkata', 2026, 1, 1, 0)[0]).toBe('2025-12-31T18:30:00.000Z')
    expect(hour('Australia/Lord_Howe', 2026, 10, 4, 3)[0]).toBe('2026-10-03T16:00:00.000Z')
    expect(hour('Pacific/Apia', 2011, 12, 29, 23)).toEqual([
      '2011-12-30T09:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
    ])
    expect(hour('Pacific/Apia', 2011, 12, 31, 0)[0]).toBe('2011-12-30T10:00:00.000Z')
  })
})

it('the start of an hour shows that hour on a wall clock of the zone, where the hour exists', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Casablanca',
  ]
  const instant = fc.integer({ min: Date.UTC(1975, 0) / 3_600_000, max: Date.UTC(2060, 0) / 3_600_000 })
  fc.assert(
    fc.property(fc.constantFrom(...zones), instant, (timeZone, hours) => {
      const at = hours * 3_600_000
      const wall = wallClock(timeZone, at)
      const range = openClock(timeZone)(wall)
      expect(range && wallClock(timeZone, range.start)).toEqual(wall)
      expect(range && range.start <= at && at < range.end).toBe(true)
    }),
  )
})

function wallClock(timeZone: string, epoch: number) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(epoch)
  const of = (type: string) => Number(parts.find(part => part.type === type)?.value)
  return { year: of('year'), month: of('month'), day: of('day'), hour: of('hour') }
}
