/** A mark that lags costs nothing: a recent scan looks back from it. So a new hour is one write. */
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const HOUR = 3_600_000
const NOON = Date.UTC(2019, 8, 1, 12)

/** Scanned in full at noon. */
async function scannedLake(capabilities = {}): Promise<TestLake> {
  const lake = testLake({ catalog: openMemoryCatalog('memory', capabilities) })
  for (const hour of ['08', '09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
  await lake.scan()
  return lake
}

/** The same table and files in a process that knows nothing. */
function anew(lake: TestLake): TestLake {
  const other = testLake({ catalog: lake.catalog, more: { storage: lake.storage } })
  other.clock.now = lake.clock.now
  return other
}

const markOf = ({ catalog }: TestLake) =>
  Date.parse(catalog.state().tables.get('golden.orders')?.table.parameters['goldsync.mark'] ?? '')

/** The folder of a time. */
const pathOf = (time: number) => new Date(time).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')

/** An hour passes, and its files come. @returns the kinds of changes of the scan after it */
async function nextHour(lake: TestLake): Promise<readonly string[]> {
  lake.put(`orders/${pathOf(lake.clock.now)}/a.parquet`, 'v1')
  lake.clock.now += HOUR
  return lake.table(await lake.scan()).steps.map(({ kind }) => kind)
}

describe('a recent scan', () => {
  test('of a new hour makes one write while the mark is younger than the lookback, and then a second one', async () => {
    const lake = await scannedLake()
    expect(await nextHour(lake)).toEqual(['addPartitions'])
    expect(await nextHour(lake)).toEqual(['addPartitions'])
    expect(markOf(lake)).toBe(NOON)
    expect(await nextHour(lake)).toEqual(['addPartitions', 'setParameters'])
    expect(markOf(lake)).toBe(NOON + 3 * HOUR)
    expect(await nextHour(lake)).toEqual(['addPartitions'])
  })

  test('with something to say besides says the mark too', async () => {
    const lake = await scannedLake()
    lake.put('orders/2019/09/01/13/a.parquet', 'truncated')
    await nextHour(lake)
    expect(markOf(lake)).toBe(NOON + HOUR)
  })

  test('with nothing new writes nothing, however old the mark is', async () => {
    const lake = await scannedLake()
    await nextHour(lake)
    lake.clock.now += 20 * HOUR
    expect(lake.table(await anew(lake).scan()).steps).toEqual([])
    expect(markOf(lake)).toBe(NOON)
  })

  test('of a catalog without fingerprints writes the mark each time: what is registered would be read again', async () => {
    const lake = await scannedLake({ partitionParameters: false })
    expect(await nextHour(lake)).toEqual(['addPartitions', 'setParameters'])
    expect(markOf(lake)).toBe(NOON + HOUR)
  })
})

test('a full scan that changes something says its mark', async () => {
  const lake = await scannedLake()
  lake.put('orders/2018/01/01/00/a.parquet', 'v1')
  lake.clock.now += HOUR
  await lake.scan({ mode: 'full' })
  expect(markOf(lake)).toBe(NOON + HOUR)
})

describe('while the mark lags, the next recent scan of any process finds', () => {
  test.each([
    ['a late file at the far end of the window, with the one beside it', '2019/09/01/09', 2],
    ['a new day', '2019/09/02/00', 1],
    ['a new month', '2019/10/01/00', 1],
    ['a new year', '2020/01/01/00', 1],
    ['a folder of the future', '2031/05/05/05', 1],
  ])('%s', async (_, folder, files) => {
    const lake = await scannedLake()
    await nextHour(lake)
    await nextHour(lake)
    lake.put(`orders/${folder}/late.parquet`, 'v1', 1)
    const next = anew(lake)
    expect(next.table(await next.scan()).files).toBe(files)
    expect(next.table(await anew(lake).scan()).outcome).toBe('unchanged')
  })

  test('the hours of an outage longer than the lookback, after a run that died', async () => {
    const lake = await scannedLake()
    await nextHour(lake)
    lake.catalog.failAt({
      step: lake.catalog.calls.steps + 1,
      when: 'before',
      error: new GoldsyncError('UNAVAILABLE', 'killed'),
    })
    await nextHour(lake)
    for (let hour = 0; hour < 9; hour += 1) {
      lake.put(`orders/${pathOf(lake.clock.now)}/a.parquet`, 'v1')
      lake.clock.now += HOUR
    }
    const next = anew(lake)
    const { addedPartitions } = next.table(await next.scan())
    expect(addedPartitions).toHaveLength(10)
    expect(markOf(lake)).toBe(lake.clock.now)
  })
})
