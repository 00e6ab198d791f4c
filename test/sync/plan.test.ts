import { describe, expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { exitCode, findingsOf } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import { memoryStorage } from '../../shared/storages/memory/storage.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { forgetTable } from '../../shared/upkeep/forget.ts'
import { renameTable } from '../../shared/upkeep/rename.ts'
import { openDouble } from '../support/engine-double.ts'
import { FILES, type TestLake, testLake } from '../support/lake.ts'
import { openRecords } from '../support/records.ts'

const TOPICS = ['clicks', 'orders', 'views']
const PLAN = { dryRun: true } as const

function laid(more: Partial<Lake> = {}, catalog = openMemoryCatalog('memory')): TestLake {
  const lake = testLake({ catalog, more })
  for (const topic of TOPICS) lake.put(`${topic}/2019/09/01/10/a.parquet`, 'v1')
  return lake
}
const withDatabase = () =>
  openMemoryCatalog('memory', {}, { databases: new Set(['golden']), tables: new Map() })
const kinds = (report: Awaited<ReturnType<TestLake['scan']>>) =>
  report.tables.flatMap(({ steps }) => steps.map(({ kind }) => kind))

describe('a database that is missing', () => {
  test('and must not be made fails the plan as it fails the scan: nothing is promised', async () => {
    for (const dryRun of [true, false]) {
      const lake = laid({ createDatabase: false })
      const report = await lake.scan({ dryRun })
      expect(report.tables.map(({ outcome, error, steps }) => [outcome, error?.code, steps])).toEqual(
        TOPICS.map(() => ['failed', 'NOT_FOUND', []]),
      )
      expect(report.tables[0]!.error).toMatchObject({
        message: 'database golden does not exist in memory',
        hint: expect.stringContaining('createDatabase'),
      })
      expect(exitCode(report)).toBe(1)
      expect([lake.catalog.calls.hasDatabase, lake.catalog.calls.steps]).toEqual([1, 0])
    }
  })

  test('is planned once, and made once, however many tables come into it', async () => {
    const lake = laid()
    const planned = kinds(await lake.scan(PLAN))
    expect(planned.filter(kind => kind === 'createDatabase')).toHaveLength(1)
    const { log, audits } = openRecords()
    const made = kinds(await lake.scan({ log }))
    expect(made.filter(kind => kind === 'createDatabase')).toHaveLength(1)
    expect(audits().filter(({ change }) => change === 'createDatabase')).toHaveLength(1)
    expect(lake.catalog.state().tables.size).toBe(TOPICS.length)
  })

  test('comes with the first table where the catalog makes it so', async () => {
    const lake = laid({ createDatabase: false }, openMemoryCatalog('memory', { createsDatabases: true }))
    const report = await lake.scan(PLAN)
    expect(report.tables.map(({ outcome }) => outcome)).toEqual(TOPICS.map(() => 'planned'))
    expect(kinds(report)).not.toContain('createDatabase')
  })
})

describe('a database that is there', () => {
  test('is not made again, neither in the plan nor in the audit', async () => {
    const lake = laid({}, withDatabase())
    expect(kinds(await lake.scan(PLAN))).not.toContain('createDatabase')
    const { log, audits } = openRecords()
    await lake.scan({ log })
    expect(audits().map(({ change }) => change)).not.toContain('createDatabase')
  })

  test('is not asked for where no table is to be made', async () => {
    const lake = laid()
    await lake.scan()
    const before = lake.catalog.calls.hasDatabase
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    await lake.scan({ mode: 'full' })
    await lake.scan(PLAN)
    expect(lake.catalog.calls.hasDatabase).toBe(before)
  })

  test('is not asked for by scans of topics of which all is held back', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/10/a.parquet', 'text')
    await lake.scan()
    expect(lake.catalog.calls).toMatchObject({ hasDatabase: 0, steps: 0 })
  })
})

describe('an engine that cannot be reached', () => {
  const down = () => openDouble({ reader: () => Promise.reject(new Error('nobody listens')) }).engine

  test('fails the plan, once, and the plan is shown all the same', async () => {
    const lake = laid({ engines: [down()] })
    const report = await lake.scan(PLAN)
    const found = findingsOf(report).filter(({ code }) => code === 'ENGINE_FAILED')
    expect(found).toMatchObject([{ severity: 'error', message: expect.stringContaining('nobody listens') }])
    expect(report.tables.map(({ outcome }) => outcome)).toEqual(TOPICS.map(() => 'planned'))
    expect(exitCode(report)).toBe(1)
  })

  test('is no matter of a plan with nothing to do, nor one that is not asked for these tables', async () => {
    const lake = laid()
    await lake.scan()
    const idle = testLake({ catalog: lake.catalog, more: { ...lake.lake, engines: [down()] } })
    idle.clock.now = lake.clock.now
    expect(exitCode(await idle.scan(PLAN))).toBe(0)
    const other = laid({ engines: [{ ...down(), catalogs: ['another'] }] })
    expect(exitCode(await other.scan(PLAN))).toBe(0)
  })

  test('that answers fails no plan', async () => {
    expect(exitCode(await laid({ engines: [openDouble().engine] }).scan(PLAN))).toBe(0)
  })
})

describe('a topic whose table the config gives another name', () => {
  const options = { runId: 'test', mode: 'recent', dryRun: false } as const
  const naming = { rename: { orders: 'sales' } }
  const scanOf = (lake: TestLake, lakes: readonly Lake[]) => {
    const { log } = openRecords()
    return runScan(lakes, { ...options, log, now: () => lake.clock.now })
  }
  const orders = ({ tables }: Awaited<ReturnType<typeof scanOf>>) =>
    tables.filter(({ topic }) => topic === 'orders')

  test('gets no second table by a scan before the first one is renamed', async () => {
    const lake = laid()
    await lake.scan()
    const renamed = { ...lake.lake, identity: {}, naming }
    const report = await scanOf(lake, [renamed])
    expect(orders(report)).toMatchObject([
      {
        table: 'golden.sales',
        outcome: 'failed',
        steps: [],
        error: {
          code: 'CONFLICT',
          retryable: false,
          hint: expect.stringContaining('goldsync rename golden.orders sales'),
        },
      },
    ])
    const { log } = openRecords()
    await renameTable([renamed], 'orders', 'sales', { ...options, log })
    expect(orders(await scanOf(lake, [renamed]))).toMatchObject([{ outcome: 'unchanged', steps: [] }])
    expect([...lake.catalog.state().tables.keys()].sort()).toEqual([
      'golden.clicks',
      'golden.sales',
      'golden.views',
    ])
  })

  test('gets one once the first one is forgotten', async () => {
    const lake = laid()
    await lake.scan()
    const renamed = { ...lake.lake, identity: {}, naming }
    const { log } = openRecords()
    await forgetTable([renamed], 'golden.orders', { ...options, log })
    expect(orders(await scanOf(lake, [renamed]))).toMatchObject([
      { table: 'golden.sales', outcome: 'changed' },
    ])
  })

  test('gets one by another rule for all names, only after the renaming', async () => {
    const lake = laid()
    await lake.scan()
    const report = await scanOf(lake, [{ ...lake.lake, identity: {}, naming: { template: 'raw_{topic}' } }])
    expect(report.tables.map(({ outcome }) => outcome)).toEqual(TOPICS.map(() => 'failed'))
  })

  test('gets one where the table of the first name is that of another lake', async () => {
    const lake = laid()
    await lake.scan()
    const root = 'memory://other/lake'
    const storage = memoryStorage(root)
    storage.put(`${root}/orders/2019/09/01/10/a.parquet`, FILES.v1, lake.clock.now)
    const other = { ...lake.lake, identity: {}, location: root, locationIn: () => root, storage, naming }
    const layout = compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}' })
    expect(orders(await scanOf(lake, [{ ...other, layout }]))).toMatchObject([{ outcome: 'changed' }])
  })
})
