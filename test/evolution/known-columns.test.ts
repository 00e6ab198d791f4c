import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knownColumns } from '../../shared/evolution/known-columns.ts'
import type { Bound, ColumnFacts, Value } from '../../shared/schema/facts.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Column } from '../../shared/schema/table.ts'
import { anyRows, type Cell, countDistinct, isOrdered, plain, type Rows } from '../support/facts.ts'
import { columns } from '../support/types.ts'

const about = { path: '/lake/a', size: 1, modified: 1, diagnostics: [] }

const fileOf = (types: readonly Column[], facts: DataFile['facts']): DataFile => ({
  ...about,
  rows: facts?.rows,
  columns: types,
  ...(facts ? { facts } : {}),
})

const bound = (value: Value, exact = true): Bound => ({ value, exact })
const constant = (value: Value, more: Partial<ColumnFacts> = {}): ColumnFacts => ({
  rows: 10,
  nulls: 3,
  nans: 0,
  min: bound(value),
  max: bound(value),
  distinct: undefined,
  ...more,
})

/** One column `c`, alone in one file. @param type of the table, and of the file unless another is given */
function knownOf(type: string, facts: ColumnFacts, fileType = type) {
  const files = [fileOf(columns(`c ${fileType}`), { rows: facts.rows, columns: new Map([['c', facts]]) })]
  return knownColumns({ files, columns: columns(`c ${fileType}`), table: columns(`c ${type}`) })
}

const integer = (value: bigint): Value => ({ kind: 'integer', value })
const NULLS: ColumnFacts = {
  rows: 10,
  nulls: 10,
  nans: 0,
  min: undefined,
  max: undefined,
  distinct: undefined,
}

describe('what catalogs may be told of a column', () => {
  it.each([
    ['int', integer(7n), { kind: 'integer', nulls: 3, distinct: 1, range: { min: 7n, max: 7n } }],
    [
      'date',
      { kind: 'date', value: -1n },
      { kind: 'date', nulls: 3, distinct: 1, range: { min: -1n, max: -1n } },
    ],
    [
      'double',
      { kind: 'float', value: 2.5 },
      { kind: 'float', nulls: 3, distinct: 1, range: { min: 2.5, max: 2.5 } },
    ],
    [
      'decimal(9,2)',
      { kind: 'decimal', value: -125n, scale: 2 },
      { kind: 'decimal', nulls: 3, distinct: 1, scale: 2, range: { min: -125n, max: -125n } },
    ],
    ['boolean', { kind: 'boolean', value: 1n }, { kind: 'boolean', nulls: 3, trues: 7, falses: 0 }],
    ['boolean', { kind: 'boolean', value: 0n }, { kind: 'boolean', nulls: 3, trues: 0, falses: 7 }],
  ] as const)('of a constant %s: all of it', (type, value, known) => {
    expect(knownOf(type, constant(value))).toEqual([
      { column: 'c', type: columns(`c ${type}`)[0]?.type, ...known },
    ])
  })

  it.each(['int', 'double', 'decimal(9,2)', 'date'])('of a %s that is only null: that', type => {
    expect(knownOf(type, NULLS)).toMatchObject([{ nulls: 10, distinct: 0, range: undefined }])
  })

  it('of a boolean that is only null: that', () => {
    expect(knownOf('boolean', NULLS)).toMatchObject([{ nulls: 10, trues: 0, falses: 0 }])
  })

  it('of several values: their range, where the writer counted them', () => {
    const range = { min: bound(integer(1n)), max: bound(integer(9n)) }
    expect(knownOf('int', constant(integer(1n), { ...range, distinct: 4 }))).toMatchObject([
      { distinct: 4, range: { min: 1n, max: 9n } },
    ])
    expect(knownOf('int', constant(integer(1n), range))).toEqual([])
  })

  it.each([
    ['the nulls are not known', 'int', constant(integer(7n), { nulls: undefined })],
    ['a bound is not exact', 'int', constant(integer(1n), { max: bound(integer(9n), false), distinct: 2 })],
    [
      'a boolean holds both',
      'boolean',
      constant({ kind: 'boolean', value: 0n }, { max: bound({ kind: 'boolean', value: 1n }) }),
    ],
    ['it is not finite', 'double', constant({ kind: 'float', value: Infinity })],
    ['it is zero, with a sign or not', 'double', constant({ kind: 'float', value: 0 })],
    ['there may be NaNs', 'double', constant({ kind: 'float', value: 2.5 }, { nans: undefined })],
    ['it is a timestamp', 'timestamp', constant({ kind: 'timestamp', value: 7n })],
    ['it counts time under a bigint', 'bigint', constant({ kind: 'timestamp', value: 7n })],
    ['it is text', 'string', constant({ kind: 'text', value: new Uint8Array([97]) })],
    ['it is bytes', 'binary', constant({ kind: 'bytes', value: new Uint8Array([97]) })],
    ['the scale is another', 'decimal(9,2)', constant({ kind: 'decimal', value: 125n, scale: 3 })],
  ] as const)('nothing where %s', (_, type, facts) => {
    expect(knownOf(type, facts)).toEqual([])
  })

  it('nothing where the type in the files is not the table’s', () => {
    expect(knownOf('bigint', constant(integer(7n)), 'int')).toEqual([])
  })

  it('nothing of columns that no file has, of files without rows, and where a file tells nothing', () => {
    const [int] = [columns('c int')]
    const told = fileOf(int, { rows: 10, columns: new Map([['c', constant(integer(7n))]]) })
    const wide = columns('c int', 'd int')
    expect(knownColumns({ files: [told], columns: int, table: wide })).toHaveLength(1)
    expect(knownColumns({ files: [told, fileOf(int, undefined)], columns: int, table: int })).toEqual([])
    const empty = fileOf(int, { rows: 0, columns: new Map([['c', { ...NULLS, rows: 0, nulls: 0 }]]) })
    expect(knownColumns({ files: [empty], columns: int, table: int })).toEqual([])
  })
})

const TYPES = columns('n int', 'flag boolean', 'f double', 'd decimal(9,3)', 't string', 'clash int')

describe('of random files', () => {
  it('every claim is true of all rows', () => {
    const property = fc.property(fc.array(anyRows, { maxLength: 3 }), rows => {
      const files = rows.map(({ facts }) => fileOf(TYPES, facts))
      for (const known of knownColumns({ files, columns: TYPES, table: TYPES })) {
        const cells = together(rows, known.column)
        const values = cells.filter(isOrdered)
        expect(known.nulls).toBe(cells.filter(cell => cell === null).length)
        if (known.kind === 'boolean') {
          expect(known.trues).toBe(values.filter(({ value }) => value === 1n).length)
          expect(known.falses).toBe(values.filter(({ value }) => value === 0n).length)
          continue
        }
        expect(known.distinct).toBe(countDistinct(cells))
        const sorted = values.map(plain).sort((a, b) => (a < b ? -1 : 1))
        const [min, max] = [sorted[0], sorted.at(-1)]
        expect(known.range).toEqual(min === undefined ? undefined : { min, max })
      }
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('something is claimed of a good part of them', () => {
    const claimed = fc
      .sample(anyRows, { numRuns: 500, seed: 1 })
      .filter(
        ({ facts }) =>
          knownColumns({ files: [fileOf(TYPES, facts)], columns: TYPES, table: TYPES }).length > 0,
      )
    expect(claimed.length).toBeGreaterThan(100)
  })
})

const together = (files: readonly Rows[], name: string): readonly Cell[] =>
  files.flatMap(({ cells, rows }) => cells.get(name) ?? Array<null>(rows).fill(null))
