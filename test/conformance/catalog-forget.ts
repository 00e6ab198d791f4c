import { describe, expect, it } from 'vitest'
import type { Table } from '../../shared/schema/table.ts'
import {
  addPartitions,
  DATA_COLUMNS,
  expectError,
  partitionOf,
  type Subject,
  stripPartitions,
} from './catalog-support.ts'

/** Parameters that are taken off partitions, whatever they are. */
export function forgetBehaviour(subject: Subject): void {
  const { created, apply } = subject
  const parameters = {
    'goldsync.fingerprint': '1:2:3',
    'goldsync.later': "it's",
    numRows: '3',
    owner: 'sales',
  }
  const parametersOf = async (table: Table, value: string) => {
    const [found] = await subject.catalog().partitions(table, { want: 'details', among: [[value]] })
    return found?.parameters ?? {}
  }
  const filled = async () => {
    const table = await created()
    const partitions = ['a', 'b', 'c'].map(value => partitionOf(table, [value], { parameters }))
    await apply(table, addPartitions(table, ...partitions))
    return table
  }
  const able = (skip: (note: string) => never) =>
    subject.catalog().capabilities.partitionParameters || skip('the catalog keeps no partition parameters')

  describe('parameters of partitions', () => {
    it('are taken off by the beginning of their names, and others stay', async ({ skip }) => {
      able(skip)
      const table = await filled()
      await apply(table, stripPartitions(table, 'goldsync.', ['a'], ['b']))
      for (const value of ['a', 'b']) {
        const found = await parametersOf(table, value)
        expect(found).toMatchObject({ numRows: '3', owner: 'sales' })
        expect(Object.keys(found).filter(key => key.startsWith('goldsync.'))).toEqual([])
      }
      expect(await parametersOf(table, 'c')).toMatchObject(parameters)
    })

    it('are taken off again without harm, and of what is not registered', async ({ skip }) => {
      able(skip)
      const table = await filled()
      const change = stripPartitions(table, 'goldsync.', ['a'], ['never there'])
      await apply(table, change)
      await apply(table, change)
      expect(await parametersOf(table, 'a')).toMatchObject({ owner: 'sales' })
      expect(await subject.catalog().partitions(table, { want: 'names' })).toHaveLength(3)
    })

    it('leave columns, places and files alone', async ({ skip }) => {
      able(skip)
      const data = subject.harness().data ?? skip('the harness writes no data')
      const table = await created({ columns: DATA_COLUMNS })
      const files = [await data.write(`${table.location}/a`, '1.parquet', 3)]
      await apply(table, addPartitions(table, partitionOf(table, ['a'], { files, parameters })))
      const read = () => subject.catalog().partitions(table, { want: 'details', among: [['a']] })
      const [before] = await read()
      await apply(table, stripPartitions(table, 'goldsync.', ['a']))
      const [after] = await read()
      expect([after?.location, after?.columns]).toEqual([before?.location, before?.columns])
      expect(await data.count(table.name)).toBe(3)
    })

    it('can be those of thousands, in batches', async ({ skip }) => {
      able(skip)
      const table = await created()
      const values = Array.from({ length: 1500 }, (_, at) => `p${at}`)
      await apply(
        table,
        addPartitions(table, ...values.map(value => partitionOf(table, [value], { parameters }))),
      )
      await apply(table, stripPartitions(table, 'goldsync.', ...values.map(value => [value])))
      expect(await parametersOf(table, 'p1499')).not.toHaveProperty('goldsync.fingerprint')
    })

    it('need a catalog that keeps them, and a table', async () => {
      const table = subject.table()
      const { partitionParameters } = subject.catalog().capabilities
      const change = stripPartitions(table, 'goldsync.', ['a'])
      const work = async () => apply(table, change)
      await expectError(work(), partitionParameters ? 'NOT_FOUND' : 'UNSUPPORTED')
    })
  })
}
