/**
 * What runs say, put to what the catalog and the engine hold: files come and go, one thing fails in each run, and no report,
 * status, event or audit record may say more than is true.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { type Log, openLog } from '../../shared/base/log.ts'
import type { CatalogState } from '../../shared/catalogs/memory/state.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import { outcomeOfRun } from '../../shared/function/outcome.ts'
import { readStatus } from '../../shared/function/status.ts'
import { type Metrics, openMetrics } from '../../shared/hosts/metrics/metrics.ts'
import type { News } from '../../shared/run/news.ts'
import { exitCode, type FilesReport, type Report, type TableReport } from '../../shared/run/report.ts'
import { partitionKey, printValues, tableId } from '../../shared/schema/table.ts'
import { stateOf } from '../../shared/state/table-state.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { FILES, ROOT, type TestLake, testLake } from '../support/lake.ts'

const TOPICS = ['orders', 'clicks'] as const
const HOURS = ['08', '09', '10', '11'] as const
const DAY = '2019/09/01'

type Event =
  | {
      readonly kind: 'put'
      readonly topic: (typeof TOPICS)[number]
      readonly hour: (typeof HOURS)[number]
      readonly name: 'a.parquet' | 'b.parquet' | 'c.parquet.tmp' | '_d.parquet'
      readonly file: 'v1' | 'v2' | 'truncated'
    }
  | { readonly kind: 'remove'; readonly topic: string; readonly hour: string; readonly name: string }

type Fault =
  | { readonly kind: 'none' | 'engine' | 'announce' }
  | { readonly kind: 'list' | 'read'; readonly nth: number }
  | { readonly kind: 'step'; readonly nth: number; readonly when: 'before' | 'after' }
  | { readonly kind: 'deadline'; readonly calls: number }
  /** Ctrl-C after so many steps. */
  | { readonly kind: 'abort'; readonly steps: number }

interface Turn {
  readonly events: readonly Event[]
  /** `both`: the files' event and a scan at once. */
  readonly run: 'recent' | 'full' | 'files' | 'partition' | 'both'
  readonly fault: Fault
}

const topic = fc.constantFrom(...TOPICS)
const hour = fc.constantFrom(...HOURS)
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      topic,
      hour,
      name: fc.constantFrom('a.parquet', 'a.parquet', 'b.parquet', 'c.parquet.tmp', '_d.parquet'),
      file: fc.constantFrom('v1', 'v1', 'v2', 'truncated'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      topic,
      hour,
      name: fc.constantFrom('a.parquet', 'b.parquet', 'c.parquet.tmp'),
    }),
  },
)
const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('none', 'none', 'engine', 'announce') }),
  fc.record({ kind: fc.constantFrom('list', 'read'), nth: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant('step' as const),
    nth: fc.integer({ min: 1, max: 6 }),
    when: fc.constantFrom('before', 'after'),
  }),
  fc.record({ kind: fc.constant('deadline' as const), calls: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('abort' as const), steps: fc.integer({ min: 1, max: 6 }) }),
)
const anyTurns: fc.Arbitrary<readonly Turn[]> = fc.array(
  fc.record({
    events: fc.array(anyEvent, { maxLength: 4 }),
    run: fc.constantFrom('recent', 'recent', 'full', 'files', 'partition', 'both'),
    fault: anyFault,
  }),
  { minLength: 2, maxLength: 8 },
)

/** An engine that caches what it saw of the catalog when it was last told to forget it. */
function cachingEngine(stateOf: () => CatalogState) {
  const cache = new Map<string, ReadonlySet<string>>()
  const world = { down: false }
  const answer = () => {
    if (world.down) throw new GoldsyncError('UNAVAILABLE', 'the engine is away')
  }
  const registered = (table: string) => new Set(stateOf().tables.get(table)?.partitions.keys() ?? [])
  const seen = (table: string) => cache.get(table) ?? new Set<string>()
  const engine: Engine = {
    name: 'trino',
    kind: 'trino',
    catalogs: ['memory'],
    reader: async () => {
      answer()
      return { kind: 'trino', version: '476' }
    },
    refresh: async table => {
      answer()
      cache.set(tableId(table), registered(tableId(table)))
    },
    visible: async wanted => {
      answer()
      return wanted.map(
        ({ table, partitions }) =>
          partitions.filter(values => seen(tableId(table)).has(partitionKey(values))).length,
      )
    },
    read: async () => {
      answer()
      return { outcome: 'read', lost: [] }
    },
    close: async () => undefined,
  }
  return { engine, world, seen, registered }
}

interface World {
  readonly lake: TestLake
  readonly engine: ReturnType<typeof cachingEngine>
  readonly news: News[]
  readonly audits: unknown[]
  readonly logged: Logged[]
  readonly metrics: Metrics
  readonly fault: { announce: boolean }
}

interface Logged {
  readonly level: string
  readonly record: { readonly table?: string; readonly code?: string; readonly outcome?: string }
}

function openWorld(): World {
  const first = testLake()
  const engine = cachingEngine(() => first.catalog.state())
  const { storage, catalog } = first
  const lake = testLake({ catalog, more: { storage, engines: [engine.engine] } })
  const news: News[] = []
  const audits: unknown[] = []
  const metrics = openMetrics({ calls: () => [], tables: 500 })
  return { lake: { ...lake, storage }, engine, news, audits, logged: [], metrics, fault: { announce: false } }
}

const fail = () => new GoldsyncError('UNAVAILABLE', 'a fault of this test')

interface Done {
  /** Of each run; more than one where they were at work at once. */
  readonly reports: readonly Report[]
  readonly files?: FilesReport['files']
  /** By how much each metric grew; of gauges what they show. */
  readonly counted: ReadonlyMap<string, number>
  readonly shown: ReadonlyMap<string, number>
  readonly before: CatalogState
  readonly after: CatalogState
  readonly news: readonly News[]
  readonly audits: number
}

async function play(world: World, turn: Turn): Promise<Done> {
  const { lake, engine, news, audits, logged, metrics, fault } = world
  const { storage, catalog, clock } = lake
  clock.now += 60_000
  const closed = turn.events.flatMap(event => happen(lake, event))
  news.length = 0
  audits.length = 0
  logged.length = 0
  const at = catalog.calls.steps
  const asked = { list: 0, read: 0 }
  engine.world.down = turn.fault.kind === 'engine'
  fault.announce = turn.fault.kind === 'announce'
  storage.failWhen(({ operation }) => {
    if (operation !== 'list' && operation !== 'read') return undefined
    asked[operation] += 1
    const { fault } = turn
    return fault.kind === operation && asked[operation] === fault.nth ? fail() : undefined
  })
  if (turn.fault.kind === 'step')
    catalog.failAt({ step: at + turn.fault.nth, when: turn.fault.when, error: fail() })
  const interruption = new AbortController()
  const onAudit = (steps: number) => {
    if (turn.fault.kind === 'abort' && steps === turn.fault.steps) interruption.abort()
  }
  const before = catalog.state()
  const start = clock.now
  const options = {
    runId: 'true',
    dryRun: false,
    log: logTo(world, onAudit),
    signal: interruption.signal,
    // Time passes with each look at the clock.
    now: () => {
      clock.now += 1
      return clock.now
    },
    ...(turn.fault.kind === 'deadline' ? { deadline: start + turn.fault.calls } : {}),
    announce: async (told: readonly News[]) => {
      if (fault.announce) return 'a fault of this test'
      news.push(...told)
      return undefined
    },
  }
  const metered = await meteredBy(metrics)
  const reports = await run(lake, turn, closed, options)
  for (const report of reports) metrics.observe('scan', outcomeOfRun(report), 1)
  const shown = await meteredBy(metrics)
  storage.failWhen(() => undefined)
  catalog.failAt({ step: 0, when: 'before', error: fail() })
  engine.world.down = false
  const ofFiles = reports.find(report => 'files' in report) as FilesReport | undefined
  return {
    reports,
    ...(ofFiles ? { files: ofFiles.files } : {}),
    counted: new Map([...shown].map(([name, value]) => [name, value - (metered.get(name) ?? 0)])),
    shown,
    before,
    after: catalog.state(),
    news: [...news],
    audits: audits.length,
  }
}

function run(
  lake: TestLake,
  turn: Turn,
  closed: readonly { readonly location: string }[],
  options: Parameters<typeof runFiles>[2],
): Promise<Report[]> {
  const files = () => runFiles([lake.lake], closed, options)
  if (turn.run === 'files') return Promise.all([files()])
  if (turn.run === 'both') return Promise.all([files(), lake.scan({ ...options, mode: 'recent' }), files()])
  if (turn.run !== 'partition') return Promise.all([lake.scan({ ...options, mode: turn.run })])
  const known = TOPICS.find(name => folders(lake, name).size > 0)
  if (known === undefined) return Promise.all([lake.scan({ ...options, mode: 'recent' })])
  const [path] = folders(lake, known).keys()
  const named = { mode: 'recent', tables: [known], partitions: [path as string] } as const
  return Promise.all([lake.scan({ ...options, ...named })])
}

/** What Prometheus reads: values by name and labels. */
async function meteredBy(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const lines = (await metrics.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  )
}

function happen(lake: TestLake, event: Event): { readonly location: string }[] {
  const path = `${event.topic}/${DAY}/${event.hour}/${event.name}`
  if (event.kind === 'put') lake.storage.put(`${ROOT}/${path}`, FILES[event.file], lake.clock.now)
  else lake.storage.drop(`${ROOT}/${path}`)
  return [{ location: `${ROOT}/${path}` }]
}

function logTo({ audits, logged }: World, onAudit: (steps: number) => void): Log {
  const at = (level: string) => (record: object) => void logged.push({ level, record })
  const log = { ...openLog('silent'), info: at('info'), warn: at('warn'), error: at('error') }
  return { ...log, audit: (record: object) => onAudit(audits.push(record)) } as Log
}

/** What a topic's hours hold that engines would read: whether all of it is accepted. By path from the topic. */
function folders(lake: TestLake, topic: string): ReadonlyMap<string, 'good' | 'bad'> {
  const found = new Map<string, 'good' | 'bad'>()
  for (const hour of HOURS) {
    const files = filesIn(lake, `${topic}/${DAY}/${hour}`)
    if (files.length === 0) continue
    const isGood = files.every(({ name, bytes }) => name.endsWith('.parquet') && bytes !== FILES.truncated)
    found.set(`${DAY}/${hour}`, isGood ? 'good' : 'bad')
  }
  return found
}

const SHOWN = ['a.parquet', 'b.parquet', 'c.parquet.tmp'] as const

function filesIn({ storage }: TestLake, folder: string) {
  return SHOWN.flatMap(name => {
    const bytes = storage.bytesOf(`${ROOT}/${folder}/${name}`)
    return bytes ? [{ name, bytes }] : []
  })
}

const keysOf = (state: CatalogState, table: string) =>
  [...(state.tables.get(table)?.partitions.values() ?? [])].map(({ values }) => printValues(values))
const added = ({ before, after }: Done, table: string) => {
  const had = new Set(keysOf(before, table))
  return keysOf(after, table)
    .filter(key => !had.has(key))
    .toSorted()
}
const failed = ({ outcome }: TableReport) => outcome === 'failed'

/** Everything that a run said, and is not so. */
async function untrue(world: World, turn: Turn, done: Done): Promise<string[]> {
  const { lake, engine } = world
  const { before, after } = done
  const lies: string[] = [
    ...meteredLies(turn, done),
    ...loggedLies(world, turn, done),
    ...toldLies(turn, done),
  ]
  const say = (lie: string) => lies.push(`${turn.run} ${JSON.stringify(turn.fault)}: ${lie}`)
  // Requests that were done together are told the same of a table.
  const tables = new Map(
    done.reports.flatMap(({ tables }) => tables.map(told => [told.steps, told] as const)),
  )
  const isAlone = new Set([...tables.values()].map(({ table }) => table)).size === tables.size
  for (const told of tables.values()) {
    const { table, outcome, addedPartitions } = told
    if (outcome === 'unchanged' && !after.tables.has(table)) say(`${table} is unchanged and does not exist`)
    if (!isAlone) continue
    const isSame = same(before, after, table)
    const really = added(done, table)
    const claimed = addedPartitions.toSorted()
    if (failed(told) ? claimed.some(key => !really.includes(key)) : claimed.join() !== really.join())
      say(`${table} added ${claimed}, in truth ${really}`)
    if (outcome === 'unchanged' && !isSame) say(`${table} is unchanged and has changed`)
    if (outcome === 'changed' && isSame) say(`${table} has changed and is the same`)
    const held = told.held.filter(path => keysOf(after, table).includes(path))
    if (held.length > 0 && outcome !== 'failed') say(`${table}: ${held} is held back and registered`)
  }
  const steps = [...tables.keys()].flat().length
  if (steps !== done.audits) say(`${steps} steps, ${done.audits} audit records`)
  const touched = new Set([...tables.values()].map(({ table }) => table))
  for (const table of after.tables.keys())
    if (!touched.has(table) && !same(before, after, table))
      say(`${table} has changed, and is not in the report`)
  if (done.reports.every(report => exitCode(report) === 0) && turn.run === 'full')
    for (const name of TOPICS) {
      const table = `golden.${name}`
      const registered = keysOf(after, table)
      // It went on where a deadline had cut another, and has not looked at the rest.
      if (before.tables.get(table)?.table.parameters['goldsync.cursor']) continue
      for (const [path, is] of folders(lake, name)) {
        if (is === 'good' && !registered.includes(path)) say(`all is well, and ${table} has no ${path}`)
        if (is === 'bad' && registered.includes(path)) say(`all is well, and ${table} exposes ${path}`)
      }
      const unseen = [...engine.registered(table)].filter(key => !engine.seen(table).has(key))
      if (unseen.length > 0) say(`all is well, and the engine does not see ${unseen} of ${table}`)
    }
  for (const { location, outcome } of done.files ?? []) {
    const [name = '', ...rest] = location.slice(ROOT.length + 1).split('/')
    const isThere = lake.storage.bytesOf(location) !== undefined
    const isRegistered = keysOf(after, `golden.${name}`).includes(rest.slice(0, 4).join('/'))
    const isQueried = ['registered', 'visible', 'read'].includes(outcome)
    if (isQueried && !isThere) say(`${location} is ${outcome}, and there is no such file`)
    if (isQueried && !isRegistered) say(`${location} is ${outcome}, and its partition is not registered`)
    if (outcome === 'absent' && isThere) say(`${location} is absent, and is there`)
    if (outcome === 'exposed' && !isRegistered)
      say(`${location} is exposed, and its partition is not registered`)
  }
  const status = await readStatus([lake.lake], {})
  for (const { table, state, engines = [] } of status.tables) {
    if (state === 'noTable' && after.tables.has(table)) say(`status: ${table} has no table, and it exists`)
    if (state !== 'noTable' && !after.tables.has(table)) say(`status: ${table} is ${state}, and is not there`)
    const waits = engines.some(({ unseen, unproven }) => unseen || unproven.length > 0)
    const unseen = [...engine.registered(table)].filter(key => !engine.seen(table).has(key))
    if (unseen.length > 0 && !waits)
      say(`status: nothing waits, and the engine does not see ${unseen} of ${table}`)
  }
  return lies
}

/** What the metrics count, and what has happened. */
function meteredLies({ run }: Turn, done: Done): string[] {
  const lies: string[] = []
  const { reports, counted, shown, after } = done
  const really = [...after.tables.keys()].flatMap(table => added(done, table)).length
  const series = [...counted].filter(([name]) => /^goldsync_partitions_total\{.*change="added"/.test(name))
  const claimed = series.reduce((sum, [, count]) => sum + count, 0)
  const isFailed = reports.some(({ tables }) => tables.some(failed))
  if (isFailed ? claimed > really : claimed !== really)
    lies.push(`metrics: ${claimed} partitions added, in truth ${really}`)
  // Which of several was the last is not known here.
  for (const { tables } of run === 'both' ? [] : reports)
    for (const { table, error } of tables) {
      if (error) continue
      const found = after.tables.get(table)?.table
      const { pending } = stateOf(found, 0)
      const gauge = shown.get(`goldsync_pending_partitions{catalog="memory",table="${table}"}`)
      if (found && pending !== 'overflow' && gauge !== pending.length)
        lies.push(`metrics: ${gauge} partitions of ${table} wait, in truth ${pending}`)
    }
  return lies
}

/** What the log says was done, and what was. */
function loggedLies({ logged }: World, { run }: Turn, { before, after, reports }: Done): string[] {
  const lies: string[] = []
  for (const { level, record } of logged) {
    // Of two runs the second may have taken back what the first one noted.
    if (level !== 'info' || record.outcome !== 'changed' || run === 'both') continue
    if (same(before, after, record.table ?? '')) lies.push(`log: ${record.table} was brought up to date`)
  }
  const errors = new Set(reports.flatMap(({ tables }) => tables.flatMap(({ error }) => error?.code ?? [])))
  const told = new Set(logged.flatMap(({ level, record }) => (level === 'error' ? [record.code] : [])))
  for (const code of errors) if (!told.has(code)) lies.push(`log: nothing of ${code}`)
  return lies
}

/** What events tell, and what is so. */
function toldLies(turn: Turn, done: Done): string[] {
  if (turn.fault.kind === 'announce') return []
  const lies: string[] = []
  const { before, after, news, reports } = done
  const isFailed = (table: string) =>
    reports.some(({ tables }) => tables.some(told => told.table === table && failed(told)))
  const tables = new Set([...after.tables.keys(), ...news.map(({ table }) => table)])
  for (const table of tables) {
    const mine = news.filter(one => one.table === table)
    const events = mine.flatMap(one => (one.kind === 'partitions.added' ? one.partitions : [])).toSorted()
    const really = added(done, table)
    if (isFailed(table) ? events.some(key => !really.includes(key)) : events.join() !== really.join())
      lies.push(`events: ${table} got ${events}, in truth ${really}`)
    const made = mine.some(
      one => one.kind === 'table.changed' && one.changes.some(({ kind }) => kind === 'createTable'),
    )
    const isMade = !before.tables.has(table) && after.tables.has(table)
    if (made !== isMade && !(isFailed(table) && !made))
      lies.push(`events: ${table} made: ${made}, in truth ${isMade}`)
    // Of two runs the second may have registered it.
    for (const one of mine)
      if (
        turn.run !== 'both' &&
        one.kind === 'partition.held' &&
        keysOf(after, table).includes(one.partition) &&
        !isFailed(table)
      )
        lies.push(`events: ${one.partition} of ${table} is held back, and is registered`)
  }
  return lies
}

function same(before: CatalogState, after: CatalogState, table: string): boolean {
  const [was, is] = [before.tables.get(table), after.tables.get(table)]
  return was === is || JSON.stringify(shown(was)) === JSON.stringify(shown(is))
}
const shown = (state: ReturnType<CatalogState['tables']['get']>) =>
  state && { table: state.table, partitions: [...state.partitions] }

const put = (hour: '08' | '10'): Event => ({
  kind: 'put',
  topic: 'orders',
  hour,
  name: 'a.parquet',
  file: 'v1',
})
/** A run's only step is done, and its answer is lost: nothing else says that the engine has still to be asked. */
const ANSWER_LOST: readonly Turn[] = [
  { events: [put('08')], run: 'recent', fault: { kind: 'none' } },
  { events: [put('10')], run: 'recent', fault: { kind: 'step', nth: 1, when: 'after' } },
]

describe('whatever comes and fails', () => {
  test('no run says what is not so, and the last ones do what was left', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns, async turns => {
        const world = openWorld()
        const lies: string[] = []
        for (const turn of turns) lies.push(...(await untrue(world, turn, await play(world, turn))))
        const calm: Turn = { events: [], run: 'full', fault: { kind: 'none' } }
        // The first one may go on where a deadline had cut another.
        for (const turn of [calm, calm]) lies.push(...(await untrue(world, turn, await play(world, turn))))
        const idle = await play(world, calm)
        lies.push(...(await untrue(world, calm, idle)))
        const busy = idle.reports
          .flatMap(({ tables }) => tables)
          .filter(({ outcome }) => outcome !== 'unchanged' && outcome !== 'missing')
        expect(lies).toEqual([])
        expect(busy.map(({ table, outcome, steps }) => [table, outcome, steps])).toEqual([])
      }),
      { numRuns: 150, examples: [[ANSWER_LOST]] },
    )
  })
})
