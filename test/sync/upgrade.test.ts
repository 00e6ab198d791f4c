/** What an earlier build left, and what this one makes of it. The catalog was recorded from the build of the first wave (7d16a01). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { TableState } from '../../shared/catalogs/memory/state.ts'
import type { Report } from '../../shared/run/report.ts'
import type { Lake } from '../../shared/run/run.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import type { Table } from '../../shared/schema/table.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

/** Topics of one partition each, which it registered with a ✓. */
const TOPICS = {
  orders: 'orders/v1',
  readings: 'parquet/floats',
  baskets: 'types/lists-of-items',
  visits: 'undeclared/null',
  days: 'values/days-spark-legacy',
} as const

interface Recorded {
  readonly databases: readonly string[]
  readonly tables: readonly [string, { table: Table; partitions: [string, Partition][] }][]
}
const recorded = JSON.parse(readFileSync('test/fixtures/upgrade/first-wave.json', 'utf8')) as Recorded

/** @param change of a table as this build would see it */
function upgraded(more: Partial<Lake> = {}, change: (table: Table) => Table = table => table): TestLake {
  const tables = recorded.tables.map(([id, { table, partitions }]): [string, TableState] => [
    id,
    { table: change(table), partitions: new Map(partitions) },
  ])
  const state = { databases: new Set(recorded.databases), tables: new Map(tables) }
  const lake = testLake({ catalog: openMemoryCatalog('memory', {}, state), more })
  for (const topic of Object.keys(TOPICS)) close(lake, topic as keyof typeof TOPICS, 10)
  return lake
}

function close(lake: TestLake, topic: keyof typeof TOPICS, hour: number): void {
  const content = readFileSync(`test/fixtures/${TOPICS[topic]}.parquet`)
  lake.storage.put(`${ROOT}/${topic}/2019/09/01/${hour}/a.parquet`, content, Date.UTC(2019, 8, 1, 12))
}

const plan = (lake: TestLake, more: object = {}): Promise<Report> =>
  lake.scan({ mode: 'full', dryRun: true, ...more })

/** Codes of each table, and whether anything would be changed. */
const told = ({ tables }: Report, severity: string) =>
  Object.fromEntries(
    tables.flatMap(({ topic, diagnostics }) => {
      const codes = diagnostics.filter(one => one.severity === severity).map(({ code }) => code)
      return codes.length > 0 ? [[topic, [...new Set(codes)]]] : []
    }),
  )

const EXPOSED = { baskets: ['EXPOSED_FILE'], readings: ['EXPOSED_FILE'] }

describe('a plan of this build, where another one has registered what this one would not', () => {
  it('tells what is exposed and why, when it reads again; otherwise what did not change is not looked at', async () => {
    const lake = upgraded()
    const before = lake.catalog.state()
    expect(told(await plan(lake), 'error')).toEqual({})
    const report = await plan(lake, { reread: true })
    expect(told(report, 'error')).toEqual(EXPOSED)
    const [finding] = report.tables.find(({ topic }) => topic === 'readings')!.diagnostics
    expect(finding).toMatchObject({
      partition: '2019/09/01/10',
      path: `${ROOT}/readings/2019/09/01/10/a.parquet`,
      message: expect.stringContaining("column 'f16' is a half-precision float"),
      fix: expect.any(String),
    })
    expect(report.tables.find(({ topic }) => topic === 'orders')).toMatchObject({
      outcome: 'unchanged',
      steps: [],
    })
    expect(lake.catalog.state()).toBe(before)
  })

  it('tells it by who reads: of nobody nothing, of Trino the days that it counts otherwise', async () => {
    expect(told(await plan(upgraded({ readers: [] }), { reread: true }), 'error')).toEqual({})
    const trino = [{ kind: 'trino', version: '476' }] as const
    expect(told(await plan(upgraded({ readers: trino }), { reread: true }), 'error')).toMatchObject({
      days: ['EXPOSED_FILE'],
    })
  })

  it('is followed by a scan that does what it showed, and then shows no more to do', async () => {
    const lake = upgraded()
    const planned = await plan(lake, { reread: true })
    const done = await lake.scan({ mode: 'full', reread: true })
    const steps = ({ tables }: Report) =>
      tables.map(({ topic, steps }) => [topic, steps.map(({ summary }) => summary)])
    // And notes that it has read what older partitions hold, which a plan does not.
    for (const [at, [topic, list]] of steps(planned).entries())
      expect(steps(done)[at]).toEqual([topic, [...list!, 'set 1 table parameter']])
    expect(told(done, 'error')).toEqual(EXPOSED)
    const next = await plan(lake, { reread: true })
    expect(steps(next).filter(([, list]) => list!.length > 0)).toEqual([])
    // What is exposed is looked at by every run from now on.
    expect(told(await lake.scan(), 'error')).toEqual(EXPOSED)
  })

  it('tells what is held back of new hours, and which tables are refused', async () => {
    const lake = upgraded({}, table =>
      table.name.name === 'orders' ? { ...table, traits: { buckets: 8 } } : table,
    )
    for (const topic of Object.keys(TOPICS)) close(lake, topic as keyof typeof TOPICS, 11)
    const { tables } = await plan(lake, { mode: 'recent' })
    expect(tables.map(({ topic, outcome, held }) => [topic, outcome, held])).toEqual([
      ['baskets', 'planned', ['2019/09/01/11']],
      ['days', 'planned', []],
      ['orders', 'refused', []],
      ['readings', 'planned', ['2019/09/01/11']],
      ['visits', 'planned', []],
    ])
  })

  it('accepts, with a warning, what is let through', async () => {
    const lake = upgraded()
    const lenient = { ...lake.lake.typesOf('readings'), unreadable: 'warn' as const }
    const readers = [
      { kind: 'hive', version: '4.0' },
      { kind: 'spark', version: '4' },
    ] as const
    const { tables } = await plan(upgraded({ typesOf: () => lenient, readers }), { reread: true })
    const readings = tables.find(({ topic }) => topic === 'readings')!
    expect(readings.diagnostics.map(({ severity }) => severity)).not.toContain('error')
  })
})
