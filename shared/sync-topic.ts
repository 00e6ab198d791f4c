/** One topic into its table, in each of the lake's catalogs: list once, then per catalog observe → diff → plan → apply. */

import { refusalOf } from './adoption.ts'
import type { Catalog } from './catalogs/catalog.ts'
import { type ErrorSummary, summarizeError } from './errors.ts'
import { listPartitions, type Scope, type Topic, type TopicListing } from './lake.ts'
import type { TableReport } from './report.ts'
import type { Lake, Run } from './run.ts'
import type { Diagnostic } from './schema/diagnostic.ts'
import { type Table, type TableName, tableId } from './schema/table.ts'
import { syncTable } from './sync-table.ts'
import { markOf } from './table-state.ts'

export interface SyncedTopic {
  readonly tables: readonly TableReport[]
  /** Findings of the listing, which all catalogs share. */
  readonly diagnostics: readonly Diagnostic[]
}

/** @throws GoldsyncError `REQUEST_INVALID` where a named partition does not fit the layout */
export async function syncTopic(lake: Lake, topic: Topic, name: TableName, run: Run): Promise<SyncedTopic> {
  const paths = run.partitions?.map(values => lake.layout.format(topic.name, values.split('/')).join('/'))
  const targets = await Promise.all(lake.catalogs.map(catalog => openTarget(lake, catalog, topic, name, run)))
  const ready = targets.flatMap(target => (target.kind === 'ready' ? [target.table] : []))
  if (ready.length === 0)
    return { tables: targets.map(target => settled(target, topic, name)), diagnostics: [] }
  const scope: Scope = paths ? { paths } : { from: earliest(ready, lake, run) }
  const listing = await listSafely(lake, topic, scope, run)
  const tables = await Promise.all(
    targets.map(target =>
      target.kind === 'ready' && listing.kind === 'listed'
        ? syncTable(
            { lake, topic, name, catalog: target.catalog, table: target.table, listing, whole: !paths },
            run,
          )
        : settled(listing.kind === 'listed' ? target : { ...listing, catalog: target.catalog }, topic, name),
    ),
  )
  return { tables, diagnostics: listing.kind === 'listed' ? about(name, listing.diagnostics) : [] }
}

const about = (name: TableName, findings: readonly Diagnostic[]): Diagnostic[] =>
  findings.map(finding => ({ ...finding, table: tableId(name) }))

type Target = { readonly catalog: Catalog } & (
  | { readonly kind: 'ready'; readonly table: Table | undefined }
  | { readonly kind: 'refused'; readonly refusal: Diagnostic }
  | { readonly kind: 'failed'; readonly error: ErrorSummary }
)

async function openTarget(
  lake: Lake,
  catalog: Catalog,
  topic: Topic,
  name: TableName,
  run: Run,
): Promise<Target> {
  try {
    const table = await catalog.inspect(name, run)
    const refusal = table && refusalOf(table, topic, lake.layout)
    return refusal ? { kind: 'refused', catalog, refusal } : { kind: 'ready', catalog, table }
  } catch (error) {
    return { kind: 'failed', catalog, error: summarizeError(error) }
  }
}

/** Where a recent scan starts; undefined (everything) for full scans and while a catalog has no mark. */
function earliest(tables: readonly (Table | undefined)[], lake: Lake, run: Run): number | undefined {
  const marks = tables.map(markOf)
  if (run.mode === 'full' || marks.includes(undefined)) return undefined
  return Math.min(run.startedAt, ...marks.map(mark => mark as number)) - lake.lookback
}

type Listing =
  | ({ readonly kind: 'listed' } & TopicListing)
  | { readonly kind: 'refused'; readonly refusal: Diagnostic }
  | { readonly kind: 'failed'; readonly error: ErrorSummary }

async function listSafely(lake: Lake, topic: Topic, scope: Scope, run: Run): Promise<Listing> {
  try {
    const listing = await listPartitions(lake, topic, scope, run)
    return listing.refusal ? { kind: 'refused', refusal: listing.refusal } : { kind: 'listed', ...listing }
  } catch (error) {
    return { kind: 'failed', error: summarizeError(error) }
  }
}

/** The report of a table that nothing was done to. */
function settled(target: Target, topic: Topic, name: TableName): TableReport {
  return {
    table: tableId(name),
    topic: topic.name,
    catalog: target.catalog.name,
    outcome: target.kind === 'refused' ? 'refused' : 'failed',
    steps: [],
    partitions: { listed: 0, added: 0, altered: 0, held: 0 },
    files: 0,
    rows: 0,
    engines: [],
    diagnostics: target.kind === 'refused' ? about(name, [target.refusal]) : [],
    ...(target.kind === 'failed' ? { error: target.error } : {}),
    ms: 0,
  }
}
