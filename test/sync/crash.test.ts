import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { CatalogState } from '../../shared/catalogs/memory/state.ts'
import type { RunOptions } from '../../shared/run/run.ts'
import { openLocal } from '../../shared/storages/local/storage.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { FILES, testLake } from '../support/lake.ts'
import { type Life, mortal, mortalCatalog, mortalStorage } from '../support/mortal.ts'

const MINUTE = 60_000
const BEFORE = Date.UTC(2019, 8, 1, 12)
const NOW = BEFORE + 30 * MINUTE

/** Three topics; what is written after the first scan: new columns, a wider type, new and altered partitions, a bad file. */
const FIRST = [
  ['orders/2019/09/01/09/a', 'v1'],
  ['clicks/2019/09/01/09/a', 'v1'],
  ['views/2019/09/01/09/a', 'v1'],
  ['views/2019/09/01/10/a', 'v1'],
  ['orders/2019/09/01/10/a', 'v1'],
  ['orders/2019/09/01/11/a', 'v1'],
  ['clicks/2019/09/01/10/a', 'v1'],
  ['clicks/2019/09/01/11/a', 'v1'],
  ['views/2019/09/01/11/a', 'v2'],
] as const
const LATER = [
  ['orders/2019/09/01/11/b', 'v2'],
  ['orders/2019/09/01/12/a', 'v2'],
  ['clicks/2019/09/01/11/b', 'v1'],
  ['clicks/2019/09/01/12/a', 'v1'],
  ['clicks/2019/09/01/12/b', 'v1'],
  ['views/2019/09/01/12/a', 'v1'],
  ['views/2019/09/01/12/b', 'truncated'],
] as const

describe('a run that is killed at any I/O step', () => {
  const root = mkdtempSync(join(tmpdir(), 'goldsync-crash-'))
  afterAll(() => rmSync(root, { recursive: true }))

  let first: CatalogState
  let finished: CatalogState
  let steps = 0

  const put = (files: readonly (readonly [string, keyof typeof FILES])[], modified: number) => {
    for (const [path, kind] of files) {
      const file = join(root, `${path}.parquet`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, FILES[kind])
      utimesSync(file, modified / 1000, modified / 1000)
      utimesSync(dirname(file), modified / 1000, modified / 1000)
    }
  }
  const run = async (state: CatalogState, life: Life, now: number, options: Partial<RunOptions> = {}) => {
    const catalog = openMemoryCatalog('memory', {}, state)
    const { lake } = testLake({
      more: {
        location: root,
        locationIn: () => root,
        storage: mortalStorage(openLocal(), life),
        catalogs: [mortalCatalog(catalog, life)],
      },
    })
    const report = await runScan([lake], {
      runId: 'crash',
      mode: 'recent',
      dryRun: false,
      log: openLog('silent'),
      now: () => now,
      ...options,
    })
    return { state: catalog.state(), report }
  }
  const immortal = () => mortal(0, 'before')

  beforeAll(async () => {
    put(FIRST, BEFORE - MINUTE)
    first = (await run({ databases: new Set(), tables: new Map() }, immortal(), BEFORE)).state
    put(LATER, NOW - MINUTE)
    const life = immortal()
    finished = (await run(first, life, NOW)).state
    steps = life.steps
  })

  test('has many steps, and does all that is to be tested', () => {
    expect(steps).toBeGreaterThan(40)
    expect(partitionsOf(finished)).toEqual({
      'golden.clicks': ['2019/09/01/09', '2019/09/01/10', '2019/09/01/11', '2019/09/01/12'],
      'golden.orders': ['2019/09/01/09', '2019/09/01/10', '2019/09/01/11', '2019/09/01/12'],
      'golden.views': ['2019/09/01/09', '2019/09/01/10', '2019/09/01/11'],
    })
    const types = (state: CatalogState) =>
      state.tables.get('golden.orders')!.table.columns.map(({ type }) => type.kind)
    expect([types(first), types(finished)]).toEqual([
      ['int', 'double'],
      ['bigint', 'double', 'string'],
    ])
    expect(finished.tables.get('golden.views')!.table.parameters['goldsync.pending']).toBe(
      '["2019/09/01/12"]',
    )
  })

  test.each(['before', 'after'] as const)(
    '%s the step, is finished by the next, and its mark was never ahead',
    async when => {
      for (let step = 1; step <= steps; step += 1) {
        const killed = (await run(first, mortal(step, when), NOW)).state
        for (const [name, { table }] of killed.tables) {
          const marked = table.parameters['goldsync.mark'] === new Date(NOW).toISOString()
          if (marked)
            expect(contentOf(killed, name), `step ${step}: ${name} is marked`).toEqual(
              contentOf(finished, name),
            )
        }
        const next = (await run(killed, immortal(), NOW + 5 * MINUTE)).state
        expect(contents(next), `killed ${when} step ${step}`).toEqual(contents(finished))
      }
    },
  )

  test('and again in the next run, is finished by the one after', async () => {
    for (let step = 3; step <= steps; step += 11) {
      const killed = (await run(first, mortal(step, 'after'), NOW)).state
      const again = (await run(killed, mortal(step + 7, 'before'), NOW + 5 * MINUTE)).state
      const next = (await run(again, immortal(), NOW + 10 * MINUTE)).state
      expect(contents(next), `killed at step ${step}`).toEqual(contents(finished))
    }
  })

  test('in its first scan ever, is finished by a recent one', async () => {
    const nothing: CatalogState = { databases: new Set(), tables: new Map() }
    const life = immortal()
    const whole = (await run(nothing, life, NOW)).state
    for (let step = 1; step <= life.steps; step += 3) {
      const killed = (await run(nothing, mortal(step, 'after'), NOW)).state
      const next = (await run(killed, immortal(), NOW + 5 * MINUTE)).state
      expect(contents(next), `killed at step ${step}`).toEqual(contents(whole))
    }
  })
})

const partitionsOf = (state: CatalogState) =>
  Object.fromEntries(
    [...state.tables]
      .map(
        ([name, { partitions }]) =>
          [name, [...partitions.values()].map(({ values }) => values.join('/')).sort()] as const,
      )
      .sort(),
  )

/** All of a table but the times of its scans, and since when something waits. */
function contentOf(state: CatalogState, name: string) {
  const { table, partitions } = state.tables.get(name)!
  const { 'goldsync.mark': _mark, 'goldsync.full': _full, ...parameters } = table.parameters
  const waits = parameters['goldsync.waits']?.replace(/"2019-09-01T..:..Z"/g, '""')
  const timeless = { ...parameters, ...(waits === undefined ? {} : { 'goldsync.waits': waits }) }
  return {
    table: { ...table, parameters: timeless },
    partitions: [...partitions].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}

const contents = (state: CatalogState) => [...state.tables.keys()].sort().map(name => contentOf(state, name))
