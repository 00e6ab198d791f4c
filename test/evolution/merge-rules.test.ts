import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeColumns, mergeType, printColumns } from '../../shared/evolution/merge.ts'
import { countSince1970 } from '../../shared/schema/counts.ts'
import { parseType, printType, type Type } from '../../shared/schema/type.ts'
import { columns } from '../support/types.ts'

const WIDER = { widenDecimal: true }

const merged = (have: string, got: string): string | undefined => {
  const type = mergeType(parseType(have), parseType(got), WIDER)
  return type && printType(type)
}

describe('widenDecimal', () => {
  test.each([
    ['decimal(9,2)', 'decimal(20,2)', 'decimal(20,2)'],
    ['decimal(20,2)', 'decimal(9,2)', 'decimal(20,2)'],
    ['array<decimal(9,2)>', 'array<decimal(38,2)>', 'array<decimal(38,2)>'],
    [
      'struct<a:map<string,decimal(5,0)>>',
      'struct<a:map<string,decimal(6,0)>>',
      'struct<a:map<string,decimal(6,0)>>',
    ],
  ])('%s takes in %s as %s', (have, got, result) => expect(merged(have, got)).toBe(result))

  test.each([
    ['decimal(9,2)', 'decimal(9,3)'],
    ['decimal(9,2)', 'decimal(20,4)'],
    ['decimal(20,0)', 'bigint'],
    ['map<decimal(9,2),int>', 'map<decimal(10,2),int>'],
  ])('%s and %s have no safe type', (have, got) => expect(merged(have, got)).toBeUndefined())

  const SCALE = 3
  const decimal = fc
    .integer({ min: SCALE, max: 38 })
    .map((precision): Type => ({ kind: 'decimal', precision, scale: SCALE }))

  test('the result holds both, whichever comes first, and takes both in again', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const both = mergeType(a, b, WIDER)!
        expect(mergeType(b, a, WIDER)).toEqual(both)
        expect([mergeType(both, a), mergeType(both, b)]).toEqual([both, both])
      }),
      { numRuns: 1000 },
    )
  })
})

describe('counts of time', () => {
  const [column] = columns('at bigint')
  const counting = (unit: 'millis' | 'micros') => [{ ...column!, comment: countSince1970(unit) }]

  test('of one unit are one column', () => {
    const { columns: all, conflicts } = mergeColumns(counting('micros'), counting('micros'))
    expect([printColumns(all), conflicts]).toEqual(['at bigint', []])
  })

  test('of two units are never mixed', () => {
    expect(mergeColumns(counting('millis'), counting('micros')).conflicts).toMatchObject([
      {
        column: 'at',
        units: { have: 'milliseconds since 1970-01-01', got: 'microseconds since 1970-01-01' },
      },
    ])
  })

  test('go into a bigint whose owner says something else of it, or nothing', () => {
    const own = [{ ...column!, comment: 'when it was ordered' }]
    for (const have of [own, columns('at bigint')])
      expect(mergeColumns(have, counting('micros')).conflicts).toEqual([])
  })
})
