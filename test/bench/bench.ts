/**
 * `npm run bench [-- NAME …] [--runs N] [--big] [--page] [--against DIR]`: goldsync against its peers and against the raw limits, on
 * the real stack; and against the build of another checkout, in turn on the same servers. Prints tables; with --page it writes docs/benchmarks.md with its plots and results.json, too.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { closeEngines } from '../support/sql.ts'
import { openBuilds } from './against/builds.ts'
import { events } from './against/events.ts'
import { firstSyncs } from './against/first.ts'
import { starts } from './against/starts.ts'
import { manyTopics, topics } from './against/topics.ts'
import { firstSync } from './first-sync.ts'
import { footers, largeFooters } from './footers.ts'
import { freshness } from './freshness.ts'
import { growth } from './growth.ts'
import { historyCost } from './history.ts'
import { manyTables } from './many-tables.ts'
import type { Result } from './measure.ts'
import { barPlot, benchPage, type Machine, section } from './page.ts'
import { coldStart, memory } from './process.ts'
import { removeZones } from './zone.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    big: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    against: { type: 'string' },
  },
})
const runs = Number(values.runs)

/** Big cases want larger heaps of HDFS and the metastore (STACK_HDFS_HEAP, STACK_METASTORE_HEAP, test/stack/README.md). */
const ALONE: Readonly<Record<string, () => Promise<Result>>> = {
  footers: () => footers(runs, 2000),
  'large-footers': () => largeFooters(runs, 8),
  'first-sync-1000': () => firstSync(runs, 1000),
  'first-sync-10000': () => firstSync(Math.min(runs, 3), 10_000),
  memory: () => memory(values.big ? 100_000 : 10_000),
  growth: () => growth(Math.min(runs, 3), values.big ? [1000, 10_000, 100_000] : [1000, 10_000]),
  'many-tables': () => manyTables(Math.min(runs, 3), 500),
  freshness: () => freshness(Math.max(20, runs), 60),
  'cold-start': () => coldStart(runs),
  history: () => historyCost(runs * 20, runs * 4),
}

const RATES = [20, 30, 45, 60, 80, 100, 130, 160, 200]

/** @param checkout of the other build */
async function againstBuild(checkout: string): Promise<typeof ALONE> {
  const builds = await openBuilds(checkout)
  return {
    'against-topics': () => topics(builds, runs, values.big ? 500 : 50),
    'against-events': () => events(builds, runs * 4, 60, RATES),
    'against-first-sync': () => firstSyncs(builds, Math.min(runs, 5), values.big ? 10_000 : 1000),
    'against-starts': () => starts(builds, runs * 2),
    'many-topics': () =>
      manyTopics(builds[1], Math.min(runs, 5), values.big ? 500 : 50, values.big ? 5000 : 500),
  }
}

const BENCHES = { ...ALONE, ...(values.against === undefined ? {} : await againstBuild(values.against)) }

const machine: Machine = {
  cpu: cpus()[0]?.model ?? 'an unknown processor',
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
}

const unknown = positionals.find(name => !(name in BENCHES))
if (unknown !== undefined)
  throw new Error(`no bench is called ${unknown}; there are ${Object.keys(BENCHES).join(', ')}`)

const results: Result[] = []
for (const [name, bench] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const result = await bench()
  results.push(result)
  process.stdout.write(`${section(result).join('\n')}\n`)
  if (values.page) await writePage(results)
}
await removeZones()
await closeEngines()

/** Of these results and of those that earlier runs left there. */
async function writePage(results: readonly Result[]): Promise<void> {
  await mkdir('docs/benchmarks', { recursive: true })
  const file = 'docs/benchmarks/results.json'
  const before = existsSync(file)
    ? (JSON.parse(await readFile(file, 'utf8')) as { results: Result[] })
    : undefined
  const known = [...results, ...(before?.results ?? [])]
  const names = new Set([...Object.keys(BENCHES), ...known.map(({ bench }) => bench)])
  const all = [...names].flatMap(name => known.find(({ bench }) => bench === name) ?? [])
  await writeFile(file, `${JSON.stringify({ machine, results: all }, null, 1)}\n`)
  await writeFile('docs/benchmarks.md', benchPage(machine, all))
  for (const result of all) await writeFile(`docs/benchmarks/${result.bench}.svg`, barPlot(result))
}
