/**
 * `npm run hunt -- [--runs N] [--seed N]`: runs on the stack with one thing that fails in each, two processes at times, and
 * each put to what the catalogs and engines hold. It ends with 1 where a run said what is not so; the same seed does the same.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { fileClosed } from '../../functions/file-closed.ts'
import { plan } from '../../functions/plan.ts'
import { scan } from '../../functions/scan.ts'
import { sync } from '../../functions/sync.ts'
import type { Log } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import type { Context, GoldsyncFunction } from '../../shared/function/function.ts'
import { isRun, type Outcome, reportOf } from '../../shared/function/outcome.ts'
import { readStatus } from '../../shared/function/status.ts'
import { openMetrics } from '../../shared/hosts/metrics/metrics.ts'
import type { News } from '../../shared/run/news.ts'
import type { Report } from '../../shared/run/report.ts'
import { build } from '../support/builder.ts'
import { dice } from '../support/dice.ts'
import { closeEngines } from '../support/sql.ts'
import { type Done, lies } from './judge.ts'
import type { Fault } from './proxies.ts'
import { type Kind, openWorld, type Server, SIDES, type Side, TOPICS, type World } from './world.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
})
const roll = dice(Number(values.seed))
const below = (most: number): number => Math.floor(roll() * most)
const one = <T>(all: readonly T[]): T => all[below(all.length)] as T

const HOURS = Array.from({ length: 6 }, (_, ago) =>
  new Date(Date.now() - (ago + 1) * 3_600_000).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/'),
)
const NAMES = ['a.parquet', 'a.parquet', 'b.parquet', 'b.parquet', 'c.parquet.tmp', '_d.parquet'] as const
const KINDS: readonly Kind[] = ['v1', 'v1', 'v1', 'v1', 'v2', 'v2', 'wrong', 'truncated', 'text']
const SERVERS: readonly Server[] = ['nameNode', 'metastore', 'metastore3', 'hive', 'aws', 'trino', 'presto']
const RUNS = ['recent', 'recent', 'full', 'full', 'files', 'files', 'sync', 'named', 'two', 'plan'] as const

interface Turn {
  readonly run: (typeof RUNS)[number]
  readonly server?: Server
  readonly fault?: Fault
  readonly deadlineMs?: number
  readonly abortMs?: number
}

function anyTurn(): Turn {
  const run = one(RUNS)
  const luck = roll()
  if (luck < 0.35) return { run }
  if (luck < 0.8) {
    const kind = one(['refuse', 'hang', 'cut', 'cut', 'lose', 'lose'] as const)
    const fault = kind === 'cut' || kind === 'lose' ? { kind, nth: 1 + below(25) } : { kind }
    return { run, server: one(SERVERS), fault }
  }
  return luck < 0.9 ? { run, deadlineMs: 200 + below(6_000) } : { run, abortMs: 200 + below(6_000) }
}

/** Files come and go. @returns the locations of those that were named */
async function happen({ stores }: World): Promise<string[]> {
  const closed: string[] = []
  for (let left = below(6); left > 0; left -= 1) {
    const store = stores[one(SIDES)]
    const folder = `${one(TOPICS)}/${one(HOURS)}`
    const path = `${folder}/${one(NAMES)}`
    const luck = roll()
    if (luck < 0.8) await store.put(path, one(KINDS))
    else await store.remove(luck < 0.9 ? path : folder)
    closed.push(`${store.location}/${path}`)
  }
  return closed
}

interface Host {
  readonly context: Context
  readonly news: News[]
  readonly logged: Done['logged'][number][]
  close(): Promise<void>
}

function openHost(config: object): Host {
  const connection = connect(configOf(config, 'the hunt', {}))
  const news: News[] = []
  const logged: Done['logged'][number][] = []
  const at = (level: number) => (record: object) => void logged.push({ ...record, level })
  const log = { debug: () => {}, info: at(30), warn: at(40), error: at(50) }
  const audit = (record: object) => void logged.push({ ...record, level: 30, audit: true })
  const announce = async (told: readonly News[]) => void news.push(...told)
  const context = { lakes: connection.lakes, log: { ...log, audit } as unknown as Log, announce }
  return { context, news, logged, close: connection.close }
}

function requestOf(
  { stores }: World,
  { run }: Turn,
  closed: readonly string[],
): readonly [GoldsyncFunction, object] {
  if (run === 'plan') return [plan, { mode: 'full' }]
  if (run === 'files' && closed.length > 0) return [fileClosed, { files: closed.map(path => ({ path })) }]
  if (run === 'sync') return [sync, { table: one(TOPICS) }]
  if (run === 'named') {
    const paths = [...stores.premise.files.keys()].filter(path => path.startsWith('orders/'))
    const hour = paths.length > 0 ? one(paths).split('/').slice(1, -1).join('/') : one(HOURS)
    return [sync, { table: 'orders', partitions: [hour] }]
  }
  return [scan, { mode: run === 'recent' ? 'recent' : 'full' }]
}

const program = join(await build('cli', 'dist/hunt'), 'goldsync.mjs')

/** The command line, as another process. */
const otherProcess = (
  config: object,
): Promise<{ readonly exit: number; readonly report: Report | undefined }> =>
  new Promise(resolve => {
    const env = { ...process.env, GOLDSYNC_CONFIG: JSON.stringify(config) }
    const args = [program, 'scan', '--mode', 'full', '--json']
    const child = execFile(process.execPath, args, { env, maxBuffer: 1 << 28 }, (_, stdout) => {
      const output = JSON.parse(stdout || '{}') as Report | { report?: Report }
      const report = 'runId' in output ? output : output.report
      resolve({ exit: child.exitCode ?? -1, report })
    })
  })

async function play(
  world: World,
  host: Host,
  metrics: ReturnType<typeof openMetrics>,
  at: number,
  turn: Turn,
): Promise<Done> {
  const closed = await happen(world)
  host.news.length = 0
  host.logged.length = 0
  const before = await world.truth()
  const counts = await meteredBy(metrics)
  if (turn.server) world.proxies[turn.server].fault(turn.fault)
  const [function_, params] = requestOf(world, turn, closed)
  const stop = new AbortController()
  const timer = turn.abortMs === undefined ? undefined : setTimeout(() => stop.abort(), turn.abortMs)
  const invocation = {
    id: `hunt-${at}`,
    params,
    signal: stop.signal,
    ...(turn.deadlineMs === undefined ? {} : { deadline: Date.now() + turn.deadlineMs }),
  }
  const [outcome, other] = await Promise.all([
    function_.invoke(invocation, host.context),
    turn.run === 'two' ? otherProcess(world.config) : undefined,
  ])
  clearTimeout(timer)
  metrics.observe(function_.name, outcome, 1)
  if (turn.server) world.proxies[turn.server].fault(undefined)
  const reports = [reportOf(outcome), other?.report].filter(isRun)
  const after = await world.truth()
  return {
    what: `run ${at} ${JSON.stringify(turn)} ${outcome.status}`,
    mode: turn.run,
    before,
    after,
    outcomes: [outcome] as Outcome[],
    reports,
    exit: other?.exit,
    news: [...host.news],
    logged: [...host.logged],
    counted: new Map(
      [...(await meteredBy(metrics))].map(([name, value]) => [name, value - (counts.get(name) ?? 0)]),
    ),
    status: await readStatus(await host.context.lakes(), {}),
    isToldWhole: turn.run !== 'two',
  }
}

async function meteredBy(metrics: ReturnType<typeof openMetrics>): Promise<ReadonlyMap<string, number>> {
  const lines = (await metrics.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  )
}

const world = await openWorld(`hunt_${values.seed}_${process.pid}`)
const host = openHost(world.config)
const metrics = openMetrics({ calls: () => [], tables: 500 })
let found = 0
try {
  for (const side of SIDES as readonly Side[])
    for (const topic of TOPICS) await world.stores[side].put(`${topic}/${HOURS[0]}/a.parquet`, 'v1')
  for (let at = 1; at <= Number(values.runs) + 3; at += 1) {
    // The last ones have to do what was left.
    const turn = at > Number(values.runs) ? ({ run: 'full' } as const) : anyTurn()
    const started = Date.now()
    const done = await play(world, host, metrics, at, turn)
    const told = await lies(world, done)
    found += told.length
    const findings = [
      ...new Set(
        done.reports.flatMap(({ tables }) =>
          tables.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)),
        ),
      ),
    ]
    const errors = done.outcomes.flatMap(one =>
      'error' in one ? `${one.error.code} ${one.error.message}` : [],
    )
    console.log(`${done.what} ${((Date.now() - started) / 1000).toFixed(0)} s ${findings} ${errors}`)
    for (const lie of told) console.log(`  LIE ${lie}`)
    await sleep(10)
  }
} finally {
  await host.close()
  await world.close()
  await closeEngines()
}
console.log(`${found} untrue statements`)
process.exitCode = found > 0 ? 1 : 0
