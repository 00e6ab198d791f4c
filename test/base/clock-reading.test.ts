import { describe, expect, test } from 'vitest'
import { aheadBy, readingOf } from '../../shared/base/clock-reading.ts'

const AT = Date.UTC(2026, 10, 28, 14, 0, 0)
const DATE = 'Sat, 28 Nov 2026 14:00:00 GMT'

describe('the clock of another machine', () => {
  test.each([
    ['once', DATE],
    ['twice, as NameNodes do', `${DATE}, ${DATE}`],
  ])('is read from a Date that is sent %s', (_, date) => {
    expect(readingOf(date, AT - 500, AT + 500)).toEqual({
      clock: { theirs: AT, from: AT - 500, to: AT + 500 },
    })
  })

  test.each([undefined, '', 'yesterday'])('is not known from %j', date => {
    expect(readingOf(date, AT, AT)).toEqual({})
  })

  test('is right where it may be: dates have no parts of a second, and answers take time', () => {
    expect(aheadBy({ theirs: AT, from: AT + 900, to: AT + 2_000 })).toBe(0)
    expect(aheadBy({ theirs: AT, from: AT - 9_000, to: AT - 8_000 })).toBe(8_000)
    expect(aheadBy({ theirs: AT, from: AT + 61_000, to: AT + 62_000 })).toBe(-60_000)
  })
})
