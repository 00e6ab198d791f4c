/** What another build, or somebody's hand, has put on a table. */
import { describe, expect, test } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { readStatus } from '../../shared/function/status.ts'
import type { Report } from '../../shared/run/report.ts'
import type { Parameters } from '../../shared/schema/table.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { forgetTable } from '../../shared/upkeep/forget.ts'
import { pruneTables } from '../../shared/upkeep/prune.ts'
import { renameTable } from '../../shared/upkeep/rename.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const HOUR = 3_600_000
const options = { runId: 'test', dryRun: false, log: openLog('silent') }

async function says({ catalog }: TestLake, parameters: Parameters): Promise<void> {
  const table = { database: 'golden', name: 'orders' }
  await catalog.apply(catalog.plan(table, [{ kind: 'setParameters', table, parameters }]))
}

const tableOf = ({ catalog }: TestLake, id = 'golden.orders') => catalog.state().tables.get(id)!
const told = ({ tables }: Report) =>
  Object.fromEntries(
    tables.map(({ topic, outcome, diagnostics }) => [
      topic,
      [outcome, ...diagnostics.map(({ code }) => code)],
    ]),
  )

/** Two tables, of which `orders` says this; each has an hour that is not registered. */
async function withFormat(format: string): Promise<TestLake> {
  const lake = testLake()
  for (const topic of ['orders', 'sales']) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  await lake.scan()
  await says(lake, { 'goldsync.format': format })
  lake.clock.now += HOUR
  for (const topic of ['orders', 'sales']) lake.put(`${topic}/2019/09/01/12/a.parquet`, 'v2')
  return lake
}

describe('a table with a newer format', () => {
  test.each(['recent', 'full'] as const)(
    'is left alone by a %s scan, which goes on with the others',
    async mode => {
      const lake = await withFormat('2')
      const before = tableOf(lake)
      const report = await lake.scan({ mode })
      expect(told(report)).toMatchObject({ orders: ['refused', 'FORMAT_NEWER'], sales: ['changed'] })
      expect(tableOf(lake)).toBe(before)
      expect(report.tables[0]!.diagnostics[0]).toMatchObject({
        severity: 'error',
        table: 'golden.orders',
        message: expect.stringMatching(
          /^goldsync\.format of golden\.orders is "2", and this build knows formats up to 1/,
        ),
        fix: expect.stringContaining('update goldsync here'),
      })
    },
  )

  test('is left alone by plans, by named partitions, and by events', async () => {
    const lake = await withFormat('2')
    const before = tableOf(lake)
    expect(told(await lake.scan({ dryRun: true, mode: 'full' }))).toMatchObject({
      orders: ['refused', 'FORMAT_NEWER'],
      sales: ['planned'],
    })
    const named = await lake.scan({ tables: ['orders'], partitions: ['2019/09/01/12'] })
    expect(named.tables[0]!.named).toMatchObject([{ state: 'held', code: 'FORMAT_NEWER' }])
    const { files } = await runFiles(
      [lake.lake],
      ['orders', 'sales'].map(topic => ({ location: `${ROOT}/${topic}/2019/09/01/12/a.parquet` })),
      options,
    )
    expect(files.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['held', 'FORMAT_NEWER'],
      ['registered', undefined],
    ])
    expect(tableOf(lake)).toBe(before)
  })

  test("is left alone by operators' commands, each with an error that says so", async () => {
    const lake = await withFormat('2')
    const before = tableOf(lake)
    const gone = { ...lake.lake, identity: {}, includes: () => false }
    const renamed = { ...lake.lake, identity: {}, naming: { rename: { orders: 'orders2' } } }
    const reports = [
      await forgetTable([gone], 'orders', options),
      await renameTable([renamed], 'orders', 'orders2', options),
      await pruneTables([lake.lake], { ...options, tables: ['orders'] }),
    ]
    for (const { tables } of reports)
      expect(tables).toMatchObject([{ outcome: 'failed', error: { code: 'UNSUPPORTED', retryable: false } }])
    expect(tableOf(lake)).toBe(before)
    expect([...lake.catalog.state().tables.keys()]).not.toContain('golden.orders2')
  })

  test('is told by the status, and does not keep when scans ran: the next table does', async () => {
    const lake = await withFormat('2')
    await lake.scan({ trigger: 'scan' })
    const status = await readStatus([lake.lake], {})
    expect(status.tables).toMatchObject([
      { table: 'golden.orders', state: 'refused', refusal: { code: 'FORMAT_NEWER' } },
      { table: 'golden.sales', state: 'synced' },
    ])
    expect(status.lakes).toMatchObject([{ keptOn: 'golden.sales', lastScan: expect.anything() }])
  })

  test.each(['3', '1.5', '0', 'two', '', '1e9', '01'])('is one that says %j', async format => {
    const lake = await withFormat(format)
    expect(told(await lake.scan())).toMatchObject({ orders: ['refused', 'FORMAT_NEWER'] })
  })

  test('is not one that says 1, nor one that says nothing', async () => {
    const lake = await withFormat('1')
    expect(told(await lake.scan())).toMatchObject({ orders: ['changed'], sales: ['changed'] })
    expect(tableOf(lake, 'golden.sales').table.parameters).not.toHaveProperty('goldsync.format')
  })

  test('that gets it while a run works on it keeps what the newer build has written', async () => {
    const catalog = openMemoryCatalog('memory')
    const lake = testLake({ catalog })
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += HOUR
    lake.put('orders/2019/09/01/12/a.parquet', 'text')
    const newer = { 'goldsync.format': '2', 'goldsync.pending': 'in a way of its own' }
    const racing: Catalog = {
      ...catalog,
      inspect: async (name, call) => {
        const table = await catalog.inspect(name, call)
        if (tableOf(lake).table.parameters['goldsync.format'] === undefined) await says(lake, newer)
        return table
      },
    }
    const report = await runScan([{ ...lake.lake, catalogs: [racing] }], {
      ...options,
      mode: 'recent',
      now: () => lake.clock.now,
    })
    expect(report.tables).toMatchObject([{ outcome: 'failed', error: { code: 'UNSUPPORTED' } }])
    expect(tableOf(lake).table.parameters).toMatchObject(newer)
  })
})

describe('a parameter that somebody has broken', () => {
  test.each([
    ['goldsync.mark', 'yesterday'],
    ['goldsync.full', '2019-13-01'],
    ['goldsync.pending', '["2019/09/01/11"'],
    ['goldsync.waits', 'null'],
    ['goldsync.cursor', 'somewhere'],
    ['goldsync.descriptors', '2019/09/01/11'],
    ['goldsync.undeclared', '{}'],
  ])('%s: is told, and mended by the scan that tells it', async (name, text) => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    lake.clock.now += HOUR
    await says(lake, { [name]: text })
    const status = await readStatus([lake.lake], {})
    expect(status.diagnostics).toMatchObject([{ code: 'PARAMETER_DAMAGED', table: 'golden.orders' }])
    const report = lake.table(await lake.scan())
    expect(report.diagnostics).toMatchObject([
      { code: 'PARAMETER_DAMAGED', severity: 'warning', message: expect.stringContaining(name) },
    ])
    expect(tableOf(lake).table.parameters[name]).not.toBe(text)
    lake.clock.now += HOUR
    for (const mode of ['recent', 'full'] as const)
      expect(lake.table(await lake.scan({ mode }))).toMatchObject({ diagnostics: [] })
    expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'unchanged', steps: [] })
  })

  test('of an event is not told: the next scan does', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    await says(lake, { 'goldsync.mark': 'yesterday' })
    lake.put('orders/2019/09/01/12/a.parquet', 'v1')
    const { tables } = await runFiles(
      [lake.lake],
      [{ location: `${ROOT}/orders/2019/09/01/12/a.parquet` }],
      options,
    )
    expect(tables).toMatchObject([{ outcome: 'changed', diagnostics: [] }])
    expect(lake.table(await lake.scan()).diagnostics).toMatchObject([{ code: 'PARAMETER_DAMAGED' }])
  })

  test('is none that another build may have written', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    await says(lake, { 'goldsync.later': '{', 'goldsync.pending': '*', 'goldsync.engine.trino': '{}' })
    expect(lake.table(await lake.scan({ mode: 'full' })).diagnostics).toEqual([])
    expect(tableOf(lake).table.parameters).toMatchObject({ 'goldsync.later': '{' })
  })
})
