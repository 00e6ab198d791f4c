/** Recent scans of many topics: nothing new, and a new hour in each, by two builds and by MSCK. */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import pMap from 'p-map'
import { type Counted, countedRelay, thriftMethod, webhdfsOperation } from '../../support/counted.ts'
import { hdfs } from '../../support/hdfs.ts'
import type { Listening } from '../../support/hosts.ts'
import { stack } from '../../support/stack.ts'
import { median, type Result, time } from '../measure.ts'
import { dropDatabase, freshDatabase, msck, peerTable } from '../peers.ts'
import { fill, hours, KEYED } from '../zone.ts'
import { alternately, BASELINE, type Build, invoke, OURS, type Place, startBuild } from './builds.ts'

const HOUR = 3_600_000

const placeOf = (root: string, build: Build): Place => ({
  root,
  layout: KEYED,
  database: `bench_topics_${build.name === OURS ? 'ours' : 'baseline'}`,
})

/** Topics of the fewest hours that fill a window, the newest of them now. */
async function layTopics(root: string, count: number, each: number): Promise<readonly string[]> {
  const topics = Array.from({ length: count }, (_, at) => `topic_${at}`)
  await pMap(topics, topic => fill(root, topic, hours(KEYED, each, thisHour())), { concurrency: 12 })
  return topics
}

const thisHour = (): number => Math.floor(Date.now() / HOUR) * HOUR

/** @param count topics, a table each */
export async function topics(builds: readonly Build[], runs: number, count: number): Promise<Result> {
  const root = `/golden/bench_topics_${count}`
  const until = thisHour()
  const names = await layTopics(root, count, 4)
  const servers = new Map<string, Listening>()
  for (const build of builds) {
    const place = placeOf(root, build)
    await dropDatabase(place.database)
    const server = await startBuild(build, place)
    servers.set(build.name, server)
    await invoke(server, 'scan')
    await invoke(server, 'scan')
  }
  await freshDatabase(MSCK)
  for (const topic of names) await peerTable(MSCK, topic, root, topic)
  for (const topic of names) await msck(`${MSCK}.${topic}`)
  const [news, idle] = [new Map<string, number[]>(), new Map<string, number[]>()]
  const scanned = (into: Map<string, number[]>) => async (name: string) => {
    const took = await time(() => invoke(servers.get(name) as Listening, 'scan'))
    into.set(name, [...(into.get(name) ?? []), took])
  }
  const theirs: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const next = hours(KEYED, 1, until + (run + 1) * HOUR)
    await pMap(names, topic => fill(root, topic, next), { concurrency: 12 })
    await alternately([...servers.keys()], run, scanned(news))
    await alternately([...servers.keys()], run, scanned(idle))
    theirs.push(
      await time(async () => {
        for (const topic of names) await msck(`${MSCK}.${topic}`)
      }),
    )
  }
  for (const server of servers.values()) await server.stop()
  const calls = await callsOfIdle(builds.at(-1) as Build, root, count)
  for (const build of builds) await dropDatabase(placeOf(root, build).database)
  await dropDatabase(MSCK)
  await hdfs.rm(root)
  const share = (of: Map<string, number[]>) => median(of.get(OURS) ?? []) / median(of.get(BASELINE) ?? [])
  return {
    bench: 'against-topics',
    title: `Recent scans of ${count} topics, two builds`,
    rows: [
      ...rows('nothing new', idle),
      ...rows('a new hour in each', news),
      { name: 'MSCK, one table after another', unit: 's', values: theirs.map(ms => ms / 1000) },
    ],
    notes: [`an idle scan of a warm process makes, for each topic, ${calls.told}`],
    targets: [
      { what: 'nothing new, × baseline', measured: share(idle), most: 0.3 },
      { what: 'a new hour in each, × baseline', measured: share(news), most: 0.4 },
      {
        what: 'a new hour in each, × MSCK',
        measured: median(news.get(OURS) ?? []) / median(theirs),
        most: 0.2,
      },
      {
        what: 'nothing new: storage calls a topic beside the hours of its window',
        measured: calls.above,
        most: 2,
      },
      { what: 'nothing new: catalog calls a topic', measured: calls.catalog, most: 0.05 },
    ],
  }
}

const MSCK = 'bench_topics_msck'

const rows = (what: string, of: ReadonlyMap<string, readonly number[]>) =>
  [...of].map(([name, values]) => ({
    name: `${name}: ${what}`,
    unit: 's' as const,
    values: values.map(ms => ms / 1000),
  }))

/** What the third scan of a process asks for. */
async function callsOfIdle(build: Build, root: string, count: number) {
  const at = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) })
  const [namenode, metastore] = [
    await countedRelay(at(stack.hdfs.webhdfs), webhdfsOperation),
    await countedRelay(stack.metastore, thriftMethod),
  ]
  const server = await startBuild(build, {
    ...placeOf(root, build),
    namenode: `http://127.0.0.1:${namenode.port}`,
    metastore: `thrift://127.0.0.1:${metastore.port}`,
  })
  await invoke(server, 'scan')
  await invoke(server, 'scan')
  const before = [sumOf(namenode), sumOf(metastore)] as const
  await invoke(server, 'scan')
  const [lists, catalog] = [(sumOf(namenode) - before[0]) / count, (sumOf(metastore) - before[1]) / count]
  await server.stop()
  await Promise.all([namenode.close(), metastore.close()])
  const window = await hoursInWindow(root, build)
  return {
    above: lists - window,
    catalog,
    told: `${lists.toFixed(2)} calls of the storage, ${window} of them for the hours of its window, and ${catalog.toFixed(3)} of the catalog`,
  }
}

const sumOf = ({ counts }: Counted): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Of one of the topics, as a report tells it. */
async function hoursInWindow(root: string, build: Build): Promise<number> {
  const server = await startBuild(build, placeOf(root, build))
  const answer = (await invoke(server, 'scan', { tables: ['topic_0'] })) as {
    report: { tables: readonly { partitions: { unchanged: number } }[] }
  }
  await server.stop()
  return answer.report.tables[0]?.partitions.unchanged ?? Number.NaN
}

/** Many topics of a day each, nothing new: time a topic, and the process's memory. @param few and many, how many topics */
export async function manyTopics(build: Build, runs: number, few: number, many: number): Promise<Result> {
  const each: Record<number, readonly number[]> = {}
  let memory = 0
  for (const count of [few, many]) {
    const root = `/golden/bench_day_${count}`
    await layTopics(root, count, 24)
    const place = placeOf(root, build)
    await dropDatabase(place.database)
    const server = await startBuild(build, place)
    await invoke(server, 'scan')
    await invoke(server, 'scan')
    const took: number[] = []
    for (let run = 0; run < runs; run += 1) took.push(await time(() => invoke(server, 'scan')))
    each[count] = took.map(ms => ms / count)
    memory = await residentMegabytes(server)
    await server.stop()
    await sleep(1000)
    await dropDatabase(place.database)
    await hdfs.rm(root)
  }
  const [one, other] = [each[few] ?? [], each[many] ?? []]
  return {
    bench: 'many-topics',
    title: `Recent scans with nothing new: ${few} topics and ${many}`,
    rows: [
      { name: `${few} topics, for each`, unit: 'ms', values: one },
      { name: `${many} topics, for each`, unit: 'ms', values: other },
    ],
    notes: [],
    targets: [
      { what: `time a topic, ${many} × ${few}`, measured: median(other) / median(one), most: 1.2 },
      { what: `${many} topics: memory (RSS), MB`, measured: memory, most: 150 },
    ],
  }
}

async function residentMegabytes({ process: { pid } }: Listening): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) / 1024
}
