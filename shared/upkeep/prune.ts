/** Partitions whose folders are gone are taken out of the catalog; files are never touched. */
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import { once } from '../base/once.ts'
import type { Topic } from '../lake/found.ts'
import { listTopics } from '../lake/topics.ts'
import { type Report, reportHead, type TableReport } from '../run/report.ts'
import { type Lake, outOfTime, type Run } from '../run/run.ts'
import { isWanted, tableOf } from '../run/wanted.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type Table, tableId } from '../schema/table.ts'
import { execute } from '../table/execute.ts'
import { vanishedPartitions } from '../table/find-vanished.ts'
import { find, type Ledger } from '../table/ledger.ts'
import { foldersOf, type ListedFolders } from './listed-folders.ts'
import { refreshEngines } from './refresh.ts'
import { isOurs, openRun, ROUND, type Target, topicOf, type UpkeepOptions, workOn } from './upkeep.ts'

/** What one call may take out of a table; by default what `unregister` of its lake says, else these. */
interface PruneLimits {
  readonly most?: number | undefined
  /** Of the table's partitions, 0 to 1. */
  readonly share?: number | undefined
}

const MOST = 100
const SHARE = 0.1

export interface PruneOptions extends UpkeepOptions, PruneLimits {
  /** Topics, tables or `database.table`; all where absent. */
  readonly tables?: readonly string[] | undefined
}

/**
 * Prunes the tables of the lakes' topics: after a listing of the whole topic without an error, never more than the limits, only
 * at the place that the layout says, and after one more look.
 * @throws GoldsyncError `REQUEST_INVALID` where a named table is none of these lakes, or no catalog has it
 */
export async function pruneTables(lakes: readonly Lake[], options: PruneOptions): Promise<Report> {
  const { tables: wanted, most, share, ...rest } = options
  const run = openRun(rest)
  const parts: LakeReport[] = []
  for (const lake of lakes) parts.push(await pruneLake(lake, wanted, { most, share }, run))
  const tables = parts.flatMap(part => part.tables)
  const failures = parts.flatMap(part => part.failures)
  if (failures.length === 0 && !run.signal?.aborted) expectFound(wanted, tables)
  return {
    ...reportHead(run),
    partial: run.signal?.aborted === true || tables.some(({ outcome }) => outcome === 'partial'),
    tables,
    diagnostics: [],
    failures,
  }
}

type LakeReport = Pick<Report, 'tables' | 'failures'>

function expectFound(wanted: readonly string[] = [], tables: readonly TableReport[]): void {
  const found = new Set(tables.flatMap(({ table, topic }) => [topic, table, table.split('.')[1]]))
  const missing = wanted.find(name => !found.has(name))
  if (missing === undefined) return
  throw new GoldsyncError(
    'REQUEST_INVALID',
    `no topic of the configured lakes has a table ${missing} that goldsync syncs`,
    {
      hint: 'goldsync status names all; of a topic whose whole folder is gone nothing is pruned: drop its table in the catalog, or goldsync forget it',
    },
  )
}

async function pruneLake(
  lake: Lake,
  wanted: PruneOptions['tables'],
  limits: PruneLimits,
  run: Run,
): Promise<LakeReport> {
  const tables: TableReport[] = []
  const failures: Report['failures'][number][] = []
  try {
    const { found } = await listTopics(lake, run)
    const topics = found.filter(({ name }) => lake.includes(name))
    for (const topic of topics.filter(({ name }) => isWanted(name, tableOf(lake, name), wanted))) {
      const part = await pruneTopic(lake, topic, limits, run)
      tables.push(...part.tables)
      failures.push(...part.failures)
    }
  } catch (error) {
    if (!run.signal?.aborted) failures.push({ location: lake.location, error: summarizeError(error) })
  }
  return { tables, failures }
}

/** The folders are listed once for all catalogs; those that have no table of the topic have nothing to be pruned. */
async function pruneTopic(lake: Lake, topic: Topic, limits: PruneLimits, run: Run): Promise<LakeReport> {
  const name = tableOf(lake, topic.name)
  const targets: Target[] = []
  const failures: Report['failures'][number][] = []
  for (const catalog of lake.catalogs)
    try {
      const table = await catalog.inspect(name, run)
      const place = { catalog, database: lake.database, lakes: [lake] }
      if (table && topicOf(table) === topic.name && isOurs(place, table)) targets.push({ place, table })
    } catch (error) {
      if (run.signal?.aborted) throw error
      failures.push({ location: `${catalog.name}: ${tableId(name)}`, error: summarizeError(error) })
    }
  const listed = once(() => foldersOf(lake, topic, run))
  const { tables } = await workOn(targets, [], run, async (ledger, { table }) =>
    prune(ledger, { lake, topic, table, listed: await listed(), limits }),
  )
  return { tables, failures }
}

interface Pruning {
  readonly lake: Lake
  readonly topic: Topic
  readonly table: Table
  readonly listed: ListedFolders
  readonly limits: PruneLimits
}

async function prune(ledger: Ledger, { lake, topic, table, listed, limits }: Pruning): Promise<void> {
  const { run } = ledger
  find(ledger, listed.diagnostics)
  if (!listed.complete) return
  const { most = lake.unregister?.most ?? MOST, share = lake.unregister?.share ?? SHARE } = limits
  const layout = lake.layout.withKeys(table.partitionKeys)
  const job = { ...ledger.job, lake: { ...lake, unregister: { most, share } }, topic, layout }
  const names = await ledger.registered()
  const { gone, registered, diagnostics } = await vanishedPartitions(
    job,
    table,
    names,
    listed.keysIn(layout),
    run,
  )
  find(ledger, diagnostics.map(refused))
  const { name, partitionKeys } = table
  for (let at = 0; at < gone.length && !ledger.partial; at += ROUND) {
    const partitions = gone.slice(at, at + ROUND).map(values => ({ values }))
    await execute(ledger, [{ kind: 'dropPartitions', table: name, partitionKeys, partitions }], {
      registered,
    })
    ledger.partial = outOfTime(run) && at + ROUND < gone.length
  }
  await refreshEngines(ledger, name)
}

/** What a scan only warns of is what was asked for here. */
const refused = (finding: Diagnostic): Diagnostic =>
  finding.severity === 'warning' ? { ...finding, severity: 'error' } : finding
