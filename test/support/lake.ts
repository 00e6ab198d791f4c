/** A golden zone in memory with real Parquet files, and one run of goldsync over it. */
import { readFileSync } from 'node:fs'
import { openLog } from '../../shared/base/log.ts'
import { type MemoryCatalog, openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { EvolutionMode } from '../../shared/evolution/judge.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import type { NamingRule } from '../../shared/layout/naming.ts'
import type { Report, TableReport } from '../../shared/run/report.ts'
import type { Lake, RunOptions } from '../../shared/run/run.ts'
import { type MemoryStorage, memoryStorage } from '../../shared/storages/memory/storage.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/orders/${name}`, import.meta.url))

/** By pyarrow: `id int, amount double`; `id bigint, amount double, note string`; `id string, amount double`; cut in half. */
export const FILES = {
  v1: fixture('v1.parquet'),
  v2: fixture('v2.parquet'),
  wrong: fixture('wrong.parquet'),
  truncated: fixture('v1.parquet').subarray(0, 400),
  text: new TextEncoder().encode('this is not a Parquet file, only some text'),
} as const

export const ROOT = 'memory://lake/golden'

export interface TestLake {
  readonly storage: MemoryStorage
  readonly catalog: MemoryCatalog
  readonly lake: Lake
  /** Writes `topic/2019/09/01/01/name`. `modified` is epoch ms; default: the clock. */
  put(path: string, kind: keyof typeof FILES, modified?: number): void
  /** One run; the clock stands still in it. */
  scan(options?: Partial<RunOptions>): Promise<Report>
  /** The report of the only table. */
  table(report: Report): TableReport
  clock: { now: number }
}

export interface TestLakeOptions {
  readonly layout?: string
  readonly evolution?: EvolutionMode
  readonly naming?: NamingRule
  readonly catalog?: MemoryCatalog
  readonly more?: Partial<Lake>
}

const HOUR = 3_600_000

/** An empty lake whose clock starts at 2019-09-01 12:00 UTC. */
export function testLake(options: TestLakeOptions = {}): TestLake {
  const storage = memoryStorage(ROOT)
  const catalog = options.catalog ?? openMemoryCatalog('memory')
  const clock = { now: Date.UTC(2019, 8, 1, 12) }
  const lake: Lake = {
    identity: {},
    location: ROOT,
    storage,
    layout: compileLayout({ template: options.layout ?? '{topic}/{yyyy}/{MM}/{dd}/{HH}' }),
    catalogs: [catalog],
    engines: [],
    database: 'golden',
    createDatabase: true,
    naming: options.naming ?? {},
    includes: () => true,
    adopts: () => false,
    evolutionOf: () => options.evolution ?? 'additive',
    typesOf: () => ({
      hive3: false,
      binaryAsString: false,
      unsigned: 'warn',
      nullColumns: 'hold',
      unreadable: 'hold',
      oldDates: 'hold',
      widenDecimal: false,
    }),
    lookback: 3 * HOUR,
    waitsForSuccess: () => false,
    statistics: 'basic',
    locationIn: () => ROOT,
    formerLocations: [],
    aliases: [],
    recallOlder: true,
    readers: undefined,
    ...options.more,
  }
  return {
    storage,
    catalog,
    lake,
    clock,
    put: (path, kind, modified = clock.now) => storage.put(`${ROOT}/${path}`, FILES[kind], modified),
    scan: more =>
      runScan([lake], {
        runId: 'test',
        mode: 'recent',
        dryRun: false,
        log: openLog('silent'),
        now: () => clock.now,
        ...more,
      }),
    table: report => {
      if (report.tables.length !== 1)
        throw new Error(`${report.tables.length} tables: ${JSON.stringify(report, null, 1)}`)
      return report.tables[0]!
    },
  }
}
