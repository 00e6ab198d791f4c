/**
 * A file is closed: how soon the webhook answers, and how soon another client of Trino sees the rows, by two builds on the same
 * servers, in turn. Every file opens a new partition, which is the most work that a file can be.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { hdfs } from '../../support/hdfs.ts'
import type { Listening } from '../../support/hosts.ts'
import { trinoRows } from '../../support/sql.ts'
import { median, percentile, type Result } from '../measure.ts'
import { dropDatabase } from '../peers.ts'
import { fill, hours, NEWEST, POSITIONAL, sampleFile } from '../zone.ts'
import {
  alternately,
  BASELINE,
  type Build,
  invoke,
  OURS,
  type Place,
  startBuild,
  tellClosed,
} from './builds.ts'

const TOPICS = Array.from({ length: 10 }, (_, at) => `topic${at}`)
/** Between two single events, ms: an engine rests after a question as long as it took. */
const APART = 500
/** Pause between two looks at one of the tables, ms: a look costs the cores that are measured. */
const LOOK_PAUSE = 250
/** Seconds of warming up: a metastore and a Trino that were started just now take two or three times as long. */
const WARM_SECONDS = 15
const PER_SECOND = 20

interface Side {
  readonly build: Build
  readonly place: Place
  readonly server: Listening
  /** Hours that have a file already. */
  used: number
  readonly single: Seen[]
  readonly stream: Seen[]
  highest: number
}

/** ms from the close of the file. `seen`: of files that were watched. */
interface Seen {
  readonly answered: number
  readonly seen?: number
}

/** @param pairs single events of each @param seconds of a stream @param rates a second, rising: the highest that is seen within 3 s */
export async function events(
  builds: readonly Build[],
  pairs: number,
  seconds: number,
  rates: readonly number[],
): Promise<Result> {
  const sides: Side[] = []
  for (const build of builds) sides.push(await openSide(build))
  for (const side of sides) await stream(side, PER_SECOND, WARM_SECONDS)
  for (let pair = 0; pair < pairs; pair += 1)
    await alternately(sides, pair, async side => {
      side.single.push(await one(side))
      await sleep(APART)
    })
  for (let round = 0; round < 2; round += 1)
    await alternately(sides, round, async side => {
      side.stream.push(...(await stream(side, PER_SECOND, seconds / 2)))
    })
  for (const side of sides) side.highest = await highestRate(side, rates)
  for (const { server, place } of sides) {
    await server.stop()
    await dropDatabase(place.database)
    await hdfs.rm(place.root)
  }
  return resultOf(sides, seconds)
}

async function openSide(build: Build): Promise<Side> {
  const database = `bench_events_${build.name === OURS ? 'ours' : 'baseline'}`
  const place = { root: `/golden/${database}`, layout: POSITIONAL, database, engine: true }
  await dropDatabase(database)
  for (const topic of TOPICS) await fill(place.root, topic, hours(POSITIONAL, 2))
  const server = await startBuild(build, place)
  await invoke(server, 'scan')
  return { build, place, server, used: 0, single: [], stream: [], highest: 0 }
}

const folderOf = (nth: number): string => hours(POSITIONAL, 1, NEWEST + (nth + 1) * 3_600_000)[0] as string

/** Closes a file and tells the webhook. @returns when it was closed, and when it was answered */
async function close({ place: { root }, server }: Side, topic: string, folder: string) {
  const path = `${root}/${topic}/${folder}/a.parquet`
  await hdfs.put(path, await sampleFile())
  const closed = performance.now()
  await tellClosed(server, path)
  return { closed, answered: performance.now() - closed }
}

async function one(side: Side): Promise<Seen> {
  const folder = folderOf(side.used++)
  const looks = watch(side, folder, 10)
  const { closed, answered } = await close(side, TOPICS[0] as string, folder)
  const seen = await looks.until(folder)
  return { answered, seen: seen - closed }
}

/** The tables in turn, nobody waiting for anybody. */
async function stream(side: Side, rate: number, seconds: number): Promise<Seen[]> {
  const first = side.used
  const count = Math.round(rate * seconds)
  side.used += count
  const looks = watch(side, folderOf(first), LOOK_PAUSE)
  const started = performance.now()
  const files: Promise<Seen & { folder: string; topic: string; closed: number }>[] = []
  for (let at = 0; at < count; at += 1) {
    const [topic, folder] = [TOPICS[at % TOPICS.length] as string, folderOf(first + at)]
    files.push(close(side, topic, folder).then(done => ({ ...done, topic, folder })))
    await sleep(Math.max(0, started + ((at + 1) * 1000) / rate - performance.now()))
  }
  const done = await Promise.all(files)
  await looks.all(done.filter(({ topic }) => topic === TOPICS[0]).map(({ folder }) => folder))
  const seen = await looks.end()
  return done.map(({ topic, folder, closed, answered }) =>
    topic === TOPICS[0]
      ? { answered, seen: (seen.get(folder) ?? Number.POSITIVE_INFINITY) - closed }
      : { answered },
  )
}

/** Within which a file is to be seen, ms. */
const SOON = 3000
/** After which one is taken to be lost, ms. */
const LOST = 60_000
const RATE_SECONDS = 15

/** The highest of the rates at which 99 of 100 files are seen in time. */
async function highestRate(side: Side, rates: readonly number[]): Promise<number> {
  let highest = 0
  for (const rate of rates) {
    const all = await stream(side, rate, RATE_SECONDS)
    if (percentile(seenOf(all), 0.99) > SOON) break
    highest = rate
  }
  return highest
}

/** Asks Trino again and again which partitions the first table has, from a folder on. */
function watch({ place: { database } }: Side, from: string, pause: number) {
  const seen = new Map<string, number>()
  const path = `concat_ws('/', year, month, day, hour)`
  const statement = `SELECT ${path} FROM hive.${database}."${TOPICS[0]}$partitions" WHERE ${path} >= '${from}'`
  let ended = false
  const look = async () => {
    for (const [folder] of await trinoRows(statement))
      if (folder && !seen.has(folder)) seen.set(folder, performance.now())
  }
  const looking = (async () => {
    while (!ended) {
      await look()
      await sleep(pause)
    }
  })()
  const end = async (): Promise<ReadonlyMap<string, number>> => {
    ended = true
    await looking
    return seen
  }
  const all = async (folders: readonly string[]): Promise<void> => {
    const begun = performance.now()
    while (!folders.every(folder => seen.has(folder)) && performance.now() - begun < LOST) await sleep(5)
  }
  return {
    /** Until Trino has shown all of these, or one is lost. */
    all,
    end,
    /** When Trino has shown it, by `performance.now()`; endless where it is lost. */
    async until(folder: string): Promise<number> {
      await all([folder])
      await end()
      return seen.get(folder) ?? Number.POSITIVE_INFINITY
    },
  }
}

const answeredOf = (all: readonly Seen[]) => all.map(({ answered }) => answered)
const seenOf = (all: readonly Seen[]) => all.flatMap(({ seen }) => seen ?? [])

function resultOf(sides: readonly Side[], seconds: number): Result {
  const [before, ours] = [BASELINE, OURS].map(name => sides.find(({ build }) => build.name === name)) as [
    Side,
    Side,
  ]
  const share = (of: (side: Side) => number) => of(ours) / of(before)
  const p99 = (values: readonly number[]) => percentile(values, 0.99)
  return {
    bench: 'against-events',
    title: 'A file is closed, two builds',
    rows: sides.flatMap(({ build: { name }, single, stream: all }) => [
      { name: `${name}: single events, answered`, unit: 'ms' as const, values: answeredOf(single) },
      { name: `${name}: single events, seen`, unit: 'ms' as const, values: seenOf(single) },
      { name: `${name}: ${PER_SECOND} a second, answered`, unit: 'ms' as const, values: answeredOf(all) },
      { name: `${name}: ${PER_SECOND} a second, seen`, unit: 'ms' as const, values: seenOf(all) },
    ]),
    notes: [
      `seen: another client of Trino asks for the partitions of one table again and again, with a pause of 10 ms, or of ${LOOK_PAUSE} ms in a stream`,
      `streams of ${seconds} s over ${TOPICS.length} tables, in two halves`,
      ...sides.map(
        ({ build: { name }, highest }) =>
          `${name}: at ${highest} a second, the highest of those tried, 99 of 100 files are seen within ${SOON} ms`,
      ),
    ],
    targets: [
      {
        what: 'single, answered p50, × baseline',
        measured: share(side => median(answeredOf(side.single))),
        most: 0.5,
      },
      {
        what: 'single, seen p50, × baseline',
        measured: share(side => median(seenOf(side.single))),
        most: 1.05,
      },
      {
        what: 'stream, answered p99, × baseline',
        measured: share(side => p99(answeredOf(side.stream))),
        most: 0.2,
      },
      {
        what: 'stream, seen p50, × baseline',
        measured: share(side => median(seenOf(side.stream))),
        most: 1.05,
      },
      { what: 'stream, seen p99, × baseline', measured: share(side => p99(seenOf(side.stream))), most: 1.05 },
      {
        what: 'highest rate with seen p99 ≤ 3 s, × baseline',
        measured: before.highest === 0 ? Number.NaN : share(side => side.highest),
        least: 3,
      },
    ],
  }
}
