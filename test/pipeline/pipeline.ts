/**
 * `npm run pipeline`: Kafka → Flink → HDFS → goldsync → Trino, shown in a terminal until Ctrl-C. `npm run pipeline -- --check [--minutes 10]`: so long, with
 * faults in between, and then what came out is put to what went in; it ends with 1 where that is not the same.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { closeEngines, hiveRows } from '../support/sql.ts'
import { hoursOf, sumsOf, TOPICS } from './events.ts'
import { FAULTS, type Pipeline } from './faults.ts'
import { buildJob, cancelAll, submit, submitSql } from './flink.ts'
import { DATABASE, startGoldsync } from './goldsync.ts'
import { judge } from './judge.ts'
import { type DeadLetters, makeTopics, readDeadLetters, startSender } from './kafka.ts'
import { makeFolder } from './lake.ts'
import { type Looks, rowsOf, type Seen, startLooks } from './looks.ts'
import { watchNames } from './names.ts'
import { lagText, openScreen } from './screen.ts'
import { type Servers, until, up } from './servers.ts'

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, minutes: { type: 'string' } },
})
const minutes = Number(values.minutes ?? (values.check ? 10 : Number.POSITIVE_INFINITY))

/** When a fault began, and when all was up again and caught up: epoch ms. */
type Span = readonly [from: number, to: number]
/** What waits after a fault is seen soon after it. */
const CATCHING_UP = 20_000

const servers = await up()
console.log('servers are up')
await buildJob()
await clear(servers)
const pipeline = await begin(servers)
const letters = readDeadLetters(servers)
const sent = () => pipeline.sender.sent
const names = watchNames(servers, pipeline.lake, sent)
const looks = startLooks(sent, names)
const spans: Span[] = []
const state = { now: '', interrupted: false, faults: 0 }
const show = openScreen()
const shown = setInterval(
  () => show({ pipeline, looks, deadLetters: letters.sources.length, now: state.now }),
  1000,
)
process.once('SIGINT', () => {
  state.interrupted = true
})
try {
  await Promise.all([values.check ? faults() : undefined, lasts(minutes)])
  await pipeline.sender.stop()
  if (values.check) process.exitCode = await check()
} finally {
  clearInterval(shown)
  letters.process.kill()
  await Promise.all([looks.stop(), names.stop()])
  await cancelAll(servers)
  await pipeline.goldsync.stop()
  await closeEngines()
}

/** Nothing of an earlier run is left. */
async function clear(servers: Servers): Promise<void> {
  await cancelAll(servers)
  await hiveRows(`DROP DATABASE IF EXISTS ${DATABASE} CASCADE`)
  await makeTopics(servers)
  for (const path of ['/golden', '/hourly', '/flink']) await makeFolder(servers, path)
}

async function begin(servers: Servers): Promise<Pipeline> {
  const lake = `${servers.hdfs}/golden`
  const hourly = `${servers.hdfs}/hourly`
  const goldsync = await startGoldsync(servers, [
    { location: lake },
    { location: hourly, layout: '{topic}/dt={yyyy}-{MM}-{dd}/hr={HH}', successFile: ['*'] },
  ])
  const job = await submit(servers, lake, 'v1')
  const hourlyJob = await submitSql(servers, hourly)
  return {
    servers,
    lake,
    hourly,
    goldsync,
    job,
    hourlyJob,
    schemas: 'v1',
    sender: await startSender(servers),
  }
}

async function lasts(minutes: number): Promise<void> {
  const end = Date.now() + minutes * 60_000
  while (Date.now() < end && !state.interrupted) await sleep(200)
}

/** One after the other, with as much time between them. */
async function faults(): Promise<void> {
  const pause = (minutes * 60_000) / (FAULTS.length + 1)
  const begun = Date.now()
  for (const [at, fault] of FAULTS.entries()) {
    await lasts(Math.max(0, begun + (at + 1) * pause - Date.now()) / 60_000)
    if (state.interrupted) return
    const from = Date.now()
    state.now = fault.name
    await fault.happen(pipeline)
    state.now = ''
    spans.push([from, Date.now() + CATCHING_UP])
    state.faults = at + 1
    console.log(`${fault.name}: ${Math.round((Date.now() - from) / 1000)} s`)
  }
}

async function check(): Promise<number> {
  state.now = 'no more events; until all are in Trino'
  await arrives(letters)
  await looks.stop()
  const wrong = [
    ...(state.faults < FAULTS.length
      ? [`${FAULTS.length - state.faults} of the faults have not happened`]
      : []),
    ...(await judge(pipeline, looks, letters.sources)),
  ]
  for (const line of wrong) console.log(`WRONG ${line}`)
  tell(looks)
  console.log(
    wrong.length === 0
      ? 'nothing lost, nothing twice, nothing too early'
      : `${wrong.length} things are wrong`,
  )
  return wrong.length === 0 ? 0 : 1
}

/** Until as many rows and dead letters are there as shall be; the verdict tells what is missing otherwise. */
async function arrives({ sources }: DeadLetters): Promise<void> {
  const sums = TOPICS.map(topic => sumsOf(topic, pipeline.sender.sent, pipeline.sender.phases))
  const all = async () => (await Promise.all(TOPICS.map(rowsOf))).every((rows, at) => rows >= sums[at]!.rows)
  const hours = hoursOf(pipeline.sender.sent, pipeline.sender.phases).size
  const dead = () => sources.length >= sums.reduce((sum, each) => sum + each.dead, 0)
  await until(
    'all events are in Trino',
    async () => dead() && looks.hours.size >= hours && (await all()),
    180,
  ).catch((error: Error) => console.log(error.message))
}

function tell({ files }: Looks): void {
  const all = [...files.values()]
  const quiet = all.filter(({ closed, at }) => !spans.some(([from, to]) => from <= at && closed <= to))
  const tellOf = (title: string, of: readonly Seen[]) =>
    console.log(
      `${title} (${of.length}): ${lagText(of)} from its final name, ${lagText(of, 'closed')} from its close`,
    )
  console.log(`${TOPICS.length * sent()} events; until Trino returned the rows of a file, p50 / p99:`)
  tellOf(
    'first file of an hour, no fault near',
    quiet.filter(({ first }) => first),
  )
  tellOf(
    'other files, no fault near',
    quiet.filter(({ first }) => !first),
  )
  tellOf('all files, with those of the faults', all)
}
