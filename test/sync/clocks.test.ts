/** Clocks that were ahead, or behind, once: what a table says of times yet to come switches nothing off. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Parameters } from '../../shared/schema/table.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** As HiveServer2: partitions keep no fingerprints. */
const withoutFingerprints = () =>
  openMemoryCatalog('memory', { partitionParameters: false, bulkDetails: false })

const tableOf = ({ catalog }: TestLake) => catalog.state().tables.get('golden.orders')!.table
const columnsOf = (lake: TestLake) => tableOf(lake).columns.map(({ name }) => name)
const codes = ({ diagnostics }: { readonly diagnostics: readonly { readonly code: string }[] }) =>
  diagnostics.map(({ code }) => code)

async function says({ catalog }: TestLake, parameters: Parameters) {
  const table = { database: 'golden', name: 'orders' }
  await catalog.apply(catalog.plan(table, [{ kind: 'setParameters', table, parameters }]))
}

/** A lake that was scanned; then a file with another column came into an hour that is registered. */
async function withNewColumn(modified?: number): Promise<TestLake> {
  const lake = testLake({ catalog: withoutFingerprints() })
  lake.put('orders/2019/09/01/11/a.parquet', 'v1', lake.clock.now - HOUR)
  await lake.scan()
  lake.clock.now += HOUR
  lake.put('orders/2019/09/01/11/b.parquet', 'v2', modified ?? lake.clock.now - MINUTE)
  return lake
}

describe('a time that lies ahead', () => {
  const ahead = (lake: TestLake) => new Date(lake.clock.now + 10 * DAY).toISOString()

  test.each(['goldsync.mark', 'goldsync.full'])(
    'as %s hides nothing, is told once, and does not stay',
    async name => {
      const lake = await withNewColumn()
      const future = ahead(lake)
      await says(lake, { [name]: future })
      const first = lake.table(await lake.scan())
      expect([codes(first).filter(code => code === 'CLOCK_AHEAD'), columnsOf(lake)]).toEqual([
        ['CLOCK_AHEAD'],
        ['id', 'amount', 'note'],
      ])
      expect(Object.values(tableOf(lake).parameters)).not.toContain(future)
      lake.clock.now += MINUTE
      const second = lake.table(await lake.scan({ mode: 'full' }))
      expect([codes(second), second.outcome]).toEqual([
        [],
        name === 'goldsync.mark' ? 'unchanged' : 'changed',
      ])
    },
  )

  test('as a cursor begins anew', async () => {
    const lake = await withNewColumn()
    await says(lake, { 'goldsync.cursor': `${ahead(lake)} 2010/01/01/00`, 'goldsync.mark': 'never' })
    lake.table(await lake.scan())
    expect(columnsOf(lake)).toEqual(['id', 'amount', 'note'])
    expect(tableOf(lake).parameters).toMatchObject({
      'goldsync.full': new Date(lake.clock.now).toISOString(),
    })
    expect(tableOf(lake).parameters).not.toHaveProperty('goldsync.cursor')
  })

  test('of a few minutes is that of a clock like others', async () => {
    const lake = await withNewColumn()
    await says(lake, { 'goldsync.mark': new Date(lake.clock.now + 5 * MINUTE).toISOString() })
    expect(codes(lake.table(await lake.scan()))).not.toContain('CLOCK_AHEAD')
    expect(columnsOf(lake)).toEqual(['id', 'amount', 'note'])
  })

  test('of a file, or of a folder, hides nothing', async () => {
    const lake = await withNewColumn(Date.UTC(2029, 0))
    const first = lake.table(await lake.scan())
    expect([columnsOf(lake), first.lagMs]).toEqual([['id', 'amount', 'note'], undefined])
    const later = await withNewColumn()
    later.put('orders/2019/09/01/11/old.parquet', 'v1', Date.UTC(2029, 0))
    await later.scan()
    expect(columnsOf(later)).toEqual(['id', 'amount', 'note'])
  })

  test('of a plan is told and left', async () => {
    const lake = await withNewColumn()
    await says(lake, { 'goldsync.mark': ahead(lake) })
    const before = lake.catalog.state()
    expect(codes(lake.table(await lake.scan({ dryRun: true })))).toContain('CLOCK_AHEAD')
    expect(lake.catalog.state()).toBe(before)
  })
})

test('whatever the clocks of earlier runs showed, a full scan by a right one has found all of it, and is idle then', async () => {
  const skew = fc.oneof(
    fc.integer({ min: -30 * DAY, max: 30 * DAY }),
    fc.integer({ min: -HOUR, max: HOUR }),
    fc.constant(0),
  )
  const run = fc.record({ skew, mode: fc.constantFrom('recent' as const, 'full' as const) })
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), fc.nat(3), async (runs, at) => {
      const lake = testLake({ catalog: withoutFingerprints() })
      lake.put('orders/2019/09/01/11/a.parquet', 'v1', lake.clock.now - HOUR)
      for (const [index, { skew, mode }] of runs.entries()) {
        const now = lake.clock.now + HOUR
        if (index === at) lake.put('orders/2019/09/01/11/b.parquet', 'v2', now - MINUTE)
        lake.clock.now = now + skew
        await lake.scan({ mode })
        lake.clock.now = now
      }
      if (at >= runs.length) lake.put('orders/2019/09/01/11/b.parquet', 'v2', lake.clock.now + 30 * MINUTE)
      lake.clock.now += HOUR
      await lake.scan({ mode: 'full' })
      expect(columnsOf(lake)).toEqual(['id', 'amount', 'note'])
      lake.clock.now += MINUTE
      expect(lake.table(await lake.scan()).steps).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test.each([2, 24])('a host whose clock is always %i hours ahead of the files', async hours => {
  const lake = testLake({ catalog: withoutFingerprints() })
  lake.put('orders/2019/09/01/11/a.parquet', 'v1', lake.clock.now - HOUR)
  lake.clock.now += hours * HOUR
  await lake.scan()
  lake.clock.now += HOUR
  lake.put('orders/2019/09/01/11/b.parquet', 'v2', lake.clock.now - hours * HOUR - MINUTE)
  await lake.scan({ mode: 'full' })
  expect(columnsOf(lake)).toEqual(['id', 'amount', 'note'])
})
