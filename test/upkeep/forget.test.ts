import { describe, expect, test } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Lake } from '../../shared/run/run.ts'
import { forgetTable } from '../../shared/upkeep/forget.ts'
import type { UpkeepOptions } from '../../shared/upkeep/upkeep.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { openRecords } from '../support/records.ts'

const options: UpkeepOptions = { runId: 'test', trigger: 'forget', dryRun: false, log: openLog('silent') }
const HOURS = ['09', '10', '11']

async function synced(more: Partial<Lake> = {}): Promise<TestLake> {
  const lake = testLake({ more })
  for (const hour of HOURS) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
  await lake.scan()
  return lake
}

/** The lake as a config has it that leaves the topic out. */
const leftOut = ({ lake }: TestLake): Lake => ({ ...lake, includes: topic => topic !== 'orders' })
const stored = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')!
const own = (parameters: object) => Object.keys(parameters).filter(key => key.startsWith('goldsync.'))
const ownOf = (lake: TestLake) =>
  [stored(lake).table, ...stored(lake).partitions.values()].flatMap(({ parameters }) => own(parameters))

describe('a table that is forgotten', () => {
  test('has no parameter of goldsync any more, nor have its partitions; all else is as it was', async () => {
    const lake = await synced()
    const before = stored(lake)
    expect(ownOf(lake).length).toBeGreaterThan(HOURS.length)
    const report = await forgetTable([leftOut(lake)], 'orders', options)
    expect(report.tables).toMatchObject([
      { table: 'golden.orders', topic: 'orders', outcome: 'changed', partitions: { altered: 3, dropped: 0 } },
    ])
    expect(ownOf(lake)).toEqual([])
    const after = stored(lake)
    expect([...after.partitions.keys()]).toEqual([...before.partitions.keys()])
    expect(after.table).toMatchObject({
      columns: before.table.columns,
      location: before.table.location,
      parameters: { 'discover.partitions': 'false' },
    })
    for (const partition of after.partitions.values())
      expect(partition.parameters).toMatchObject({ numRows: '3' })
  })

  test.each(['golden.orders', 'orders', 'Orders'])('may be named %s', async text => {
    const lake = await synced()
    await forgetTable([leftOut(lake)], text, options)
    expect(ownOf(lake)).toEqual([])
  })

  test('loses parameters that a later goldsync has set, and no other that looks like them', async () => {
    const lake = await synced()
    const parameters = { 'goldsync.lake': ROOT, goldsyncish: 'kept', 'my.goldsync.x': 'kept' }
    const table = stored(lake).table.name
    await lake.catalog.apply(lake.catalog.plan(table, [{ kind: 'setParameters', table, parameters }]))
    await forgetTable([leftOut(lake)], 'orders', options)
    expect(ownOf(lake)).toEqual([])
    expect(stored(lake).table.parameters).toMatchObject({ goldsyncish: 'kept', 'my.goldsync.x': 'kept' })
  })

  test('is not touched by a plan, which shows the steps', async () => {
    const lake = await synced()
    const before = lake.catalog.state()
    const report = await forgetTable([leftOut(lake)], 'orders', { ...options, dryRun: true })
    expect(report.tables[0]).toMatchObject({ outcome: 'planned' })
    expect(report.tables[0]!.steps.map(({ kind }) => kind)).toEqual(['stripPartitions', 'setParameters'])
    expect(lake.catalog.state()).toEqual(before)
  })

  test('is refused while the config leads its topic to it, whichever lake does', async () => {
    const lake = await synced()
    const before = lake.catalog.state()
    for (const lakes of [[lake.lake], [leftOut(lake), { ...lake.lake, identity: {} }]])
      await expect(forgetTable(lakes, 'orders', options)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringContaining('next scan'),
        hint: expect.stringContaining('tables.exclude: ["orders"]'),
      })
    expect(lake.catalog.state()).toEqual(before)
  })

  test('is one that a renaming in the config has left behind, without more ado', async () => {
    const lake = await synced()
    const renamed = { ...lake.lake, naming: { rename: { orders: 'sales' } } }
    await forgetTable([renamed], 'golden.orders', options)
    expect(ownOf(lake)).toEqual([])
  })

  test('is one whose topic is gone, without more ado', async () => {
    const lake = await synced()
    lake.storage.drop(`${ROOT}/orders`)
    await forgetTable([lake.lake], 'orders', options)
    expect(ownOf(lake)).toEqual([])
  })

  test('is not looked for again: the second time nothing is to do, and an unknown one is an error', async () => {
    const lake = await synced()
    await forgetTable([leftOut(lake)], 'orders', options)
    const steps = lake.catalog.calls.steps
    const report = await forgetTable([leftOut(lake)], 'orders', options)
    expect(report.tables).toMatchObject([{ outcome: 'unchanged', steps: [] }])
    expect(lake.catalog.calls.steps).toBe(steps)
    for (const text of ['nothing', 'other.orders'])
      await expect(forgetTable([leftOut(lake)], text, options)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      })
  })

  test.each(['before', 'after'] as const)(
    'is done by the next call where one died %s any step',
    async when => {
      for (let step = 1; step <= 2; step += 1) {
        const lake = await synced()
        lake.catalog.failAt({ step: lake.catalog.calls.steps + step, when, error: new Error('killed') })
        const cut = await forgetTable([leftOut(lake)], 'orders', options)
        expect(cut.tables[0]).toMatchObject({ outcome: 'failed' })
        await forgetTable([leftOut(lake)], 'orders', options)
        expect(ownOf(lake)).toEqual([])
      }
    },
  )

  test('is forgotten in every catalog that has it; one that cannot be asked is told, and stops no other', async () => {
    const lake = await synced()
    const dead = openMemoryCatalog('dead')
    await dead.close()
    const { catalogs } = lake.lake
    const report = await forgetTable([{ ...leftOut(lake), catalogs: [dead, ...catalogs] }], 'orders', options)
    expect(report.failures).toMatchObject([{ location: 'dead', error: { code: 'UNAVAILABLE' } }])
    expect(report.tables).toMatchObject([{ catalog: 'memory', outcome: 'changed' }])
    expect(ownOf(lake)).toEqual([])
  })

  test('loses its own parameters alone where the catalog keeps none of partitions', async () => {
    const catalog = openMemoryCatalog('memory', { partitionParameters: false })
    const lake = testLake({ catalog })
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan()
    const report = await forgetTable([leftOut(lake)], 'orders', options)
    expect(report.tables[0]!.steps.map(({ kind }) => kind)).toEqual(['setParameters'])
  })

  test('of many partitions is worked on a thousand at a time, and a cut leaves the rest to the next call', async () => {
    const lake = await synced()
    const { table } = stored(lake)
    const some = [...stored(lake).partitions.values()][0]!
    const partitions = Array.from({ length: 2500 }, (_, at) => ({
      ...some,
      values: ['2018', '01', '01', `${at}`],
      location: `${ROOT}/orders/${at}`,
    }))
    const { name, partitionKeys } = table
    await lake.catalog.apply(
      lake.catalog.plan(name, [{ kind: 'addPartitions', table: name, partitionKeys, partitions }]),
    )
    const controller = new AbortController()
    const cut = await forgetTable([leftOut(lake)], 'orders', {
      ...options,
      signal: controller.signal,
      onProgress: ({ kind }) => kind === 'step' && controller.abort(),
    })
    expect(cut).toMatchObject({
      partial: true,
      tables: [{ outcome: 'partial', partitions: { altered: 1000 } }],
    })
    expect(own(stored(lake).table.parameters)).toContain('goldsync.topic')
    const { tables } = await forgetTable([leftOut(lake)], 'orders', options)
    expect(tables[0]!.partitions.altered).toBe(1503)
    expect(ownOf(lake)).toEqual([])
  })

  test('is told of in the audit: what was taken off, of whom, by which command', async () => {
    const lake = await synced()
    const { log, audits } = openRecords()
    await forgetTable([leftOut(lake)], 'orders', { ...options, log })
    expect(audits()).toMatchObject([
      {
        trigger: 'forget',
        table: 'golden.orders',
        change: 'stripPartitions',
        before: { '2019/09/01/09': { 'parameter goldsync.fingerprint': expect.any(String) } },
        after: { '2019/09/01/09': {} },
      },
      { change: 'setParameters', before: { 'parameter goldsync.topic': 'orders' }, after: {} },
    ])
  })

  test('is taken over again by the next scan that the config leads to it, and nothing is lost', async () => {
    const lake = await synced()
    await forgetTable([leftOut(lake)], 'orders', options)
    const report = lake.table(await lake.scan())
    expect(report).toMatchObject({ outcome: 'changed', partitions: { added: 0, dropped: 0 } })
    expect(stored(lake).table.parameters).toMatchObject({ 'goldsync.topic': 'orders' })
  })
})
