import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { duckdb } from '../support/duckdb.ts'
import { metastoreConfig, runScanOf, zoneConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases, setStatistics } from '../support/metastore.ts'
import {
  type Asked,
  errorOf,
  layTables,
  type Planner,
  planners,
  questionOn,
  type RandomZone,
  type Shown,
  truthOf,
} from '../support/plans.ts'
import { closeEngines, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

const COUNT = Number(process.env.GOLDSYNC_PLANS ?? 6)
const SEED = Number(process.env.GOLDSYNC_SEED ?? 16)
/** The first wave's goldsync.mjs (commit 7d16a01). Without it, what it published of the newest hours is set by hand. */
const OLD = process.env.GOLDSYNC_OLD

/** Where nothing is known, engines go by rules of thumb: what they think they know may be as far off as those. */
const FAR = 10

const HOUR = 3_600_000
/** The folders of the last ones: a recent scan looks at three. */
const HOURS = [1, 2, 3, 4].map(hours =>
  new Date(Date.now() - hours * HOUR).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/'),
)

/** Presto reads Hive 3 only; Trino both. */
describeStack(
  ['hdfs', 'metastore3', 'trino', 'presto'],
  `plans on ${COUNT} random tables, seed ${SEED}`,
  () => {
    const name = `plans_${process.pid}`
    const [basic, exact] = [`${name}_basic`, `${name}_exact`]
    const path = `/golden/${name}`
    const engines = planners(stack.trino.hive3Catalog)
    let local: string
    let zone: RandomZone
    let asked: readonly Asked[]
    let truths: readonly number[]

    const configOf = (database: string, statistics: string) => {
      const location = { location: hdfs.location(path), lay: async () => {}, remove: async () => {} }
      const { lakes, ...others } = zoneConfig(location, database, metastoreConfig('metastore3'))
      return { ...others, lakes: lakes.map(lake => ({ ...lake, statistics })) }
    }
    const estimates = (engine: Planner, database: string) =>
      pMap(asked, question => engine.estimate(question, database), { concurrency: 6 })
    /** Queries of which the engine thinks worse than with `basic`: farther from the truth, or far from it where it knew nothing. */
    const worse = (known: readonly (number | undefined)[], now: readonly (number | undefined)[]) =>
      asked.flatMap(({ table, sql }, at) => {
        const truth = truths[at] ?? 0
        const [before, after] = [errorOf(known[at], truth), errorOf(now[at], truth)]
        const isWorse = after === undefined ? before !== undefined : after > (before ?? FAR) * 1.01
        return isWorse ? [{ table, sql, truth, basic: known[at], exact: now[at] }] : []
      })

    beforeAll(async () => {
      local = await mkdtemp(join(tmpdir(), 'goldsync-plans-'))
      zone = await layTables(path, local, COUNT, HOURS, SEED)
      asked = await pMap(zone.tables, table => questionOn(zone, table), { concurrency: 2 })
      truths = await pMap(asked, question => truthOf(zone, question), { concurrency: 2 })
      await runScanOf(configOf(basic, 'basic'))
      if (OLD) await publishByFirstWave(OLD)
      else await publishByHand()
    }, 1_800_000)
    afterAll(async () => {
      await closeEngines()
      await dropDatabases(stack.metastore3, basic, exact)
      await Promise.all([hdfs.rm(path), rm(local, { recursive: true, force: true })])
    })

    async function publishByFirstWave(goldsync: string): Promise<void> {
      const file = join(local, 'goldsync.yaml')
      await writeFile(file, JSON.stringify(configOf(exact, 'exact')))
      await promisify(execFile)(process.execPath, [goldsync, 'scan', '--config', file], { maxBuffer: 1e8 })
    }

    async function publishByHand(): Promise<void> {
      await runScanOf(configOf(exact, 'basic'))
      const catalog = await openCatalog('hive', metastoreConfig('metastore3'))
      const newest = (HOURS[0] ?? '').split('/')
      for (const table of zone.tables) {
        const stored = await catalog.inspect({ database: exact, name: table })
        if (stored === undefined) throw new Error(`no table ${table}`)
        const [found] = await catalog.partitions(stored, { want: 'details', among: [newest] })
        const keys = stored.partitionKeys.map((key, at) => `${key.name}=${newest[at]}`).join('/')
        await setStatistics(stack.metastore3, stored.name, keys, ['id'])
        const { location = '', columns = [] } = found ?? {}
        const parameters = { ...found?.parameters, 'goldsync.statistics': 'id' }
        const partition = { values: newest, location, columns, parameters, files: [] }
        const about = { table: stored.name, partitionKeys: stored.partitionKeys }
        await catalog.apply(
          catalog.plan(stored.name, [{ kind: 'alterPartitions', ...about, partitions: [partition] }]),
        )
      }
      await catalog.close()
    }

    const byBasic = new Map<string, readonly (number | undefined)[]>()

    test.each(engines)(
      '$name thinks worse of tables with what the first wave published',
      async engine => {
        byBasic.set(engine.name, await estimates(engine, basic))
        const found = worse(byBasic.get(engine.name) ?? [], await estimates(engine, exact))
        report(
          `${engine.name}, first wave: ${found.length} of ${asked.length} estimates are worse than with basic`,
        )
        expect(found.length).toBeGreaterThan(0)
      },
      1_800_000,
    )

    test('scans with `exact` take it away, and then cost no call', async () => {
      for (let left = 1; left > 0; ) {
        const tables = await runScanOf(configOf(exact, 'exact'))
        left = tables.filter(table =>
          table.diagnostics.some(({ code }) => code === 'STATISTICS_PENDING'),
        ).length
        report(`a scan of today's build: ${left} tables with statistics left`)
      }
      const tables = await runScanOf(configOf(exact, 'exact'))
      expect(new Set(tables.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']))
      // Trino keeps column statistics for five minutes, whatever its other caches are set to.
      await trinoRows(`CALL ${stack.trino.hive3Catalog}.system.flush_metadata_cache()`)
    }, 1_800_000)

    test.each(engines)(
      '$name then thinks of none worse than with `basic`',
      async engine => {
        const found = worse(byBasic.get(engine.name) ?? [], await estimates(engine, exact))
        report(
          `${engine.name}, today: ${found.length} of ${asked.length} estimates are worse than with basic`,
        )
        expect(found).toEqual([])
      },
      1_800_000,
    )

    test.each(engines)(
      '$name claims nothing that is false',
      async engine => {
        await pMap(
          zone.tables,
          async table => {
            const told = await engine.stats(`${exact}.${table}`)
            const [{ rows } = {}] = await duckdb(`select count(*) as rows from ${zone.source(table)}`)
            expect(told.rows?.rows).toBe(Number(rows))
            for (const column of ['id', 'a', 'b', 'c', 'd', 'e'])
              await expectTrue(table, column, told[column])
          },
          { concurrency: 4 },
        )
      },
      1_800_000,
    )

    async function expectTrue(table: string, column: string, shown: Shown | undefined): Promise<void> {
      const [truth = {}] = await duckdb(
        `select count(distinct ${column}) as n, avg((${column} is null)::int) as nulls, min(${column})::double as low, max(${column})::double as high from ${column === 'd' ? `(select (d - date '1970-01-01') as d from ${zone.source(table)})` : zone.source(table)}`,
      )
      const what = `${table}.${column}`
      if (shown?.nulls !== undefined) expect(shown.nulls, what).toBeCloseTo(Number(truth.nulls))
      if (shown?.distinct !== undefined && shown.distinct > 0)
        expect(shown.distinct, what).toBeGreaterThanOrEqual(Number(truth.n) / 2)
      if (column !== 'd' && shown?.min !== undefined)
        expect(Number(shown.min), what).toBeLessThanOrEqual(Number(truth.low))
      if (column !== 'd' && shown?.max !== undefined)
        expect(Number(shown.max), what).toBeGreaterThanOrEqual(Number(truth.high))
    }
  },
)

/** For the page (docs/statistics.md), where the tables are many. */
const report = (line: string): void => {
  if (COUNT > 100) process.stderr.write(`${line}\n`)
}
