import { describe, expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { readStatus } from '../../shared/function/status.ts'
import { testLake } from '../support/lake.ts'

describe('the status', () => {
  test('tells when tables were scanned, and what every run looks at again', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('orders/2019/09/01/12/a.parquet', 'text')
    await lake.scan()
    lake.put('clicks/2019/09/01/11/a.parquet', 'v1')
    const reads = lake.storage.asked.length
    expect(await readStatus([lake.lake], {})).toEqual({
      tables: [
        {
          table: 'golden.clicks',
          topic: 'clicks',
          catalog: 'memory',
          state: 'missing',
          pending: [],
          descriptorsPending: false,
        },
        {
          table: 'golden.orders',
          topic: 'orders',
          catalog: 'memory',
          state: 'synced',
          mark: '2019-09-01T12:00:00.000Z',
          full: '2019-09-01T12:00:00.000Z',
          pending: ['2019/09/01/12'],
          descriptorsPending: false,
          leftOut: 'all',
        },
      ],
      failures: [],
    })
    expect(lake.storage.asked.length - reads).toBe(1)
  })

  test('of one table; of a catalog that cannot be asked', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    lake.put('clicks/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    const closed = openMemoryCatalog('broken')
    await closed.close()
    const { tables } = await readStatus([{ ...lake.lake, catalogs: [lake.catalog, closed] }], {
      tables: ['orders'],
    })
    expect(tables.map(({ table, catalog, state, error }) => [table, catalog, state, error?.code])).toEqual([
      ['golden.orders', 'memory', 'synced', undefined],
      ['golden.orders', 'broken', 'failed', 'UNAVAILABLE'],
    ])
  })
})
