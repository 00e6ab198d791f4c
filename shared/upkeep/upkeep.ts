/** What operators' commands share: the tables that are meant, the work on each, and the report, which is that of a run. Knows contracts only. */
import { type ErrorSummary, GoldsyncError, summarizeError } from '../base/errors.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import { relativeTo, sameLocation } from '../layout/location.ts'
import { type Report, reportHead, type TableReport } from '../run/report.ts'
import { rootsIn } from '../run/roots.ts'
import type { Lake, Run, RunOptions, TableJob } from '../run/run.ts'
import type { Walked } from '../run/walked.ts'
import { type Table, type TableName, tableId } from '../schema/table.ts'
import { expectKnownFormat } from '../state/format.ts'
import { LAKE, stateOf, TOPIC } from '../state/table-state.ts'
import { type Ledger, openLedger, report } from '../table/ledger.ts'

/** As those of a run, which no mode is chosen for. */
export type UpkeepOptions = Omit<RunOptions, 'mode' | 'tables' | 'partitions' | 'lazy' | 'announce'>

/** Partitions that are looked at, and changed, between two looks at the clock. */
export const ROUND = 1000

export function openRun(options: UpkeepOptions): Run {
  const now = options.now ?? Date.now
  return { ...options, mode: 'full', now, startedAt: now() }
}

/** A catalog's database that lakes of the config feed. */
export interface Place {
  readonly catalog: Catalog
  readonly database: string
  readonly lakes: readonly Lake[]
}

/** Each catalog's databases, once. */
export function placesOf(lakes: readonly Lake[]): readonly Place[] {
  const places: Place[] = []
  for (const lake of lakes)
    for (const catalog of lake.catalogs) {
      const { database } = lake
      if (places.some(place => place.catalog === catalog && place.database === database)) continue
      const feeding = lakes.filter(other => other.database === database && other.catalogs.includes(catalog))
      places.push({ catalog, database, lakes: feeding })
    }
  return places
}

/** The table's name without the database of the place; undefined where it names another database. */
export function nameIn({ database }: Place, text: string): string | undefined {
  const [first, ...rest] = text.split('.')
  if (rest.length === 0) return text
  return first === database ? rest.join('.') : undefined
}

/** One table of one catalog that a command works on. */
export interface Target {
  readonly place: Place
  readonly table: Table
}

/** The topic that the table records. */
export const topicOf = ({ parameters }: Table): string | undefined => parameters[TOPIC]

/**
 * Whether a lake of the place may change the table: one that the table records or, where it records none, in which it lies, or that
 * names it.
 */
export function isOurs({ catalog, lakes }: Place, { name, location, parameters }: Table): boolean {
  const recorded = parameters[LAKE]
  return lakes.some(lake => {
    const roots = rootsIn(lake, catalog)
    if (recorded !== undefined) return roots.some(root => sameLocation(root, recorded))
    return lake.adopts(name.name) || roots.some(root => relativeTo(root, location) !== undefined)
  })
}

/** @throws GoldsyncError `REQUEST_INVALID` where the table is that of another lake's topic */
export function expectOurs(place: Place, table: Table): void {
  if (topicOf(table) === undefined || isOurs(place, table)) return
  const lake = table.parameters[LAKE]
  const whose = lake === undefined ? `lies at ${table.location}` : `belongs to the lake ${lake}`
  throw new GoldsyncError(
    'REQUEST_INVALID',
    `${tableId(table.name)} ${whose}, which is no lake of the config that feeds this database`,
    {
      hint: 'use the config of its lake; where a lake of this config is or was there, name that in its catalogLocations or formerLocations, or the table in tables.adopt',
    },
  )
}

/**
 * Does the work on each table, one after another; what fails on one does not stop the others.
 * @param failures of catalogs that could not be asked
 */
export async function workOn(
  targets: readonly Target[],
  failures: Report['failures'],
  run: Run,
  work: (ledger: Ledger, target: Target) => Promise<void>,
): Promise<Report> {
  const tables: TableReport[] = []
  for (const target of targets) tables.push(await workOnOne(target, run, work))
  return {
    ...reportHead(run),
    partial: tables.some(({ outcome }) => outcome === 'partial'),
    tables,
    diagnostics: [],
    failures,
  }
}

async function workOnOne(
  target: Target,
  options: Run,
  work: (ledger: Ledger, target: Target) => Promise<void>,
): Promise<TableReport> {
  const retries = { count: 0 }
  const run: Run = { ...options, onRetry: times => (retries.count += times) }
  const ledger = openLedger(jobOf(target, retries, run.startedAt), run)
  try {
    expectKnownFormat(target.table)
    await work(ledger, target)
  } catch (error) {
    if (run.signal?.aborted) ledger.partial = true
    else ledger.error = summarizeError(error)
  }
  return report(ledger, NOT_WALKED)
}

/** The table's part of a run that walks no folder of it. */
function jobOf({ place, table }: Target, retries: { readonly count: number }, now: number): TableJob {
  const lake = place.lakes[0] as Lake
  return {
    lake,
    layout: lake.layout,
    topic: { name: topicOf(table) ?? table.name.name, segments: [], location: table.location },
    name: table.name,
    catalog: place.catalog,
    table,
    state: stateOf(table, now),
    proofs: new Map(),
    notes: [],
    retries,
    refreshes: () => false,
  }
}

const NOT_WALKED: Walked = {
  whole: false,
  recent: false,
  everything: false,
  atOnce: false,
  cut: false,
  cursor: undefined,
  since: 0,
  listMs: 0,
}

/** What a catalog has of a table; one that cannot be asked is told in the report. */
export async function inspectIn(
  { catalog }: Place,
  name: TableName,
  run: Run,
): Promise<{ readonly table?: Table | undefined; readonly failure?: Report['failures'][number] }> {
  try {
    return { table: await catalog.inspect(name, run) }
  } catch (error) {
    if (run.signal?.aborted) throw error
    return { failure: { location: catalog.name, error: summarizeError(error) as ErrorSummary } }
  }
}
