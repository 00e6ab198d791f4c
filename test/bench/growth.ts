/** c. Growth: 24 new partitions, and nothing new, on a table that grows. The calls are counted; peers are timed beside. */
import type { Lake } from '../../shared/run.ts'
import { hdfs } from '../support/hdfs.ts'
import { hiveRows } from '../support/sql.ts'
import { type Measured, median, type Result, time } from './measure.ts'
import { type Bench, fill, hours, KEYED, NEWEST, openBench, scan } from './zone.ts'

const DAY = 24
const HOUR = 3_600_000

/** `calls`: of a recent scan with 24 new partitions, then of one with nothing new, at each size. */
export interface Growth extends Result {
  readonly calls: readonly string[]
}

export async function growth(runs: number, sizes: readonly number[]): Promise<Growth> {
  const rows: Measured[] = []
  const calls: string[] = []
  const times: number[][] = []
  for (const size of sizes) {
    const grown = await growthOf(runs, size)
    rows.push(...grown.rows)
    calls.push(grown.calls)
    times.push(grown.nothing)
  }
  const [smallest, largest] = [sizes[0], sizes.at(-1)] as [number, number]
  const same = new Set(calls).size === 1
  return {
    bench: 'growth',
    title: 'Recent scans of a table that grows',
    rows,
    calls,
    notes: [
      `calls of a recent scan with 24 new partitions, then with nothing new: ${same ? `${calls[0]} at every size` : calls.join('; ')}`,
      `with nothing new, ${largest.toLocaleString('en-US')} partitions take ${(median(times.at(-1) as number[]) / median(times[0] as number[])).toFixed(2)} times as long as ${smallest.toLocaleString('en-US')}`,
    ],
  }
}

async function growthOf(runs: number, size: number) {
  const root = `/golden/bench_growth_${size}`
  const database = `bench_growth_${size}`
  await hiveRows(`DROP DATABASE IF EXISTS ${database} CASCADE`)
  await fill(root, 'orders', hours(KEYED, size))
  const bench = counted(await openBench(root, KEYED, database))
  let now = NEWEST
  const at = () => now
  await scan(bench.bench, { now: at })
  const news: number[] = []
  const nothing: number[] = []
  const msck: number[] = []
  let calls = ''
  for (let run = 0; run < runs; run += 1) {
    now += DAY * HOUR
    await fill(root, 'orders', hours(KEYED, DAY, now))
    const before = bench.count()
    news.push(await time(() => scan(bench.bench, { now: at })))
    const between = bench.count()
    nothing.push(await time(() => scan(bench.bench, { now: at })))
    calls = `${between - before} and ${bench.count() - between}`
    msck.push(await time(() => hiveRows(`MSCK REPAIR TABLE ${database}.orders`)))
  }
  await bench.bench.close()
  await hiveRows(`DROP DATABASE ${database} CASCADE`)
  await hdfs.rm(root)
  const label = size.toLocaleString('en-US')
  const rows: Measured[] = [
    { name: `goldsync, 24 new, table of ${label}`, unit: 'ms', values: news },
    { name: `goldsync, nothing new, table of ${label}`, unit: 'ms', values: nothing },
    { name: `MSCK, nothing new, table of ${label}`, unit: 'ms', values: msck },
  ]
  return { rows, calls, nothing }
}

/** The same connection, with every call to storage and catalog counted. */
function counted(bench: Bench): { readonly bench: Bench; count(): number } {
  let calls = 0
  const counting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, key) {
        const value: unknown = Reflect.get(object, key)
        if (typeof value !== 'function' || key === 'plan' || key === 'close') return value
        return (...args: unknown[]) => {
          calls += 1
          return Reflect.apply(value, object, args) as unknown
        }
      },
    })
  const lakes = bench.lakes.map(
    (lake): Lake => ({ ...lake, storage: counting(lake.storage), catalogs: lake.catalogs.map(counting) }),
  )
  return { bench: { lakes, close: () => bench.close() }, count: () => calls }
}
