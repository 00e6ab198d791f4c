/** One topic into its table, in each of the lake's catalogs: folders are listed once, each catalog takes them. */
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import { once } from '../base/once.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import type { AskedPartition } from '../decide/named.ts'
import { refreshRule } from '../decide/refresh.ts'
import type { Topic } from '../lake/found.ts'
import { openTopic, type TopicState } from '../lake/topics.ts'
import type { TableReport } from '../run/report.ts'
import type { Lake, Run, TableJob } from '../run/run.ts'
import { tellFindings, tellTable } from '../run/tell.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type TableName, tableId } from '../schema/table.ts'
import { proofsOn } from '../state/proofs.ts'
import { stateOf, unwalked } from '../state/table-state.ts'
import { type Applied, openTableSync, type TableSync } from '../table/sync-table.ts'
import { adoptAt } from './adopt-at.ts'
import { announceAll } from './announce.ts'
import { tellLineage } from './lineage.ts'
import type { FirstTable } from './note-scan.ts'
import type { Inspect } from './read-ahead.ts'
import { tellSchedulers } from './schedulers.ts'
import { walkTopic } from './walk-topic.ts'

export interface SyncedTopic {
  readonly tables: readonly SyncedTable[]
  /** Findings of the listing, which all catalogs share. */
  readonly diagnostics: readonly Diagnostic[]
  /** As the run has left it. */
  readonly first: FirstTable
}

export interface SyncedTable {
  readonly report: TableReport
  /** What was found of the partitions that are asked about, by their paths from the topic's folder. */
  readonly asked: ReadonlyMap<string, AskedPartition>
}

export interface TopicRequest {
  readonly lake: Lake
  readonly topic: Topic
  readonly name: TableName
  /** Partition folders as names from the topic's folder; all where absent. */
  readonly paths?: readonly string[] | undefined
  /** Those of them that are to be told of, whatever else is looked at. By default all of `paths`. */
  readonly watch?: readonly string[] | undefined
  readonly run: Run
  /** The other lakes of the run. */
  readonly sisters?: readonly Lake[]
  /** How a catalog's table is read. By default `Catalog.inspect`. */
  readonly inspect?: ((catalog: Catalog) => Inspect | undefined) | undefined
  /** `performance.now()` when this process was last done with the topic. */
  readonly done?: number | undefined
  /** Partitions that earlier runs in this process have added and still ask the engines for. */
  readonly asking?: ReadonlySet<string> | undefined
  /** Asked where the table does not exist yet: why it must not be made. @param isEmpty whether nothing is in the topic's folder, or there is none */
  readonly refusalOfNew?:
    | ((catalog: Catalog, isEmpty: boolean) => Promise<Diagnostic | undefined>)
    | undefined
}

/** The catalogs are up to date. The topic's next run need not wait for what is left. */
export interface AppliedTopic {
  /** What is true by now; where the run asks for it (`early`). */
  readonly applied: SyncedTopic | undefined
  /** Partitions that were added, in any catalog, as reports name them. */
  readonly added: readonly string[]
  /** Whether engines are asked for it, by this run or one before it. */
  readonly asks: boolean
  /** Asks the engines and tells, once. Never throws. */
  tell(): Promise<SyncedTopic>
}

/** Never throws for what a storage or a catalog does: that is in the reports. */
export async function applyTopic(request: TopicRequest): Promise<AppliedTopic> {
  const { lake, topic, name, run } = request
  const about = {
    'goldsync.table': tableId(name),
    'goldsync.topic': topic.name,
    'goldsync.lake': lake.location,
  }
  const span = run.tracer?.begin('table', { attributes: about })
  if (span === undefined) return applyAndTell(request)
  const { tell, ...applied } = await span.within(() => applyAndTell(request))
  const told = once(async () => {
    const synced = await span.within(tell)
    const reports = synced.tables.map(({ report }) => report)
    const failed = reports.find(({ error }) => error !== undefined)
    span.end({ 'goldsync.outcome': reports.map(({ outcome }) => outcome).join(' ') }, failed?.error?.code)
    return synced
  })
  return { ...applied, tell: told }
}

async function applyAndTell(request: TopicRequest): Promise<AppliedTopic> {
  const { lake, topic, name, paths, watch = paths } = request
  const listing = countRetries()
  const run: Run = { ...request.run, onRetry: listing.onRetry }
  const opening = openSafely(lake, topic, run)
  const [state, ...targets] = await Promise.all([
    opening,
    ...lake.catalogs.map(catalog => openTarget(request, catalog, listing, opening)),
  ])
  const stopped = (idle: Idle) => ({ report: settled(idle, lake, topic, name), asked: new Map() })
  if (state.kind !== 'open' || targets.every(({ kind }) => kind !== 'ready')) {
    const tables = targets.map(target => stopped(idleFor(target, state)))
    for (const { report } of tables) tellTable(run, report)
    run.onProgress?.({ kind: 'done', table: tableId(name) })
    const applied = { tables, diagnostics: [], first: firstOf(targets) }
    const tell = async () => ({ ...applied, diagnostics: await tellOthers(request, tables, []) })
    return { applied, added: [], asks: false, tell: once(tell) }
  }
  const tables = targets.map(target => openSync(target, watch))
  const syncs = tables.filter(table => 'take' in table)
  const { walked, diagnostics } = await walkTopic(lake, state, syncs, { paths, watch }, run)
  const ended = await Promise.all(
    tables.map(table => ('take' in table ? table.end(walked) : endedAs(stopped(table)))),
  )
  const synced = (done: readonly SyncedTable[], findings: readonly Diagnostic[]): SyncedTopic => ({
    tables: done,
    diagnostics: findings,
    first: firstAfter(tables[0], done[0]) ?? firstOf(targets),
  })
  const tell = async (): Promise<SyncedTopic> => {
    const done = await Promise.all(ended.map(table => table.inTheEnd()))
    const findings = await tellOthers(request, done, tables, diagnostics)
    for (const { report } of done) tellTable(run, report)
    run.onProgress?.({ kind: 'done', table: tableId(name) })
    return synced(done, findings)
  }
  const now = () =>
    synced(
      ended.map(table => table.now()),
      diagnostics.map(aboutTable(name)),
    )
  // Requests that were done together are told the same.
  return { applied: run.early ? now() : undefined, ...leftOf(ended, request), tell: once(tell) }
}

const leftOf = (
  tables: readonly Applied[],
  { asking }: TopicRequest,
): Pick<AppliedTopic, 'added' | 'asks'> => ({
  added: tables.flatMap(({ added }) => added),
  asks: tables.some(({ asks }) => asks) || (asking !== undefined && asking.size > 0),
})

const openSync = (target: Target, watch: TopicRequest['watch']): TableSync | Idle =>
  target.kind === 'ready' ? openTableSync(target.job, target.run, watch) : target

const aboutTable = (name: TableName) => (finding: Diagnostic) => ({ ...finding, table: tableId(name) })

/** What a run that failed has made of it is not known: undefined. */
const firstAfter = (first: TableSync | Idle | undefined, done: SyncedTable | undefined): FirstTable =>
  first && 'take' in first && done?.report.error === undefined ? first.table() : undefined

const endedAs = (table: SyncedTable): Applied => ({
  added: [],
  asks: false,
  now: () => table,
  inTheEnd: async () => table,
})

/** @param tables as far as they were worked on @returns findings of the topic, with those about telling */
async function tellOthers(
  { lake, topic, name, run }: TopicRequest,
  done: readonly SyncedTable[],
  tables: readonly (object | TableSync)[],
  findings: readonly Diagnostic[] = [],
): Promise<readonly Diagnostic[]> {
  const reports = done.map(({ report }) => report)
  const after = tables.map(table => ('take' in table ? table.table() : undefined))
  const layouts = tables.map(table => ('take' in table ? table.job.layout : undefined))
  const told = await Promise.all([
    announceAll(reports, run),
    tellLineage(reports, after, topic, run),
    tellSchedulers(reports, layouts, lake, run),
  ])
  const all = [...findings, ...told.flat()].map(aboutTable(name))
  tellFindings(run.log, { runId: run.runId, trigger: run.trigger }, all)
  return all
}

/** One that was refused is not the topic's. */
function firstOf([target]: readonly Target[]): FirstTable {
  if (target?.kind === 'failed') return 'unread'
  return target?.kind === 'ready' ? target.job.table : undefined
}

const idleFor = (target: Target, state: Opened): Idle =>
  target.kind === 'ready'
    ? { ...(state as Stopped), catalog: target.job.catalog, retries: target.job.retries.count }
    : target

type Stopped = Exclude<Opened, { kind: 'open' }>

type Idle = { readonly catalog: Catalog; readonly retries: number } & (
  | { readonly kind: 'refused'; readonly finding: Diagnostic }
  | { readonly kind: 'failed'; readonly error: ErrorSummary }
)

type Target = { readonly kind: 'ready'; readonly job: TableJob; readonly run: Run } | Idle

interface Retries {
  readonly count: number
}

function countRetries() {
  const counted = {
    count: 0,
    onRetry: (times: number): void => {
      counted.count += times
    },
  }
  return counted
}

/** @param listing what the catalogs share: the storage's retries while folders are listed */
async function openTarget(
  request: TopicRequest,
  catalog: Catalog,
  listing: Retries,
  opening: Promise<Opened>,
): Promise<Target> {
  const { lake, topic, name } = request
  const own = countRetries()
  const retries: Retries = {
    get count() {
      return own.count + listing.count
    },
  }
  const run: Run = { ...request.run, onRetry: own.onRetry }
  const idle = () => ({ catalog, retries: retries.count })
  try {
    const inspect = request.inspect?.(catalog)
    const table = await (inspect ? inspect(name, run, request.done) : catalog.inspect(name, run))
    const refusal = table ? undefined : await request.refusalOfNew?.(catalog, isEmpty(await opening))
    if (refusal) return { kind: 'refused', ...idle(), finding: refusal }
    const adoption = await adoptAt(request, catalog, table, run)
    if (adoption.kind === 'refused') return { ...idle(), ...adoption }
    const { layout, notes, changed } = adoption
    const kept = stateOf(table, request.run.startedAt)
    const state = changed ? unwalked(kept) : kept
    const refreshes = refreshRule(state, lake, run)
    const engines = lake.engines.filter(({ catalogs }) => catalogs.includes(catalog.name))
    const proofs = proofsOn(table?.parameters, engines)
    const { asking } = request
    const job = {
      lake,
      layout,
      topic,
      name,
      catalog,
      table,
      state,
      proofs,
      asking,
      notes,
      retries,
      refreshes,
    }
    return { kind: 'ready', job, run }
  } catch (error) {
    return { kind: 'failed', ...idle(), error: summarizeError(error) }
  }
}

const isEmpty = (state: Opened): boolean => state.kind === 'open' && state.children.length === 0

type Opened = TopicState | { readonly kind: 'failed'; readonly error: ErrorSummary }

async function openSafely(lake: Lake, topic: Topic, run: Run): Promise<Opened> {
  try {
    return await openTopic(lake, topic, run)
  } catch (error) {
    return { kind: 'failed', error: summarizeError(error) }
  }
}

const NONE = { listed: 0, added: 0, altered: 0, moved: 0, dropped: 0, unchanged: 0, held: 0 } as const

/** The report of a table that nothing was done to. */
function settled(idle: Idle, lake: Lake, topic: Topic, name: TableName): TableReport {
  const table = tableId(name)
  return {
    table,
    topic: topic.name,
    catalog: idle.catalog.name,
    lake: lake.location,
    outcome: idle.kind,
    steps: [],
    partitions: NONE,
    pending: [],
    held: [],
    addedPartitions: [],
    newlyHeld: [],
    files: 0,
    rows: 0,
    retries: idle.retries,
    engines: [],
    diagnostics: idle.kind === 'refused' ? [{ ...idle.finding, table }] : [],
    ...(idle.kind === 'failed' ? { error: idle.error } : {}),
    ms: 0,
    timings: { listMs: 0, footersMs: 0, applyMs: 0, enginesMs: 0 },
  }
}
