/** What a history costs: events and starts of this build with one in files and with none, in turn on the same servers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hdfs } from '../support/hdfs.ts'
import { invoke, ownBuild, type Place, startBuild, tellClosed } from './against/builds.ts'
import { contest, median, type Result, time } from './measure.ts'
import { dropDatabase } from './peers.ts'
import { untilAnswered } from './process.ts'
import { fill, hours, NEWEST, POSITIONAL, sampleFile } from './zone.ts'

const TOPIC = 'orders'
const [NONE, FILES] = ['no history', 'a history in files']
/** Events of each that are not measured: what runs for the first time is compiled. */
const WARM = 20

/** @param events of each, every one of a new partition @param runs starts of each */
export async function historyCost(events: number, runs: number): Promise<Result> {
  const history = await mkdtemp(join(tmpdir(), 'goldsync-bench-'))
  const build = ownBuild()
  const places = { [NONE]: placeOf('none'), [FILES]: { ...placeOf('files'), history } }
  const by = <T>(make: (place: Place) => T) =>
    Object.fromEntries(Object.entries(places).map(([name, place]) => [name, make(place)]))
  for (const place of Object.values(places)) {
    await dropDatabase(place.database)
    await fill(place.root, TOPIC, hours(POSITIONAL, 2))
  }
  const servers = await Promise.all(Object.values(places).map(place => startBuild(build, place)))
  for (const server of servers) await invoke(server, 'scan')
  const at = (place: Place) => servers[Object.values(places).indexOf(place)] as (typeof servers)[number]
  const answered = await contest(
    WARM + events,
    by(place => async run => {
      const file = fileOf(place, run)
      await hdfs.put(file, await sampleFile())
      return time(() => tellClosed(at(place), file))
    }),
  )
  for (const server of servers) await server.stop()
  const started = await contest(
    runs,
    by(place => () => untilAnswered(() => startBuild(build, place))),
  )
  const first = await contest(
    runs,
    by(place => run => untilFirstEvent(() => startBuild(build, place), fileOf(place, run))),
  )
  for (const place of Object.values(places)) {
    await dropDatabase(place.database)
    await hdfs.rm(place.root)
  }
  await rm(history, { recursive: true })
  return resultOf({
    'an event, answered': new Map([...answered].map(([name, values]) => [name, values.slice(WARM)])),
    'start → first 200': started,
    'start → first event, answered': first,
  })
}

type Contest = Awaited<ReturnType<typeof contest>>

const placeOf = (name: string): Place => {
  const database = `bench_history_${name}`
  return { root: `/golden/${database}`, layout: POSITIONAL, database }
}

const fileOf = ({ root }: Place, nth: number): string =>
  `${root}/${TOPIC}/${hours(POSITIONAL, 1, NEWEST + (nth + 1) * 3_600_000)[0]}/a.parquet`

async function untilFirstEvent(start: () => ReturnType<typeof startBuild>, file: string): Promise<number> {
  const began = performance.now()
  const server = await start()
  await tellClosed(server, file)
  const took = performance.now() - began
  await server.stop('SIGKILL')
  return took
}

const resultOf = (contests: Readonly<Record<string, Contest>>): Result => ({
  bench: 'history',
  title: 'What a history costs',
  rows: Object.entries(contests).flatMap(([what, values]) =>
    [...values].map(([name, all]) => ({ name: `${what}: ${name}`, unit: 'ms' as const, values: all })),
  ),
  notes: ['no engine is asked: it would take most of the time of both'],
  targets: Object.entries(contests).map(([what, values]) => ({
    what: `${what}, × no history`,
    measured: median(values.get(FILES) ?? []) / median(values.get(NONE) ?? []),
    most: 1.1,
  })),
})
