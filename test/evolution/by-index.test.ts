import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import { byIndexNote } from '../../shared/evolution/by-index.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const table = columns('id int', 'city string', 'amount double')
const file = (...texts: string[]): DataFile => dataFile('01', 'a.parquet', ...texts)

describe('reading Parquet by position', () => {
  test.each([
    ['the same columns', file('id int', 'city string', 'amount double')],
    ['the last column missing', file('id int', 'city string')],
    ['one more at the end', file('id int', 'city string', 'amount double', 'note string')],
    ['a narrower type', file('id smallint', 'city string')],
  ])('is right for a file with %s', (_, read) => {
    expect(byIndexNote([read], table)).toBeUndefined()
  })

  test.each([
    ['another order', file('id int', 'amount double', 'city string'), 'city', 'amount'],
    ['a column missing in the middle', file('id int', 'amount double'), 'city', 'amount'],
    ['one more in the middle', file('id int', 'note string', 'city string'), 'city', 'note'],
    [
      'one in the middle that was left out of the table',
      { ...file('id int', 'city string', 'amount double'), allNames: ['id', 'v', 'city', 'amount'] },
      'city',
      'v',
    ],
  ])('is wrong for a file with %s', (_, read, column, other) => {
    const note = byIndexNote([file('id int'), read], table)
    expect(note).toMatchObject({ code: 'PRESTO_BY_INDEX', severity: 'info', column, path: read.path })
    expect(note?.message).toContain(`is ${column} in the table and ${other} in the file`)
  })

  test('is right exactly where each column lies at its place or beyond the file’s end', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 })
    fc.assert(
      fc.property(names, names, (inTable, inFile) => {
        const readByIndex = inTable.map((_, at) => inFile[at])
        const readByName = inTable.map(name => inFile.find(other => other === name))
        const note = byIndexNote(
          [file(...inFile.map(name => `${name} int`))],
          columns(...inTable.map(name => `${name} int`)),
        )
        expect(note === undefined).toBe(JSON.stringify(readByIndex) === JSON.stringify(readByName))
      }),
    )
  })
})

describe('a review', () => {
  const review = (visibility: 'directory' | 'file', ...hours: ReturnType<typeof hourOf>[]) =>
    reviewPartitions({
      columns: undefined,
      partitionKeys: columns('hour string'),
      observed: hours,
      registered: new Set(),
      mode: 'additive',
      visibility,
      table: 'golden.orders',
    }).diagnostics.filter(({ code }) => code === 'PRESTO_BY_INDEX')

  const moved = ['id int', 'amount double', 'city string'] as const
  const inOrder = hourOf('01', [dataFile('01', 'a', 'id int', 'city string', 'amount double')])
  const twoMoved = hourOf('02', [dataFile('02', 'a', ...moved), dataFile('02', 'b', ...moved)])

  test('tells it once a partition, where engines read whole folders', () => {
    expect(review('directory', inOrder, twoMoved)).toMatchObject([
      { table: 'golden.orders', partition: '2019/09/01/02', column: 'city' },
    ])
    expect(review('file', inOrder, twoMoved)).toEqual([])
  })

  test('counts a column that is named like a partition key: it is in the file all the same', () => {
    const withKey = hourOf('01', [dataFile('01', 'a', 'hour string', 'id int')])
    expect(review('directory', withKey)).toMatchObject([{ column: 'id' }])
  })

  test('goes by the columns that the table ends up with', () => {
    const leftOut = { ...dataFile('01', 'a', 'id int'), allNames: ['id', 'odd:name'] }
    const grown = hourOf('02', [dataFile('02', 'a', 'id int', 'city string')])
    expect(review('directory', hourOf('01', [leftOut]), grown)).toMatchObject([
      { partition: '2019/09/01/01', column: 'city' },
    ])
  })
})
