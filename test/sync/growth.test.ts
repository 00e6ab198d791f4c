import { describe, expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { CatalogState } from '../../shared/catalogs/memory/state.ts'
import { FINGERPRINT, fingerprintOf } from '../../shared/evolution/fingerprint.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import { partitionKey } from '../../shared/schema/table.ts'
import { FILES, ROOT, type TestLake, testLake } from '../support/lake.ts'
import { columns } from '../support/types.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2019, 8, 1, 12)

/** A lake of `count` hourly partitions up to now, all registered by a full scan that ended just now. */
function grown(count: number): TestLake {
  const partitions = new Map<string, Partition>()
  const paths = Array.from({ length: count }, (_, ago) =>
    new Date(NOW - (ago + 1) * HOUR).toISOString().slice(0, 13).replace('T', '-').split('-'),
  )
  for (const values of paths) {
    const location = `${ROOT}/orders/${values.join('/')}`
    const file = { path: `${location}/a.parquet`, size: FILES.v1.length, modified: NOW - HOUR }
    const parameters = { [FINGERPRINT]: fingerprintOf([file]) }
    partitions.set(partitionKey(values), {
      values,
      location,
      columns: columns('id int', 'amount double'),
      parameters,
      files: [],
    })
  }
  const mark = new Date(NOW).toISOString()
  const table = {
    name: { database: 'golden', name: 'orders' },
    kind: 'external',
    format: 'parquet',
    columns: columns('id int', 'amount double'),
    partitionKeys: columns('year string', 'month string', 'day string', 'hour string'),
    location: `${ROOT}/orders`,
    parameters: {
      'goldsync.topic': 'orders',
      'goldsync.mark': mark,
      'goldsync.full': mark,
      'goldsync.undeclared': '["all"]',
    },
  } as const
  const state: CatalogState = {
    databases: new Set(['golden']),
    tables: new Map([['golden.orders', { table, partitions }]]),
  }
  const lake = testLake({ catalog: openMemoryCatalog('memory', {}, state) })
  for (const values of paths) lake.put(`orders/${values.join('/')}/a.parquet`, 'v1', NOW - HOUR)
  lake.clock.now = NOW + 5 * 60_000
  return lake
}

async function callsOf(lake: TestLake, options = {}) {
  const before = lake.storage.asked.length
  const report = lake.table(await lake.scan(options))
  const asked = lake.storage.asked.slice(before)
  const count = (operation: string) => asked.filter(call => call.operation === operation).length
  return {
    outcome: report.outcome,
    storage: { list: count('list'), stat: count('stat'), read: count('read') },
    catalog: { ...lake.catalog.calls },
  }
}

describe('a recent scan', () => {
  test('with nothing new makes as many calls on a table of 100,000 partitions as on one of 1,000, and no DDL', async () => {
    const small = await callsOf(grown(1000))
    const large = await callsOf(grown(100_000))
    expect(large).toEqual(small)
    expect(large).toMatchObject({
      outcome: 'unchanged',
      // The root, the topic, three levels of one day, the three hours of the window; one look at the table, one at them.
      storage: { list: 8, stat: 0, read: 0 },
      catalog: { inspect: 1, partitions: 1, apply: 0, steps: 0 },
    })
  })

  test('of one new partition likewise', async () => {
    const calls = []
    for (const count of [1000, 100_000]) {
      const lake = grown(count)
      lake.put('orders/2019/09/01/12/a.parquet', 'v1')
      calls.push(await callsOf(lake))
    }
    expect(calls[1]).toEqual(calls[0])
    expect(calls[1]).toMatchObject({
      outcome: 'changed',
      storage: { read: 1 },
      catalog: { inspect: 1, partitions: 1, steps: 2 },
    })
  })
})

describe('a full scan', () => {
  test('with nothing new lists all registered partitions once, and asks once for the details of a chunk', async () => {
    const { catalog, outcome } = await callsOf(grown(500), { mode: 'full' })
    expect(outcome).toBe('unchanged')
    expect(catalog).toMatchObject({ inspect: 1, partitions: 2, apply: 0 })
  })
})
