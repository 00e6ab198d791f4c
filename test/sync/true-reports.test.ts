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
import { readStatus } from '../../shared/function/status.ts'
import type { News } from '../../shared/run/news.ts'
import { exitCode, type FilesReport, type Report, type TableReport } from '../../shared/run/report.ts'
import { partitionKey, printValues, tableId } from '../../shared/schema/table.ts'
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
  readonly run: 'recent' | 'full' | 'files' | 'partition'
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
    run: fc.constantFrom('recent', 'recent', 'full', 'files', 'partition'),
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
  readonly fault: { announce: boolean }
}

function openWorld(): World {
  const first = testLake()
  const engine = cachingEngine(() => first.catalog.state())
  const { storage, catalog } = first
  const lake = testLake({ catalog, more: { storage, engines: [engine.engine] } })
  const news: News[] = []
  const audits: unknown[] = []
  return { lake: { ...lake, storage }, engine, news, audits, fault: { announce: false } }
}

const fail = () => new GoldsyncError('UNAVAILABLE', 'a fault of this test')

interface Done {
  readonly report: Report
  readonly files?: FilesReport['files']
  readonly before: CatalogState
  readonly after: CatalogState
  readonly news: readonly News[]
  readonly audits: number
}

async function play({ lake, engine, news, audits, fault }: World, turn: Turn): Promise<Done> {
  const { storage, catalog, clock } = lake
  clock.now += 60_000
  const closed = turn.events.flatMap(event => happen(lake, event))
  news.length = 0
  audits.length = 0
  const at = catalog.calls.steps
  const asked = { list: 0, read: 0 }
  engine.world.down = turn.fault.kind === 'engine'
  fault.announce = turn.fault.kind === 'announce'
  storage.failWhen(({ operation }) => {
    if (operation === 'stat') return undefined
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
    log: logTo(audits, onAudit),
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
  const report = await run(lake, turn, closed, options)
  storage.failWhen(() => undefined)
  catalog.failAt({ step: 0, when: 'before', error: fail() })
  engine.world.down = false
  return {
    report,
    ...('files' in report ? { files: report.files as FilesReport['files'] } : {}),
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
): Promise<Report> {
  if (turn.run === 'files') return runFiles([lake.lake], closed, options)
  if (turn.run !== 'partition') return lake.scan({ ...options, mode: turn.run })
  const known = TOPICS.find(name => folders(lake, name).size > 0)
  if (known === undefined) return lake.scan({ ...options, mode: 'recent' })
  const [path] = folders(lake, known).keys()
  return lake.scan({ ...options, mode: 'recent', tables: [known], partitions: [path as string] })
}

function happen(lake: TestLake, event: Event): { readonly location: string }[] {
  const path = `${event.topic}/${DAY}/${event.hour}/${event.name}`
  if (event.kind === 'put') lake.storage.put(`${ROOT}/${path}`, FILES[event.file], lake.clock.now)
  else lake.storage.remove(`${ROOT}/${path}`)
  return [{ location: `${ROOT}/${path}` }]
}

const logTo = (audits: unknown[], onAudit: (steps: number) => void): Log => ({
  ...openLog('silent'),
  audit: record => onAudit(audits.push(record)),
})

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
  const { report, before, after } = done
  const lies: string[] = []
  const say = (lie: string) => lies.push(`${turn.run} ${JSON.stringify(turn.fault)}: ${lie}`)
  for (const told of report.tables) {
    const { table, outcome, addedPartitions } = told
    const isSame = same(before, after, table)
    const really = added(done, table)
    const claimed = addedPartitions.toSorted()
    if (failed(told) ? claimed.some(key => !really.includes(key)) : claimed.join() !== really.join())
      say(`${table} added ${claimed}, in truth ${really}`)
    if (outcome === 'unchanged' && !after.tables.has(table)) say(`${table} is unchanged and does not exist`)
    if (outcome === 'unchanged' && !isSame) say(`${table} is unchanged and has changed`)
    if (outcome === 'changed' && isSame) say(`${table} has changed and is the same`)
    const events = done.news.flatMap(one =>
      one.kind === 'partitions.added' && one.table === table ? one.partitions : [],
    )
    if (turn.fault.kind !== 'announce' && events.toSorted().join() !== claimed.join())
      say(`${table}: events tell of ${events}, the report of ${claimed}`)
    const held = told.held.filter(path => keysOf(after, table).includes(path))
    if (held.length > 0 && outcome !== 'failed') say(`${table}: ${held} is held back and registered`)
  }
  const steps = report.tables.flatMap(({ steps }) => steps).length
  if (steps !== done.audits) say(`${steps} steps, ${done.audits} audit records`)
  const touched = new Set(report.tables.map(({ table }) => table))
  for (const table of after.tables.keys())
    if (!touched.has(table) && !same(before, after, table))
      say(`${table} has changed, and is not in the report`)
  if (exitCode(report) === 0 && turn.run === 'full')
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

function same(before: CatalogState, after: CatalogState, table: string): boolean {
  const [was, is] = [before.tables.get(table), after.tables.get(table)]
  return was === is || JSON.stringify(shown(was)) === JSON.stringify(shown(is))
}
const shown = (state: ReturnType<CatalogState['tables']['get']>) =>
  state && { table: state.table, partitions: [...state.partitions] }

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
        const busy = idle.report.tables.filter(
          ({ outcome }) => outcome !== 'unchanged' && outcome !== 'missing',
        )
        expect(lies).toEqual([])
        expect(busy.map(({ table, outcome, steps }) => [table, outcome, steps])).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})
