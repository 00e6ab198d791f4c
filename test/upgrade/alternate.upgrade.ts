/** The first wave's build and today's take turns on the same growing tables: nothing is lost, and what one let in the other tells. */
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { configOf } from '../../shared/config/config.ts'
import { printColumns } from '../../shared/evolution/merge.ts'
import type { RegisteredPartition } from '../../shared/schema/partition.ts'
import type { Column, Table } from '../../shared/schema/table.ts'
import { damagedParameters } from '../../shared/state/damaged.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import { describeStack, stack } from '../support/stack.ts'
import { type Build, type BuildReport, firstWaveIsHere, openFirstWave, openToday } from './builds.ts'

const RUNS = 20
/** From this one on files have a wider type and a new column. */
const WIDER_FROM = 9
const DATABASE = `upgrade_${process.pid}`
const START = Date.UTC(2026, 10, 28, 0)

/** What each run finds new, by topic: the fixture of its file. */
const ACCEPTED = {
  orders: (run: number) => (run < WIDER_FROM ? 'orders/v1' : 'orders/v2'),
  numbers: () => 'parquet/integers',
  visits: () => 'undeclared/null',
} as const
/** The first wave's build registers these, and today's does not: where Hive reads, and in DuckDB. */
const REFUSED = { readings: 'parquet/floats', baskets: 'types/lists-of-items' } as const
const REFUSED_BY_DUCKDB = { days: 'values/days-spark-legacy' } as const

interface Home {
  readonly location: string
  /** Topics of which the old build takes what today's refuses. */
  readonly refused: Readonly<Record<string, string>>
  /** The code by which a file is told that is registered and not accepted. */
  readonly names: string
  put(path: string, file: string): Promise<void>
  /** A config with tables of its own. */
  config(name: string): object
  close(): Promise<void>
}

async function localHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-upgrade-'))
  const location = join(folder, 'lake')
  return {
    location,
    refused: REFUSED_BY_DUCKDB,
    names: 'JULIAN_DATES',
    put: async (path, file) => {
      await mkdir(dirname(join(location, path)), { recursive: true })
      await cp(file, join(location, path))
    },
    config: name => ({
      lakes: [{ location, database: DATABASE, createDatabase: true }],
      catalogs: { catalog: { kind: 'duckdb', file: join(folder, `${name}.duckdb`) } },
    }),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

async function hiveHome(): Promise<Home> {
  const root = `/golden/${DATABASE}`
  const databases = new Set<string>()
  return {
    location: hdfs.location(root),
    refused: REFUSED,
    names: 'EXPOSED_FILE',
    put: async (path, file) => hdfs.put(`${root}/${path}`, await readFile(file)),
    config: name => {
      const database = `${DATABASE}_${name}`
      databases.add(database)
      return {
        lakes: [{ location: hdfs.location(root), storage: hdfsStorage, database, createDatabase: true }],
        catalogs: { catalog: metastoreConfig('metastore') },
      }
    },
    close: async () => {
      await dropDatabases(stack.metastore, ...databases)
      await hdfs.rm(root)
    },
  }
}

interface Kept {
  readonly table: Table
  readonly partitions: readonly RegisteredPartition[]
}

/** The tables of a config as its catalog has them, by topic. */
async function tablesOf(config: object): Promise<ReadonlyMap<string, Kept>> {
  const { lakes, catalogs } = configOf(config, 'the test', {})
  const catalog = await openCatalog('catalog', catalogs.catalog!)
  try {
    const found = new Map<string, Kept>()
    for (const name of Object.keys({ ...ACCEPTED, ...REFUSED, ...REFUSED_BY_DUCKDB })) {
      const table = await catalog.inspect({ database: lakes[0]!.database, name })
      if (table === undefined) continue
      const names = await catalog.partitions(table, { want: 'names' })
      const among = names.map(({ values }) => values)
      found.set(name, { table, partitions: await catalog.partitions(table, { want: 'details', among }) })
    }
    return found
  } finally {
    await catalog.close()
  }
}

const keysOf = ({ partitions }: Kept): string[] => partitions.map(({ values }) => values.join('/')).sort()

/** All that is not about when runs came by, or what the server counts itself. */
const likeness = ({ table, partitions }: Kept) => ({
  columns: table.columns,
  narrower: partitions.filter(({ columns = [] }) => !isPrefix(columns, table.columns)),
  partitionKeys: table.partitionKeys,
  location: table.location,
  kept: Object.keys(table.parameters)
    .filter(key => key.startsWith('goldsync.') && !key.startsWith('goldsync.ran.'))
    .sort(),
  undeclared: table.parameters['goldsync.undeclared'],
  partitions: partitions
    .map(({ values, location, parameters = {} }) => {
      const { numRows, 'goldsync.fingerprint': fingerprint } = parameters
      return { values, location, numRows, fingerprint }
    })
    .sort((a, b) => (a.values.join() < b.values.join() ? -1 : 1)),
})

/** A partition that is written anew may get columns that came to the table later. */
const isPrefix = (columns: readonly Column[], all: readonly Column[]): boolean =>
  printColumns(columns) === printColumns(all.slice(0, columns.length))

function partitionAt(run: number): string {
  const [day, hour] = new Date(START + run * 3_600_000).toISOString().slice(0, 13).split('T')
  return `${day!.replaceAll('-', '/')}/${hour}`
}

const reportOf = ({ tables }: BuildReport, topic: string) => tables.find(table => table.topic === topic)

const errorsIn = ({ tables }: BuildReport) =>
  tables.flatMap(({ topic, error }) => (error ? [{ topic, error }] : []))

/** Runs of both builds in turn, and of today's alone on tables of its own; after each, both can read what is kept. */
async function alternate(home: Home, builds: readonly Build[], today: Build, name: string) {
  const [shared, own] = [home.config(name), home.config(`${name}_alone`)]
  const letIn = new Map<string, Set<string>>()
  let before = await tablesOf(shared)
  for (let run = 0; run < RUNS; run++) {
    for (const [topic, fixture] of Object.entries(ACCEPTED))
      await home.put(`${topic}/${partitionAt(run)}/a.parquet`, `test/fixtures/${fixture(run)}.parquet`)
    for (const [topic, fixture] of Object.entries(home.refused))
      await home.put(`${topic}/${partitionAt(run)}/a.parquet`, `test/fixtures/${fixture}.parquet`)
    const mode = run % 5 === 4 ? 'full' : 'recent'
    const report = await builds[run % 2]!.scan(shared, mode)
    expect([name, run, errorsIn(report)]).toEqual([name, run, []])
    await today.scan(own, mode)
    const after = await tablesOf(shared)
    for (const [topic, kept] of before) {
      const now = after.get(topic)!
      expect(keysOf(now)).toEqual(expect.arrayContaining(keysOf(kept)))
      expect(damagedParameters(now.table)).toEqual([])
    }
    if (builds[run % 2] !== today)
      for (const topic of Object.keys(home.refused)) {
        const seen = new Set(before.has(topic) ? keysOf(before.get(topic)!) : [])
        const fresh = after.has(topic) ? keysOf(after.get(topic)!).filter(key => !seen.has(key)) : []
        letIn.set(topic, new Set([...(letIn.get(topic) ?? []), ...fresh]))
      }
    before = after
  }
  return { shared, own, letIn }
}

function suite(open: () => Promise<Home>): void {
  let home: Home
  let today: Build
  let old: Awaited<ReturnType<typeof openFirstWave>>

  beforeAll(async () => {
    home = await open()
    today = await openToday()
    old = await openFirstWave()
  })
  afterAll(async () => {
    await old?.close()
    await home?.close()
  })

  for (const first of ['old', 'new'] as const)
    test(`the ${first} one first: the tables are those of the new one alone, and what the old one let in is named`, async () => {
      const order = first === 'old' ? [old, today] : [today, old]
      const { shared, own, letIn } = await alternate(home, order, today, `${first}_first`)
      const report = await today.scan(shared, 'full')
      await today.scan(own, 'full')
      const [together, alone] = [await tablesOf(shared), await tablesOf(own)]
      for (const topic of Object.keys(ACCEPTED))
        expect({ topic, ...likeness(together.get(topic)!) }).toEqual({
          topic,
          ...likeness(alone.get(topic)!),
        })
      for (const topic of Object.keys(home.refused)) {
        const known = letIn.get(topic) ?? new Set()
        expect([topic, known.size > 0]).toEqual([topic, true])
        expect([topic, reportOf(report, topic)?.pending]).toEqual([topic, expect.arrayContaining([...known])])
        const told = reportOf(report, topic)?.diagnostics.map(({ code }) => code)
        expect([topic, told]).toEqual([topic, expect.arrayContaining([home.names])])
      }
      const again = await today.scan(shared, 'full')
      const idle = again.tables.filter(({ topic }) => topic in ACCEPTED).map(({ outcome }) => outcome)
      expect(new Set(idle)).toEqual(new Set(['unchanged']))
    })
}

if (await firstWaveIsHere()) {
  describe('two builds on one DuckDB catalog', () => suite(localHome))
  describeStack(['hdfs', 'metastore'], 'two builds on one metastore', () => suite(hiveHome))
} else {
  describe.skip('two builds on the same tables [the commit of the first wave is not in this clone: git fetch --unshallow]', () => {
    test('take turns', () => undefined)
  })
}
