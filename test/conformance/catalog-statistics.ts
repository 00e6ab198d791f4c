import { describe, expect, it, type TestContext } from 'vitest'
import type { Parameters, PartitionValues, Table } from '../../shared/schema/table.ts'
import { columns } from '../support/types.ts'
import {
  addPartitions,
  alterPartitions,
  dropPartitions,
  partitionOf,
  type Subject,
  stripPartitions,
} from './catalog-support.ts'

/** What an earlier build of goldsync has said of a partition. */
const SEALED = {
  'goldsync.fingerprint': '1:2:3',
  'goldsync.statistics': 'id,day',
  numRows: '10',
  numFiles: '1',
  totalSize: '2',
}
const { 'goldsync.statistics': _, ...WITHDRAWN } = SEALED
const OTHER_FILES = { 'goldsync.fingerprint': '4:5:6' }
const PUBLISHED = 'goldsync.statistics'

/** For catalogs that keep column statistics, on harnesses that can set and read them. */
export function statisticsBehaviour(subject: Subject): void {
  const { apply } = subject

  describe('column statistics', () => {
    const skipUnlessKept = (skip: TestContext['skip']) => {
      skip(!subject.catalog().capabilities.partitionParameters, 'the catalog keeps none')
      skip(subject.harness().statistics === undefined, 'nobody here can read them')
    }
    const left = (table: Table, value: string) => subject.harness().statistics?.columns(table.name, [value])
    const set = (table: Table, value: string, names: readonly string[]) =>
      subject.harness().statistics?.set(table.name, [value], names)
    const parameters = async (table: Table, values: PartitionValues): Promise<Parameters> => {
      const [found] = await subject.catalog().partitions(table, { want: 'details', among: [values] })
      return found?.parameters ?? {}
    }
    const alter = async (table: Table, value: string, more: Parameters) =>
      apply(table, alterPartitions(table, partitionOf(table, [value], { parameters: more })))
    /** Partitions as an earlier build has left them: it had published id and day, somebody else amount. */
    const published = async (...values: string[]) => {
      const table = await subject.created({ columns: columns('id bigint', 'day bigint', 'amount bigint') })
      await apply(table, addPartitions(table, ...values.map(value => partitionOf(table, [value]))))
      for (const value of values) {
        await set(table, value, ['id', 'day', 'amount'])
        await alter(table, value, SEALED)
      }
      return table
    }

    it('that goldsync published go with the parameter that names them, and nothing else does', async ({
      skip,
    }) => {
      skipUnlessKept(skip)
      const table = await published('a', 'b')
      await apply(table, stripPartitions(table, PUBLISHED, ['a']))
      expect([await left(table, 'a'), await left(table, 'b')]).toEqual([['amount'], ['amount', 'day', 'id']])
      expect(await parameters(table, ['a'])).toMatchObject(WITHDRAWN)
      expect(await parameters(table, ['a'])).not.toHaveProperty(PUBLISHED)
      expect(await parameters(table, ['b'])).toMatchObject(SEALED)
    })

    it('go again without harm, and of what is not registered', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await published('a')
      const change = stripPartitions(table, PUBLISHED, ['a'], ['never there'])
      for (let twice = 0; twice < 2; twice++) await apply(table, change)
      expect(await left(table, 'a')).toEqual(['amount'])
    })

    it('go with all that goldsync has said of a partition', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await published('a')
      await apply(table, stripPartitions(table, 'goldsync.', ['a']))
      expect(await left(table, 'a')).toEqual(['amount'])
    })

    it('that the parameter names need not be there', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await published('a')
      await alter(table, 'a', { ...SEALED, [PUBLISHED]: 'id,no_column' })
      await apply(table, stripPartitions(table, PUBLISHED, ['a']))
      expect(await left(table, 'a')).toEqual(['amount', 'day'])
    })

    it('that somebody has made anew since stay, where the catalog says so', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await published('a', 'b', 'c')
      for (const value of ['a', 'b', 'c']) await set(table, value, ['day'])
      skip(
        (await parameters(table, ['a'])).COLUMN_STATS_ACCURATE === undefined,
        'the catalog does not say so',
      )
      await apply(table, stripPartitions(table, PUBLISHED, ['a']))
      await alter(table, 'b', OTHER_FILES)
      expect([await left(table, 'a'), await left(table, 'b')]).toEqual([
        ['amount', 'day'],
        ['amount', 'day'],
      ])
    })

    it('that a build which was stopped had not sealed go, whatever the catalog says of them', async ({
      skip,
    }) => {
      skipUnlessKept(skip)
      const table = await published('a')
      await alter(table, 'a', { ...SEALED, 'goldsync.fingerprint': 'unpublished:1:2:3' })
      await set(table, 'a', ['id', 'day'])
      await apply(table, stripPartitions(table, PUBLISHED, ['a']))
      expect(await left(table, 'a')).toEqual(['amount'])
    })

    it('that goldsync published go before the partition gets other files', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await published('a', 'b')
      await alter(table, 'a', OTHER_FILES)
      expect([await left(table, 'a'), await left(table, 'b')]).toEqual([['amount'], ['amount', 'day', 'id']])
      expect(await parameters(table, ['a'])).not.toHaveProperty(PUBLISHED)
    })

    it('stay when the partition is altered and keeps its files, and go with it', async ({ skip }) => {
      skipUnlessKept(skip)
      const table = await published('a')
      await alter(table, 'a', { ...SEALED, note: 'new' })
      expect(await left(table, 'a')).toEqual(['amount', 'day', 'id'])
      await apply(table, dropPartitions(table, ['a']))
      await apply(table, addPartitions(table, partitionOf(table, ['a'])))
      expect(await left(table, 'a')).toEqual([])
    })

    it('go from many columns of many partitions', async ({ skip }) => {
      skipUnlessKept(skip)
      const names = Array.from({ length: 30 }, (_, at) => `c${at}`)
      const table = await subject.created({ columns: columns(...names.map(name => `${name} bigint`)) })
      const values = ['a', 'b', 'c']
      await apply(table, addPartitions(table, ...values.map(value => partitionOf(table, [value]))))
      for (const value of values) {
        await set(table, value, names)
        await alter(table, value, { ...SEALED, [PUBLISHED]: names.join() })
      }
      await apply(table, stripPartitions(table, PUBLISHED, ...values.map(value => [value])))
      for (const value of values) expect(await left(table, value)).toEqual([])
    })
  })
}
