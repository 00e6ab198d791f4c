/** The pipeline's check can fail: what it would say of rows and files that are not as they must be. */
import { describe, expect, it } from 'vitest'
import { eventOf, hoursOf, kindOf, RATE, sumsOf, TOPICS, timeOf } from './events.ts'
import { wrongOfDeadLetters, wrongOfFile, wrongOfHours, wrongOfTable } from './verdict.ts'

const EVENTS = 2_000
const PHASES = { betweenFrom: 800, wideFrom: 1_000 }
const wanted = sumsOf('orders', EVENTS, PHASES)
const { dead: _, ...sums } = wanted
const right = { ...sums, distinct: sums.rows, sources: sums.rows }

describe('the events', () => {
  it('are of all kinds in each topic, and told by their number', () => {
    for (const topic of TOPICS) {
      const kinds = Array.from({ length: 200 }, (_, id) => kindOf(topic, id, 1))
      expect(new Set(kinds)).toEqual(new Set(['accepted', 'test', 'malformed']))
      expect(eventOf(topic, 7, 1)).toBe(eventOf(topic, 7, 1))
    }
  })

  it('are accepted with more than an int holds once the column is wide enough, and dead before', () => {
    const many = Array.from({ length: 200 }, (_, id) => id).filter(id =>
      eventOf('orders', id, 1).includes('3000000000'),
    )
    expect(many.map(id => [kindOf('orders', id, 1), kindOf('orders', id, 2)])).toEqual([
      ['malformed', 'accepted'],
    ])
    expect(eventOf('orders', many[0]!, 'between')).not.toContain('3000000000')
    const narrow = { betweenFrom: EVENTS, wideFrom: EVENTS }
    expect(sumsOf('orders', EVENTS, { betweenFrom: 0, wideFrom: 0 }).quantity).toBeGreaterThan(
      sumsOf('orders', EVENTS, narrow).quantity,
    )
  })

  it('come in the order of their time, but for those that are up to ten minutes late', () => {
    const times = Array.from({ length: 60 * RATE }, (_, id) => timeOf(id))
    expect(times.some((time, id) => id > 0 && time < times[id - 1]!)).toBe(true)
    let newest = 0
    for (const time of times) {
      newest = Math.max(newest, time)
      expect(newest - time).toBeLessThan(600_000)
    }
  })
})

describe('the verdict', () => {
  it('has nothing to say where all is as it must be', () => {
    expect(wrongOfTable('orders', wanted, right, right)).toEqual([])
    const read = { rows: 3, closed: 1_000 }
    expect(
      wrongOfFile('/a/part-0.parquet', { listed: { modified: 1_000 }, read, seen: { ...read, at: 1_200 } }),
    ).toEqual([])
    expect(wrongOfDeadLetters(2, ['orders/0/1', 'orders/0/2'])).toEqual([])
  })

  it.each([
    ['a lost row', { rows: right.rows - 1, distinct: right.rows - 1, sources: right.rows - 1 }],
    ['a row that is there twice', { rows: right.rows + 1 }],
    ['one lost and one twice', { distinct: right.rows - 1 }],
    ['another row in its place', { ids: right.ids + 1 }],
    ['a number that was cut', { quantity: right.quantity - 2_000_000_000 }],
    ['a column without its values', { coupons: 0 }],
  ])('sees %s', (_, change) => {
    expect(wrongOfTable('orders', wanted, { ...right, ...change }, right)).not.toEqual([])
  })

  it('sees rows that only Hive has not', () => {
    expect(wrongOfTable('orders', wanted, right, { ...right, rows: 0 })).toEqual([
      `orders: rows by Hive: 0, and not ${right.rows}`,
    ])
  })

  it.each([
    ['that is not read', { listed: { modified: 1 } }],
    ['that is not listed', { read: { rows: 1, closed: 1 } }],
    [
      'that grew after it was seen',
      { listed: { modified: 9 }, read: { rows: 5, closed: 9 }, seen: { rows: 3, closed: 1, at: 2 } },
    ],
    [
      'that was seen before its close',
      { listed: { modified: 9 }, read: { rows: 5, closed: 9 }, seen: { rows: 5, closed: 9, at: 8 } },
    ],
  ])('sees a file %s', (_, file) => {
    expect(wrongOfFile('/a/part-0.parquet', file)).not.toEqual([])
  })

  it('sees rows of a file that has no final name', () => {
    const read = { rows: 1, closed: 1 }
    expect(wrongOfFile('/a/.part-0.inprogress.7', { listed: { modified: 1 }, read })).toEqual([
      '/a/.part-0.inprogress.7 is read and has no final name',
    ])
  })

  it('sees dead letters that are missing or there twice', () => {
    expect(wrongOfDeadLetters(2, ['orders/0/1'])).toHaveLength(1)
    expect(wrongOfDeadLetters(1, ['orders/0/1', 'orders/0/1'])).toEqual(['1 dead letters are there twice'])
  })

  it('sees hours that were there too early, with too few rows, or are missing', () => {
    const hours = hoursOf(90 * RATE, PHASES)
    expect([...hours.keys()]).toEqual(['2019-09-01 01'])
    expect(wrongOfHours(hours, hours, hours)).toEqual([])
    expect(wrongOfHours(hours, new Map([['2019-09-01 01', 7]]), hours)).toHaveLength(1)
    expect(wrongOfHours(hours, new Map([...hours, ['2019-09-01 02', 7]]), hours)).toEqual([
      'orders_hourly: 2019-09-01 02 was there before it was over',
    ])
    expect(wrongOfHours(hours, new Map(), new Map())).toHaveLength(2)
    expect(wrongOfHours(new Map(), new Map(), new Map())).toHaveLength(1)
  })
})
