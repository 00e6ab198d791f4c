/** One table of one catalog: folders → footers → review → diff → plan → apply, chunk by chunk, its state last. */
import { sparkFindings } from './adoption/spark.ts'
import { type ErrorSummary, summarizeError } from './errors.ts'
import { observePartitions } from './footers.ts'
import type { Found } from './lake/found.ts'
import {
  countFooter,
  find,
  type Ledger,
  leave,
  look,
  noteReview,
  noteSelection,
  openLedger,
  report,
} from './ledger.ts'
import type { TableReport } from './report.ts'
import type { Run, TableJob } from './run.ts'
import type { Change, Move } from './schema/change.ts'
import type { ObservedPartition, PartitionFolder } from './schema/observed.ts'
import type { RegisteredPartition } from './schema/partition.ts'
import { partitionKey, tableId } from './schema/table.ts'
import { partitionChanges, review, tableChanges, wantedTable } from './table/decide.ts'
import { settleCascades, widensMany } from './table/descriptors.ts'
import { execute } from './table/execute.ts'
import { finishDescriptors, unregisterVanished, writeState } from './table/finish.ts'
import { emptyFolders } from './table/folders.ts'
import { elsewhere, tableMove } from './table/moves.ts'
import { openOwnFolders } from './table/own-folders.ts'
import { describeSelected, registeredAmong } from './table/registered.ts'
import { selectFolders } from './table/select.ts'
import type { Walked } from './table/walked.ts'
import { verifyEngines } from './verify.ts'

export interface TableSync {
  readonly job: TableJob
  /**
   * Syncs a chunk of the table's folders; after a failure, no more. Never throws: what failed is in the report.
   * @param since epoch ms: registered folders without a fingerprint are looked at if they changed since
   */
  take(chunk: Found<PartitionFolder>, since: number): Promise<void>
  /** What is left to do after the last chunk. Never throws. */
  end(walked: Walked): Promise<TableReport>
}

export function openTableSync(job: TableJob, run: Run): TableSync {
  const ledger = openLedger(job, run)
  const ownFolders = openOwnFolders(job, run)
  run.onProgress?.({ kind: 'table', table: tableId(job.name), catalog: job.catalog.name })
  const guarded = async (work: () => Promise<void>) => {
    if (ledger.error || ledger.partial) return
    try {
      await work()
    } catch (error) {
      failOrStop(ledger, summarizeError(error))
    }
  }
  return {
    job,
    take: (chunk, since) => guarded(async () => takeChunk(ledger, await ownFolders(chunk), since)),
    async end(walked) {
      await guarded(() => (walked.cut ? writeState(ledger, walked) : endTable(ledger, walked)))
      ledger.partial ||= walked.cut
      return report(ledger, walked)
    },
  }
}

/** A deadline or a closed client is not a failure: the next run goes on. */
function failOrStop(ledger: Ledger, error: ErrorSummary): void {
  if (ledger.run.signal?.aborted) ledger.partial = true
  else ledger.error = error
}

async function takeChunk(ledger: Ledger, chunk: Found<PartitionFolder>, since: number): Promise<void> {
  find(ledger, chunk.diagnostics)
  look(ledger, chunk)
  const { job } = ledger
  if (job.table === undefined && job.lake.evolutionOf(job.topic.name) === 'frozen')
    return find(ledger, chunk.found.length > 0 ? [frozenWithoutTable] : [])
  await syncFolders(ledger, chunk.found, since)
}

async function endTable(ledger: Ledger, walked: Walked): Promise<void> {
  const { job, run } = ledger
  const gone = await unregisterVanished(ledger, walked)
  // Where the catalog shows files, those of a vanished folder must go from it: one missing file breaks every query.
  if (job.catalog.capabilities.visibility === 'file') await syncFolders(ledger, emptyFolders(job, gone), 0)
  await execute(ledger, walked.whole ? tableMove(job) : [])
  await writeState(ledger, walked)
  await finishDescriptors(ledger)
  if (!run.dryRun) await verifyEngines(ledger)
}

async function syncFolders(
  ledger: Ledger,
  folders: readonly PartitionFolder[],
  since: number,
): Promise<void> {
  if (folders.length === 0) return
  const { job, run } = ledger
  const among = await registeredAmong(job, folders, run)
  const waitsForSuccess = job.lake.waitsForSuccess(job.topic.name)
  const selection = selectFolders({ folders, registered: among, since, now: run.startedAt, waitsForSuccess })
  noteSelection(ledger, selection)
  if (selection.folders.length === 0) return
  const described = await describeSelected(job, selection.folders, among, run)
  const { moves, left, diagnostics } = await elsewhere(job, selection.folders, described, run)
  find(ledger, diagnostics)
  leave(ledger, left)
  const registered = withMoves(described, moves)
  const observed = await observe(
    ledger,
    selection.folders.filter(folder => !left.has(folder)),
  )
  await execute(ledger, [...moveChanges(job, moves), ...(await decide(ledger, observed, registered))])
}

async function observe(ledger: Ledger, folders: readonly PartitionFolder[]): Promise<ObservedPartition[]> {
  const { job, run } = ledger
  const started = run.now()
  ledger.footers.total += folders.reduce((sum, folder) => sum + folder.files.length, 0)
  const call = { ...run, onFooter: () => countFooter(ledger) }
  const observed = await observePartitions(job.lake.storage, folders, call)
  ledger.timings.footersMs += run.now() - started
  return observed
}

/** The changes that follow from what was observed; the ledger has the table as they leave it. */
async function decide(
  ledger: Ledger,
  observed: readonly ObservedPartition[],
  registered: ReadonlyMap<string, RegisteredPartition>,
): Promise<Change[]> {
  const { job, run } = ledger
  const reviewed = review(job, ledger.table, observed, registered)
  noteReview(ledger, observed, reviewed)
  if (reviewed.accepted.length === 0) return []
  const table = wantedTable(job, ledger.table, reviewed)
  const wanted = tableChanges(job, ledger.table, table)
  const { changes: before, behind } = await settleCascades(job, ledger.table, wanted, run)
  if (ledger.table) find(ledger, sparkFindings(ledger.table, before))
  if (behind > 0) {
    ledger.descriptors = ''
    find(ledger, [widensMany(behind)])
  }
  ledger.table = table
  return [...before, ...partitionChanges(job, { table, before, review: reviewed, registered })]
}

function withMoves(
  registered: ReadonlyMap<string, RegisteredPartition>,
  moves: readonly Move[],
): ReadonlyMap<string, RegisteredPartition> {
  const moved = new Map(registered)
  for (const { values, to } of moves)
    moved.set(partitionKey(values), { ...moved.get(partitionKey(values)), values, location: to })
  return moved
}

const moveChanges = ({ name, layout }: TableJob, partitions: readonly Move[]): Change[] =>
  partitions.length === 0
    ? []
    : [{ kind: 'movePartitions', table: name, partitionKeys: layout.partitionKeys, partitions }]

const frozenWithoutTable = {
  code: 'FROZEN_TABLE_MISSING',
  severity: 'warning',
  message: 'the table does not exist, and its evolution mode, frozen, lets goldsync add partitions only',
  fix: 'create the table yourself, or set evolution to additive until it exists',
} as const
