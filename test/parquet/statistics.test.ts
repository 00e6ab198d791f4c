import { describe, expect, it, test } from 'vitest'
import { fileFacts } from '../../shared/parquet/facts.ts'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { type ColumnStatistics, describeFacts } from '../../shared/schema/column-statistics.ts'
import {
  binary,
  bool,
  chunk,
  group,
  i32,
  i64,
  leaf,
  type Metadata,
  metadata,
  rowGroup,
  struct,
  type Value,
} from '../support/compact.ts'

// Physical types, and converted types of schema elements, by their numbers in parquet.thrift.
const [BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTES, FIXED] = [0, 1, 2, 3, 4, 5, 6, 7]
const annotated = (converted: number) => ({ 6: i32(converted) })
const UTF8 = annotated(0)
const decimalOf = (precision: number, scale: number) => ({ 6: i32(5), 7: i32(scale), 8: i32(precision) })

type Statistics = Readonly<Record<number, Value>>
interface Given extends Metadata {
  readonly type?: number
  readonly element?: Readonly<Record<number, Value>>
}

const ROWS = 3

/** A file of one column `n` with a row group of 3 rows for each of these statistics. */
function parse({ type = INT64!, element = {}, ...more }: Given, ...chunks: Statistics[]) {
  const groups = chunks.map(statistics => rowGroup([chunk({ type, statistics })]))
  const schema = [group('root', 1), leaf('n', type, element)]
  return parseFooter(metadata({ schema, rows: ROWS * groups.length, groups, ...more }))
}

function statisticsOf(given: Given, ...chunks: Statistics[]): Omit<ColumnStatistics, 'column'> {
  const [{ column: _, ...rest } = { column: 'n' }] = describeFacts(fileFacts(parse(given, ...chunks))!)
  return rest
}

const doubtsOf = (given: Given, ...chunks: Statistics[]) => parse(given, ...chunks).columns[0]?.doubts ?? []
const doubtOf = (given: Given, ...chunks: Statistics[]) => doubtsOf(given, ...chunks)[0]?.words

const packed = (bytes: number, write: (view: DataView) => void): Uint8Array => {
  const view = new DataView(new ArrayBuffer(bytes))
  write(view)
  return new Uint8Array(view.buffer)
}
const int32 = (value: number) => packed(4, view => view.setInt32(0, value, true))
const int64 = (value: number | bigint) => packed(8, view => view.setBigInt64(0, BigInt(value), true))
const float = (value: number) => packed(4, view => view.setFloat32(0, value, true))
const double = (value: number) => packed(8, view => view.setFloat64(0, value, true))
const utf8 = (value: string) => new TextEncoder().encode(value)
const bytes = (...values: number[]) => Uint8Array.of(...values)

const bounds = (min: Uint8Array, max: Uint8Array, more: Statistics = {}): Statistics => ({
  3: i64(0),
  5: binary(max),
  6: binary(min),
  ...more,
})
const exact = { 7: bool(true), 8: bool(true) }
/** As before 2017: without `min_value` and `max_value`, and compared as signed. */
const deprecated = (min: Uint8Array, max: Uint8Array): Statistics => ({
  1: binary(max),
  2: binary(min),
  3: i64(0),
})

describe('bounds are told as values of the column', () => {
  const nano = 10n ** 9n
  test.each<[string, Given, Uint8Array, Uint8Array, string, string]>([
    ['boolean', { type: BOOLEAN! }, bytes(0), bytes(1), 'false', 'true'],
    ['signed 32 bits', { type: INT32! }, int32(-2), int32(7), '-2', '7'],
    [
      'signed 64 bits',
      {},
      int64(-(2n ** 63n)),
      int64(2n ** 63n - 1n),
      '-9223372036854775808',
      '9223372036854775807',
    ],
    ['INT_8', { type: INT32!, element: annotated(15) }, int32(-128), int32(127), '-128', '127'],
    ['UINT_32', { type: INT32!, element: annotated(13) }, int32(7), int32(-1), '7', '4294967295'],
    ['UINT_64', { element: annotated(14) }, int64(7), int64(-1), '7', '18446744073709551615'],
    ['FLOAT', { type: FLOAT! }, float(-1.5), float(0.1), '-1.5', '0.10000000149011612'],
    ['DOUBLE', { type: DOUBLE! }, double(-Infinity), double(1e300), '-Infinity', '1e+300'],
    ['DATE', { type: INT32!, element: annotated(6) }, int32(-1), int32(20_778), '1969-12-31', '2026-11-21'],
    [
      'TIMESTAMP_MILLIS',
      { element: annotated(9) },
      int64(-1),
      int64(1500),
      '1969-12-31 23:59:59.999',
      '1970-01-01 00:00:01.5',
    ],
    [
      'TIMESTAMP_MICROS',
      { element: annotated(10) },
      int64(0),
      int64(86_400n * 10n ** 6n + 1n),
      '1970-01-01 00:00:00',
      '1970-01-02 00:00:00.000001',
    ],
    [
      'TIMESTAMP(NANOS)',
      { element: { 10: struct({ 8: struct({ 1: bool(true), 2: struct({ 3: struct({}) }) }) }) } },
      int64(-nano),
      int64(1),
      '1969-12-31 23:59:59',
      '1970-01-01 00:00:00.000000001',
    ],
    [
      'DECIMAL on INT32',
      { type: INT32!, element: decimalOf(9, 2) },
      int32(-5),
      int32(12_345),
      '-0.05',
      '123.45',
    ],
    [
      'DECIMAL on INT64',
      { element: decimalOf(18, 0) },
      int64(-5),
      int64(9_007_199_254_740_993n),
      '-5',
      '9007199254740993',
    ],
    [
      'DECIMAL on 4 fixed bytes',
      { type: FIXED!, element: { 2: i32(4), ...decimalOf(9, 3) } },
      bytes(0xff, 0xff, 0xff, 0xfe),
      bytes(0, 1, 0, 0),
      '-0.002',
      '65.536',
    ],
    [
      'DECIMAL on bytes',
      { type: BYTES!, element: decimalOf(9, 1) },
      bytes(0xff, 0x7f),
      bytes(0x7f),
      '-12.9',
      '12.7',
    ],
    ['text', { type: BYTES!, element: UTF8 }, utf8('Zoë'), utf8('zoe'), 'Zoë', 'zoe'],
    ['bytes', { type: BYTES! }, bytes(0), bytes(0xff, 1), '0x00', '0xff01'],
  ])('%s', (_, given, low, high, min, max) => {
    expect(statisticsOf(given, bounds(low, high, exact))).toMatchObject({ nulls: 0, min, max, exact: true })
  })

  it('are those of all row groups', () => {
    const [a, b] = [bounds(int64(1), int64(5)), bounds(int64(-9), int64(3))]
    expect(statisticsOf({}, a, b)).toEqual({ nulls: 0, kind: 'integer', min: '-9', max: '5', exact: true })
  })

  it('compare text by its bytes, not as UTF-16', () => {
    const [a, b] = [bounds(utf8('\uffff'), utf8('\uffff'), exact), bounds(utf8('😀'), utf8('😀'), exact)]
    expect(statisticsOf({ type: BYTES!, element: UTF8 }, a, b)).toMatchObject({ min: '\uffff', max: '😀' })
  })

  it('ignore a row group of nulls', () => {
    expect(statisticsOf({}, bounds(int64(1), int64(5)), { 3: i64(3) })).toMatchObject({
      nulls: 3,
      min: '1',
      max: '5',
    })
  })

  it('are unknown where one row group does not tell', () => {
    expect(statisticsOf({}, bounds(int64(1), int64(5)), { 3: i64(0) })).toEqual({ nulls: 0 })
  })

  it('may be known on one side only', () => {
    expect(statisticsOf({}, { 3: i64(0), 6: binary(int64(5)) })).toMatchObject({ min: '5', exact: true })
    expect(statisticsOf({}, { 3: i64(0), 6: binary(int64(5)) }).max).toBeUndefined()
  })

  it('are left out where they are long', () => {
    const long = new Uint8Array(129).fill(0x61)
    expect(statisticsOf({ type: BYTES! }, bounds(bytes(1), long, exact))).toEqual({
      nulls: 0,
      kind: 'bytes',
      min: '0x01',
      exact: true,
    })
  })
})

describe('bounds that writers may have cut short are not exact', () => {
  const text = { type: BYTES!, element: UTF8 }
  test.each<[string, Statistics, boolean]>([
    ['as the writer says of one', { 7: bool(true), 8: bool(false) }, false],
    ['as the writer says of neither', exact, true],
    ['where the writer says nothing', {}, false],
    ['where it says nothing of the least', { 7: bool(true) }, false],
    ['where it says nothing of the greatest', { 8: bool(true) }, false],
  ])('%s', (_, more, expected) => {
    expect(statisticsOf(text, bounds(utf8('a'), utf8('b'), more)).exact).toBe(expected)
  })

  it('but numbers are, unless the writer says otherwise', () => {
    expect(statisticsOf({}, bounds(int64(1), int64(2))).exact).toBe(true)
    expect(statisticsOf({}, bounds(int64(1), int64(2), { 8: bool(false) })).exact).toBe(false)
  })

  it('nor are DuckDB’s of text, which may be labels of an ENUM', () => {
    const given = { ...text, createdBy: 'DuckDB version v1.5.2 (build 1)' }
    expect(statisticsOf(given, bounds(utf8('a'), utf8('b'), exact)).exact).toBe(false)
  })
})

describe('floats', () => {
  const given = { type: DOUBLE! }
  it('have no bounds where one is NaN', () => {
    expect(statisticsOf(given, bounds(double(1), double(Number.NaN)))).toEqual({ nulls: 0 })
  })

  it('of a row group of NaNs only are no hole where they are counted', () => {
    const nans = bounds(double(Number.NaN), double(Number.NaN), { 9: i64(3) })
    const numbers = bounds(double(1), double(2), { 9: i64(0) })
    expect(statisticsOf(given, nans, numbers)).toMatchObject({ nans: 3, min: '1', max: '2' })
    expect(statisticsOf({ ...given, orders: [2] }, nans, numbers)).toMatchObject({
      nans: 3,
      min: '1',
      max: '2',
    })
    expect(statisticsOf(given, nans)).toEqual({ nulls: 0, nans: 3 })
    expect(statisticsOf(given, { 3: i64(0) }, numbers)).toEqual({ nulls: 0 })
  })

  it('take +0 and −0 for one, whichever the writer chose', () => {
    expect(statisticsOf(given, bounds(double(0), double(-0)))).toMatchObject({ min: '0', max: '0' })
    const { min, max } = parse(given, bounds(double(-0), double(-0))).columns[0]!.facts
    expect([min?.value.value, max?.value.value]).toEqual([0, 0])
  })
})

describe('the column’s order', () => {
  const signed = bounds(int64(1), int64(2))
  it('must be that of its type', () => {
    expect(statisticsOf({ orders: [1] }, signed)).toMatchObject({ min: '1' })
    expect(statisticsOf({ orders: [] }, signed)).toEqual({ nulls: 0 })
    expect(statisticsOf({ orders: [9] }, signed)).toEqual({ nulls: 0 })
  })

  it('may be IEEE 754’s for floats only', () => {
    expect(statisticsOf({ orders: [2], type: DOUBLE! }, bounds(double(1), double(2)))).toMatchObject({
      min: '1',
    })
    expect(statisticsOf({ orders: [2] }, signed)).toEqual({ nulls: 0 })
  })

  test.each<[string, Given, Uint8Array]>([
    ['INT96', { type: INT96! }, new Uint8Array(12)],
    ['INTERVAL', { type: FIXED!, element: { 2: i32(12), ...annotated(21) } }, new Uint8Array(12)],
    ['FLOAT16', { type: FIXED!, element: { 2: i32(2), 10: struct({ 15: struct({}) }) } }, new Uint8Array(2)],
    ['a type of the future', { type: BYTES!, element: { 10: struct({ 77: struct({}) }) } }, bytes(1)],
    ['decimals of 2 billion digits', { element: decimalOf(2e9, 1e9) }, int64(1)],
    ['DATE on INT64, which is none', { element: annotated(6) }, int64(1)],
  ])('is none for %s: nulls alone are known', (_, given, bound) => {
    expect(statisticsOf(given, bounds(bound, bound, exact))).toEqual({ nulls: 0 })
  })
})

describe('the deprecated bounds', () => {
  test.each<[string, Given, Uint8Array, Uint8Array]>([
    ['signed integers', {}, int64(-1), int64(1)],
    ['floats', { type: DOUBLE! }, double(-1), double(1)],
    ['booleans', { type: BOOLEAN! }, bytes(0), bytes(1)],
    ['dates', { type: INT32!, element: annotated(6) }, int32(-1), int32(1)],
    ['integer decimals', { type: INT32!, element: decimalOf(9, 2) }, int32(-1), int32(1)],
  ])('are taken for %s, whose order was the signed one already', (_, given, min, max) => {
    const statistics = statisticsOf({ ...given, orders: [] }, deprecated(min, max))
    expect(statistics).toMatchObject({ nulls: 0, exact: true })
    expect(statistics.min).not.toBe(statistics.max)
  })

  test.each<[string, Given, Uint8Array]>([
    ['unsigned integers', { element: annotated(14) }, int64(1)],
    ['text', { type: BYTES!, element: UTF8 }, utf8('a')],
    ['byte decimals', { type: BYTES!, element: decimalOf(9, 2) }, bytes(1)],
  ])('are not for %s', (_, given, bound) => {
    expect(statisticsOf({ ...given, orders: [] }, deprecated(bound, bound))).toEqual({ nulls: 0 })
  })

  it('are passed over where the new ones are there', () => {
    const both = { ...deprecated(int64(-9), int64(9)), ...bounds(int64(1), int64(2)) }
    expect(statisticsOf({}, both)).toMatchObject({ min: '1', max: '2' })
    expect(statisticsOf({ orders: [] }, both)).toEqual({ nulls: 0 })
  })
})

describe('null counts', () => {
  it('are unknown, not 0, where they are missing', () => {
    expect(statisticsOf({}, { 5: binary(int64(2)), 6: binary(int64(1)) }).nulls).toBeUndefined()
  })

  it('are 0 in a required column', () => {
    expect(statisticsOf({ element: { 3: i32(0) } }, {})).toEqual({ nulls: 0 })
  })
})

describe('statistics that contradict themselves are not believed', () => {
  const small = { type: INT32!, element: annotated(15) }
  test.each<[string, Given, Statistics, RegExp]>([
    ['more nulls than values', {}, { 3: i64(4) }, /^has 4 nulls among 3 values$/],
    ['negative nulls', {}, { 3: i64(-1) }, /-1 nulls/],
    ['2^60 nulls', {}, { 3: i64(2n ** 60n) }, /nulls/],
    [
      'nulls where there can be none',
      { element: { 3: i32(0) } },
      { 3: i64(1) },
      /is required and has 1 nulls/,
    ],
    [
      'bounds of nothing but nulls',
      {},
      { ...bounds(int64(1), int64(2)), 3: i64(3) },
      /bounds and only nulls/,
    ],
    ['more NaNs than values', { type: DOUBLE! }, { 3: i64(1), 9: i64(3) }, /3 NaNs/],
    ['more distinct values than values', {}, { 3: i64(1), 4: i64(3) }, /3 distinct/],
    ['a bound that is too narrow', {}, bounds(bytes(1, 2), int64(1)), /width/],
    [
      'a bound that is too wide',
      { type: FIXED!, element: { 2: i32(2) } },
      bounds(bytes(1, 2, 3), bytes(4)),
      /width/,
    ],
    ['a float of no width', { type: FLOAT! }, bounds(bytes(), float(1)), /width/],
    ['a minimum above the maximum', {}, bounds(int64(2), int64(1)), /minimum above its maximum/],
    [
      'unsigned bounds compared as signed',
      { element: annotated(14) },
      bounds(int64(-1), int64(1)),
      /minimum above/,
    ],
    [
      'decimals compared as unsigned',
      { type: FIXED!, element: { 2: i32(1), ...decimalOf(2, 0) } },
      bounds(bytes(1), bytes(0xff)),
      /minimum above/,
    ],
    ['300 in an INT_8', small, bounds(int32(1), int32(300)), /no value of its type/],
    ['2 in a boolean', { type: BOOLEAN! }, bounds(bytes(0), bytes(2)), /no value of its type/],
    [
      '100 in a decimal(2,0)',
      { type: INT32!, element: decimalOf(2, 0) },
      bounds(int32(1), int32(100)),
      /no value/,
    ],
  ])('%s', (_, given, statistics, doubt) => {
    expect(doubtOf(given, statistics)).toMatch(doubt)
    expect(statisticsOf(given, statistics)).toEqual({})
  })

  it('in one row group: those of the others neither', () => {
    const good = bounds(int64(1), int64(2))
    expect(statisticsOf({}, good, { 3: i64(4) }, good)).toEqual({})
    expect(doubtOf({}, good, { 3: i64(4) }, good)).toMatch(/4 nulls/)
  })

  it('and each kind of contradiction is told, in whatever row group it is', () => {
    const crossed = bounds(int64(2), int64(1))
    const kinds = doubtsOf({}, { 3: i64(4) }, crossed, crossed, bounds(bytes(1), bytes(2))).map(
      ({ kind }) => kind,
    )
    expect(kinds).toEqual(['counts', 'bounds that are crossed', 'bounds that are too short'])
  })

  it.each([
    ['two that differ are of values', bounds(int64(1), int64(2)), 'bounds of only nulls'],
    ['two of nought are what a writer began with', bounds(int64(0), int64(0)), 'counts'],
    ['so is the last that there is before the first', bounds(int64(9), int64(-9)), 'counts'],
    ['readers fail on empty ones even there', bounds(bytes(), bytes()), 'bounds that are too short'],
  ])('bounds of only nulls: %s', (_, statistics, kind) => {
    expect(doubtsOf({}, { ...statistics, 3: i64(3) })).toMatchObject([{ kind }])
  })

  describe('nor deprecated bounds of text that are crossed in ASCII, which Trino takes for damage', () => {
    const old = (min: Uint8Array, max: Uint8Array) => ({ 1: binary(max), 2: binary(min) })
    const text = { type: BYTES!, element: UTF8 }
    const kinds = (given: Given, statistics: Statistics) =>
      doubtsOf(given, statistics).map(({ kind }) => kind)

    it.each([
      ['zoe', 'ada'],
      ['Mz', 'My'],
      ['éb', 'éa'],
    ])('%s to %s', (min, max) => {
      expect(kinds(text, old(utf8(min), utf8(max)))).toEqual(['deprecated bounds that are crossed'])
    })

    it.each([
      ['Ärzte', 'Zug'],
      ['Mü', 'My'],
      ['ada', 'zoe'],
      ['Zoé', 'Zo'],
      ['Zo', 'Zoé'],
      ['', ''],
    ])('but %s to %s is right by signed bytes, or by both', (min, max) => {
      expect(kinds(text, old(utf8(min), utf8(max)))).toEqual([])
    })

    it('nor bytes, nor text with bounds of its own order', () => {
      expect(kinds({ type: BYTES! }, old(utf8('zoe'), utf8('ada')))).toEqual([])
      expect(kinds(text, { ...old(utf8('zoe'), utf8('ada')), ...bounds(utf8('ada'), utf8('zoe')) })).toEqual(
        [],
      )
    })
  })

  it('nobody goes by deprecated bounds of decimals, so that they hold nothing back', () => {
    const decimal = { type: INT32!, element: decimalOf(6, 2) }
    expect(doubtsOf(decimal, { 1: binary(int32(1)), 2: binary(int32(2)) })).toMatchObject([
      { kind: 'counts' },
    ])
    expect(doubtsOf(decimal, bounds(int32(2), int32(1)))).toMatchObject([{ kind: 'bounds that are crossed' }])
  })

  it('nor are those of a file whose rows are in doubt', () => {
    const { columns, rows } = parse({ rows: 7 }, bounds(int64(1), int64(2)))
    expect(rows).toBeUndefined()
    expect(columns[0]?.facts).toMatchObject({ min: undefined, nulls: undefined })
  })

  it('nor those of a writer that is known for false ones', () => {
    const varying = { type: BYTES!, element: decimalOf(6, 2), createdBy: 'parquet-rs version 59.0.0' }
    expect(doubtOf(varying, bounds(bytes(1), bytes(2)))).toMatch(/parquet-rs/)
  })
})

describe('distinct values', () => {
  const given = { createdBy: 'DuckDB version v1.5.6 (build 1)' }
  const counted = (min: number, max: number, distinct: number) =>
    bounds(int64(min), int64(max), { 4: i64(distinct) })

  it('are DuckDB’s count of integers in one row group', () => {
    expect(statisticsOf(given, counted(1, 9, 3)).distinct).toBe(3)
    expect(statisticsOf(given, counted(1, 9, 3), { 3: i64(3) }).distinct).toBe(3)
    expect(statisticsOf(given, counted(1, 9, 3), counted(11, 12, 2)).distinct).toBeUndefined()
  })

  it('are nobody else’s', () => {
    expect(
      statisticsOf({ createdBy: 'parquet-rs version 58.0.0' }, counted(1, 9, 3)).distinct,
    ).toBeUndefined()
    expect(statisticsOf({}, counted(1, 9, 3)).distinct).toBeUndefined()
  })

  it('of text are not: DuckDB counts the labels of an ENUM', () => {
    const text = { ...given, type: BYTES!, element: UTF8 }
    expect(statisticsOf(text, bounds(utf8('a'), utf8('c'), { ...exact, 4: i64(3) })).distinct).toBeUndefined()
  })

  it('are not believed against the bounds', () => {
    expect(doubtOf(given, counted(1, 9, 1))).toMatch(/1 distinct/)
    expect(doubtOf(given, counted(5, 5, 2))).toMatch(/2 distinct/)
  })
})

it('an encrypted column proves nothing', () => {
  const groups = [rowGroup([chunk({ encrypted: true, statistics: bounds(int64(1), int64(2)) })])]
  expect(describeFacts(fileFacts(parseFooter(metadata({ groups })))!)).toEqual([])
})

it('a column whose name another has too, case ignored, proves nothing', () => {
  const schema = [group('root', 2), leaf('n', INT64!), leaf('N', INT64!)]
  const one = bounds(int64(1), int64(1))
  const groups = [rowGroup([chunk({ statistics: one }), chunk({ path: 'N', statistics: one })])]
  expect(describeFacts(fileFacts(parseFooter(metadata({ schema, groups, orders: [1, 1] })))!)).toEqual([])
})

it('a repeated column proves nothing of the arrays that it is', () => {
  const one = bounds(int64(1), int64(1))
  expect(statisticsOf({ element: { 3: i32(2) } }, one)).toEqual({})
})
