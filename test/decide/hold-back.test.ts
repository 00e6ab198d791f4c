import { describe, expect, test } from 'vitest'
import { type Review, type ReviewInput, reviewPartitions } from '../../shared/decide/hold-back.ts'
import { printColumns } from '../../shared/evolution/merge.ts'
import { partitionKey } from '../../shared/schema/table.ts'
import { brokenFile, dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const review = (input: Partial<ReviewInput>): Review =>
  reviewPartitions({
    columns: columns('id int', 'x double'),
    partitionKeys: columns('year string', 'month string', 'day string', 'hour string'),
    observed: [],
    registered: new Set(),
    mode: 'additive',
    visibility: 'directory',
    table: 'golden.orders',
    ...input,
  })

const registered = (...hours: string[]) =>
  new Set(hours.map(hour => partitionKey(['2019', '09', '01', hour])))
const codes = ({ diagnostics }: Review) => diagnostics.map(({ code, severity }) => `${severity} ${code}`)
const heldIn = (result: Review) => result.held.length
const accepted = (result: Review) => result.accepted.map(({ observed }) => observed.values[3])
const wider = dataFile('02', 'b', 'id bigint', 'x double', 'note string')
const wrong = dataFile('01', 'bad', 'id int', 'x string')
const right = dataFile('01', 'a', 'id smallint', 'x double')

describe('the additive policy', () => {
  test('grows the table by new columns and safe widenings', () => {
    const result = review({ observed: [hourOf('02', [wider]), hourOf('01', [right])] })
    expect(printColumns(result.columns)).toBe('id bigint, x double, note string')
    expect([accepted(result), heldIn(result), codes(result)]).toEqual([['01', '02'], 0, []])
  })

  test('holds back a new partition with a file of another type, and takes nothing from it', () => {
    const result = review({
      observed: [hourOf('01', [dataFile('01', 'a', 'id bigint', 'z int'), wrong]), hourOf('02', [wider])],
    })
    expect([accepted(result), heldIn(result), codes(result)]).toEqual([
      ['02'],
      1,
      ['warning INCOMPATIBLE_TYPE'],
    ])
    expect(printColumns(result.columns)).toBe('id bigint, x double, note string')
    expect(result.diagnostics[0]).toMatchObject({
      table: 'golden.orders',
      partition: '2019/09/01/01',
      column: 'x',
      path: '/lake/orders/2019/09/01/01/bad',
      message:
        'column x is string in this file and double in the table; no safe type holds both; the partition is held back',
      fix: expect.stringContaining('rewrite the file with x as double'),
    })
  })

  test.each(['CORRUPT_FOOTER', 'TEMPORARY_FILE'])(
    'holds back a new partition with a file that engines read and we do not: %s',
    code => {
      const result = review({ observed: [hourOf('01', [right], [brokenFile('01', 'b', code)])] })
      expect([accepted(result), heldIn(result), codes(result)]).toEqual([[], 1, [`warning ${code}`]])
    },
  )

  test('says that such a file in a registered partition is exposed, and syncs the others', () => {
    const result = review({
      observed: [hourOf('01', [right, wrong], [brokenFile('01', 'b')])],
      registered: registered('01'),
    })
    expect([accepted(result), codes(result)]).toEqual([['01'], ['error EXPOSED_FILE', 'error EXPOSED_FILE']])
    expect(result.accepted[0]!.files).toEqual([right])
    expect(result.diagnostics[1]!.message).toContain('query engines read this file')
    expect(result.diagnostics[1]!.message).toContain('INCOMPATIBLE_TYPE')
  })

  test('where a catalog shows files, only the file is held back', () => {
    const result = review({
      observed: [hourOf('01', [right, wrong], [brokenFile('01', 'b')])],
      visibility: 'file',
    })
    expect([accepted(result), result.accepted[0]!.files, codes(result)]).toEqual([
      ['01'],
      [right],
      ['warning CORRUPT_FOOTER', 'warning INCOMPATIBLE_TYPE'],
    ])
  })

  test('and of a registered partition it says that rows are gone from queries, where another is held back alone', () => {
    const observed = [hourOf('01', [right], [brokenFile('01', 'b')])]
    const words = (known: ReadonlySet<string>) =>
      review({ observed, visibility: 'file', registered: known }).diagnostics[0]?.message
    expect(words(registered('01'))).toMatch(/held back: rows that the table had of it before are gone/)
    expect(words(registered())).toMatch(/held back$/)
  })

  test('a new table takes its types from the oldest partition, whatever the order of listing', () => {
    const observed = [
      hourOf('02', [dataFile('02', 'b', 'x string')]),
      hourOf('01', [dataFile('01', 'a', 'x double')]),
    ]
    const results = [observed, [...observed].reverse()].map(order =>
      review({ columns: undefined, observed: order }),
    )
    for (const result of results) {
      expect([printColumns(result.columns), accepted(result), codes(result)]).toEqual([
        'x double',
        ['01'],
        ['warning INCOMPATIBLE_TYPE'],
      ])
    }
  })

  test.each([
    ['held back in a new partition', new Set<string>(), 'INCOMPATIBLE_TYPE'],
    ['exposed in a registered one', registered('01'), 'EXPOSED_FILE'],
  ])('of a file without rows says that it can go: %s', (_, known, code) => {
    const result = review({ observed: [hourOf('01', [{ ...wrong, rows: 0 }])], registered: known })
    expect(result.diagnostics).toMatchObject([
      {
        code,
        message: expect.stringContaining('the file has 0 rows'),
        fix: expect.stringContaining('remove the file, with which nothing is lost'),
      },
    ])
    const [other] = review({ observed: [hourOf('01', [wrong])], registered: known }).diagnostics
    expect(other!.fix).not.toContain('remove')
  })

  test('leaves out a data column that is named like a partition key, and says so', () => {
    const result = review({
      columns: undefined,
      observed: [hourOf('01', [dataFile('01', 'a', 'id int', 'day int')])],
    })
    expect([printColumns(result.columns), codes(result)]).toEqual(['id int', ['info PARTITION_KEY_COLUMN']])
  })

  test.each([
    ['UNSIGNED_OVERFLOW', 'warning UNSIGNED_OVERFLOW', 0],
    ['NULL_COLUMN', 'info NULL_COLUMN', 1],
  ])('a column of the table that a file cannot give, %s: %s', (code, told, count) => {
    const finding = { code, severity: 'info', column: 'X', message: 'column X cannot be read' } as const
    const shape = code === 'NULL_COLUMN' ? 'null' : 'uint64-overflow'
    const undeclared = [{ path: ['x'], shape }]
    const file = { ...dataFile('01', 'a', 'id int'), undeclared, diagnostics: [finding] }
    const result = review({ observed: [hourOf('01', [file])] })
    expect([codes(result), result.accepted.length]).toEqual([[told], count])
  })

  test.each([
    ['string', 'info NULL_COLUMN', 1],
    ['decimal(9,2)', 'info NULL_COLUMN', 1],
    ['timestamp', 'warning NULL_COLUMN', 0],
    ['boolean', 'warning NULL_COLUMN', 0],
    ['array<int>', 'warning NULL_COLUMN', 0],
    ['struct<a:int>', 'warning NULL_COLUMN', 0],
  ])('a column that is only null in a file, under %s: %s', (type, told, count) => {
    const finding = {
      code: 'NULL_COLUMN',
      severity: 'info',
      column: 'X',
      message: 'it is only null',
    } as const
    const undeclared = [{ path: ['x'], shape: 'null' }]
    const file = { ...dataFile('01', 'a', 'id int'), undeclared, diagnostics: [finding] }
    const result = review({ columns: columns('id int', `x ${type}`), observed: [hourOf('01', [file])] })
    expect([codes(result), result.accepted.length]).toEqual([[told], count])
  })

  test('says once what engines make of files that are narrower than the table', () => {
    const hours = ['01', '02'].map(hour => hourOf(hour, [dataFile(hour, 'a', 'id int', 'x float')]))
    expect(codes(review({ observed: hours }))).toEqual(['warning FLOAT_UNDER_DOUBLE'])
    const widening = review({
      columns: columns('id int', 'x float'),
      observed: [hourOf('01', [dataFile('01', 'a', 'id int', 'x double')])],
    })
    expect(codes(widening)).toEqual(['warning FLOAT_UNDER_DOUBLE'])
    expect(codes(review({ observed: hours, visibility: 'file' }))).toEqual([])
  })

  test('holds back a file in which nothing can be read', () => {
    expect(codes(review({ observed: [hourOf('01', [dataFile('01', 'a')])] }))).toEqual(['warning NO_COLUMNS'])
  })

  test('a folder without files is no partition, but a registered one may become empty', () => {
    const empty = hourOf('01', [])
    expect(accepted(review({ observed: [empty] }))).toEqual([])
    expect(accepted(review({ observed: [empty], registered: registered('01') }))).toEqual(['01'])
  })
})

describe('the other modes', () => {
  test('strict holds back whatever would change an existing table, and takes what does not', () => {
    const result = review({ mode: 'strict', observed: [hourOf('01', [right]), hourOf('02', [wider])] })
    expect([accepted(result), codes(result)]).toEqual([['01'], ['warning SCHEMA_HELD']])
    expect(result.diagnostics[0]!.message).toContain('(id bigint, note string)')
    expect(printColumns(result.columns)).toBe('id int, x double')
  })

  test('strict makes a new table as additive does', () => {
    const result = review({
      mode: 'strict',
      columns: undefined,
      observed: [hourOf('01', [right]), hourOf('02', [wider])],
    })
    expect(printColumns(result.columns)).toBe('id bigint, x double, note string')
  })

  test('frozen registers partitions with new columns without adding them, and holds back wider types', () => {
    const newColumn = dataFile('01', 'a', 'id int', 'note string')
    const result = review({ mode: 'frozen', observed: [hourOf('01', [newColumn]), hourOf('02', [wider])] })
    expect([accepted(result), codes(result)]).toEqual([
      ['01'],
      ['warning SCHEMA_HELD', 'info PRESTO_BY_INDEX'],
    ])
    expect(printColumns(result.columns)).toBe('id int, x double')
  })
})
