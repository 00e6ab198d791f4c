import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Lake } from '../../shared/run/run.ts'
import { renameTable } from '../../shared/upkeep/rename.ts'
import type { UpkeepOptions } from '../../shared/upkeep/upkeep.ts'
import { openDouble } from '../support/engine-double.ts'
import { type TestLake, testLake } from '../support/lake.ts'
import { openRecords } from '../support/records.ts'

const options: UpkeepOptions = { runId: 'test', trigger: 'rename', dryRun: false, log: openLog('silent') }

async function synced(more: Partial<Lake> = {}): Promise<TestLake> {
  const lake = testLake({ more })
  for (const hour of ['10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
  await lake.scan()
  return lake
}

/** The lake as a config has it that gives the topic another name. */
const naming = ({ lake }: TestLake, name: string): Lake => ({
  ...lake,
  identity: {},
  naming: { rename: { orders: name } },
})
const tables = ({ catalog }: TestLake) => [...catalog.state().tables.keys()]

describe('a table that is renamed', () => {
  test('keeps its partitions and parameters, and the next scan finds it under the new name', async () => {
    const lake = await synced()
    const before = lake.catalog.state().tables.get('golden.orders')!
    const report = await renameTable([naming(lake, 'sales')], 'orders', 'sales', options)
    expect(report.tables).toMatchObject([{ table: 'golden.orders', outcome: 'changed' }])
    expect(tables(lake)).toEqual(['golden.sales'])
    const after = lake.catalog.state().tables.get('golden.sales')!
    expect(after.partitions).toEqual(before.partitions)
    expect(after.table).toEqual({ ...before.table, name: { database: 'golden', name: 'sales' } })
    const next = testLake({ catalog: lake.catalog, more: { ...naming(lake, 'sales') } })
    next.clock.now = lake.clock.now
    expect(next.table(await next.scan())).toMatchObject({
      table: 'golden.sales',
      outcome: 'unchanged',
      steps: [],
    })
  })

  test.each([
    ['golden.orders', 'golden.sales'],
    ['orders', 'golden.sales'],
    ['golden.orders', 'sales'],
  ])('may be named %s, and %s', async (from, to) => {
    const lake = await synced()
    await renameTable([naming(lake, 'sales')], from, to, options)
    expect(tables(lake)).toEqual(['golden.sales'])
  })

  test('is refused before the config names it so: the line that it needs is said', async () => {
    const lake = await synced()
    for (const lakes of [[lake.lake], [naming(lake, 'other')], [naming(lake, 'sales'), lake.lake]])
      await expect(renameTable(lakes, 'orders', 'sales', options)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        hint: expect.stringContaining('tables.rename: {"orders": sales}'),
      })
    await expect(
      renameTable([{ ...naming(lake, 'sales'), includes: () => false }], 'orders', 'sales', options),
    ).rejects.toMatchObject({ message: expect.stringContaining('leaves out') })
    expect(tables(lake)).toEqual(['golden.orders'])
  })

  test('cannot get the name of another table, be it of the same topic', async () => {
    const lake = await synced()
    const name = { database: 'golden', name: 'sales' }
    const { table } = lake.catalog.state().tables.get('golden.orders')!
    await lake.catalog.apply(lake.catalog.plan(name, [{ kind: 'createTable', table: { ...table, name } }]))
    await expect(renameTable([naming(lake, 'sales')], 'orders', 'sales', options)).rejects.toMatchObject({
      code: 'CONFLICT',
      retryable: false,
      message: expect.stringContaining('a scan has made it'),
      hint: expect.stringContaining('drop golden.sales'),
    })
    expect(tables(lake)).toEqual(['golden.orders', 'golden.sales'])
  })

  test.each([
    ['orders', 'other.sales', 'another database'],
    ['orders', 'Sales!', 'no table name'],
    ['orders', 'orders', 'already'],
    ['nothing', 'sales', 'no catalog'],
    ['other.orders', 'sales', 'no catalog'],
  ])('is no %s to be called %s', async (from, to, why) => {
    const lake = await synced()
    await expect(renameTable([naming(lake, 'sales')], from, to, options)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining(why),
    })
  })

  test('must be external, and have been synced', async () => {
    const lake = await synced()
    const { name } = lake.catalog.state().tables.get('golden.orders')!.table
    const forget = {
      kind: 'setParameters',
      table: name,
      parameters: {},
      removed: ['goldsync.topic'],
    } as const
    await lake.catalog.apply(lake.catalog.plan(name, [forget]))
    await expect(renameTable([naming(lake, 'sales')], 'orders', 'sales', options)).rejects.toMatchObject({
      message: expect.stringContaining('no scan has taken over'),
    })
  })

  test('is planned first: nothing is changed, and the step is shown', async () => {
    const lake = await synced()
    const report = await renameTable([naming(lake, 'sales')], 'orders', 'sales', { ...options, dryRun: true })
    expect(report.tables[0]).toMatchObject({
      outcome: 'planned',
      steps: [{ kind: 'renameTable', summary: 'rename the table to sales' }],
    })
    expect(tables(lake)).toEqual(['golden.orders'])
  })

  test('is done by the next call where one died before or after it was done', async () => {
    for (const when of ['before', 'after'] as const) {
      const lake = await synced()
      lake.catalog.failAt({ step: lake.catalog.calls.steps + 1, when, error: new Error('killed') })
      const cut = await renameTable([naming(lake, 'sales')], 'orders', 'sales', options)
      expect(cut.tables[0]!.outcome).toBe('failed')
      const again = await renameTable([naming(lake, 'sales')], 'orders', 'sales', options)
      expect(again.tables[0]!.outcome).toBe(when === 'before' ? 'changed' : 'unchanged')
      expect(tables(lake)).toEqual(['golden.sales'])
    }
  })

  test('in two catalogs is renamed in both, also when one of them had been done before', async () => {
    const [one, two] = [openMemoryCatalog('one'), openMemoryCatalog('two')]
    const lake = await synced({ catalogs: [one, two] })
    two.failAt({ step: two.calls.steps + 1, when: 'before', error: new Error('killed') })
    const lakes = [{ ...naming(lake, 'sales'), catalogs: [one, two] }]
    const cut = await renameTable(lakes, 'orders', 'sales', options)
    expect(cut.tables.map(({ outcome }) => outcome)).toEqual(['changed', 'failed'])
    const done = await renameTable(lakes, 'orders', 'sales', options)
    expect(done.tables.map(({ outcome }) => outcome)).toEqual(['unchanged', 'changed'])
    for (const catalog of [one, two]) expect([...catalog.state().tables.keys()]).toEqual(['golden.sales'])
  })

  test('is forgotten by engines under both names; one that is down is told', async () => {
    const told: string[] = []
    const { engine } = openDouble({ refresh: async ({ name }) => void told.push(name) })
    const lake = await synced()
    await renameTable([{ ...naming(lake, 'sales'), engines: [engine] }], 'orders', 'sales', options)
    expect(told).toEqual(['orders', 'sales'])
    const unknowing = openDouble({
      refresh: async ({ name }) => {
        if (name === 'orders') throw new GoldsyncError('NOT_FOUND', 'no such table')
      },
    })
    const third = await synced()
    const { tables } = await renameTable(
      [{ ...naming(third, 'sales'), engines: [unknowing.engine] }],
      'orders',
      'sales',
      options,
    )
    expect(tables[0]!.diagnostics).toEqual([])
    const down = openDouble({ refresh: () => Promise.reject(new Error('it is down')) })
    const other = await synced()
    const report = await renameTable(
      [{ ...naming(other, 'sales'), engines: [down.engine] }],
      'orders',
      'sales',
      options,
    )
    expect(report.tables[0]).toMatchObject({
      outcome: 'changed',
      diagnostics: [
        { code: 'ENGINE_FAILED', severity: 'error', message: expect.stringContaining('it is down') },
      ],
    })
  })

  test('is told of in the audit', async () => {
    const lake = await synced()
    const { log, audits } = openRecords()
    await renameTable([naming(lake, 'sales')], 'orders', 'sales', { ...options, log })
    expect(audits()).toMatchObject([
      { trigger: 'rename', before: { table: 'golden.orders' }, after: { table: 'golden.sales' } },
    ])
  })
})
