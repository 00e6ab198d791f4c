/** Work that goes on after a plan is done: no dry run plans it, so an apply must not take it for something that moved on. */
import { expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { type MemoryCatalog, openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { collectPlan, onlyPlanned } from '../../shared/run/planned.ts'
import { partitionKey } from '../../shared/schema/table.ts'
import { type TestLake, testLake } from '../support/lake.ts'
import { columnsWithStatistics, setStatistics } from '../support/memory-statistics.ts'

const NAME = { database: 'golden', name: 'orders' }
const HOUR = 3_600_000
/** Ends before the clock's hour. */
const hours = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) =>
    new Date(Date.UTC(2019, 8, 1, 11) - at * HOUR).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/'),
  )

const tableIn = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')
const parametersOf = (lake: TestLake) => tableIn(lake)?.table.parameters ?? {}
const typeIn = (lake: TestLake, path: string) =>
  tableIn(lake)?.partitions.get(partitionKey(path.split('/')))?.columns[0]?.type.kind

/** A table that has these partitions. */
async function filled(paths: readonly string[], catalog?: MemoryCatalog): Promise<TestLake> {
  const lake = testLake(catalog ? { catalog } : {})
  for (const path of paths) lake.put(`orders/${path}/a.parquet`, 'v1', lake.clock.now - 5 * HOUR)
  await lake.scan()
  lake.clock.now += 60_000
  return lake
}

async function planAndApply(lake: TestLake, apply: Parameters<TestLake['scan']>[0] = {}) {
  const plan = collectPlan()
  await lake.scan({ dryRun: true, onPlan: plan.onPlan })
  const kinds = plan.tables().flatMap(({ steps }) => steps.map(({ kind }) => kind))
  return { kinds, table: lake.table(await lake.scan({ onPlan: onlyPlanned(plan.tables()), ...apply })) }
}

it.each([
  ['more partitions than get it in one step', 1001, undefined],
  ['a catalog that does not cascade', 30, () => openMemoryCatalog('memory', { cascades: false })],
])('a wider type is applied as planned and reaches all partitions: %s', async (_, count, open) => {
  const paths = hours(count)
  const lake = await filled(paths, open?.())
  lake.put('orders/2019/09/01/12/a.parquet', 'v2')
  const { kinds, table } = await planAndApply(lake)
  expect(kinds).toContain('changeColumnTypes')
  expect(table).toMatchObject({ outcome: 'changed', partitions: { added: 1 } })
  expect(parametersOf(lake)).not.toHaveProperty('goldsync.descriptors')
  expect(new Set(paths.map(path => typeIn(lake, path)))).toEqual(new Set(['bigint']))
})

it('types that an earlier run has left pending are gone on with by the next apply for the table', async () => {
  const paths = hours(30)
  const lake = await filled(paths, openMemoryCatalog('memory', { cascades: false }))
  lake.put('orders/2019/09/01/12/a.parquet', 'v2')
  lake.catalog.refuse(values =>
    paths.includes(values.join('/')) ? new GoldsyncError('INTERNAL', 'this one is not welcome') : undefined,
  )
  expect((await planAndApply(lake)).table).toMatchObject({ outcome: 'failed' })
  expect(parametersOf(lake)).toHaveProperty(['goldsync.descriptors'])
  lake.catalog.refuse(() => undefined)
  lake.put('orders/2019/09/01/12/b.parquet', 'v2')
  expect((await planAndApply(lake)).table).toMatchObject({ outcome: 'changed' })
  expect(parametersOf(lake)).not.toHaveProperty('goldsync.descriptors')
  expect(typeIn(lake, paths[29]!)).toBe('bigint')
})

it('column statistics of an earlier build go from all partitions with the apply of what else was planned', async () => {
  const paths = hours(30)
  const lake = await filled(paths)
  for (const path of paths)
    setStatistics(lake.catalog, NAME, path.split('/'), ['id'], { 'goldsync.statistics': 'id' })
  lake.put('orders/2019/09/01/12/a.parquet', 'v1')
  const { kinds, table } = await planAndApply(lake)
  expect(kinds).toEqual(['addPartitions'])
  expect(table).toMatchObject({ outcome: 'changed' })
  expect(table.steps.map(({ kind }) => kind)).toContain('stripPartitions')
  expect(paths.filter(path => columnsWithStatistics(lake.catalog, NAME, path.split('/')).length > 0)).toEqual(
    [],
  )
  expect(parametersOf(lake)).not.toHaveProperty('goldsync.withdrawal')
})
