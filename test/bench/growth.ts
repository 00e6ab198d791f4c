/** c. Growth: 24 new partitions, and nothing new, on a table that grows. The calls are counted; peers are timed beside. */
import type { Lake } from '../../shared/run/run.ts'
import { type Measured, type Result, ratio, time } from './measure.ts'
import { dropDatabase, freshDatabase, msck, peerTable, trinoSync } from './peers.ts'
import { type Bench, fill, hours, KEYED, NEWEST, openBench, scan, zone } from './zone.ts'

const DAY = 24
const HOUR = 3_600_000

/** `calls`: of a recent scan with 24 new partitions, then of one with nothing new, at each size. */
export interface Growth extends Result {
  readonly calls: readonly string[]
}

export async function growth(runs: number, sizes: readonly number[]): Promise<Growth> {
  const grown: Awaited<ReturnType<typeof growthOf>>[] = []
  for (const size of sizes) grown.push(await growthOf(runs, size))
  const calls = grown.map(({ calls }) => calls)
  const [smallest, largest] = [grown[0], grown.at(-1)] as [(typeof grown)[0], (typeof grown)[0]]
  const same = new Set(calls).size === 1
  return {
    bench: 'growth',
    title: 'Recent scans of a table that grows',
    rows: grown.flatMap(({ rows }) => rows),
    calls,
    notes: [
      `the first syncs that made the tables, once each, by goldsync / MSCK / Trino: ${grown.map(({ first }) => first).join(', ')} partitions`,
      `calls of a recent scan with 24 new partitions, then with nothing new: ${same ? `${calls[0]} at every size` : calls.join('; ')}`,
      `the largest table takes ${ratio(largest.news, smallest.news)} times as long as the smallest with 24 new partitions, ${ratio(largest.nothing, smallest.nothing)} times with nothing new`,
    ],
  }
}

async function growthOf(runs: number, size: number) {
  const database = `bench_growth_${size}`
  const root = await zone(KEYED, size)
  await freshDatabase(database)
  const bench = counted(await openBench(root, KEYED, database))
  let now = NEWEST
  const recent = () => time(() => scan(bench.bench, { now: () => now }))
  const peers = {
    MSCK: () => time(() => msck(`${database}.by_msck`)),
    'Trino sync': () => time(() => trinoSync(database, 'by_trino')),
  }
  for (const table of ['by_msck', 'by_trino']) await peerTable(database, table, root)
  const first = [await recent()]
  for (const peer of Object.values(peers)) first.push(await peer())
  const values = new Map<string, number[]>()
  const note = (name: string, took: number) => values.set(name, [...(values.get(name) ?? []), took])
  let calls = ''
  for (let run = 0; run < runs; run += 1) {
    now += DAY * HOUR
    await fill(root, 'orders', hours(KEYED, DAY, now))
    const before = bench.count()
    note('goldsync, 24 new', await recent())
    const between = bench.count()
    note('goldsync, nothing new', await recent())
    calls = `${between - before} and ${bench.count() - between}`
    for (const news of ['24 new', 'nothing new'])
      for (const [name, peer] of Object.entries(peers)) note(`${name}, ${news}`, await peer())
  }
  await bench.bench.close()
  await dropDatabase(database)
  const label = size.toLocaleString('en-US')
  const rows: Measured[] = [...values].map(([name, ms]) => ({
    name: `${name}, table of ${label}`,
    unit: 'ms',
    values: ms,
  }))
  return {
    rows,
    calls,
    first: `${first.map(ms => (ms / 1000).toFixed(1)).join(' / ')} s of ${label}`,
    news: values.get('goldsync, 24 new') ?? [],
    nothing: values.get('goldsync, nothing new') ?? [],
  }
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
