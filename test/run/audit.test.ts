import { describe, expect, test } from 'vitest'
import { fileClosed } from '../../functions/file-closed.ts'
import { scan } from '../../functions/scan.ts'
import type { Log } from '../../shared/base/log.ts'
import { auditOf } from '../../shared/run/audit.ts'
import { ROOT, testLake } from '../support/lake.ts'
import { columns } from '../support/types.ts'

/** A log that is kept. */
function openRecords() {
  const records: Record<string, unknown>[] = []
  const log: Log = {
    debug: () => {},
    info: (record: object) => records.push({ ...record }),
    audit: (record: object) => records.push({ audit: true, ...record }),
    warn: () => {},
    error: () => {},
  }
  return { records, log, audits: () => records.splice(0).filter(({ audit }) => audit === true) }
}

describe('each change of a catalog', () => {
  test('is one record: what began it, which run, which table, how it was and how it is, by what', async () => {
    const lake = testLake()
    const { log, audits } = openRecords()
    const context = { lakes: async () => [lake.lake], log }
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    const first = await scan.invoke({ id: 'tick-1', params: {} }, context)
    const steps = lake.catalog.calls.steps
    const made = audits()
    expect(first.status).toBe('ok')
    expect(made).toHaveLength(steps)
    expect(made.map(({ change }) => change)).toEqual([
      'createDatabase',
      'createTable',
      'addPartitions',
      'setParameters',
      'setParameters',
    ])
    for (const record of made)
      expect(record).toMatchObject({
        trigger: 'scan',
        runId: 'tick-1',
        catalog: 'memory',
        table: 'golden.orders',
      })
    expect(made[1]).toMatchObject({
      before: null,
      after: { location: `${ROOT}/orders`, 'column id': 'int', 'partition key year': 'string' },
      command: expect.stringMatching(/orders/),
    })
    expect(made[2]).toMatchObject({
      before: { '2019/09/01/11': null },
      after: { '2019/09/01/11': { location: `${ROOT}/orders/2019/09/01/11`, 'parameter numFiles': '1' } },
    })
    expect(made[3]).toMatchObject({ before: {}, after: { 'parameter goldsync.mark': expect.any(String) } })
    const [ran] = Object.keys(made[4]!.after as object)
    expect(ran).toMatch(/^parameter goldsync\.ran\./)
  })

  test('of what was there tells what it was', async () => {
    const lake = testLake()
    const { log, audits } = openRecords()
    const context = { lakes: async () => [lake.lake], log }
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await scan.invoke({ id: 'tick-1', params: {} }, context)
    audits()
    lake.put('orders/2019/09/01/11/b.parquet', 'v2')
    const path = '/golden/orders/2019/09/01/11/b.parquet'
    const outcome = await fileClosed.invoke({ id: 'msg_1', params: { path } }, context)
    expect(outcome).toMatchObject({ status: 'ok', report: { files: [{ outcome: 'registered' }] } })
    const [retyped, added, altered] = audits()
    expect(retyped).toMatchObject({
      trigger: 'file-closed',
      runId: 'msg_1',
      before: { 'column id': 'int' },
      after: { 'column id': 'bigint' },
    })
    expect(added).toMatchObject({ before: {}, after: { 'column note': 'string' } })
    expect(altered).toMatchObject({
      change: 'alterPartitions',
      before: { '2019/09/01/11': { 'parameter numFiles': '1', 'parameter numRows': '3' } },
      after: {
        '2019/09/01/11': { 'column note': 'string', 'parameter numFiles': '2', 'parameter numRows': '5' },
      },
    })
    expect(Object.keys((altered!.after as Record<string, object>)['2019/09/01/11']!)).not.toContain(
      'column amount',
    )
  })

  test('that a plan only shows is none', async () => {
    const lake = testLake()
    const { log, records } = openRecords()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await scan.invoke({ id: 'p', params: { dryRun: true } }, { lakes: async () => [lake.lake], log })
    expect(records).toEqual([])
  })
})

describe('a record', () => {
  const table = { database: 'golden', name: 'orders' }
  const values = ['2019', '09']
  const known = { values, location: 'old', parameters: { numRows: '3' } }
  const registered = new Map([[values.join('\0'), known]])

  test('of a partition that is moved, or taken out, says from where, or what it was', () => {
    const about = { table, partitionKeys: columns('year string', 'month string') }
    const move = {
      kind: 'movePartitions',
      ...about,
      partitions: [{ values, from: 'old', to: 'new' }],
    } as const
    expect(auditOf(move, undefined, registered)).toEqual({
      before: { '2019/09': { location: 'old' } },
      after: { '2019/09': { location: 'new' } },
    })
    const drop = { kind: 'dropPartitions', ...about, partitions: [{ values }] } as const
    expect(auditOf(drop, undefined, registered)).toEqual({
      before: { '2019/09': { location: 'old', 'parameter numRows': '3' } },
      after: { '2019/09': null },
    })
  })

  test('of a moved table, and of parameters that are set and removed', () => {
    expect(auditOf({ kind: 'moveTable', table, from: 'a', to: 'b' }, undefined, new Map())).toEqual({
      before: { location: 'a' },
      after: { location: 'b' },
    })
    const stored = {
      name: table,
      kind: 'external',
      format: 'parquet',
      columns: [],
      partitionKeys: [],
      location: '',
      parameters: { mark: '1', cursor: 'x', other: 'y' },
    } as const
    const set = { kind: 'setParameters', table, parameters: { mark: '2' }, removed: ['cursor'] } as const
    expect(auditOf(set, stored, new Map())).toEqual({
      before: { 'parameter mark': '1', 'parameter cursor': 'x' },
      after: { 'parameter mark': '2' },
    })
  })

  test('of many partitions tells of the first', () => {
    const partitions = Array.from({ length: 1000 }, (_, at) => ({ values: [String(at)] }))
    const { before } = auditOf(
      { kind: 'dropPartitions', table, partitionKeys: [], partitions },
      undefined,
      new Map(),
    )
    expect(Object.keys(before ?? {})).toHaveLength(20)
  })
})
