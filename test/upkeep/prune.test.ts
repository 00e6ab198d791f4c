import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { exitCode } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import { type PruneOptions, pruneTables } from '../../shared/upkeep/prune.ts'
import { openDouble } from '../support/engine-double.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { openRecords } from '../support/records.ts'

const options: PruneOptions = { runId: 'test', trigger: 'prune', dryRun: false, log: openLog('silent') }
const HOURS = Array.from({ length: 20 }, (_, hour) => `${hour}`.padStart(2, '0'))

async function synced(more: Partial<Lake> = {}, topics = ['orders']): Promise<TestLake> {
  const lake = testLake({ more })
  for (const topic of topics)
    for (const hour of HOURS) lake.put(`${topic}/2019/09/01/${hour}/a.parquet`, 'v1')
  await lake.scan()
  return lake
}

const remove = (lake: TestLake, topic: string, ...hours: string[]) => {
  for (const hour of hours) lake.storage.drop(`${ROOT}/${topic}/2019/09/01/${hour}`)
}
const hoursOf = ({ catalog }: TestLake, topic = 'orders') =>
  [...catalog.state().tables.get(`golden.${topic}`)!.partitions.values()]
    .map(({ values }) => values[3])
    .sort()

describe('partitions whose folders are gone', () => {
  test('are taken out of the catalog, and no others, without a look into the folders that are there', async () => {
    const lake = await synced()
    remove(lake, 'orders', '03', '04')
    const listed: string[] = []
    const storage = {
      ...lake.storage,
      list: (directory: string) => {
        listed.push(directory.slice(ROOT.length))
        return lake.storage.list(directory)
      },
    }
    const report = await pruneTables([{ ...lake.lake, storage }], options)
    expect(report.tables).toMatchObject([{ outcome: 'changed', partitions: { dropped: 2 } }])
    expect(exitCode(report)).toBe(0)
    expect(hoursOf(lake)).toEqual(HOURS.filter(hour => hour !== '03' && hour !== '04'))
    expect(listed).not.toContain('/orders/2019/09/01/05')
  })

  test('are of the named tables only', async () => {
    const lake = await synced({}, ['orders', 'clicks'])
    remove(lake, 'orders', '03')
    remove(lake, 'clicks', '03')
    await pruneTables([lake.lake], { ...options, tables: ['golden.clicks'] })
    expect([hoursOf(lake).length, hoursOf(lake, 'clicks').length]).toEqual([20, 19])
    await expect(pruneTables([lake.lake], { ...options, tables: ['nothing'] })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
  })

  test('all stay where there are more of them than the limits allow, which is an error here', async () => {
    const lake = await synced()
    remove(lake, 'orders', '03', '04', '05')
    const report = await pruneTables([lake.lake], options)
    expect(report.tables).toMatchObject([
      {
        outcome: 'unchanged',
        diagnostics: [
          {
            code: 'VANISHED_PARTITIONS',
            severity: 'error',
            message: expect.stringContaining('more than 2 of 20'),
            fix: expect.stringContaining('--most'),
          },
        ],
      },
    ])
    expect(exitCode(report)).toBe(1)
    expect(hoursOf(lake)).toEqual(HOURS)
  })

  test('may be more by the config, and by the call', async () => {
    const lake = await synced({ unregister: { most: 1, share: 1 } })
    remove(lake, 'orders', '03', '04', '05')
    await pruneTables([lake.lake], options)
    await pruneTables([lake.lake], { ...options, most: 3, share: 0.1 })
    expect(hoursOf(lake)).toEqual(HOURS)
    await pruneTables([lake.lake], { ...options, most: 3 })
    expect(hoursOf(lake)).toHaveLength(17)
  })

  test('all stay after a listing that failed', async () => {
    const lake = await synced()
    remove(lake, 'orders', '03')
    const storage = {
      ...lake.storage,
      list: async (directory: string) => {
        if (directory.endsWith('/09/01')) throw new GoldsyncError('PERMISSION_DENIED', 'no rights')
        return lake.storage.list(directory)
      },
    }
    const report = await pruneTables([{ ...lake.lake, storage }], { ...options, most: 20, share: 1 })
    expect(report.tables).toMatchObject([
      { outcome: 'unchanged', diagnostics: [{ code: 'LISTING_FAILED', severity: 'error' }] },
    ])
    expect([exitCode(report), hoursOf(lake).length]).toEqual([1, 20])
  })

  test('all stay where the topic has no folder left, whatever the limits', async () => {
    const lake = await synced()
    remove(lake, 'orders', ...HOURS)
    lake.storage.mkdir(`${ROOT}/orders/2019/09/01`)
    const report = await pruneTables([lake.lake], { ...options, most: 100, share: 1 })
    expect([exitCode(report), hoursOf(lake).length]).toEqual([1, 20])
  })

  test('stay where they are registered elsewhere, or came back meanwhile', async () => {
    const lake = await synced()
    const { name, partitionKeys } = lake.catalog.state().tables.get('golden.orders')!.table
    const values = ['2019', '09', '01', '03']
    const move = { values, from: `${ROOT}/orders/2019/09/01/03`, to: 'memory://other/place' }
    const change = { kind: 'movePartitions', table: name, partitionKeys, partitions: [move] } as const
    await lake.catalog.apply(lake.catalog.plan(name, [change]))
    remove(lake, 'orders', '03', '04')
    const storage = {
      ...lake.storage,
      stat: async (location: string) => {
        if (location.endsWith('/04')) lake.put('orders/2019/09/01/04/b.parquet', 'v1')
        return lake.storage.stat(location)
      },
    }
    const report = await pruneTables([{ ...lake.lake, storage }], options)
    expect(report.tables).toMatchObject([{ outcome: 'unchanged', steps: [] }])
    expect(hoursOf(lake)).toEqual(HOURS)
  })

  test('are planned first', async () => {
    const lake = await synced()
    remove(lake, 'orders', '03')
    const report = await pruneTables([lake.lake], { ...options, dryRun: true })
    expect(report.tables).toMatchObject([
      { outcome: 'planned', steps: [{ kind: 'dropPartitions', summary: 'unregister 1 partition' }] },
    ])
    expect(hoursOf(lake)).toEqual(HOURS)
  })

  test('are told of in the audit with where they were, and engines look again', async () => {
    const told: string[] = []
    const { engine } = openDouble({ refresh: async ({ name }) => void told.push(name) })
    const lake = await synced()
    remove(lake, 'orders', '03')
    const { log, audits } = openRecords()
    await pruneTables([{ ...lake.lake, engines: [engine] }], { ...options, log })
    expect(audits()).toMatchObject([
      {
        trigger: 'prune',
        change: 'dropPartitions',
        before: { '2019/09/01/03': { location: `${ROOT}/orders/2019/09/01/03` } },
        after: { '2019/09/01/03': null },
      },
    ])
    expect(told).toEqual(['orders'])
  })

  test('of a table that no scan has taken over are none of its business; the rest is taken out', async () => {
    const lake = await synced({}, ['orders', 'clicks'])
    const { name } = lake.catalog.state().tables.get('golden.clicks')!.table
    const forget = {
      kind: 'setParameters',
      table: name,
      parameters: {},
      removed: ['goldsync.topic'],
    } as const
    await lake.catalog.apply(lake.catalog.plan(name, [forget]))
    remove(lake, 'orders', '03')
    remove(lake, 'clicks', '03')
    await pruneTables([lake.lake], options)
    expect([hoursOf(lake).length, hoursOf(lake, 'clicks').length]).toEqual([19, 20])
  })

  test('are left to the next call by one that is ended meanwhile', async () => {
    const lake = await synced({}, ['orders', 'clicks'])
    remove(lake, 'orders', '03')
    const controller = new AbortController()
    const storage = {
      ...lake.storage,
      list: async (directory: string) => {
        if (directory.endsWith('/09/01')) controller.abort()
        controller.signal.throwIfAborted()
        return lake.storage.list(directory)
      },
    }
    const report = await pruneTables([{ ...lake.lake, storage }], { ...options, signal: controller.signal })
    expect([report.partial, report.failures, exitCode(report)]).toEqual([true, [], 3])
    expect(hoursOf(lake)).toHaveLength(20)
  })

  test('are those that are left where a call died in between', async () => {
    const lake = await synced()
    remove(lake, 'orders', '03')
    lake.catalog.failAt({ step: lake.catalog.calls.steps + 1, when: 'after', error: new Error('killed') })
    expect((await pruneTables([lake.lake], options)).tables).toMatchObject([{ outcome: 'failed' }])
    expect((await pruneTables([lake.lake], options)).tables).toMatchObject([{ outcome: 'unchanged' }])
    expect(hoursOf(lake)).toHaveLength(19)
  })
})
