import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextPending, parsePending, printPending } from '../../shared/state/pending.ts'
import { nextWaits, parseWaits, printWaits, type Wait, type Waits } from '../../shared/state/waits.ts'

const NOW = Date.UTC(2019, 8, 1, 12)
const MINUTE = 60_000

const wait = (file: string, since = NOW): Wait => ({ code: 'INCOMPLETE_FILE', file, since })
const read = (waits: Waits, now = NOW): Waits => parseWaits(printWaits(waits), now)

describe('why partitions wait', () => {
  test('is one text, by reason and time', () => {
    const waits: Waits = new Map([
      ['2019/09/01/12', wait('b.parquet')],
      ['2019/09/01/11', wait('a.parquet')],
      ['2019/09/01/10', { code: 'AWAITING_SUCCESS', since: NOW - MINUTE }],
      ['2019/09/01/09', { code: 'EXPOSED_FILE', file: 'c.parquet' }],
    ])
    expect(printWaits(waits)).toBe(
      '[["EXPOSED_FILE","","2019/09/01/09","c.parquet"],' +
        '["AWAITING_SUCCESS","2019-09-01T11:59Z","2019/09/01/10",""],' +
        '["INCOMPLETE_FILE","2019-09-01T12:00Z","2019/09/01/11","a.parquet","2019/09/01/12","b.parquet"]]',
    )
    expect(read(waits)).toEqual(waits)
    expect(printWaits(new Map())).toBe(undefined)
  })

  test.each(['', '*', '{}', '[1,[2,3]]', '[["X"', '["2019/09/01/11"]', '[[null,null,null]]'])(
    'is not known where %s stands there',
    text => expect(parseWaits(text, NOW).size).toBe(0),
  )

  test('since when is never later than now', () => {
    expect(read(new Map([['p', wait('a', NOW + 10 * 86_400_000)]])).get('p')).toEqual(wait('a'))
  })

  test('has room in a parameter: files are cut first, then the oldest left out, and reading it again gives the same text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 200 }), (count, length) => {
        const all = Array.from({ length: count }, (_, at) => {
          const path = `2019/09/${String(at).padStart(4, '0')}`
          return [path, wait(`${'ü'.repeat(length)}${at}.parquet`)] as const
        })
        const text = printWaits(new Map(all)) ?? ''
        const kept = parseWaits(text, NOW)
        expect(text.length).toBeLessThanOrEqual(3500)
        expect(text).toMatch(/^[\x20-\x7e]*$/)
        expect([...kept.keys()]).toEqual(all.slice(-kept.size).map(([path]) => path))
        expect(printWaits(kept)).toBe(text)
      }),
    )
  })

  test('goes with the partition, keeps its time when the reason changes, and has none where nobody knows it', () => {
    const before = new Map([
      ['a', wait('x', NOW - MINUTE)],
      ['b', wait('x', NOW - MINUTE)],
    ])
    const found = new Map([
      ['b', { code: 'NOT_PARQUET', file: 'y' }],
      ['c', { code: 'EXPOSED_FILE' }],
      ['d', { code: 'EXPOSED_FILE' }],
    ])
    expect([...nextWaits(before, ['b', 'c', 'd', 'e'], found, ['a', 'b', 'd', 'e'], NOW)]).toEqual([
      ['b', { code: 'NOT_PARQUET', file: 'y', since: NOW - MINUTE }],
      ['c', { code: 'EXPOSED_FILE', since: NOW }],
      ['d', { code: 'EXPOSED_FILE' }],
    ])
  })
})

describe('what is pending after a run', () => {
  const looked = { known: ['a', 'b'], left: new Set(['b']), unfinished: ['c'], everything: false }

  test('is what was left, what was found, and what other runs have put there', () => {
    expect(nextPending(['a', 'b'], looked)).toEqual(['b', 'c'])
    expect(nextPending(['a', 'b', 'other'], looked)).toEqual(['b', 'c', 'other'])
    expect(nextPending(['a', 'b', 'other'], { ...looked, everything: true })).toEqual(['c', 'other'])
  })

  test('is too much to be named until a run that knew so has looked at everything', () => {
    expect(nextPending('overflow', { ...looked, everything: true })).toBe('overflow')
    expect(nextPending('overflow', { ...looked, known: 'overflow' })).toBe('overflow')
    expect(nextPending('overflow', { ...looked, known: 'overflow', everything: true })).toEqual(['c'])
  })

  test('is read as before: builds of the first wave know the parameter', () => {
    expect(printPending(['b', 'a', 'a'])).toBe('["a","b"]')
    expect([parsePending('["a"]'), parsePending('*'), parsePending(undefined)]).toEqual([
      ['a'],
      'overflow',
      [],
    ])
  })
})
