/** e. Many tables: every topic has one new hour. */
import pMap from 'p-map'
import { hdfs } from '../support/hdfs.ts'
import { type Result, ratio, time } from './measure.ts'
import { dropDatabase, freshDatabase, msck, peerTable } from './peers.ts'
import { counted, fill, hours, KEYED, NEWEST, openBench, scan } from './zone.ts'

const HOUR = 3_600_000

/** `idle`: calls of the last scan with nothing new. */
export interface ManyTables extends Result {
  readonly idle: Readonly<Record<'storage' | 'catalog', number>>
}

/** @param count topics, a table each @param newest the hour before the first that is new, epoch ms */
export async function manyTables(runs: number, count: number, newest = NEWEST): Promise<ManyTables> {
  const root = `/golden/bench_many_${count}`
  const database = 'bench_many'
  const topics = Array.from({ length: count }, (_, at) => `topic_${at}`)
  await freshDatabase(database)
  await fillAll(root, topics, 2, newest)
  await age(root, topics, newest)
  const { bench, counts } = counted(await openBench(root, KEYED, database))
  const first = await time(() => scan(bench, { now: () => newest }))
  for (const topic of topics) await peerTable(database, `by_msck_${topic}`, root, topic)
  const ours: number[] = []
  const theirs: number[] = []
  const idle: number[] = []
  let calls = { storage: 0, catalog: 0 }
  for (let run = 1; run <= runs; run += 1) {
    const now = newest + run * HOUR
    await fillAll(root, topics, 1, now)
    ours.push(await time(() => scan(bench, { now: () => now })))
    const before = counts()
    idle.push(await time(() => scan(bench, { now: () => now })))
    const after = counts()
    calls = { storage: after.storage - before.storage, catalog: after.catalog - before.catalog }
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
    notes: [
      `goldsync takes ${ratio(ours, theirs)} times MSCK, which reads no footers`,
      `calls of a topic with nothing new: ${calls.storage / count} to the storage, ${calls.catalog / count} to the catalog`,
    ],
    idle: calls,
  }
}

const fillAll = (root: string, topics: readonly string[], count: number, until = NEWEST) =>
  pMap(topics, topic => fill(root, topic, hours(KEYED, count, until)), { concurrency: 24 })

/** Nothing has come to the topics and their months for long. */
const age = (root: string, topics: readonly string[], until: number) =>
  pMap(
    topics.flatMap(topic => [topic, `${topic}/${hours(KEYED, 1, until)[0]?.split('/', 2).join('/')}`]),
    folder => hdfs.setTime(`${root}/${folder}`, NEWEST),
    { concurrency: 24 },
  )

async function eachInTurn<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item)
}
