/**
 * `npm run bench [-- NAME …] [--runs N] [--big] [--page]`: goldsync against its peers and against the raw limits, on the
 * real stack. Prints tables; with --page it writes docs/benchmarks.md with its plots and results.json, too.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { closeEngines } from '../support/sql.ts'
import { firstSync } from './first-sync.ts'
import { footers, largeFooters } from './footers.ts'
import { freshness } from './freshness.ts'
import { growth } from './growth.ts'
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
  },
})
const runs = Number(values.runs)

/** Big cases want larger heaps of HDFS and the metastore (STACK_HDFS_HEAP, STACK_METASTORE_HEAP, test/stack/README.md). */
const BENCHES: Readonly<Record<string, () => Promise<Result>>> = {
  footers: () => footers(runs, 2000),
  'large-footers': () => largeFooters(runs, 8),
  'first-sync-1000': () => firstSync(runs, 1000),
  'first-sync-10000': () => firstSync(Math.min(runs, 3), 10_000),
  memory: () => memory(values.big ? 100_000 : 10_000),
  growth: () => growth(Math.min(runs, 3), values.big ? [1000, 10_000, 100_000] : [1000, 10_000]),
  'many-tables': () => manyTables(Math.min(runs, 3), 500),
  freshness: () => freshness(Math.max(20, runs), 60),
  'cold-start': () => coldStart(runs),
}

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
  const all = Object.keys(BENCHES).flatMap(
    name => [...results, ...(before?.results ?? [])].find(({ bench }) => bench === name) ?? [],
  )
  await writeFile(file, `${JSON.stringify({ machine, results: all }, null, 1)}\n`)
  await writeFile('docs/benchmarks.md', benchPage(machine, all))
  for (const result of all) await writeFile(`docs/benchmarks/${result.bench}.svg`, barPlot(result))
}
