import { describe, expect, it } from 'vitest'
import type { Table } from '../../shared/schema/table.ts'
import { columns } from '../support/types.ts'
import {
  addPartitions,
  DATA_COLUMNS,
  dropPartitions,
  expectError,
  partitionOf,
  type Subject,
} from './catalog-support.ts'

/** Partitions that are taken out of the catalog. */
export function dropBehaviour(subject: Subject): void {
  const { created, apply } = subject
  const names = async (table: Table) => {
    const found = await subject.catalog().partitions(table, { want: 'names' })
    return found.map(({ values }) => values.join('/')).sort()
  }
  const filled = async (...values: string[]) => {
    const table = await created()
    await apply(table, addPartitions(table, ...values.map(value => partitionOf(table, [value]))))
    return table
  }

  describe('partitions that are unregistered', () => {
    it('are gone, and the others stay', async () => {
      const table = await filled('a', 'b', 'c', 'd')
      await apply(table, dropPartitions(table, ['b'], ['d']))
      expect(await names(table)).toEqual(['a', 'c'])
      const among = [['a'], ['b']]
      const found = await subject.catalog().partitions(table, { want: 'details', among })
      expect(found.map(({ values }) => values)).toEqual([['a']])
    })

    it('are no others that share some of their values', async () => {
      const table = await created({ partitionKeys: columns('a string', 'b string') })
      const all = [
        ['1', '2'],
        ['2', '1'],
        ['1', '1'],
        ['01', '2'],
      ]
      await apply(table, addPartitions(table, ...all.map(values => partitionOf(table, values))))
      await apply(table, dropPartitions(table, ['1', '2']))
      expect(await names(table)).toEqual(['01/2', '1/1', '2/1'])
    })

    it('may have typed keys', async () => {
      const table = await created({ partitionKeys: columns('dt date', 'hr int') })
      const all = [
        ['2019-09-01', '7'],
        ['2019-09-01', '17'],
        ['2019-09-02', '7'],
      ]
      await apply(table, addPartitions(table, ...all.map(values => partitionOf(table, values))))
      await apply(table, dropPartitions(table, ['2019-09-01', '7']))
      expect(await names(table)).toEqual(['2019-09-01/17', '2019-09-02/7'])
    })

    it('need not be registered', async () => {
      const table = await filled('a', 'b')
      await apply(table, dropPartitions(table, ['a'], ['never there']))
      await apply(table, dropPartitions(table, ['a'], ['b']))
      await apply(table, dropPartitions(table, ['a']))
      expect(await names(table)).toEqual([])
    })

    it('can be thousands, in batches', async () => {
      const many = subject.catalog().capabilities.bulkDetails ? 1500 : 250
      const values = Array.from({ length: many }, (_, at) => `p${at}`)
      const table = await filled(...values, 'kept')
      await apply(table, dropPartitions(table, ...values.map(value => [value])))
      expect(await names(table)).toEqual(['kept'])
    })

    it('can be registered again, elsewhere too', async () => {
      const table = await filled('a', 'b')
      await apply(table, dropPartitions(table, ['a'], ['b']))
      const location = subject.harness().location('another/place')
      await apply(
        table,
        addPartitions(table, partitionOf(table, ['a']), partitionOf(table, ['b'], { location })),
      )
      expect(await names(table)).toEqual(['a', 'b'])
    })

    it('need a table', async () => {
      const table = subject.table()
      await expectError(apply(table, dropPartitions(table, ['a'])), 'NOT_FOUND')
    })

    it('keep their files', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const table = await created({ columns: DATA_COLUMNS })
      const fill = async (value: string, rows: number) =>
        partitionOf(table, [value], {
          files: [await data.write(`${table.location}/${value}`, '1.parquet', rows)],
        })
      const [a, b] = [await fill('a', 3), await fill('b', 4)]
      await apply(table, addPartitions(table, a, b))
      await apply(table, dropPartitions(table, ['a']))
      expect(await data.count(table.name)).toBe(4)
      await apply(table, addPartitions(table, a))
      expect(await data.count(table.name)).toBe(7)
    })

    it('keep their files where the table says that these go with them, or cannot be unregistered', async ({
      skip,
    }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const parameters = { 'external.table.purge': 'true' }
      const table = await created({ columns: DATA_COLUMNS, parameters })
      const files = [await data.write(`${table.location}/a`, '1.parquet', 3)]
      const adding = addPartitions(table, partitionOf(table, ['a'], { files }))
      await apply(table, adding)
      const refused = await apply(table, dropPartitions(table, ['a'])).then(
        () => undefined,
        (error: { readonly code: string }) => error.code,
      )
      expect([undefined, 'CONFLICT']).toContain(refused)
      expect(await names(table)).toEqual(refused ? ['a'] : [])
      await apply(table, adding)
      expect(await data.count(table.name)).toBe(3)
    })
  })
}
