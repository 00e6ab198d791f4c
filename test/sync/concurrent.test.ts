/** Two processes that sync a table at once: each finds what the other has left on it, whenever that was written. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Catalog, Step } from '../../shared/catalogs/catalog.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Change } from '../../shared/schema/change.ts'
import { memoryOf, REMEMBERED } from '../../shared/state/remembered.ts'
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
