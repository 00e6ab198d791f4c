import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { distinctOf } from '../../shared/schema/column-statistics.ts'
import type { ColumnFacts, Value } from '../../shared/schema/facts.ts'
import { printValue } from '../../shared/schema/value.ts'

const utf8 = (value: string) => new TextEncoder().encode(value)

describe('values are printed', () => {
  test.each<[Value, string]>([
    [{ kind: 'boolean', value: 1n }, 'true'],
    [{ kind: 'integer', value: -(2n ** 63n) }, '-9223372036854775808'],
    [{ kind: 'decimal', value: -5n, scale: 0 }, '-5'],
    [{ kind: 'decimal', value: -5n, scale: 3 }, '-0.005'],
    [{ kind: 'decimal', value: 12_345n, scale: 2 }, '123.45'],
    [{ kind: 'float', value: 0.1 }, '0.1'],
    [{ kind: 'float', value: -Infinity }, '-Infinity'],
    [{ kind: 'date', value: -719_529n }, '-0001-12-31'],
    [{ kind: 'date', value: -719_162n }, '0001-01-01'],
    [{ kind: 'date', value: 2_932_897n }, '+10000-01-01'],
    [{ kind: 'date', value: 2n ** 31n - 1n }, '+5881580-07-11'],
    [{ kind: 'timestamp', value: -1n }, '1969-12-31 23:59:59.999999999'],
    [{ kind: 'timestamp', value: 1_500_000_000n }, '1970-01-01 00:00:01.5'],
    [{ kind: 'text', value: utf8('\uFEFFä😀') }, '\uFEFFä😀'],
    [{ kind: 'text', value: Uint8Array.of(0x61, 0xff) }, '0x61ff'],
    [{ kind: 'bytes', value: Uint8Array.of(0, 255) }, '0x00ff'],
  ])('%# as %s', (value, text) => {
    expect(printValue(value)).toBe(text)
  })

  it('on the days on which JavaScript’s calendar has them', () => {
    const property = fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), days => {
      const expected = new Date(days * 86_400_000).toISOString().slice(0, 10)
      expect(printValue({ kind: 'date', value: BigInt(days) })).toBe(expected)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('as times that JavaScript reads back', () => {
    const property = fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), ms => {
      const text = printValue({ kind: 'timestamp', value: BigInt(ms) * 1_000_000n })
      expect(Date.parse(`${text.replace(' ', 'T')}Z`)).toBe(ms)
    })
    fc.assert(property, { numRuns: 1000 })
  })
})

describe('the number of distinct values', () => {
  const column = (value: Value, other: Value = value, more: Partial<ColumnFacts> = {}): ColumnFacts => ({
    rows: 3,
    nulls: 0,
    nans: 0,
    min: { value, exact: true },
    max: { value: other, exact: true },
    distinct: undefined,
    ...more,
  })
  const one: Value = { kind: 'float', value: 1 }
  const zero: Value = { kind: 'float', value: 0 }
  const text: Value = { kind: 'text', value: utf8('a') }
  const no: Value = { kind: 'boolean', value: 0n }
  const yes: Value = { kind: 'boolean', value: 1n }
  const cut = { min: { value: text, exact: false } }

  test.each<[string, ColumnFacts, number | undefined]>([
    ['0 in a column of nulls', column(one, one, { nulls: 3, min: undefined, max: undefined }), 0],
    ['1 between equal bounds', column(one), 1],
    ['1 even where nulls are not counted', column(one, one, { nulls: undefined }), 1],
    ['unknown where NaNs may be among them', column(one, one, { nans: undefined }), undefined],
    ['unknown for a float of 0, which may be −0 too', column(zero), undefined],
    ['1 for equal text', column(text), 1],
    ['unknown for equal text that may be cut short', column(text, text, cut), undefined],
    ['2 for a boolean of both values', column(no, yes), 2],
    ['unknown between other bounds', column(zero, one), undefined],
  ])('is %s', (_, facts, expected) => {
    expect(distinctOf(facts)).toBe(expected)
  })
})
