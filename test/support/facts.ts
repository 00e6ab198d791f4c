/** Random facts for property tests: of columns with values, so that each claim can be checked against them. */
import fc from 'fast-check'
import {
  type Bound,
  type ColumnFacts,
  type Facts,
  unknownFacts,
  type Value,
} from '../../shared/schema/facts.ts'

/** NaN is a float of its own, null a null. */
export type Cell = Value | 'nan' | null

export interface Rows {
  readonly facts: Facts
  /** By column; a column that is not here is null in all of them. */
  readonly cells: ReadonlyMap<string, readonly Cell[]>
  readonly rows: number
}

const MOST_SCALE = 3

const integer = fc.integer({ min: -3, max: 3 }).map((n): Value => ({ kind: 'integer', value: BigInt(n) }))
const boolean = fc.boolean().map((b): Value => ({ kind: 'boolean', value: b ? 1n : 0n }))
const float = fc.constantFrom(-1.5, 0, 0.5, Infinity).map((value): Value => ({ kind: 'float', value }))
const decimal = fc
  .tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: 0, max: MOST_SCALE }))
  .map(([value, scale]): Value => ({ kind: 'decimal', value: BigInt(value), scale }))
const text = fc
  .constantFrom('', 'a', 'ab', 'b', '\uffff', '😀')
  .map((value): Value => ({ kind: 'text', value: new TextEncoder().encode(value) }))
const bytes = fc.uint8Array({ maxLength: 2 }).map((value): Value => ({ kind: 'bytes', value }))

/** Columns keep their type from file to file, but for the last, which clash. */
const COLUMNS: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  n: integer,
  flag: boolean,
  f: float,
  d: decimal,
  t: fc.oneof(text, bytes),
  clash: fc.oneof(integer, text),
}

/** Of one kind (and scale) within a file, as columns are. */
const cellsOf = (values: fc.Arbitrary<Value>, rows: number): fc.Arbitrary<Cell[]> =>
  fc.array(values, { minLength: 1, maxLength: 3 }).chain(([first, ...rest]) => {
    const same = [first!, ...rest.filter(v => v.kind === first!.kind && scaleOf(v) === scaleOf(first!))]
    const odd: Cell[] = first!.kind === 'float' ? [null, 'nan'] : [null]
    return fc.array(fc.constantFrom(...same, ...odd), { minLength: rows, maxLength: rows })
  })

const scaleOf = (value: Value): number | undefined => (value.kind === 'decimal' ? value.scale : undefined)

/** What a writer may tell: all of it, or less. */
interface Telling {
  readonly nulls: boolean
  readonly nans: boolean
  readonly min: boolean
  readonly max: boolean
  readonly exact: boolean
  readonly distinct: boolean
}
const telling: fc.Arbitrary<Telling> = fc.record({
  nulls: mostly(),
  nans: mostly(),
  min: mostly(),
  max: mostly(),
  exact: mostly(),
  distinct: fc.boolean(),
})

function mostly(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 9 }).map(n => n > 0)
}

export const isOrdered = (cell: Cell): cell is Value => cell !== null && cell !== 'nan'

/** What JavaScript compares, apart from the code under test: decimals at one scale, bytes and text as hex. */
export function plain(value: Value): bigint | number | string {
  if (value.kind === 'decimal') return value.value * 10n ** BigInt(MOST_SCALE - value.scale)
  return value.value instanceof Uint8Array ? Buffer.from(value.value).toString('hex') : value.value
}

const sorted = (cells: readonly Cell[]): Value[] =>
  cells.filter(isOrdered).toSorted((a, b) => (plain(a) < plain(b) ? -1 : plain(a) > plain(b) ? 1 : 0))

/** NaN is one value. */
export const countDistinct = (cells: readonly Cell[]): number =>
  new Set(cells.filter(cell => cell !== null).map(cell => (cell === 'nan' ? cell : plain(cell)))).size

function factsOf(cells: readonly Cell[], tells: Telling): ColumnFacts {
  const values = sorted(cells)
  const nulls = cells.filter(cell => cell === null).length
  const nans = cells.length - nulls - values.length
  const bound = (value: Value | undefined): Bound | undefined =>
    value === undefined ? undefined : { value, exact: tells.exact }
  const isFloat = values[0]?.kind === 'float' || nans > 0
  const whole = nulls === cells.length
  return {
    rows: cells.length,
    nulls: tells.nulls ? nulls : undefined,
    nans: !isFloat || tells.nans || (tells.nulls && whole) ? nans : undefined,
    min: tells.min ? bound(values[0]) : undefined,
    max: tells.max ? bound(values.at(-1)) : undefined,
    distinct: tells.distinct && !isFloat && values.length > 0 ? countDistinct(cells) : undefined,
  }
}

const column = (name: string, rows: number): fc.Arbitrary<[string, readonly Cell[], ColumnFacts]> =>
  fc
    .tuple(cellsOf(COLUMNS[name]!, rows), telling, fc.integer({ min: 0, max: 19 }))
    .map(([cells, tells, luck]) => [name, cells, luck === 0 ? unknownFacts(rows) : factsOf(cells, tells)])

/** Rows of a file with some of the columns, and what is told of them. */
export const anyRows: fc.Arbitrary<Rows> = fc
  .tuple(fc.subarray(Object.keys(COLUMNS)), fc.integer({ min: 0, max: 5 }))
  .chain(([names, rows]) =>
    fc.tuple(...names.map(name => column(name, rows))).map(columns => ({
      rows,
      cells: new Map(columns.map(([name, cells]) => [name, cells])),
      facts: { rows, columns: new Map(columns.map(([name, , facts]) => [name, facts])) },
    })),
  )
