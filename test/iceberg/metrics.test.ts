import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundsOf } from '../../shared/iceberg/bounds.ts'
import { contentFileOf, summaryOf } from '../../shared/iceberg/metrics.ts'
import { firstSchema } from '../../shared/iceberg/schema.ts'
import { identitySpec } from '../../shared/iceberg/spec.ts'
import type { ColumnFacts, Value } from '../../shared/schema/facts.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Column } from '../../shared/schema/table.ts'
import { compareBytes } from '../../shared/schema/value.ts'

const facts = (min: Value, max: Value, nans: number | undefined = 0): ColumnFacts => ({
  rows: 10,
  nulls: 1,
  nans,
  min: { value: min, exact: true },
  max: { value: max, exact: true },
  distinct: undefined,
})
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')
const boundsAs = (type: string, min: Value, max = min, nans?: number) => {
  const { lower, upper } = boundsOf(type, facts(min, max, nans))
  return [hex(lower), hex(upper)]
}
const text = (value: string): Value => ({ kind: 'text', value: new TextEncoder().encode(value) })
const bytes = (...value: number[]): Value => ({ kind: 'bytes', value: Uint8Array.from(value) })

describe('bounds', () => {
  test.each<[string, Value, string]>([
    ['boolean', { kind: 'boolean', value: 1n }, '01'],
    ['int', { kind: 'integer', value: -2n }, 'feffffff'],
    ['long', { kind: 'integer', value: -2n }, 'feffffffffffffff'],
    ['date', { kind: 'date', value: 20785n }, '31510000'],
    ['time', { kind: 'integer', value: 1n }, '0100000000000000'],
    ['double', { kind: 'float', value: 1 }, '000000000000f03f'],
    ['float', { kind: 'float', value: -1 }, '000080bf'],
    ['decimal(9,2)', { kind: 'decimal', value: 128n, scale: 2 }, '0080'],
    ['decimal(9,2)', { kind: 'decimal', value: -128n, scale: 2 }, '80'],
    ['decimal(38,0)', { kind: 'decimal', value: 0n, scale: 0 }, '00'],
    ['string', text('é'), 'c3a9'],
    ['binary', bytes(1, 2), '0102'],
  ])('of %s as the specification has them', (type, value, expected) => {
    expect(boundsAs(type, value)).toEqual([expected, expected])
  })

  test('of times are rounded away from the values', () => {
    const odd: Value = { kind: 'timestamp', value: -1n }
    expect(boundsAs('timestamptz', odd)).toEqual(['ffffffffffffffff', '0000000000000000'])
    expect(boundsAs('timestamp', { kind: 'timestamp', value: 2000n })).toEqual([
      '0200000000000000',
      '0200000000000000',
    ])
  })

  test('of texts keep 16 code points, and the upper one is above all that begin so', () => {
    expect(boundsAs('string', text('a'.repeat(17)))).toEqual(['61'.repeat(16), `${'61'.repeat(15)}62`])
    const last = '\u{10ffff}'
    expect(boundsAs('string', text(`b${last.repeat(16)}`))).toEqual([
      hex(new TextEncoder().encode(`b${last.repeat(15)}`)),
      '63',
    ])
    expect(boundsAs('string', text(last.repeat(17)))[1]).toBeUndefined()
    expect(boundsAs('string', text(`${'a'.repeat(15)}\ud7ff!`))[1]).toBe(`${'61'.repeat(15)}ee8080`)
  })

  test('of bytes keep 16', () => {
    expect(boundsAs('binary', bytes(...Array(17).fill(0xff)))).toEqual(['ff'.repeat(16), undefined])
    expect(boundsAs('binary', bytes(...Array(15).fill(1), 0xff, 0))[1]).toBe(`${'01'.repeat(14)}02`)
  })

  test('are left out where they would not be of the type, or no reader knows their order', () => {
    expect(boundsAs('int', { kind: 'integer', value: 2n ** 31n })).toEqual([undefined, undefined])
    expect(boundsAs('decimal(9,3)', { kind: 'decimal', value: 1n, scale: 2 })).toEqual([undefined, undefined])
    expect(boundsAs('string', bytes(0xff))).toEqual([undefined, undefined])
    expect(boundsAs('uuid', bytes(...Array(16).fill(1)))).toEqual([undefined, undefined])
  })

  test('of floats have −0 below 0, and none above where a NaN may be', () => {
    const zero: Value = { kind: 'float', value: 0 }
    expect(boundsAs('double', zero)).toEqual(['0000000000000080', '0000000000000000'])
    expect(boundsOf('double', facts(zero, zero, undefined))).toHaveProperty('lower')
    expect(boundsOf('double', { ...facts(zero, zero), nans: undefined }).upper).toBeUndefined()
    expect(boundsAs('float', zero, zero, 2)[1]).toBeUndefined()
  })

  test('enclose every value, whatever it is', () => {
    const point = fc
      .integer({ min: 0, max: 0x10ffff })
      .filter(code => code < 0xd800 || code > 0xdfff)
      .map(code => String.fromCodePoint(code))
    const edge = fc.constantFrom('a', '\u{10ffff}', '\ud7ff', '\uffff', '\u{1f600}')
    const value = fc.array(fc.oneof(point, edge), { maxLength: 20 }).map(points => points.join(''))
    const values = fc.array(value, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(values, fc.boolean(), (all, isText) => {
        const stored = all.map(one => new TextEncoder().encode(one)).sort(compareBytes)
        const asValue = (at: Uint8Array): Value => ({ kind: isText ? 'text' : 'bytes', value: at })
        const { lower, upper } = boundsOf(
          isText ? 'string' : 'binary',
          facts(asValue(stored[0]!), asValue(stored.at(-1)!)),
        )
        const isWithin = (one: Uint8Array) =>
          (lower === undefined || compareBytes(lower, one) <= 0) &&
          (upper === undefined || compareBytes(one, upper) <= 0)
        expect(stored.every(isWithin)).toBe(true)
      }),
    )
  })

  test('of numbers are read back as values that enclose them', () => {
    const read = (bound: Uint8Array) =>
      BigInt.asIntN(
        bound.length * 8,
        bound.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n),
      )
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), value => {
        const { lower, upper } = boundsOf(
          'decimal(38,3)',
          facts({ kind: 'decimal', value, scale: 3 }, { kind: 'decimal', value, scale: 3 }),
        )
        expect([read(lower!), read(upper!)]).toEqual([value, value])
      }),
    )
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 73n), max: 2n ** 73n - 2000n }), nanos => {
        const { lower, upper } = boundsOf(
          'timestamptz',
          facts({ kind: 'timestamp', value: nanos }, { kind: 'timestamp', value: nanos }),
        )
        const micros = (bound: Uint8Array | undefined) =>
          bound && new DataView(bound.buffer).getBigInt64(0, true)
        if (lower) expect(micros(lower)! * 1000n).toBeLessThanOrEqual(nanos)
        if (upper) expect(micros(upper)! * 1000n).toBeGreaterThanOrEqual(nanos)
      }),
    )
  })
})

const columns: readonly Column[] = [
  { name: 'a', type: { kind: 'int' } },
  { name: 's', type: { kind: 'struct', fields: [{ name: 'x', type: { kind: 'string' } }] } },
]
const keys: readonly Column[] = [{ name: 'k', type: { kind: 'string' } }]
const { schema } = firstSchema(columns, keys)
const one: Value = { kind: 'integer', value: 1n }
const file: DataFile = {
  path: 'hdfs://nn/lake/t/f.parquet',
  size: 4000,
  modified: 0,
  rows: 10,
  columns,
  diagnostics: [],
  facts: {
    rows: 10,
    columns: new Map([
      ['a', facts(one, one)],
      ['k', facts(one, one)],
      ['other', facts(one, one)],
    ]),
  },
  stored: {
    fields: [
      { name: 'A', form: 'INT32' },
      { name: 'other', form: 'INT32' },
      { name: 's', form: 'struct', fields: [{ name: 'X', form: 'BYTE_ARRAY STRING' }] },
      { name: 'k', form: 'INT32' },
    ],
    sizes: [11, 22, 33, 44],
    splits: [4, 2000],
  },
}

describe('an entry', () => {
  test('has what is proven of the columns that file and table share, and nothing of a key', () => {
    expect(contentFileOf(file, ['v'], schema)).toEqual({
      content: 0,
      path: file.path,
      format: 'PARQUET',
      partition: ['v'],
      recordCount: 10n,
      fileSize: 4000n,
      columnSizes: new Map([
        [1, 11n],
        [4, 33n],
      ]),
      valueCounts: new Map([[1, 10n]]),
      nullCounts: new Map([[1, 1n]]),
      lowerBounds: new Map([[1, Uint8Array.of(1, 0, 0, 0)]]),
      upperBounds: new Map([[1, Uint8Array.of(1, 0, 0, 0)]]),
      splitOffsets: [4n, 2000n],
      sortOrderId: 0,
    })
  })

  test('has its rows, or is none', () => {
    expect(() => contentFileOf({ ...file, rows: undefined }, [], schema)).toThrow(/not known how many rows/)
    const { facts: _facts, stored: _stored, ...bare } = file
    expect(contentFileOf(bare, ['v'], schema)).not.toHaveProperty('valueCounts')
  })

  test('of a manifest list has the least and greatest value of each key, by code points', () => {
    const spec = identitySpec(schema, ['k'])
    const encode = (value: string) => new TextEncoder().encode(value)
    expect(summaryOf(spec, schema, [['\u{1f600}'], ['\uffee'], [null]])).toEqual([
      {
        containsNull: true,
        containsNan: false,
        lowerBound: encode('\uffee'),
        upperBound: encode('\u{1f600}'),
      },
    ])
    expect(summaryOf(spec, schema, [[null]])).toEqual([{ containsNull: true, containsNan: false }])
  })

  test('of a manifest list are of the type that a transform gives', () => {
    const spec = (transform: string) => ({
      'spec-id': 1,
      fields: [{ 'source-id': 1, 'field-id': 1000, name: 'p', transform }],
    })
    const of = (type: string) => ({
      type: 'struct' as const,
      'schema-id': 0,
      fields: [{ id: 1, name: 'a', required: false, type }],
    })
    const int = (value: number) => Uint8Array.of(value, 0, 0, 0)
    for (const [transform, type] of [
      ['bucket[16]', 'string'],
      ['bucket[16]', 'long'],
      ['day', 'timestamptz'],
      ['hour', 'timestamp'],
    ] as const)
      expect(summaryOf(spec(transform), of(type), [[9], [3]])).toEqual([
        { containsNull: false, containsNan: false, lowerBound: int(3), upperBound: int(9) },
      ])
    const bytes = [Uint8Array.of(9), Uint8Array.of(10)] as const
    expect(summaryOf(spec('truncate[1]'), of('binary'), [[bytes[1]], [bytes[0]]])).toMatchObject([
      { lowerBound: bytes[0], upperBound: bytes[1] },
    ])
    expect(summaryOf(spec('identity'), of('double'), [[Number.NaN], [1], [0]])).toMatchObject([
      {
        containsNan: true,
        lowerBound: new Uint8Array(8),
        upperBound: Uint8Array.of(0, 0, 0, 0, 0, 0, 240, 63),
      },
    ])
  })
})
