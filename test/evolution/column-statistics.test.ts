import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinFacts, NO_FACTS } from '../../shared/evolution/column-statistics.ts'
import { describeFacts, distinctOf } from '../../shared/schema/column-statistics.ts'
import type { ColumnFacts, Facts } from '../../shared/schema/facts.ts'
import { anyRows, type Cell, countDistinct, isOrdered, plain, type Rows } from '../support/facts.ts'

const RUNS = { numRuns: 1000 }
const anyFacts = anyRows.map(({ facts }) => facts)

/** By name, since the order of columns is that in which they came. */
const normal = ({ rows, columns }: Facts) => ({ rows, columns: Object.fromEntries([...columns].toSorted()) })
const same = (a: Facts, b: Facts): void => {
  expect(normal(a)).toEqual(normal(b))
}

describe('the statistics of several files', () => {
  it('do not depend on their order', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (a, b) => same(joinFacts(a, b), joinFacts(b, a))),
      RUNS,
    )
  })

  it('do not depend on how they are grouped into partitions', () => {
    const property = fc.property(anyFacts, anyFacts, anyFacts, (a, b, c) =>
      same(joinFacts(joinFacts(a, b), c), joinFacts(a, joinFacts(b, c))),
    )
    fc.assert(property, RUNS)
  })

  it('are those of one file where it is the only one', () => {
    fc.assert(
      fc.property(anyFacts, facts => same(joinFacts(NO_FACTS, facts), facts)),
      RUNS,
    )
  })

  it('are true of all rows of all files', () => {
    const property = fc.property(fc.array(anyRows, { maxLength: 4 }), files => {
      const { columns, rows } = files.map(({ facts }) => facts).reduce(joinFacts, NO_FACTS)
      expect(rows).toBe(files.reduce((sum, file) => sum + file.rows, 0))
      for (const [name, column] of columns) checkTrue(column, together(files, name))
    })
    fc.assert(property, RUNS)
  })
})

const together = (files: readonly Rows[], name: string): readonly Cell[] =>
  files.flatMap(({ cells, rows }) => cells.get(name) ?? Array<null>(rows).fill(null))

function checkTrue(column: ColumnFacts, cells: readonly Cell[]): void {
  const { nulls, nans, min, max, rows } = column
  expect(rows).toBe(cells.length)
  if (nulls !== undefined) expect(nulls).toBe(cells.filter(cell => cell === null).length)
  if (nans !== undefined) expect(nans).toBe(cells.filter(cell => cell === 'nan').length)
  const values = cells.filter(isOrdered).map(plain)
  if (min !== undefined) expect(values.every(value => plain(min.value) <= value)).toBe(true)
  if (max !== undefined) expect(values.every(value => plain(max.value) >= value)).toBe(true)
  for (const bound of [min, max]) if (bound?.exact) expect(values).toContain(plain(bound.value))
  const distinct = distinctOf(column)
  if (distinct !== undefined) expect(distinct).toBe(countDistinct(cells))
}

describe('a column', () => {
  const file = (rows: number, column?: Partial<ColumnFacts>): Facts => ({
    rows,
    columns: new Map(
      column === undefined
        ? []
        : [
            [
              'n',
              { rows, nulls: 0, nans: 0, min: undefined, max: undefined, distinct: undefined, ...column },
            ],
          ],
    ),
  })
  const integer = (value: number) =>
    ({ value: { kind: 'integer', value: BigInt(value) }, exact: true }) as const
  const five = { min: integer(5), max: integer(5) }

  it('that a file lacks is null in its rows', () => {
    expect(describeFacts(joinFacts(file(3, five), file(2)))).toEqual([
      { column: 'n', nulls: 2, kind: 'integer', min: '5', max: '5', exact: true, distinct: 1 },
    ])
  })

  it('that is one value in every file has one', () => {
    expect(describeFacts(joinFacts(file(3, five), file(1, five)))[0]?.distinct).toBe(1)
    expect(
      describeFacts(joinFacts(file(3, five), file(1, { ...five, max: integer(6) })))[0]?.distinct,
    ).toBeUndefined()
  })

  it('keeps its count of distinct values where no other file has any', () => {
    const counted = { min: integer(1), max: integer(9), distinct: 4 }
    expect(describeFacts(joinFacts(file(9, counted), file(2)))[0]?.distinct).toBe(4)
    expect(describeFacts(joinFacts(file(9, counted), file(9, counted)))[0]?.distinct).toBeUndefined()
  })

  it('of which one file tells nothing is not told', () => {
    const nothing = { nulls: undefined, nans: undefined }
    expect(describeFacts(joinFacts(file(3, five), file(1, nothing)))).toEqual([])
  })
})
