import { expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Storage } from '../../shared/storages/storage.ts'
import { testLake } from '../support/lake.ts'

/** Each listing is sent again once, each read twice. */
function busy(storage: Storage): Storage {
  return {
    ...storage,
    list(directory, call) {
      call?.onRetry?.(1)
      return storage.list(directory, call)
    },
    read(location, offset, length, call) {
      call?.onRetry?.(2)
      return storage.read(location, offset, length, call)
    },
  }
}

test('the report tells how often the storage was asked again: listings for each catalog, reads for the one that read', async () => {
  const catalogs = [openMemoryCatalog('one'), openMemoryCatalog('two')]
  const calm = testLake()
  const lake = testLake({ more: { storage: busy(calm.storage), catalogs } })
  calm.put('orders/2019/09/01/10/a.parquet', 'v1')
  const { tables } = await lake.scan()
  // The topic, year, month, day and hour; one footer.
  expect(tables.map(({ retries }) => retries)).toEqual([5 + 2, 5 + 2])
})
