import { describe, expect, test } from 'vitest'
import { diffPartitions, diffTable } from '../../shared/evolution/diff.ts'
import { FINGERPRINT, fingerprintOf } from '../../shared/evolution/fingerprint.ts'
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
        kind: 'changeColumnType',
        table: name,
        column: 'id',
        from: { kind: 'int' },
        to: { kind: 'bigint' },
        comment: "the user's",
        cascade: true,
      },
      expect.objectContaining({ kind: 'changeColumnType', column: 's', cascade: false }),
      { kind: 'addColumns', table: name, columns: columns('note string') },
    ])
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
      partitionParameters: false,
      sameLocation: (a, b) => a === b,
      ...options,
    })
  const known = { values: observed.values, location: observed.location }
  const kinds = (result: ReturnType<typeof diff>) => result.changes.map(change => change.kind)

  test('a new partition is added with the columns of the table', () => {
    const [change] = diff(undefined).changes
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
    expect(diff({ ...known, columns: wanted.columns }).changes).toEqual([])
  })

  test('one whose files gained a column is altered, at its own location', () => {
    const result = diff({ ...known, columns: columns('id bigint') })
    expect(result.changes).toMatchObject([
      { kind: 'alterPartitions', partitions: [{ location: known.location, columns: wanted.columns }] },
    ])
  })

  test('one that a cascade of the same plan brings up to date is not altered twice', () => {
    const cascade = {
      kind: 'changeColumnType',
      table: name,
      column: 'id',
      from: { kind: 'int' },
      to: { kind: 'bigint' },
      cascade: true,
    } as const
    const old = { ...known, columns: columns('id int', 'note string') }
    expect([kinds(diff(old)), kinds(diff(old, { before: [cascade] }))]).toEqual([['alterPartitions'], []])
  })

  test('fingerprints are written where partitions have parameters, and others are kept', () => {
    const capable = { partitionParameters: true }
    const print = fingerprintOf([file])
    const old = { ...known, columns: wanted.columns, parameters: { owner: 'ann', [FINGERPRINT]: 'old' } }
    expect(diff(old, capable).changes).toMatchObject([
      { partitions: [{ parameters: { owner: 'ann', [FINGERPRINT]: print } }] },
    ])
    expect(kinds(diff({ ...old, parameters: { [FINGERPRINT]: print } }, capable))).toEqual([])
  })

  test('one that is registered at another location is left alone, and that is said', () => {
    const { changes, diagnostics } = diff({ ...known, location: '/elsewhere', columns: columns('id bigint') })
    expect(changes).toEqual([])
    expect(diagnostics).toMatchObject([
      { code: 'PARTITION_ELSEWHERE', severity: 'error', partition: '2019/09/01/01', path: observed.location },
    ])
  })
})
