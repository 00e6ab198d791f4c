import { describe, expect, test } from 'vitest'
import { diffPartitions, diffTable } from '../../shared/evolution/diff.ts'
import { FINGERPRINT, fingerprintOf } from '../../shared/evolution/fingerprint.ts'
import { basicStatistics } from '../../shared/evolution/statistics.ts'
import type { RegisteredPartition } from '../../shared/schema/partition.ts'
import { type Column, partitionKey, type Table } from '../../shared/schema/table.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const name = { database: 'golden', name: 'orders' }
const table = (data: Column[]): Table => ({
  name,
  kind: 'external',
  format: 'parquet',
  columns: data,
  partitionKeys: columns('year string', 'month string', 'day string', 'hour string'),
  location: '/lake/orders',
  parameters: {},
})

describe('the difference of tables', () => {
  test('a missing table is created', () => {
    const wanted = table(columns('id int'))
    expect(diffTable(undefined, wanted)).toEqual([{ kind: 'createTable', table: wanted }])
  })

  test('a table and itself differ in nothing', () => {
    const same = table(columns('id int', 's struct<a:int>'))
    expect(diffTable(same, same)).toEqual([])
  })

  test('types change before columns are added; only a changed scalar reaches registered partitions', () => {
    const from = table([{ ...columns('id int')[0]!, comment: "the user's" }, ...columns('s struct<a:int>')])
    const to = table([...columns('id bigint', 's struct<a:int,b:string>', 'note string')])
    expect(diffTable(from, to)).toEqual([
      {
        kind: 'changeColumnTypes',
        table: name,
        columns: [
          { name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' }, comment: "the user's" },
          expect.objectContaining({ name: 's' }),
        ],
        cascade: true,
      },
      { kind: 'addColumns', table: name, columns: columns('note string') },
    ])
  })

  test('a struct that is added reaches registered partitions: Hive fails on its fields where they lack it', () => {
    const [from, to] = [table(columns('id int')), table(columns('id int', 'note string', 's struct<a:int>'))]
    const added = { kind: 'addColumns', table: name, columns: to.columns.slice(1) }
    expect(diffTable(from, to)).toEqual([{ ...added, cascade: true }])
    expect(diffTable({ ...from, partitionKeys: [] }, { ...to, partitionKeys: [] })).toEqual([added])
  })
})

describe('the difference of partitions', () => {
  const file = dataFile('01', 'a', 'id bigint', 'note string')
  const observed = hourOf('01', [file])
  const wanted = table(columns('id bigint', 'note string'))
  const diff = (
    registered: RegisteredPartition | undefined,
    options: Partial<Parameters<typeof diffPartitions>[0]> = {},
  ) =>
    diffPartitions({
      table: wanted,
      before: [],
      accepted: [{ observed, files: [file], columns: file.columns }],
      registered: new Map(registered ? [[partitionKey(observed.values), registered]] : []),
      visibility: 'directory',
      parametersOf: () => ({}),
      refreshes: () => true,
      ...options,
    })
  const known = { values: observed.values, location: observed.location }
  const kinds = (result: ReturnType<typeof diff>) => result.map(change => change.kind)

  test('a new partition is added with the columns of the table', () => {
    const [change] = diff(undefined)
    expect(change).toMatchObject({
      kind: 'addPartitions',
      partitions: [
        {
          values: observed.values,
          location: observed.location,
          columns: wanted.columns,
          parameters: {},
          files: [file],
        },
      ],
    })
  })

  test('a registered one whose descriptor serves needs nothing', () => {
    expect(diff({ ...known, columns: wanted.columns })).toEqual([])
  })

  test('one whose files gained a column is altered, at its own location', () => {
    const result = diff({ ...known, columns: columns('id bigint') })
    expect(result).toMatchObject([
      { kind: 'alterPartitions', partitions: [{ location: known.location, columns: wanted.columns }] },
    ])
  })

  test('one that a cascade of the same plan brings up to date is not altered twice', () => {
    const cascade = {
      kind: 'changeColumnTypes',
      table: name,
      columns: [{ name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' } }],
      cascade: true,
    } as const
    const old = { ...known, columns: columns('id int', 'note string') }
    expect([kinds(diff(old)), kinds(diff(old, { before: [cascade] }))]).toEqual([['alterPartitions'], []])
  })

  const print = fingerprintOf([file])
  const statistics = basicStatistics([file])
  const capable = { parametersOf: () => ({ [FINGERPRINT]: print, ...statistics }) }

  test('parameters of changed files are written, others are kept, and old statistics are not', () => {
    const parameters = { owner: 'ann', [FINGERPRINT]: 'old', numRows: '7', COLUMN_STATS_ACCURATE: '{}' }
    const old = { ...known, columns: wanted.columns, parameters }
    const written = { owner: 'ann', [FINGERPRINT]: print, ...statistics }
    expect(diff(old, capable)).toMatchObject([{ partitions: [{ parameters: written }] }])
    expect(diff(old, { parametersOf: () => ({ [FINGERPRINT]: print }) })).toEqual([
      expect.objectContaining({
        partitions: [expect.objectContaining({ parameters: { owner: 'ann', [FINGERPRINT]: print } })],
      }),
    ])
    expect(kinds(diff({ ...old, parameters: written }, capable))).toEqual([])
  })

  test('parameters alone are no reason to alter one that is to be left alone', () => {
    const left = { ...capable, refreshes: () => false }
    expect(diff({ ...known, columns: wanted.columns }, left)).toEqual([])
    expect(kinds(diff({ ...known, columns: columns('id bigint') }, left))).toEqual(['alterPartitions'])
  })
})

describe('basic statistics', () => {
  const counted = (rows: number | undefined, size: number) => ({
    ...dataFile('01', 'a', 'id int'),
    rows,
    size,
  })

  test('are sums over the files', () => {
    expect(basicStatistics([counted(3, 100), counted(4, 50)])).toEqual({
      numRows: '7',
      numFiles: '2',
      totalSize: '150',
    })
  })

  test('tell no rows where one file does not', () => {
    expect(basicStatistics([counted(3, 100), counted(undefined, 50)])).toEqual({
      numFiles: '2',
      totalSize: '150',
    })
  })
})
