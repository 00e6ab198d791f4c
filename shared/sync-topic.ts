/** One topic into its table, in each of the lake's catalogs: folders are listed once, each catalog takes them. */
import { adopt } from './adoption.ts'
import type { Catalog } from './catalogs/catalog.ts'
import { type ErrorSummary, summarizeError } from './errors.ts'
import type { Topic } from './lake/found.ts'
import { openTopic, type TopicState } from './lake/topics.ts'
import type { TableReport } from './report.ts'
import type { Lake, Run, TableJob } from './run.ts'
import type { Diagnostic } from './schema/diagnostic.ts'
import { type TableName, tableId } from './schema/table.ts'
import { openTableSync } from './sync-table.ts'
import { stateOf } from './table/state.ts'
import { refreshRule } from './table/refresh.ts'
import { walkTopic } from './walk-topic.ts'

export interface SyncedTopic {
  readonly tables: readonly TableReport[]
  /** Findings of the listing, which all catalogs share. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * @param paths partition folders as names from the topic's folder; all where undefined
 * @throws GoldsyncError `REQUEST_INVALID` where a named partition does not fit the layout
 */
export async function syncTopic(
  lake: Lake,
  topic: Topic,
  name: TableName,
  paths: readonly string[] | undefined,
  run: Run,
): Promise<SyncedTopic> {
  const targets = await Promise.all(lake.catalogs.map(catalog => openTarget(lake, catalog, topic, name, run)))
  const state = targets.some(({ kind }) => kind === 'ready') ? await openSafely(lake, topic, run) : undefined
  const stopped = (idle: Idle) => settled(idle, topic, name)
  if (state?.kind !== 'open') {
    const idle = targets.map(target =>
      target.kind === 'ready' ? { ...(state as Stopped), catalog: target.job.catalog } : target,
    )
    return { tables: idle.map(stopped), diagnostics: [] }
  }
  const tables = targets.map(target => (target.kind === 'ready' ? openTableSync(target.job, run) : target))
  const syncs = tables.filter(table => 'take' in table)
  const { walked, diagnostics } = await walkTopic(lake, state, syncs, paths, run)
  return {
    tables: await Promise.all(tables.map(table => ('take' in table ? table.end(walked) : stopped(table)))),
    diagnostics: diagnostics.map(finding => ({ ...finding, table: tableId(name) })),
  }
}

type Stopped = Exclude<Opened, { kind: 'open' }>

type Idle = { readonly catalog: Catalog } & (
  | { readonly kind: 'refused'; readonly finding: Diagnostic }
  | { readonly kind: 'failed'; readonly error: ErrorSummary }
)

type Target = { readonly kind: 'ready'; readonly job: TableJob } | Idle

async function openTarget(
  lake: Lake,
  catalog: Catalog,
  topic: Topic,
  name: TableName,
  run: Run,
): Promise<Target> {
  try {
    const table = await catalog.inspect(name, run)
    const adoption = adopt(table, topic, lake.layout)
    if (adoption.kind === 'refused') return { catalog, ...adoption }
    const { layout } = adoption
    const state = stateOf(table)
    const refreshes = refreshRule(state, lake, run)
    return { kind: 'ready', job: { lake, layout, topic, name, catalog, table, state, refreshes } }
  } catch (error) {
    return { kind: 'failed', catalog, error: summarizeError(error) }
  }
}

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
function settled(idle: Idle, topic: Topic, name: TableName): TableReport {
  const table = tableId(name)
  return {
    table,
    topic: topic.name,
    catalog: idle.catalog.name,
    outcome: idle.kind,
    steps: [],
    partitions: NONE,
    pending: [],
    files: 0,
    rows: 0,
    engines: [],
    diagnostics: idle.kind === 'refused' ? [{ ...idle.finding, table }] : [],
    ...(idle.kind === 'failed' ? { error: idle.error } : {}),
    ms: 0,
    timings: { listMs: 0, footersMs: 0, applyMs: 0, enginesMs: 0 },
  }
}
