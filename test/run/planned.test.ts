import { describe, expect, it } from 'vitest'
import { collectPlan, differences, onlyPlanned } from '../../shared/run/planned.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const DAY = 'orders/2019/09/01'

async function planOf(lake: TestLake, mode: 'recent' | 'full' = 'recent') {
  const plan = collectPlan()
  const report = await lake.scan({ dryRun: true, mode, onPlan: plan.onPlan })
  return { tables: plan.tables(), report }
}

async function planned(...paths: readonly string[]) {
  const lake = testLake()
  for (const path of paths) lake.put(path, 'v1')
  const { tables, report } = await planOf(lake)
  return { lake, tables, report, differing: async () => differences(tables, (await planOf(lake)).tables) }
}

const registered = async (lake: TestLake): Promise<string[]> => {
  const table = await lake.catalog.inspect({ database: 'golden', name: 'orders' })
  const partitions = table ? await lake.catalog.partitions(table, { want: 'names' }) : []
  return partitions.map(({ values }) => values.join('/')).sort()
}

describe('a plan that is kept', () => {
  it('holds the steps that the plan tells of, and is the same when nothing has changed, however late it is', async () => {
    const { lake, tables, report, differing } = await planned(
      `${DAY}/09/a.parquet`,
      'clicks/2019/09/01/09/a.parquet',
    )
    expect(tables.map(({ table }) => table)).toEqual(['golden.clicks', 'golden.orders'])
    const told = report.tables.flatMap(({ steps }) => steps).filter(({ kind }) => kind !== 'setParameters')
    expect(
      tables
        .flatMap(({ steps }) => steps)
        .map(({ command }) => command)
        .sort(),
    ).toEqual(told.map(({ command }) => command).sort())
    lake.clock.now += 3_600_000
    expect(await differing()).toEqual([])
  })

  it('is done as it was planned, and leaves nothing to do', async () => {
    const { lake, tables } = await planned(`${DAY}/09/a.parquet`, `${DAY}/10/a.parquet`)
    const report = await lake.scan({ onPlan: onlyPlanned(tables) })
    expect(lake.table(report)).toMatchObject({ outcome: 'changed', partitions: { added: 2 } })
    expect((await planOf(lake)).tables).toEqual([])
  })

  it.each<[string, (lake: TestLake) => void, RegExp]>([
    [
      'a file is new in a planned partition',
      lake => lake.put(`${DAY}/09/b.parquet`, 'v1'),
      /golden\.orders in memory: not as planned any more/,
    ],
    [
      'a planned file was replaced',
      lake => lake.put(`${DAY}/09/a.parquet`, 'v1', Date.UTC(2019, 8, 1, 11, 59)),
      /not as planned any more/,
    ],
    ['a partition is new', lake => lake.put(`${DAY}/10/a.parquet`, 'v1'), /golden\.orders in memory: /],
    [
      'a topic is new',
      lake => lake.put('clicks/2019/09/01/09/a.parquet', 'v1'),
      /golden\.clicks in memory: not in the plan/,
    ],
    [
      'a planned file is gone',
      lake => lake.storage.drop(`memory://lake/golden/${DAY}/09/a.parquet`),
      /not as planned any more/,
    ],
  ])('does not hold where %s', async (_, change, says) => {
    const { lake, differing } = await planned(`${DAY}/09/a.parquet`)
    change(lake)
    expect(await differing()).toEqual(expect.arrayContaining([expect.stringMatching(says)]))
  })

  it('does not hold where the table was altered meanwhile', async () => {
    const { lake, differing, tables } = await planned(`${DAY}/09/a.parquet`)
    await lake.scan()
    expect(await differing()).toEqual([expect.stringMatching(/not as planned any more/)])
    expect(tables).toHaveLength(1)
  })

  it('does not hold for a plan of the columns, where another run has widened them', async () => {
    const lake = testLake()
    lake.put(`${DAY}/09/a.parquet`, 'v1')
    await lake.scan()
    lake.put(`${DAY}/10/a.parquet`, 'v2')
    const before = (await planOf(lake)).tables
    expect(before.flatMap(({ steps }) => steps.map(({ kind }) => kind))).toContain('changeColumnTypes')
    await lake.scan()
    lake.put(`${DAY}/11/a.parquet`, 'v2')
    expect(differences(before, (await planOf(lake)).tables)).not.toEqual([])
  })

  it('prevents each step that is not in it, also where the lake moves on after the last look', async () => {
    const { lake, tables } = await planned(`${DAY}/09/a.parquet`)
    lake.put(`${DAY}/10/a.parquet`, 'v1')
    const table = lake.table(await lake.scan({ onPlan: onlyPlanned(tables) }))
    expect(table).toMatchObject({ outcome: 'failed', error: { code: 'CONFLICT' } })
    expect(await registered(lake)).toEqual([])
  })
})
