/**
 * d. Freshness: from a file's close until the webhook of the built server answers, and until another client of Trino sees it. Every file
 * opens a new partition, which is the most work that a file can be: Trino shows further files of a partition by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FilesReport } from '../../shared/run/report.ts'
import { build } from '../support/builder.ts'
import {
  type Counted,
  countedRelay,
  thriftMethod,
  trinoStatement,
  webhdfsOperation,
} from '../support/counted.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { startServer } from '../support/hosts.ts'
import { hiveRows, trinoConfig, trinoRows } from '../support/sql.ts'
import { stack } from '../support/stack.ts'
import { percentile, type Result } from './measure.ts'
import { fill, hours, NEWEST, otherFile, POSITIONAL, sampleFile } from './zone.ts'

const ROOT = '/golden/bench_fresh'
const DATABASE = 'bench_fresh'
const TOKEN = 'bench-token-of-this-run-only'
const TOPICS = Array.from({ length: 10 }, (_, at) => `topic${at}`)
const PER_SECOND = 20
/** Between two single events, ms: an engine rests after a question as long as it took. */
const APART = 500
/** Pause between two looks of our own at one of the tables, ms: a look costs the cores that are measured. */
const LOOK_PAUSE = 250

export interface Freshness extends Result {
  /** Calls that one event made, by method, when goldsync was warm and nothing else happened. */
  readonly callsOfOne: Readonly<Record<string, number>>
  /** The same of the first event with a file of a new kind. */
  readonly callsOfNewKind: Readonly<Record<string, number>>
  /** Files that Trino returned rows of in the end, and files that were written. */
  readonly visible: number
  readonly written: number
}

/** @param singles events that are sent one after another @param seconds that the stream goes on */
export async function freshness(singles: number, seconds: number): Promise<Freshness> {
  await hiveRows(`DROP DATABASE IF EXISTS ${DATABASE} CASCADE`)
  for (const topic of TOPICS) await fill(ROOT, topic, hours(POSITIONAL, 2))
  const relays = await openRelays()
  const server = await startServer(await build('server', 'dist/bench'), {
    GOLDSYNC_CONFIG: JSON.stringify(config(relays)),
  })
  const sending = openSender(server.url)
  const { post, ended } = sending
  await scan(server.url)
  const warm = await eventStream(post, WARM_UP, Math.min(seconds, WARM_SECONDS) * PER_SECOND)
  await ended()
  const before = callsOf(relays)
  const single = await singleEvents(sending, 0, singles)
  const warmed = callsOf(relays)
  await oneEvent(post, singles, { bytes: await otherFile() })
  await ended()
  const between = callsOf(relays)
  const waited = await singleEvents(sending, singles + 1, singles, true)
  const unseen = callsOf(relays)
  const stream = await eventStream(post, STREAM, seconds * PER_SECOND)
  await ended()
  const after = callsOf(relays)
  const visible = await visibleFiles()
  await server.stop()
  await Promise.all(Object.values(relays).map(relay => relay.close()))
  await hiveRows(`DROP DATABASE ${DATABASE} CASCADE`)
  await hdfs.rm(ROOT)
  return {
    bench: 'freshness',
    title: 'A file is closed → its rows are in Trino',
    rows: [
      { name: 'single events: answered', unit: 'ms', values: answeredOf(single) },
      { name: 'the same: seen by another client of Trino', unit: 'ms', values: visibleOf(single) },
      { name: 'single events that wait for Trino: answered', unit: 'ms', values: answeredOf(waited) },
      { name: 'of which Trino’s answer', unit: 'ms', values: waited.map(({ engine }) => engine) },
      {
        name: `${PER_SECOND} a second over ${TOPICS.length} tables: answered`,
        unit: 'ms',
        values: answeredOf(stream),
      },
      { name: 'the stream: seen by another client of Trino', unit: 'ms', values: visibleOf(stream) },
    ],
    notes: [
      'answered: the webhook answers when the metastore has the partition; with ?wait=true when Trino has told goldsync that it sees it (one question for all tables, and then a pause as long as it took)',
      `seen: Trino is asked for the partitions of one of the tables again and again, with a pause of ${LOOK_PAUSE} ms`,
      `after a warm-up of ${warm.length} events`,
      `single events: answered ${told(answeredOf(single))}, seen ${told(visibleOf(single))}; calls of each: ${toldCalls(before, warmed, singles)}`,
      `with wait: ${told(answeredOf(waited))} (budget p50 150 ms), of which Trino ${told(waited.map(({ engine }) => engine))}`,
      `the first file of a new kind: ${toldCalls(warmed, between, 1)} (one statement more reads it, and one asks for views, since it adds a column)`,
      `stream of ${seconds} s: answered ${told(answeredOf(stream))}; seen ${told(visibleOf(stream))} (budget p99 3,000 ms); calls of each event: ${toldCalls(unseen, after, stream.length)}`,
      `in the end Trino returns rows of ${visible} of ${written(singles, warm.length + stream.length)} files`,
    ],
    callsOfOne: perEvent(before, warmed, singles),
    callsOfNewKind: perEvent(warmed, between, 1),
    visible,
    written: written(singles, warm.length + stream.length),
  }
}

const written = (singles: number, streamed: number): number => 2 * TOPICS.length + 2 * singles + 1 + streamed

interface Seen {
  /** From the close until the webhook's answer, ms. */
  readonly answered: number
  /** From the close until Trino's first answer to us that had it; of a stream, of the first table's files only. */
  readonly visible?: number
}

interface Single extends Seen {
  /** How long Trino took to answer goldsync, ms; 0 where that was not waited for. */
  readonly engine: number
}

const answeredOf = (seen: readonly Seen[]) => seen.map(({ answered }) => answered)
const visibleOf = (seen: readonly Seen[]) => seen.flatMap(({ visible }) => visible ?? [])

const told = (values: readonly number[]): string =>
  `p50 ${percentile(values, 0.5).toFixed(0)} ms, p99 ${percentile(values, 0.99).toFixed(0)} ms`

type Relays = Readonly<Record<'metastore' | 'webhdfs' | 'trino', Counted>>
type Calls = Readonly<Record<string, number>>

async function openRelays(): Promise<Relays> {
  const at = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) })
  return {
    metastore: await countedRelay(stack.metastore, thriftMethod),
    webhdfs: await countedRelay(at(stack.hdfs.webhdfs), webhdfsOperation),
    trino: await countedRelay(at(stack.trino.url), trinoStatement),
  }
}

const callsOf = (relays: Relays): Calls =>
  Object.fromEntries(
    Object.entries(relays).flatMap(([server, { counts }]) =>
      Object.entries(counts).map(([name, count]) => [`${server} ${name}`, count] as const),
    ),
  )

const perEvent = (before: Calls, after: Calls, events: number): Calls =>
  Object.fromEntries(
    Object.entries(after)
      .map(([name, count]) => [name, (count - (before[name] ?? 0)) / events] as const)
      .filter(([, count]) => count > 0),
  )

const toldCalls = (before: Calls, after: Calls, events: number): string =>
  Object.entries(perEvent(before, after, events))
    .map(([name, count]) => `${name} ${Number(count.toFixed(2))}`)
    .join(', ')

const config = ({ metastore, webhdfs, trino }: Relays) => ({
  lakes: [
    {
      location: hdfs.location(ROOT),
      database: DATABASE,
      createDatabase: true,
      storage: { namenodes: [`http://127.0.0.1:${webhdfs.port}`], user: stack.hdfs.superuser },
    },
  ],
  catalogs: { hive: { ...metastoreConfig('metastore'), uris: `thrift://127.0.0.1:${metastore.port}` } },
  engines: { trino: { ...trinoConfig, url: `http://127.0.0.1:${trino.port}` } },
  webhook: { bearer: [TOKEN] },
})

/** The first scan makes the tables. */
async function scan(url: string): Promise<void> {
  const response = await fetch(`${url}/invoke/scan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
}

/** Tells the webhook of a file. @returns how long Trino took, ms; 0 where that is not waited for */
type Post = (path: string, wait?: boolean) => Promise<number>

interface Sender {
  readonly post: Post
  /** When all that was sent has come to its end, the engine's part too. */
  ended(): Promise<void>
}

function openSender(url: string): Sender {
  let sent = 0
  const post: Post = async (path, wait = false) => {
    sent += 1
    const response = await fetch(`${url}/webhook${wait ? '?wait=true' : ''}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ path: hdfs.location(`${ROOT}/${path}`) }),
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${response.status} ${text}`)
    const { report } = JSON.parse(text) as { report: FilesReport }
    return wait ? seenBy(report, path) : registeredBy(report, path)
  }
  const ended = async (): Promise<void> => {
    while ((await doneBy(url)) < sent) await sleep(20)
  }
  return { post, ended }
}

/** @throws where the catalog does not have the partition */
function registeredBy({ files, tables }: FilesReport, path: string): number {
  const added = tables.flatMap(({ addedPartitions }) => addedPartitions)
  if (files[0]?.outcome !== 'registered' || added.length === 0)
    throw new Error(`${path} is not registered: ${JSON.stringify(files)}`)
  return 0
}

/** @returns how long Trino took, ms @throws where it does not see the partition */
function seenBy({ tables }: FilesReport, path: string): number {
  const engines = tables.flatMap(table => table.engines)
  if (engines.length === 0 || engines.some(({ visible, expected }) => visible < 1 || visible < expected))
    throw new Error(`Trino does not see ${path}: ${JSON.stringify(engines)}`)
  return tables.reduce((sum, { timings }) => sum + timings.enginesMs, 0)
}

/** Events that the server has done with. */
async function doneBy(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const counts = metrics.matchAll(/^goldsync_runs_total\{function="file-closed",[^}]*\} (\d+)/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** The hour folder of the nth file, and so a new one. */
const folderOf = (nth: number): string => hours(POSITIONAL, 1, NEWEST + (nth + 1) * 3_600_000)[0] as string

async function close(topic: string, folder: string, bytes?: Uint8Array): Promise<number> {
  await hdfs.put(`${ROOT}/${topic}/${folder}/a.parquet`, bytes ?? (await sampleFile()))
  return performance.now()
}

interface Event {
  readonly bytes?: Uint8Array
  readonly wait?: boolean
}

/** The tables in turn. */
async function oneEvent(post: Post, at: number, { bytes, wait }: Event = {}): Promise<Single> {
  const topic = TOPICS[at % TOPICS.length] as string
  const closed = await close(topic, folderOf(at), bytes)
  const engine = await post(`${topic}/${folderOf(at)}/a.parquet`, wait)
  const answered = performance.now() - closed
  while ((await trinoRows(partitionsOf(topic, '=', folderOf(at)))).length === 0);
  return { answered, engine, visible: performance.now() - closed }
}

/** @param ended when all of one is done: one that comes while Trino is asked of another would share its question */
async function singleEvents(
  { post, ended }: Sender,
  from: number,
  events: number,
  wait = false,
): Promise<Single[]> {
  const single: Single[] = []
  for (let at = from; at < from + events; at += 1) {
    single.push(await oneEvent(post, at, { wait }))
    await ended()
    await sleep(APART)
  }
  return single
}

/** The first of a stream's folders; those of single events are before them. */
const WARM_UP = 500
const STREAM = 1000

/** Seconds of warming up: a metastore and a Trino that were started just now take two or three times as long. */
const WARM_SECONDS = 20

/** A file each 50 ms, the tables in turn, nobody waiting for anybody. */
async function eventStream(post: Post, from: number, events: number): Promise<Seen[]> {
  const looks = watchPartitions(folderOf(from))
  const files: ReturnType<typeof streamed>[] = []
  const started = performance.now()
  for (let at = 0; at < events; at += 1) {
    files.push(streamed(post, TOPICS[at % TOPICS.length] as string, folderOf(from + at)))
    await sleep(Math.max(0, started + ((at + 1) * 1000) / PER_SECOND - performance.now()))
  }
  const done = await Promise.all(files)
  const seen = await looks.end()
  return done.map(({ folder, topic, closed, answered }) => {
    const at = topic === TOPICS[0] ? seen.get(folder) : undefined
    return { answered, ...(at === undefined ? {} : { visible: at - closed }) }
  })
}

async function streamed(post: Post, topic: string, folder: string) {
  const closed = await close(topic, folder)
  await post(`${topic}/${folder}/a.parquet`)
  return { topic, folder, closed, answered: performance.now() - closed }
}

/** A table's partitions as Trino sees them: the folder's, or all from it on. */
function partitionsOf(topic: string, is: '=' | '>=', folder: string): string {
  const path = `concat_ws('/', year, month, day, hour)`
  return `SELECT ${path} FROM hive.${DATABASE}."${topic}$partitions" WHERE ${path} ${is} '${folder}'`
}

/** Asks Trino again and again which partitions the first table has, from a folder on. */
function watchPartitions(from: string) {
  const seen = new Map<string, number>()
  const statement = partitionsOf(TOPICS[0] as string, '>=', from)
  const stop = new AbortController()
  const look = async () => {
    for (const [folder] of await trinoRows(statement))
      if (folder && !seen.has(folder)) seen.set(folder, performance.now())
  }
  const looking = (async () => {
    while (!stop.signal.aborted) {
      await look()
      await sleep(LOOK_PAUSE, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  })()
  return {
    /** When each was seen first, by `performance.now()`: all that are there now. */
    async end(): Promise<ReadonlyMap<string, number>> {
      stop.abort()
      await looking
      await look()
      return seen
    },
  }
}

/** Files that Trino reads rows of. */
async function visibleFiles(): Promise<number> {
  const each = TOPICS.map(topic => `SELECT DISTINCT "$path" FROM hive.${DATABASE}.${topic}`)
  return (await trinoRows(each.join(' UNION ALL '))).length
}
