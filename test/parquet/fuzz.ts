/**
 * `npm run fuzz [seed]`: 100,000 mutations of real footers. Each must be read or refused with a code, in 200 ms of CPU time,
 * and all of them in 200 MB. Exits with 1 where one is not.
 */
import { REJECT_CODES } from '../../shared/parquet/reject.ts'
import { fuzz } from '../support/footer-fuzz.ts'

const MUTATIONS = 100_000
const MOST = { ms: 200, megabytes: 200 }

const CODES: ReadonlySet<string> = new Set(['usable', ...REJECT_CODES])

const seed = Number(process.argv[2] ?? Date.now())
console.log(`seed ${seed}`)
const started = performance.now()
const { outcomes, most: slowest, footers } = fuzz(MUTATIONS, seed)
const seconds = (performance.now() - started) / 1000
const megabytes = peak()

console.log(`${MUTATIONS} mutations of ${footers} footers in ${seconds.toFixed(1)} s`)
for (const [outcome, count] of Object.entries(outcomes).sort(([, a], [, b]) => b - a))
  console.log(`  ${outcome.padEnd(20)} ${count}`)
console.log(`  slowest ${slowest.toFixed(1)} ms of CPU time, ${megabytes} MB at most`)

/** The most that the process has held so far, in MB. */
function peak(): number {
  // Linux counts in KiB.
  return Math.round(process.resourceUsage().maxRSS / 1024)
}

const problems = Object.keys(outcomes).filter(outcome => !CODES.has(outcome))
if (slowest > MOST.ms) problems.push(`a mutation took ${slowest} ms`)
if (megabytes > MOST.megabytes) problems.push(`${megabytes} MB`)

for (const problem of problems) console.error(`✗ ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
