import { describe, expect, it } from 'vitest'
import { sameLocation } from '../../shared/layout/location.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { RegisteredPartition } from '../../shared/schema/partition.ts'
import type { PartitionValues, Table } from '../../shared/schema/table.ts'
import { columns } from '../support/types.ts'
import {
  addColumns,
  addPartitions,
  alterPartitions,
  DATA_COLUMNS,
  expectError,
  movePartitions,
  partitionOf,
  type Subject,
} from './catalog-support.ts'

/** Partitions and tables whose folders are elsewhere now. */
export function moveBehaviour(subject: Subject): void {
  const { created, apply, inspect } = subject
  const details = async (table: Table, values: PartitionValues): Promise<RegisteredPartition> => {
    const [found] = await subject.catalog().partitions(table, { want: 'details', among: [values] })
    return found as RegisteredPartition
  }
  const expectAt = async (table: Table, value: string, location: string) => {
    const found = (await details(table, [value])).location ?? ''
    expect(sameLocation(found, location), `${found} should be ${location}`).toBe(true)
  }
  const move = (table: Table, value: string, from = `${table.location}/${value}`) => ({
    values: [value],
    from,
    to: subject.harness().location(`new/place/${table.name.name}/${value}`),
  })

  describe('partitions that are moved', () => {
    it('lie where they are moved to, and others stay where they are', async () => {
      const table = await created()
      await apply(table, addPartitions(table, ...['a', 'b', 'c'].map(value => partitionOf(table, [value]))))
      const [a, b] = [move(table, 'a'), move(table, 'b')]
      await apply(table, movePartitions(table, a, b))
      await expectAt(table, 'a', a.to)
      await expectAt(table, 'b', b.to)
      await expectAt(table, 'c', `${table.location}/c`)
    })

    it('keep their columns and parameters', async () => {
      const table = await created()
      const parameters = { 'goldsync.fingerprint': '1:2:3' }
      await apply(table, addPartitions(table, partitionOf(table, ['a'], { parameters })))
      await apply(table, addColumns(table, 'extra int'))
      const before = await details(table, ['a'])
      await apply(table, movePartitions(table, move(table, 'a')))
      const after = await details(table, ['a'])
      expect(after.columns).toEqual(before.columns)
      if (subject.catalog().capabilities.partitionParameters)
        expect(after.parameters).toMatchObject(parameters)
    })

    it('are moved again without harm', async () => {
      const table = await created()
      await apply(table, addPartitions(table, partitionOf(table, ['a']), partitionOf(table, ['b'])))
      const [a, b] = [move(table, 'a'), move(table, 'b')]
      await apply(table, movePartitions(table, a))
      await apply(table, movePartitions(table, a, b))
      await expectAt(table, 'a', a.to)
      await expectAt(table, 'b', b.to)
    })

    it('may have had their location written otherwise', async () => {
      const table = await created()
      await apply(table, addPartitions(table, partitionOf(table, ['a'])))
      const a = move(table, 'a', `${table.location}/a/`)
      await apply(table, movePartitions(table, a))
      await expectAt(table, 'a', a.to)
    })

    it('stay where somebody else has put them', async () => {
      const table = await created()
      const location = subject.harness().location('else/where')
      await apply(table, addPartitions(table, partitionOf(table, ['a'], { location })))
      await expectError(apply(table, movePartitions(table, move(table, 'a'))), 'CONFLICT')
      await expectAt(table, 'a', location)
    })

    it('must be registered', async () => {
      const table = await created()
      await expectError(apply(table, movePartitions(table, move(table, 'none'))), 'NOT_FOUND')
      expect(await subject.catalog().partitions(table, { want: 'names' })).toEqual([])
    })

    it('take a place with spaces and signs in its name, or stay where they are', async () => {
      const table = await created()
      await apply(table, addPartitions(table, partitionOf(table, ['a'])))
      const from = `${table.location}/a`
      const to = `${table.location}/new place [a] 100%`
      const refused = await apply(table, movePartitions(table, { values: ['a'], from, to })).then(
        () => undefined,
        (error: { readonly code: string }) => error.code,
      )
      expect([undefined, 'UNSUPPORTED']).toContain(refused)
      await expectAt(table, 'a', refused ? from : to)
    })

    it('show the files of their new folder, and leave those of the old', async ({ skip }) => {
      const data = subject.harness().data ?? skip('the harness writes no data')
      const table = await created({ columns: DATA_COLUMNS })
      const a = move(table, 'a')
      const old = partitionOf(table, ['a'], { files: [await data.write(a.from, '1.parquet', 3)] })
      const moved = { ...old, location: a.to, files: [await data.write(a.to, '1.parquet', 5)] }
      await apply(table, addPartitions(table, old))
      await apply(table, movePartitions(table, a), alterPartitions(table, moved))
      expect(await data.count(table.name)).toBe(5)
      await apply(table, movePartitions(table, { ...a, from: a.to, to: a.from }), alterPartitions(table, old))
      expect(await data.count(table.name)).toBe(3)
    })
  })

  describe('a table that is moved', () => {
    it('lies where it is moved to, and its partitions stay where they are', async () => {
      const table = await created({ partitionKeys: columns('key string') })
      await apply(table, addPartitions(table, partitionOf(table, ['a'])))
      const to = subject.harness().location(`new/place/${table.name.name}`)
      const change = { kind: 'moveTable', table: table.name, from: table.location, to } as const
      await apply(table, change)
      await apply(table, change)
      const found = await inspect(table)
      expect(sameLocation(found.location, to), found.location).toBe(true)
      expect(found).toMatchObject({ columns: table.columns, kind: 'external', format: 'parquet' })
      await expectAt(table, 'a', `${table.location}/a`)
    })

    it('is a conflict where somebody has moved it meanwhile', async () => {
      const table = await created()
      const [from, to] = ['gone', 'place'].map(name =>
        subject.harness().location(`${name}/${table.name.name}`),
      )
      const change = { kind: 'moveTable', table: table.name, from, to } as Change
      await expectError(apply(table, change), 'CONFLICT')
      expect(sameLocation((await inspect(table)).location, table.location)).toBe(true)
    })
  })
}
