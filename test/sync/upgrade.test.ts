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
  it('tells what is exposed and why when it looks at everything; a recent one looks at nothing that did not change', async () => {
    const lake = upgraded()
    const before = lake.catalog.state()
    expect(told(await plan(lake), 'error')).toEqual(EXPOSED)
    expect(told(await plan(lake, { mode: 'recent' }), 'error')).toEqual({})
    const report = await plan(lake, { reread: true })
    expect(told(report, 'error')).toEqual(EXPOSED)
    const [finding] = report.tables.find(({ topic }) => topic === 'readings')!.diagnostics
    expect(finding).toMatchObject({
      partition: '2019/09/01/10',
      path: `${ROOT}/readings/2019/09/01/10/a.parquet`,
      message: expect.stringContaining("column 'f16' is a half-precision float"),
      fix: expect.any(String),
    })
    // What this build accepts too gets its fingerprint, so that it is not read again.
    expect(report.tables.find(({ topic }) => topic === 'orders')!.steps[0]).toMatchObject({
      summary: 'alter 1 partition',
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

  it('is told by the next full scan also of what the other build registers afterwards, and once it is mended no more', async () => {
    const lake = upgraded()
    await lake.scan({ mode: 'full' })
    const recordedOf = lake.catalog.state().tables.get('golden.readings')!
    // As the first wave's build leaves a partition: accepted, by rules that it does not name.
    const [[, old]] = recorded.tables.find(([id]) => id === 'golden.readings')![1].partitions as [
      [string, Partition],
    ]
    const name = recordedOf.table.name
    const { partitionKeys } = recordedOf.table
    await lake.catalog.apply(
      lake.catalog.plan(name, [{ kind: 'alterPartitions', table: name, partitionKeys, partitions: [old] }]),
    )
    expect(told(await lake.scan({ mode: 'full' }), 'error')).toEqual(EXPOSED)
    lake.storage.put(
      `${ROOT}/readings/2019/09/01/10/a.parquet`,
      readFileSync('test/fixtures/parquet/integers.parquet'),
      lake.clock.now,
    )
    expect(told(await lake.scan({ mode: 'full' }), 'error')).not.toHaveProperty('readings')
  })

  it('reads some in each full scan, and says how many are left', async () => {
    const lake = testLake()
    for (let hour = 0; hour < 1003; hour++) {
      const [day, at] = new Date(Date.UTC(2019, 6, 1, hour)).toISOString().slice(0, 13).split('T')
      lake.put(`orders/${day!.replaceAll('-', '/')}/${at}/a.parquet`, 'v1')
    }
    await lake.scan()
    const { table, partitions } = lake.catalog.state().tables.get('golden.orders')!
    const { name, partitionKeys } = table
    const older = [...partitions.values()].map(one => ({
      ...one,
      parameters: {
        ...one.parameters,
        'goldsync.fingerprint': one.parameters['goldsync.fingerprint']!.replace(/@.*/, ''),
      },
    }))
    await lake.catalog.apply(
      lake.catalog.plan(name, [{ kind: 'alterPartitions', table: name, partitionKeys, partitions: older }]),
    )
    lake.clock.now += 3_600_000
    const first = lake.table(await lake.scan({ mode: 'full' }))
    expect([first.files, first.diagnostics]).toMatchObject([
      1000,
      [{ code: 'NOT_JUDGED_AGAIN', message: expect.stringMatching(/^3 more partitions/) }],
    ])
    expect(lake.table(await lake.scan({ mode: 'full' }))).toMatchObject({ files: 3, diagnostics: [] })
    expect(lake.table(await lake.scan({ mode: 'full' }))).toMatchObject({ files: 0, outcome: 'unchanged' })
  })

  it('leaves what a later build has accepted, whose rules it does not know', async () => {
    const lake = testLake()
    lake.put('orders/2019/09/01/11/a.parquet', 'v1')
    await lake.scan()
    const { table, partitions } = lake.catalog.state().tables.get('golden.orders')!
    const { name, partitionKeys } = table
    const [one] = [...partitions.values()]
    const print = one!.parameters['goldsync.fingerprint']!.replace(/@.*/, '@3')
    const later = [{ ...one!, parameters: { ...one!.parameters, 'goldsync.fingerprint': print } }]
    await lake.catalog.apply(
      lake.catalog.plan(name, [{ kind: 'alterPartitions', table: name, partitionKeys, partitions: later }]),
    )
    lake.clock.now += 3_600_000
    for (const mode of ['recent', 'full'] as const)
      expect(lake.table(await lake.scan({ mode }))).toMatchObject({ files: 0, steps: [] })
  })
})
