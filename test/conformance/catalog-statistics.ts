import { describe, expect, it, type TestContext } from 'vitest'
import type { Change } from '../../shared/schema/change.ts'
import type { KnownColumn } from '../../shared/schema/known-column.ts'
import type { PartitionValues, Table } from '../../shared/schema/table.ts'
import { parseType } from '../../shared/schema/type.ts'
import { columns } from '../support/types.ts'
import {
  addPartitions,
  alterPartitions,
  dropPartitions,
  expectError,
  partitionOf,
  type Subject,
  type ToldStatistics,
} from './catalog-support.ts'

const about = (column: string, type: string, nulls: number) => ({ column, type: parseType(type), nulls })

const ID = {
  ...about('id', 'bigint', 2),
  kind: 'integer',
  distinct: 3,
  range: { min: -5n, max: 9_007_199_254_740_991n },
} as const satisfies KnownColumn

/** One of each kind, and one that is null in all rows. */
const KNOWN: readonly KnownColumn[] = [
  ID,
  {
    ...about('price', 'decimal(30,4)', 0),
    kind: 'decimal',
    scale: 4,
    distinct: 2,
    range: { min: -12_345_678_901_234_567_890_128n, max: 255n },
  },
  { ...about('ratio', 'double', 1), kind: 'float', distinct: 1, range: { min: -2.5, max: -2.5 } },
  { ...about('day', 'date', 0), kind: 'date', distinct: 2, range: { min: -1n, max: 18_140n } },
  { ...about('flag', 'boolean', 3), kind: 'boolean', trues: 7, falses: 0 },
  { ...about('never', 'date', 10), kind: 'date', distinct: 0, range: undefined },
]

const TOLD: Readonly<Record<string, ToldStatistics>> = {
  id: { nulls: '2', distinct: '3', min: '-5', max: '9007199254740991' },
  price: { nulls: '0', distinct: '2', min: '-1234567890123456789.0128', max: '0.0255' },
  ratio: { nulls: '1', distinct: '1', min: '-2.5', max: '-2.5' },
  day: { nulls: '0', distinct: '2', min: '-1', max: '18140' },
  flag: { nulls: '3', trues: '7', falses: '0' },
  never: { nulls: '10', distinct: '0' },
}

const DATA = columns(
  'id bigint',
  'name string',
  'price decimal(30,4)',
  'ratio double',
  'day date',
  'flag boolean',
  'never date',
)

const publish = (table: Table, statistics: readonly KnownColumn[], ...all: PartitionValues[]): Change => ({
  kind: 'publishStatistics',
  table: table.name,
  partitionKeys: table.partitionKeys,
  partitions: all.map(values => ({
    ...partitionOf(table, values, { parameters: SEALED }),
    statistics,
    mark: MARK,
  })),
})

const MARK = 'unpublished:1:2:3'
const MARKED = { parameters: { 'goldsync.fingerprint': MARK } }
const SEALED = {
  'goldsync.fingerprint': '1:2:3',
  'goldsync.statistics': 'id,day',
  numRows: '10',
  numFiles: '1',
  totalSize: '2',
}

/** For catalogs that keep column statistics, on harnesses that can read them. */
export function statisticsBehaviour(subject: Subject): void {
  const { apply } = subject

  describe('column statistics', () => {
    const skipUnlessKept = (skip: TestContext['skip']) => {
      skip(!subject.catalog().capabilities.columnStatistics, 'the catalog keeps none')
      skip(subject.harness().statistics === undefined, 'nobody here can read them')
    }
    const told = async (table: Table, ...values: string[]) =>
      Object.fromEntries((await subject.harness().statistics?.(table.name, values)) ?? [])
    const registered = async (...all: PartitionValues[]) => {
      const table = await subject.created({ columns: DATA })
      await apply(table, addPartitions(table, ...all.map(values => partitionOf(table, values, MARKED))))
      return table
    }
    const parameters = async (table: Table, values: PartitionValues) => {
      const [found] = await subject.catalog().partitions(table, { want: 'details', among: [values] })
      return found?.parameters ?? {}
    }

    it('are kept as they are given, each kind of them', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'], ['b'])
      await apply(table, publish(table, KNOWN, ['a']))
      expect(await told(table, 'a')).toEqual(TOLD)
      expect(await told(table, 'b')).toEqual({})
    })

    it('come with parameters that say so, and never with the word that queries may be answered from them', async ({
      skip,
    }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'])
      await apply(table, publish(table, KNOWN, ['a']))
      expect(await parameters(table, ['a'])).toMatchObject(SEALED)
      expect(await parameters(table, ['a'])).not.toHaveProperty('COLUMN_STATS_ACCURATE')
    })

    it('leave a partition that somebody gave other files meanwhile to the next scan', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'])
      const other = { 'goldsync.fingerprint': '2:4:6', 'goldsync.statistics': 'ratio,id' }
      const theirs = partitionOf(table, ['a'], { parameters: other })
      await apply(table, alterPartitions(table, theirs), publish(table, KNOWN, ['a']))
      const left = { ...MARKED.parameters, 'goldsync.statistics': 'ratio,id,day' }
      expect(await parameters(table, ['a'])).toMatchObject(left)
    })

    it('replace those of the same columns, and leave the others', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'])
      await apply(table, publish(table, KNOWN, ['a']))
      await apply(
        table,
        publish(table, [{ ...ID, nulls: 4, distinct: 1, range: { min: 6n, max: 6n } }], ['a']),
      )
      const id = { nulls: '4', distinct: '1', min: '6', max: '6' }
      expect(await told(table, 'a')).toEqual({ ...TOLD, id })
    })

    it('are set for many columns of many partitions, and again', async ({ skip }) => {
      skipUnlessKept(skip)
      const names = Array.from({ length: 30 }, (_, at) => `c${at}`)
      const table = await subject.created({ columns: columns(...names.map(name => `${name} bigint`)) })
      const values = ['a', 'b', 'c'].map(value => [value])
      await apply(table, addPartitions(table, ...values.map(value => partitionOf(table, value, MARKED))))
      const statistics = names.map(column => ({ ...ID, column }))
      for (let twice = 0; twice < 2; twice++) await apply(table, publish(table, statistics, ...values))
      for (const value of ['a', 'b', 'c'])
        expect(await told(table, value)).toEqual(Object.fromEntries(names.map(name => [name, TOLD.id])))
    })

    it('that the parameters name are taken away before the partition gets other files', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'], ['b'])
      await apply(table, publish(table, KNOWN, ['a'], ['b']))
      const other = { parameters: { 'goldsync.fingerprint': '4:5:6' } }
      await apply(table, alterPartitions(table, partitionOf(table, ['a'], other)))
      const { id: _, day: __, ...left } = TOLD
      expect(await told(table, 'a')).toEqual(left)
      expect(await told(table, 'b')).toEqual(TOLD)
    })

    it('that the parameters will name no more are taken away', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'])
      await apply(table, publish(table, KNOWN, ['a']))
      const fewer = { parameters: { ...SEALED, 'goldsync.statistics': 'day' } }
      await apply(table, alterPartitions(table, partitionOf(table, ['a'], fewer)))
      const { id: _, ...left } = TOLD
      expect(await told(table, 'a')).toEqual(left)
    })

    it('that the parameters name need not be there', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'])
      const named = { 'goldsync.fingerprint': '1:2:3', 'goldsync.statistics': 'id,no_column' }
      const other = { 'goldsync.fingerprint': '4:5:6' }
      for (const parameters of [named, other])
        await apply(table, alterPartitions(table, partitionOf(table, ['a'], { parameters })))
      expect(await parameters(table, ['a'])).toMatchObject(other)
      expect(await parameters(table, ['a'])).not.toHaveProperty('goldsync.statistics')
    })

    it('cannot be set where there is no such partition', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'])
      await expectError(apply(table, publish(table, KNOWN, ['none'])), 'NOT_FOUND')
    })

    it('stay when the partition is altered and keeps its files, and go with it', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await registered(['a'])
      await apply(table, publish(table, KNOWN, ['a']))
      const altered = partitionOf(table, ['a'], { parameters: { ...SEALED, note: 'new' } })
      await apply(table, alterPartitions(table, altered))
      expect(await told(table, 'a')).toEqual(TOLD)
      await apply(table, dropPartitions(table, ['a']))
      await apply(table, addPartitions(table, partitionOf(table, ['a'])))
      expect(await told(table, 'a')).toEqual({})
    })
  })
}
