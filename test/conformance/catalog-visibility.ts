import { describe, expect, it } from 'vitest'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Table } from '../../shared/schema/table.ts'
import { addPartitions, alterPartitions, DATA_COLUMNS, partitionOf, type Subject } from './catalog-support.ts'

/** What queries see: by folder or by file, as the catalog declares. Skipped where the harness cannot write data. */
export function visibilityBehaviour(subject: Subject): void {
  const { created, apply } = subject

  describe('queries', () => {
    it('see the rows of registered partitions', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const { table, write } = await filled()
      await apply(table, add(table, 'a', await write('a', '1.parquet', 3)))
      expect(await data.count(table.name)).toBe(3)
      await apply(table, add(table, 'b', await write('b', '1.parquet', 4), await write('b', '2.parquet', 5)))
      expect(await data.count(table.name)).toBe(12)
    })

    it('see nothing of a folder that is not registered', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const { table, write } = await filled()
      await write('a', '1.parquet', 3)
      expect(await data.count(table.name)).toBe(0)
    })

    it('see one more file of a registered partition as the catalog declares', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const { table, write } = await filled()
      const first = await write('a', '1.parquet', 3)
      await apply(table, add(table, 'a', first))
      const second = await write('a', '2.parquet', 4)
      const { visibility } = subject.catalog().capabilities
      expect(await data.count(table.name)).toBe(visibility === 'file' ? 3 : 7)
      await apply(table, alterPartitions(table, partitionOf(table, ['a'], { files: [first, second] })))
      expect(await data.count(table.name)).toBe(7)
    })

    it('see no file that was held back, where files are registered one by one', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const { table, write } = await filled()
      const good = await write('a', '1.parquet', 3)
      await write('a', 'held-back.parquet', 4)
      await apply(table, add(table, 'a', good))
      const { visibility } = subject.catalog().capabilities
      expect(await data.count(table.name)).toBe(visibility === 'file' ? 3 : 7)
    })

    it('see an empty table before its first partition', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const { table } = await filled()
      expect(await data.count(table.name)).toBe(0)
      await apply(table, addPartitions(table, partitionOf(table, ['a'])))
      expect(await data.count(table.name)).toBe(0)
    })

    const filled = async () => {
      const table = await created({ columns: DATA_COLUMNS })
      const write = (value: string, file: string, rows: number) =>
        subject.harness().data!.write(`${table.location}/${value}`, file, rows)
      return { table, write }
    }
    const add = (table: Table, value: string, ...files: DataFile[]) =>
      addPartitions(table, partitionOf(table, [value], { files }))
  })
}
