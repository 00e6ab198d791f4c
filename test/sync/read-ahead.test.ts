/** A scan of many topics reads their tables many at once, and none of them worse for it. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import type { Run } from '../../shared/run/run.ts'
import type { Table } from '../../shared/schema/table.ts'
import { readAhead } from '../../shared/sync/read-ahead.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { type TestLake, testLake } from '../support/lake.ts'

const OPTIONS = {
  runId: 'test',
  mode: 'recent',
  dryRun: false,
  log: openLog('silent'),
  now: () => Date.UTC(2019, 8, 1, 12),
} as const
const TOPICS = Array.from({ length: 250 }, (_, at) => `topic_${at}`)

async function scannedLake(topics: readonly string[] = TOPICS): Promise<TestLake> {
  const lake = testLake()
  for (const topic of topics) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  await lake.scan()
  return lake
}

afterEach(() => {
  vi.restoreAllMocks()
})

/** However slow the machine is, nothing gets old. */
const standStill = () => vi.spyOn(performance, 'now').mockReturnValue(1_000_000)

/** What was called since the last time. */
function counter({ catalog }: TestLake) {
  let before = { ...catalog.calls }
  return () => {
    const { inspect, inspectAll } = catalog.calls
    const since = { inspect: inspect - before.inspect, inspectAll: inspectAll - before.inspectAll }
    before = { ...catalog.calls }
    return since
  }
}

/**
 * Reads ahead of 300 tables, none of which is there.
 * @param takes milliseconds that the catalog needs for many
 * @returns sizes: of what the catalog was asked for, one after another
 */
function asked({ catalog, lake }: TestLake, takes = 0, failure?: GoldsyncError) {
  const names = Array.from({ length: 300 }, (_, at) => `t${at}`)
  const sizes: number[] = []
  let now = 1_000_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const table = { name: { database: lake.database, name: '' } } as Table
  const counting: Catalog = {
    ...catalog,
    inspect: async name => {
      sizes.push(1)
      return { ...table, name }
    },
    inspectAll: async (database, several) => {
      sizes.push(several.length)
      now += takes
      if (failure) throw failure
      return new Map(several.map(name => [name, { ...table, name: { database, name } }]))
    },
  }
  const read = readAhead(counting, lake.database, names)
  const run = { log: { debug: () => {} } } as unknown as Run
  let next = 0
  const inspect = async (count: number) => {
    for (const end = next + count; next < end; next += 1)
      await read({ database: lake.database, name: `t${next}` }, run)
  }
  const later = (milliseconds: number) => {
    now += milliseconds
  }
  return { inspect, sizes: () => sizes, clock: { later } }
}

const of = (lake: TestLake, name: string) => ({ database: lake.lake.database, name })

describe('a scan of many topics', () => {
  test('with nothing new reads a hundred tables with one call', async () => {
    const lake = await scannedLake()
    const calls = counter(lake)
    standStill()
    // Topics that were worked on just now are asked for by themselves; this is another process.
    const { tables } = await runScan([{ ...lake.lake, identity: {} }], OPTIONS)
    expect(tables.every(({ outcome }) => outcome === 'unchanged')).toBe(true)
    expect(calls()).toEqual({ inspect: 0, inspectAll: 3 })
  })

  test('asks for one table as before', async () => {
    const lake = await scannedLake(['orders'])
    const calls = counter(lake)
    await lake.scan()
    expect(calls()).toEqual({ inspect: 1, inspectAll: 0 })
  })

  test('asks for a table that the many do not tell of by itself, and makes it where it is not there', async () => {
    const lake = await scannedLake(['a', 'b', 'c'])
    lake.put('d/2019/09/01/11/a.parquet', 'v1')
    const calls = counter(lake)
    const { tables } = await lake.scan()
    expect(tables.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged', 'changed'])
    expect(calls().inspect).toBeGreaterThan(0)
    expect(await lake.catalog.inspect(of(lake, 'd'))).toBeDefined()
  })

  test('fails for a table that cannot be read, and for no other', async () => {
    const lake = await scannedLake(['a', 'b', 'c'])
    const error = new GoldsyncError('PERMISSION_DENIED', 'not yours')
    const { inspect, inspectAll } = lake.catalog
    vi.spyOn(lake.catalog, 'inspectAll').mockImplementation(
      async (database, names, call) =>
        new Map([...((await inspectAll?.(database, names, call)) ?? [])].filter(([name]) => name !== 'b')),
    )
    vi.spyOn(lake.catalog, 'inspect').mockImplementation(async (name, call) => {
      if (name.name === 'b') throw error
      return inspect(name, call)
    })
    const { tables } = await lake.scan()
    expect(tables.map(({ outcome }) => outcome)).toEqual(['unchanged', 'failed', 'unchanged'])
    expect(tables[1]?.error?.code).toBe('PERMISSION_DENIED')
  })

  test('asks for each by itself where the many cannot be read', async () => {
    const lake = await scannedLake(['a', 'b', 'c'])
    vi.spyOn(lake.catalog, 'inspectAll').mockRejectedValue(new GoldsyncError('INTERNAL', 'broken row'))
    const calls = counter(lake)
    const { tables } = await lake.scan()
    expect(tables.every(({ outcome }) => outcome === 'unchanged')).toBe(true)
    expect(calls().inspect).toBe(3)
  })
})

describe('what was read ahead', () => {
  const run = { log: { debug: () => {} } } as unknown as Run

  test('does not count for a topic that was worked on meanwhile', async () => {
    const lake = await scannedLake(['a', 'b', 'c'])
    const inspect = readAhead(lake.catalog, 'golden', ['a', 'b', 'c'])
    const clock = standStill()
    await inspect(of(lake, 'a'), run)
    clock.mockReturnValue(1_000_001)
    const change = { kind: 'setParameters', table: of(lake, 'b'), parameters: { by: 'an event' } } as const
    await lake.catalog.apply(lake.catalog.plan(change.table, [change]))
    const found = await inspect(of(lake, 'b'), run, performance.now())
    expect(found?.parameters.by).toBe('an event')
  })

  test('is read again when it is old, with more of those that follow the faster they come', async () => {
    const lake = await scannedLake(['a', 'b'])
    const { inspect, sizes, clock } = asked(lake)
    await inspect(1)
    clock.later(3001)
    await inspect(40)
    expect(sizes()).toEqual([100, 1, 3, 7, 15, 31])
  })

  test('is one table at a time where each takes more than three seconds', async () => {
    const lake = await scannedLake(['a', 'b'])
    const { inspect, sizes, clock } = asked(lake)
    for (let at = 0; at < 300; at += 1) {
      await inspect(1)
      clock.later(3001)
    }
    expect(sizes()).toEqual([100, ...Array(299).fill(1)])
  })

  test.each([2, 5, 20])('is at most three times what it serves, where %i come in time', async served => {
    const lake = await scannedLake(['a', 'b'])
    const { inspect, sizes, clock } = asked(lake)
    for (let at = 0; at < 300; at += served) {
      await inspect(served)
      clock.later(3001)
    }
    expect(sizes().reduce((sum, size) => sum + size, 0)).toBeLessThan(100 + 3 * 300)
    expect(sizes().length).toBeLessThanOrEqual(300 / served + 5)
  })

  test('holds from the answer on, however long a slow catalog takes for it', async () => {
    const lake = await scannedLake(['a', 'b'])
    const { inspect, sizes, clock } = asked(lake, 60_000)
    await inspect(50)
    clock.later(2999)
    await inspect(50)
    expect(sizes()).toEqual([100])
  })

  test('is not asked for any more where that has failed: one timeout more, not one more for each', async () => {
    const lake = await scannedLake(['a', 'b'])
    const { inspect, sizes, clock } = asked(lake, 0, new GoldsyncError('UNAVAILABLE', 'down'))
    for (let at = 0; at < 20; at += 1) {
      await inspect(1)
      clock.later(3001)
    }
    expect(sizes()).toEqual([100, ...Array(20).fill(1)])
  })

  test('tells of each table once: who asks again wants it as it is', async () => {
    const lake = await scannedLake(['a', 'b'])
    const inspect = readAhead(lake.catalog, 'golden', ['a', 'b'])
    standStill()
    const calls = counter(lake)
    await inspect(of(lake, 'a'), run)
    await inspect(of(lake, 'a'), run)
    expect(calls()).toEqual({ inspect: 1, inspectAll: 1 })
  })
})
