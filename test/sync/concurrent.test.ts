/** Two processes that sync a table at once: each finds what the other has left on it, whenever that was written. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Catalog, Step } from '../../shared/catalogs/catalog.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import { memoryOf, REMEMBERED } from '../../shared/state/remembered.ts'
import { stateOf } from '../../shared/state/table-state.ts'
import { cannot, openDouble } from '../support/engine-double.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const HOUR = '2019/09/01'
const file = (name: string) => readFileSync(new URL(`../fixtures/${name}.parquet`, import.meta.url))

/** What another process does, before the call or step of this number. */
interface Meanwhile {
  readonly at: number
  readonly work: () => Promise<unknown>
}

/** A catalog into which another process writes between two calls, or steps. @returns it, and its calls and steps so far */
function shared(catalog: Catalog, { at, work }: Meanwhile) {
  let calls = 0
  const next = async () => {
    calls += 1
    if (calls === at) await work()
  }
  const between: Catalog = {
    ...catalog,
    inspect: async (...args) => {
      await next()
      return catalog.inspect(...args)
    },
    partitions: async (...args) => {
      await next()
      return catalog.partitions(...args)
    },
    async apply(plan, call = {}) {
      for (const [at, step] of plan.steps.entries()) {
        await next()
        await catalog.apply({ ...plan, steps: [step as Step] })
        call.onStep?.(step, at + 1)
      }
    },
  }
  return { catalog: between, calls: () => calls }
}

/** Of a process of its own, whose engine cannot read any file. */
const failing = () => {
  const double = openDouble()
  double.read = () => cannot('HIVE_BAD_DATA: no')
  return double.engine
}

const READERS = [{ kind: 'hive', version: '4.0.1' }] as const

function processOn(catalog: Catalog, { storage, clock }: Pick<TestLake, 'storage' | 'clock'>): TestLake {
  const lake = testLake({ more: { storage, catalogs: [catalog], readers: READERS, engines: [failing()] } })
  lake.clock.now = clock.now
  return lake
}

interface Start {
  /** By hour; a file with nothing to be remembered makes the table before. */
  readonly files: Readonly<Record<string, string>>
  readonly before?: (lake: TestLake) => Promise<unknown>
  readonly first: (lake: TestLake) => Promise<unknown>
  readonly second: (lake: TestLake) => Promise<unknown>
}

/** What the table says in the end, of each moment at which the second process may do its work in the first one's. */
async function* moments({ files, before, first, second }: Start) {
  let at = 0
  while (true) {
    at += 1
    const lake = testLake({ catalog: openMemoryCatalog('memory') })
    for (const [hour, kind] of Object.entries(files))
      lake.storage.put(`${ROOT}/orders/${HOUR}/${hour}/a.parquet`, file(kind), lake.clock.now)
    await before?.(processOn(lake.catalog, lake))
    const work = () => second(processOn(lake.catalog, lake))
    const meanwhile = shared(lake.catalog, { at, work })
    await first(processOn(meanwhile.catalog, lake))
    if (meanwhile.calls() < at) break
    const table = await lake.catalog.inspect({ database: 'golden', name: 'orders' })
    const proofs = JSON.parse(table?.parameters['goldsync.engine.trino'] ?? '{}')
    yield { at, memory: memoryOf(table), proofs }
  }
  expect(at).toBeGreaterThan(5)
}

const syncing = (hour: string) => (lake: TestLake) =>
  lake.scan({ tables: ['orders'], partitions: [`${HOUR}/${hour}`] })
const FILES = { '09': 'orders/v1', '10': 'undeclared/null', '11': 'undeclared/overflow' } as const

const onlyPending = ({ parameters }: Table) => [
  parameters['goldsync.pending'],
  [...stateOf({ parameters }, Date.UTC(2019, 8, 2)).waits].map(([path, { file }]) => `${path}/${file}`),
]

/** What is pending in the end, of each moment at which another process may do its work in the first one's. */
async function* pendingAtMoments(
  prepare: (lake: TestLake) => Promise<unknown>,
  first: (lake: TestLake) => Promise<unknown>,
  second: (lake: TestLake) => Promise<unknown>,
) {
  let at = 0
  while (true) {
    at += 1
    const lake = testLake({ catalog: openMemoryCatalog('memory') })
    lake.put(`orders/${HOUR}/09/a.parquet`, 'v1')
    await prepare(lake)
    const of = (catalog: Catalog) => {
      const own = testLake({ more: { storage: lake.storage, catalogs: [catalog] } })
      own.clock.now = lake.clock.now
      return own
    }
    const meanwhile = shared(lake.catalog, { at, work: () => second(of(lake.catalog)) })
    await first(of(meanwhile.catalog))
    if (meanwhile.calls() < at) break
    const table = await lake.catalog.inspect({ database: 'golden', name: 'orders' })
    yield [at, ...onlyPending(table as Table)]
  }
  expect(at).toBeGreaterThan(3)
}

describe('partitions that wait', () => {
  const put = (lake: TestLake, hour: string, kind: 'truncated' | 'v1') =>
    lake.put(`orders/${HOUR}/${hour}/a.parquet`, kind)

  test('are kept that another process has put there meanwhile', async () => {
    const prepare = async (lake: TestLake) => {
      await lake.scan()
      put(lake, '10', 'truncated')
      put(lake, '11', 'truncated')
    }
    for await (const [at, pending, waits] of pendingAtMoments(prepare, syncing('10'), syncing('11')))
      expect([at, pending, waits]).toEqual([
        at,
        `["${HOUR}/10","${HOUR}/11"]`,
        [`${HOUR}/10/a.parquet`, `${HOUR}/11/a.parquet`],
      ])
  })

  test('go when they are done, by whomever, and take nothing with them', async () => {
    const prepare = async (lake: TestLake) => {
      put(lake, '10', 'truncated')
      await lake.scan()
      put(lake, '10', 'v1')
      put(lake, '11', 'truncated')
    }
    for await (const [at, pending, waits] of pendingAtMoments(prepare, syncing('11'), syncing('10')))
      expect([at, pending, waits]).toEqual([at, `["${HOUR}/11"]`, [`${HOUR}/11/a.parquet`]])
    for await (const [at, pending] of pendingAtMoments(prepare, lake => lake.scan(), syncing('11')))
      expect([at, pending]).toEqual([at, `["${HOUR}/11"]`])
  })

  test('a scan does not take the place from another one where that was cut', async () => {
    const CURSOR = '2019-09-01T11:00:00.000Z 2018/01/01/00'
    const change = {
      kind: 'setParameters',
      table: { database: 'golden', name: 'orders' },
      parameters: { 'goldsync.cursor': CURSOR },
    } as const
    const cut = async ({ lake: { catalogs } }: TestLake) => {
      const [catalog] = catalogs as readonly [Catalog]
      await catalog.apply(catalog.plan(change.table, [change]))
    }
    const lake = testLake({ catalog: openMemoryCatalog('memory') })
    put(lake, '09', 'v1')
    await lake.scan()
    put(lake, '10', 'v1')
    lake.clock.now += 60_000
    const meanwhile = shared(lake.catalog, { at: 2, work: () => cut(lake) })
    const other = testLake({ more: { storage: lake.storage, catalogs: [meanwhile.catalog] } })
    other.clock.now = lake.clock.now
    expect(other.table(await other.scan()).partitions.added).toBe(1)
    const table = await lake.catalog.inspect(change.table)
    expect(table?.parameters['goldsync.cursor']).toBe(CURSOR)
  })
})

describe('what another process writes on the table', () => {
  test.each([
    ['is there already', syncing('09')],
    ['is made meanwhile', undefined],
  ])('is kept, where the table %s', async (_, before) => {
    const start = { files: FILES, first: syncing('10'), second: syncing('11'), ...(before ? { before } : {}) }
    for await (const { at, memory, proofs } of moments(start)) {
      const held = memory.held.map(({ shape, partition }) => `${shape} ${partition}`).sort()
      expect([at, memory.of, held]).toEqual([at, 'all', [`null ${HOUR}/10`, `uint32-overflow ${HOUR}/11`]])
      const failed = proofs.failures.map(({ partition }: { partition: string }) => partition).sort()
      expect([at, failed.slice(-2)]).toEqual([at, [`${HOUR}/10`, `${HOUR}/11`]])
    }
  })

  test('is kept by one that fills the memory of an older table', async () => {
    const forget: Change = {
      kind: 'setParameters',
      table: { database: 'golden', name: 'orders' },
      parameters: {},
      removed: [REMEMBERED],
    }
    const before = async (lake: TestLake) => {
      await syncing('10')(lake)
      const [catalog] = lake.lake.catalogs as readonly [Catalog]
      await catalog.apply(catalog.plan(forget.table, [forget]))
    }
    const start = {
      files: FILES,
      before,
      first: (lake: TestLake) => lake.scan({ mode: 'full' }),
      second: syncing('11'),
    }
    for await (const { at, memory } of moments(start)) {
      const held = memory.held.map(({ shape, partition }) => `${shape} ${partition}`).sort()
      expect([at, held]).toEqual([at, [`null ${HOUR}/10`, `uint32-overflow ${HOUR}/11`]])
    }
  })
})

describe('a name that one process gives a type, and of which another registers a file that holds it otherwise', () => {
  const files = { '09': 'undeclared/overflow', '10': 'undeclared/proven' } as const

  /** Whether both were done, at any moment at which the second process may do its work in the first one's. */
  async function bothAt(first: string, second: string) {
    const both: number[] = []
    for (let at = 1; ; at += 1) {
      const lake = testLake({ catalog: openMemoryCatalog('memory') })
      lake.put(`orders/${HOUR}/08/a.parquet`, 'v1')
      await processOn(lake.catalog, lake).scan()
      for (const [hour, kind] of Object.entries(files))
        lake.storage.put(`${ROOT}/orders/${HOUR}/${hour}/a.parquet`, file(kind), lake.clock.now)
      const work = () => syncing(second)(processOn(lake.catalog, lake))
      const meanwhile = shared(lake.catalog, { at, work })
      await syncing(first)(processOn(meanwhile.catalog, lake))
      if (meanwhile.calls() < at) return { both, moments: at - 1 }
      const table = (await lake.catalog.inspect({ database: 'golden', name: 'orders' })) as Table
      const registered = await lake.catalog.partitions(table, { want: 'names' })
      const isTyped = table.columns.some(({ name }) => name === 'u')
      if (isTyped && registered.some(({ values }) => values.join('/').endsWith('09'))) both.push(at)
    }
  }

  test.each([
    ['10', '09'],
    ['09', '10'],
  ])('is refused to one of them: hour %s, with %s meanwhile', async (first, second) => {
    const { both, moments } = await bothAt(first, second)
    expect([moments > 3, both]).toEqual([true, []])
  })
})
