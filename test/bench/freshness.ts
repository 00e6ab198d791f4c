/** d. Freshness: from a file's close until Trino returns its rows, by the webhook of the built server. */
import { setTimeout as sleep } from 'node:timers/promises'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { build, startServer } from '../support/hosts.ts'
import { hiveRows, trinoConfig, trinoRows } from '../support/sql.ts'
import { stack } from '../support/stack.ts'
import { percentile, type Result } from './measure.ts'
import { fill, hours, NEWEST, POSITIONAL, sampleFile } from './zone.ts'

const ROOT = '/golden/bench_fresh'
const DATABASE = 'bench_fresh'
const TOKEN = 'bench-token-of-this-run-only'
const TABLES = 10
const PER_SECOND = 20

export async function freshness(events: number): Promise<Result> {
  await hiveRows(`DROP DATABASE IF EXISTS ${DATABASE} CASCADE`)
  const topics = Array.from({ length: TABLES }, (_, at) => `topic${at}`)
  for (const topic of topics) await fill(ROOT, topic, hours(POSITIONAL, 2))
  const server = await startServer(await build('server', 'bench'), {
    GOLDSYNC_CONFIG: JSON.stringify(config()),
  })
  const post = (path: string) => send(server.url, path)
  for (const topic of topics) await post(`${topic}/${hours(POSITIONAL, 1)[0]}/a.parquet`)
  const single: number[] = []
  for (let at = 0; at < events; at += 1) single.push(await oneEvent(post, topics[0] as string, at))
  const stream = await eventStream(post, topics, events)
  await server.stop()
  await hiveRows(`DROP DATABASE ${DATABASE} CASCADE`)
  await hdfs.rm(ROOT)
  return {
    bench: 'freshness',
    title: 'A file is closed → its rows are in Trino',
    rows: [
      { name: 'single events, new partition', unit: 'ms', values: single },
      { name: `${PER_SECOND} events a second over ${TABLES} tables`, unit: 'ms', values: stream },
    ],
    notes: [
      `single: p50 ${percentile(single, 0.5).toFixed(0)} ms (budget 150), p99 ${percentile(single, 0.99).toFixed(0)} ms`,
      `stream: p50 ${percentile(stream, 0.5).toFixed(0)} ms, p99 ${percentile(stream, 0.99).toFixed(0)} ms (budget 3,000)`,
    ],
  }
}

const config = () => ({
  lakes: [
    {
      location: hdfs.location(ROOT),
      database: DATABASE,
      createDatabase: true,
      storage: { namenodes: [new URL(stack.hdfs.webhdfs).origin], user: stack.hdfs.superuser },
    },
  ],
  catalogs: { hive: metastoreConfig('metastore') },
  engines: { trino: trinoConfig },
  webhook: { bearer: [TOKEN] },
})

async function send(url: string, path: string): Promise<void> {
  const response = await fetch(`${url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ path: hdfs.location(`${ROOT}/${path}`) }),
  })
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
}

/** @returns ms from the close until a query of the new partition returns */
async function oneEvent(post: (path: string) => Promise<void>, topic: string, at: number): Promise<number> {
  const folder = hours(POSITIONAL, 1, NEWEST + (at + 1) * 3_600_000)[0] as string
  const path = `${topic}/${folder}/a.parquet`
  await hdfs.put(`${ROOT}/${path}`, await sampleFile())
  const closed = performance.now()
  await post(path)
  const [year, month, day, hour] = folder.split('/')
  const where = `year = '${year}' and month = '${month}' and day = '${day}' and hour = '${hour}'`
  const rows = await trinoRows(`SELECT c0 FROM hive.${DATABASE}.${topic} WHERE ${where} LIMIT 1`)
  if (rows.length !== 1) throw new Error(`Trino does not see ${path}`)
  return performance.now() - closed
}

/** A file each 50 ms, the tables in turn, nobody waiting for anybody. @returns ms until each was answered */
async function eventStream(
  post: (path: string) => Promise<void>,
  topics: readonly string[],
  events: number,
): Promise<number[]> {
  const answers: Promise<number>[] = []
  for (let at = 0; at < events * 5; at += 1) {
    const topic = topics[at % topics.length] as string
    const folder = hours(POSITIONAL, 1, NEWEST + (1000 + at) * 3_600_000)[0] as string
    answers.push(answer(post, `${topic}/${folder}/a.parquet`))
    await sleep(1000 / PER_SECOND)
  }
  return Promise.all(answers)
}

async function answer(post: (path: string) => Promise<void>, path: string): Promise<number> {
  await hdfs.put(`${ROOT}/${path}`, await sampleFile())
  const closed = performance.now()
  await post(path)
  return performance.now() - closed
}
