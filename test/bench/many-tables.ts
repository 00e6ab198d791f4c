/** e. Many tables: every topic has one new hour. */
import pMap from 'p-map'
import { hdfs } from '../support/hdfs.ts'
import { type Result, ratio, time } from './measure.ts'
import { dropDatabase, freshDatabase, msck, peerTable } from './peers.ts'
import { fill, hours, KEYED, NEWEST, openBench, scan } from './zone.ts'

const HOUR = 3_600_000

/** @param count topics, a table each */
export async function manyTables(runs: number, count: number): Promise<Result> {
  const root = `/golden/bench_many_${count}`
  const database = 'bench_many'
  const topics = Array.from({ length: count }, (_, at) => `topic_${at}`)
  await freshDatabase(database)
  await fillAll(root, topics, 2)
  const bench = await openBench(root, KEYED, database)
  const first = await time(() => scan(bench, { now: () => NEWEST }))
  for (const topic of topics) await peerTable(database, `by_msck_${topic}`, root, topic)
  const ours: number[] = []
  const theirs: number[] = []
  const idle: number[] = []
  for (let run = 1; run <= runs; run += 1) {
    const now = NEWEST + run * HOUR
    await fillAll(root, topics, 1, now)
    ours.push(await time(() => scan(bench, { now: () => now })))
    idle.push(await time(() => scan(bench, { now: () => now })))
    theirs.push(await time(() => eachInTurn(topics, topic => msck(`${database}.by_msck_${topic}`))))
  }
  await bench.close()
  await dropDatabase(database)
  await hdfs.rm(root)
  return {
    bench: 'many-tables',
    title: `${count} topics, one new hour each`,
    rows: [
      { name: 'goldsync, first scan', unit: 's', values: [first / 1000] },
      { name: 'goldsync, one new hour each', unit: 's', values: ours.map(ms => ms / 1000) },
      { name: 'goldsync, nothing new', unit: 's', values: idle.map(ms => ms / 1000) },
      { name: 'MSCK, one table after another', unit: 's', values: theirs.map(ms => ms / 1000) },
    ],
    notes: [`goldsync takes ${ratio(ours, theirs)} times MSCK, which reads no footers`],
  }
}

const fillAll = (root: string, topics: readonly string[], count: number, until = NEWEST) =>
  pMap(topics, topic => fill(root, topic, hours(KEYED, count, until)), { concurrency: 24 })

async function eachInTurn<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item)
}
