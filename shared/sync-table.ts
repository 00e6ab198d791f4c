/** One table of one catalog: touched folders → footers → review → diff → plan → apply, chunk by chunk, the mark last. */
import { type ErrorSummary, summarizeError } from './errors.ts'
import { diffPartitions, diffTable } from './evolution/diff.ts'
import { FINGERPRINT, fingerprintOf } from './evolution/fingerprint.ts'
import { reviewPartitions } from './evolution/policy.ts'
import { observePartitions } from './footers.ts'
import { sameLocation } from './layout/location.ts'
import { type Ledger, openLedger, report } from './ledger.ts'
import type { TableReport } from './report.ts'
import { outOfTime, type Run, type TableJob } from './run.ts'
import type { Change } from './schema/change.ts'
import type { ObservedPartition, PartitionFolder } from './schema/observed.ts'
import type { RegisteredPartition } from './schema/partition.ts'
import { partitionKey, type Table, tableId } from './schema/table.ts'
import { markedAt, newTable } from './table-state.ts'
import { type Touched, touchedFolders } from './touched.ts'
import { verifyEngines } from './verify.ts'

/** Partitions per round: bounds memory, and is about what one batch of a catalog takes. */
const CHUNK = 1000

/** Brings one table up to date. Never throws: what failed is in the report, with what was done before. */
export async function syncTable(job: TableJob, run: Run): Promise<TableReport> {
  const ledger = openLedger(job, run)
  run.onProgress?.({ kind: 'table', table: tableId(job.name), catalog: job.catalog.name })
  try {
    const touched = await touchedFolders(job, run)
    ledger.diagnostics.push(...touched.diagnostics)
    await syncChunks(job, touched, ledger, run)
    if (ledger.changed && job.whole && job.listing.complete && !ledger.partial)
      await writeMark(job, ledger, run)
    if (!run.dryRun) await verifyEngines(job, ledger, run)
  } catch (error) {
    failOrStop(ledger, summarizeError(error), run)
  }
  return report(job, ledger, run)
}

/** A deadline or a closed client is not a failure: the next run goes on. */
function failOrStop(ledger: Ledger, error: ErrorSummary, run: Run): void {
  if (run.signal?.aborted) ledger.partial = true
  else ledger.error = error
}

async function syncChunks(job: TableJob, touched: Touched, ledger: Ledger, run: Run): Promise<void> {
  ledger.footers.total = touched.folders.reduce((sum, folder) => sum + folder.files.length, 0)
  if (job.table === undefined && job.lake.evolutionOf(job.topic.name) === 'frozen') {
    ledger.diagnostics.push(frozenWithoutTable(job))
    return
  }
  for (let at = 0; at < touched.folders.length; at += CHUNK) {
    if (outOfTime(run)) {
      ledger.partial = true
      return
    }
    await syncChunk(job, touched.folders.slice(at, at + CHUNK), touched.registered, ledger, run)
  }
}

const frozenWithoutTable = (job: TableJob) =>
  ({
    code: 'FROZEN_TABLE_MISSING',
    severity: 'warning',
    table: tableId(job.name),
    message: 'the table does not exist, and its evolution mode, frozen, lets goldsync add partitions only',
    fix: 'create the table yourself, or set evolution to additive until it exists',
  }) as const

async function syncChunk(
  job: TableJob,
  folders: readonly PartitionFolder[],
  names: ReadonlySet<string>,
  ledger: Ledger,
  run: Run,
): Promise<void> {
  const registered = await describeRegistered(job, ledger.table, folders, names, run)
  const changedFolders = folders.filter(folder => !isUnchanged(folder, registered))
  const observed = await observePartitions(job.lake.storage, changedFolders, {
    ...run,
    onFooter: () => ledger.countFooter(),
  })
  await execute(job, decide(job, observed, registered, ledger), ledger, run)
}

async function describeRegistered(
  job: TableJob,
  table: Table | undefined,
  folders: readonly PartitionFolder[],
  names: ReadonlySet<string>,
  run: Run,
): Promise<ReadonlyMap<string, RegisteredPartition>> {
  const among = folders.map(folder => folder.values).filter(values => names.has(partitionKey(values)))
  if (table === undefined || among.length === 0) return new Map()
  const described = await job.catalog.partitions(table, { want: 'details', among }, run)
  return new Map(described.map(partition => [partitionKey(partition.values), partition]))
}

/** Whether the catalog's fingerprint says that the folder still holds what it held when its footers were last read. */
function isUnchanged(folder: PartitionFolder, registered: ReadonlyMap<string, RegisteredPartition>): boolean {
  const known = registered.get(partitionKey(folder.values))
  const print = known?.parameters?.[FINGERPRINT]
  if (print === undefined || folder.unaccepted.length > 0) return false
  return (
    print === fingerprintOf(folder.files) && sameLocation(known?.location ?? folder.location, folder.location)
  )
}

/** Pure but for the ledger: from what was observed to the changes that follow. */
function decide(
  job: TableJob,
  observed: readonly ObservedPartition[],
  registered: ReadonlyMap<string, RegisteredPartition>,
  ledger: Ledger,
): Change[] {
  const { lake, topic, name, catalog } = job
  const { visibility, partitionParameters } = catalog.capabilities
  const review = reviewPartitions({
    columns: ledger.table?.columns,
    partitionKeys: ledger.table?.partitionKeys ?? lake.layout.partitionKeys,
    observed,
    registered: new Set(registered.keys()),
    mode: lake.evolutionOf(topic.name),
    visibility,
    table: tableId(name),
  })
  ledger.review(observed, review)
  if (review.accepted.length === 0) return []
  const table = ledger.table
    ? { ...ledger.table, columns: review.columns }
    : newTable(name, topic, lake.layout, review.columns)
  const before = diffTable(ledger.table, table)
  const accepted = review.accepted
  const partitions = { table, before, accepted, registered, visibility, partitionParameters, sameLocation }
  const { changes, diagnostics } = diffPartitions(partitions)
  ledger.diagnostics.push(...diagnostics)
  const database: Change[] =
    ledger.table === undefined && lake.createDatabase
      ? [{ kind: 'createDatabase', database: name.database }]
      : []
  ledger.table = table
  return [...database, ...before, ...changes]
}

/** Plans the changes and, unless this is a dry run, applies them. */
async function execute(job: TableJob, changes: readonly Change[], ledger: Ledger, run: Run): Promise<void> {
  if (changes.length === 0) return
  ledger.changed = true
  const plan = job.catalog.plan(job.name, changes)
  if (run.dryRun) {
    for (const step of plan.steps) ledger.record(step)
    return
  }
  await job.catalog.apply(plan, {
    ...(run.signal ? { signal: run.signal } : {}),
    onStep: (step, done) => {
      ledger.record(step)
      const { runId } = run
      const audit = { runId, catalog: job.catalog.name, table: tableId(job.name), change: step.change.kind }
      run.log.info({ ...audit, command: step.command.slice(0, 2000) }, step.summary)
      run.onProgress?.({
        kind: 'step',
        table: tableId(job.name),
        summary: step.summary,
        done,
        total: plan.steps.length,
      })
    },
  })
}

/** Last, and only with other changes: a run with nothing to do issues no DDL. */
async function writeMark(job: TableJob, ledger: Ledger, run: Run): Promise<void> {
  const parameters = markedAt(run.startedAt, job.topic)
  await execute(job, [{ kind: 'setParameters', table: job.name, parameters }], ledger, run)
}
