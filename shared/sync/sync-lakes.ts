/** The story: lakes → topics → tables, each synced on its own, all in one report. Knows contracts only. */
import pMap from 'p-map'
import { allOf } from '../base/all-of.ts'
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import type { Found, Topic } from '../lake/found.ts'
import { readPartition } from '../layout/partition-text.ts'
import { grouped, withGroups } from '../run/grouped.ts'
import { isPartial, type Report, reportHead } from '../run/report.ts'
import { type Lake, outOfTime, type Run, type RunOptions } from '../run/run.ts'
import { tellError, tellFindings } from '../run/tell.ts'
import { isWanted } from '../run/wanted.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { assignNames } from './assign-names.ts'
import { judgeLayout } from './judge-layout.ts'
import { findLeftBehind } from './left-behind.ts'
import { type Named, unmetIn, withNamed } from './name-partitions.ts'
import { noteScan } from './note-scan.ts'
import { readAhead } from './read-ahead.ts'
import { alsoOfSisters, type Listing, openListing } from './sisters.ts'
import { syncTopicInTurn } from './topic-queue.ts'

/** Tables worked on at once: enough to overlap one's footers with another's statements. */
const TABLES_AT_ONCE = 4

/**
 * Observes the lakes, and brings their catalogs up to date (or, in a dry run, says how). A failure of one lake, catalog
 * or table is in the report and does not stop the others.
 * @throws GoldsyncError `REQUEST_INVALID` where a named table or partition cannot be one of these lakes
 */
export async function runScan(lakes: readonly Lake[], options: RunOptions): Promise<Report> {
  const now = options.now ?? Date.now
  const run: Run = { ...options, now, startedAt: now(), asked: new Map() }
  // Side by side: one whose server hangs must not use up the time of the others.
  const listing = openListing(run)
  const scans = await allOf(lakes.map(lake => scanLake(lake, lakes, listing, run)))
  requireMatches(scans, run)
  const tables = scans.flatMap(scan => scan.tables)
  const failures = scans.flatMap(scan => scan.failures)
  return {
    ...reportHead(run),
    ...(run.partitions === undefined ? { mode: run.mode } : {}),
    partial: isPartial(tables),
    tables: tables.map(withGroups),
    ...(run.require ? { unmet: unmetIn({ tables, failures }, run) } : {}),
    diagnostics: grouped(scans.flatMap(scan => scan.diagnostics)),
    failures,
  }
}

interface LakeScan extends Pick<Report, 'tables' | 'diagnostics' | 'failures'> {
  /** Every topic of the lake, for the message when a named one is not there. */
  readonly topics: readonly string[]
}

async function scanLake(lake: Lake, lakes: readonly Lake[], listing: Listing, run: Run): Promise<LakeScan> {
  try {
    const listed = await listing(lake)
    const topics = listed.found.filter(topic => lake.includes(topic.name))
    const names = await assignNames(
      lake,
      topics.map(({ name }) => name),
      run,
    )
    const collisions = [...names.refused.values()]
    tellFindings(run.log, aboutOf(lake, run), [...listed.diagnostics, ...collisions])
    const jobs = topics.flatMap(topic => {
      const name = names.assigned.get(topic.name)
      return name !== undefined && isWanted(topic.name, { database: lake.database, name }, run.tables)
        ? [{ topic, name }]
        : []
    })
    run.onProgress?.({ kind: 'tables', count: jobs.length })
    const applied = await syncAll(lake, lakes, jobs, listing, run)
    const left = looksAtAll(run) && !outOfTime(run) ? await findLeftBehind(lake, listed, run) : []
    const done = await Promise.all(
      applied.map(async ({ named, told }) => {
        const topic = await told
        const tables = withNamed(topic, run.dryRun ? undefined : named)
        return { tables, diagnostics: topic.diagnostics, first: topic.first }
      }),
    )
    const firsts = jobs.map(({ topic }, at) => ({ topic: topic.name, table: done[at]?.first }))
    if (isOfAll(run)) await noteScan(lake, firsts, run)
    const all = done.map((done, at) => ({ topic: jobs[at]?.topic as Topic, done }))
    const judged = await judgeLayout(lake, listed, all, run)
    tellFindings(run.log, aboutOf(lake, run), [...left, ...judged.diagnostics])
    for (const { error } of judged.failures) tellError(run.log, aboutOf(lake, run), error)
    const scan = gather(listed, [...collisions, ...left, ...judged.diagnostics], judged.done)
    return { ...scan, failures: judged.failures }
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'REQUEST_INVALID') throw error
    const summary = summarizeError(error)
    tellError(run.log, aboutOf(lake, run), summary)
    const failures = [{ location: lake.location, error: summary }]
    return { tables: [], diagnostics: [], topics: [], failures }
  }
}

interface Job {
  readonly topic: Topic
  /** Of its table. */
  readonly name: string
}

function syncAll(lake: Lake, lakes: readonly Lake[], jobs: readonly Job[], listing: Listing, run: Run) {
  const names = jobs.map(({ name }) => name)
  const readers = new Map(lake.catalogs.map(one => [one, readAhead(one, lake.database, names)]))
  const inspect = (catalog: Catalog) => readers.get(catalog)
  return pMap(
    jobs,
    async ({ topic, name: table }) => {
      const named = namedOf(lake, topic, run)
      const paths = named?.map(({ path }) => path)
      const name = { database: lake.database, name: table }
      const refusalOfNew = (catalog: Catalog) => alsoOfSisters({ lake, topic, name }, catalog, lakes, listing)
      const request = { lake, topic, name, paths, run, sisters: lakes, inspect, refusalOfNew }
      return { named, ...(await syncTopicInTurn(request)) }
    },
    { concurrency: TABLES_AT_ONCE },
  )
}

const aboutOf = ({ location }: Lake, { runId, trigger }: Run) => ({ runId, trigger, lake: location })

/** Whether a scan of all tables has come to its end: one that was broken off has not looked at all of them. */
const isOfAll = ({ trigger, tables, dryRun, signal, stop }: Run): boolean =>
  trigger === 'scan' && tables === undefined && !dryRun && !signal?.aborted && !stop?.aborted

/** A recent scan asks no more than it must. */
const looksAtAll = ({ tables, mode, dryRun }: Run): boolean =>
  tables === undefined && (mode === 'full' || dryRun)

/** The folders of the named partitions, from the topic's. @throws GoldsyncError `REQUEST_INVALID` */
function namedOf({ layout, location }: Lake, topic: Topic, { partitions }: Run): Named[] | undefined {
  return partitions?.map(text => {
    const segments = layout.format(topic.name, readPartition(text, layout.partitionKeys))
    const path = segments.slice(topic.segments.length).join('/')
    return { text, path, location: [location, ...segments].join('/') }
  })
}

function gather(
  listed: Found<Topic>,
  collisions: readonly Diagnostic[],
  done: readonly Pick<Report, 'tables' | 'diagnostics'>[],
): LakeScan {
  const tables = done.flatMap(({ tables }) => tables)
  const diagnostics = [
    ...listed.diagnostics,
    ...collisions,
    ...done.flatMap(({ diagnostics }) => diagnostics),
  ]
  return { tables, diagnostics, failures: [], topics: listed.found.map(topic => topic.name) }
}

function requireMatches(scans: readonly LakeScan[], run: Run): void {
  if (run.tables === undefined || scans.some(scan => scan.failures.length > 0)) return
  const found = scans
    .flatMap(scan => scan.tables)
    .flatMap(({ table, topic }) => [topic, table, table.split('.')[1]])
  const collided = scans.flatMap(scan => scan.diagnostics).some(({ code }) => code === 'NAME_COLLISION')
  const missing = run.tables.find(table => !found.includes(table))
  if (missing === undefined || collided) return
  const topics = scans.flatMap(scan => scan.topics)
  const shown = topics.slice(0, 20).join(', ') + (topics.length > 20 ? `, … ${topics.length - 20} more` : '')
  throw new GoldsyncError(
    'REQUEST_INVALID',
    `no topic of the configured lakes is, or becomes, the table ${missing}`,
    {
      hint:
        topics.length > 0
          ? `topics: ${shown}; tables.include and tables.exclude may leave it out`
          : 'the lakes hold no topic',
    },
  )
}
