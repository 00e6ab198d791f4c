import { describe, expect, it } from 'vitest'
import { sameLocation } from '../../shared/layout/location.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import { columns } from '../support/types.ts'
import { addPartitions, DATA_COLUMNS, expectError, partitionOf, type Subject } from './catalog-support.ts'

/** Tables that get another name. */
export function renameBehaviour(subject: Subject): void {
  const { created, apply, inspect } = subject
  const parameters = { 'goldsync.topic': 'orders', owner_team: 'sales' }
  const renamed = (table: Table): Table => ({
    ...table,
    name: { ...table.name, name: `${table.name.name}_renamed` },
  })
  const rename = (table: Table): Change => ({
    kind: 'renameTable',
    table: table.name,
    to: renamed(table).name,
  })
  const names = async (table: Table) => {
    const found = await subject.catalog().partitions(table, { want: 'names' })
    return found.map(({ values }) => values.join('/')).sort()
  }
  const filled = async (change: Partial<Table> = {}) => {
    const table = await created({ parameters, ...change })
    await apply(
      table,
      addPartitions(
        table,
        ...['a', 'b'].map(value => partitionOf(table, [value], { parameters: { x: '1' } })),
      ),
    )
    return table
  }

  describe('a table that is renamed', () => {
    it('is there under the new name alone, with columns, parameters, place and partitions', async () => {
      const table = await filled({ columns: columns('id bigint', 's struct<a:int>') })
      await apply(table, rename(table))
      const after = renamed(table)
      expect(await subject.catalog().inspect(table.name)).toBeUndefined()
      const found = await inspect(after)
      expect(found).toMatchObject({
        name: after.name,
        columns: table.columns,
        partitionKeys: table.partitionKeys,
        kind: 'external',
      })
      expect(found.parameters).toMatchObject(parameters)
      expect(sameLocation(found.location, table.location), found.location).toBe(true)
      expect(await names(after)).toEqual(['a', 'b'])
      const [a] = await subject.catalog().partitions(after, { want: 'details', among: [['a']] })
      expect(sameLocation(a?.location ?? '', `${table.location}/a`), a?.location).toBe(true)
      expect(a?.columns).toEqual(table.columns)
      if (subject.catalog().capabilities.partitionParameters) expect(a?.parameters).toMatchObject({ x: '1' })
    })

    it('is renamed again without harm', async () => {
      const table = await filled()
      await apply(table, rename(table))
      await apply(table, rename(table))
      expect(await names(renamed(table))).toEqual(['a', 'b'])
    })

    it('grows on under the new name', async () => {
      const table = await filled()
      await apply(table, rename(table))
      const after = renamed(table)
      await apply(after, addPartitions(after, partitionOf(after, ['c'])))
      expect(await names(after)).toEqual(['a', 'b', 'c'])
    })

    it('leaves its name free', async () => {
      const table = await filled()
      await apply(table, rename(table))
      await apply(table, { kind: 'createTable', table })
      expect([await names(table), await names(renamed(table))]).toEqual([[], ['a', 'b']])
    })

    it('keeps its name where another table has the new one', async () => {
      const table = await filled()
      const other = { ...renamed(table), location: subject.harness().location('another/place') }
      await apply(other, { kind: 'createTable', table: other })
      await expectError(apply(table, rename(table)), 'CONFLICT')
      expect([await names(table), await names(other)]).toEqual([['a', 'b'], []])
    })

    it('must be there', async () => {
      const table = subject.table()
      await expectError(apply(table, rename(table)), 'NOT_FOUND')
    })

    it('says so in its plan', async () => {
      const table = subject.table()
      const { steps } = subject.catalog().plan(table.name, [rename(table)])
      expect(steps.map(({ change }) => change)).toEqual([rename(table)])
      for (const name of [table.name.name, renamed(table).name.name])
        expect(steps[0]?.command).toContain(name)
    })

    it('may have thousands of partitions', async () => {
      const many = subject.catalog().capabilities.bulkDetails ? 1500 : 250
      const table = await created()
      const partitions = Array.from({ length: many }, (_, at) => partitionOf(table, [`p${at}`]))
      await apply(table, addPartitions(table, ...partitions))
      await apply(table, rename(table))
      expect(await names(renamed(table))).toHaveLength(many)
    })

    it('shows the rows that it showed', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const table = await created({ columns: DATA_COLUMNS })
      const files = [await data.write(`${table.location}/a`, '1.parquet', 3)]
      await apply(table, addPartitions(table, partitionOf(table, ['a'], { files })))
      await apply(table, rename(table))
      expect(await data.count(renamed(table).name)).toBe(3)
    })
  })

  describe('a database', () => {
    it('is told to be there, or not', async () => {
      const { database } = subject.harness()
      const asked = [database, `${database}_never`].map(name => subject.catalog().hasDatabase(name))
      expect(await Promise.all(asked)).toEqual([true, false])
    })

    it('cannot be told of where the catalog cannot be reached', async () => {
      const unreachable = await subject.harness().unreachable()
      await expectError(unreachable.hasDatabase(subject.harness().database), 'UNAVAILABLE')
      await unreachable.close()
    })
  })
}
