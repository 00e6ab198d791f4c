/** What one table's sync has done so far: filled as it goes, told in the report whatever happens. */
import type { Step } from './catalogs/catalog.ts'
import type { ErrorSummary } from './errors.ts'
import type { Review } from './evolution/policy.ts'
import type { EngineReport, StepReport, TableReport } from './report.ts'
import type { Run, TableJob } from './run.ts'
import type { Change } from './schema/change.ts'
import type { Diagnostic } from './schema/diagnostic.ts'
import type { ObservedPartition } from './schema/observed.ts'
import type { Partition } from './schema/partition.ts'
import { type Table, tableId } from './schema/table.ts'

export interface Ledger {
  /** The table as it stands after what was done. */
  table: Table | undefined
  changed: boolean
  partial: boolean
  error: ErrorSummary | undefined
  readonly steps: StepReport[]
  readonly added: Partition[]
  readonly altered: Partition[]
  readonly diagnostics: Diagnostic[]
  readonly engines: EngineReport[]
  readonly footers: { done: number; total: number; rows: number }
  held: number
  countFooter(): void
  review(observed: readonly ObservedPartition[], review: Review): void
  /** Notes a step that was done, or in a dry run would be. */
  record(step: Step): void
}

export function openLedger(job: TableJob, run: Run): Ledger {
  const ledger: Ledger = {
    table: job.table,
    changed: false,
    partial: false,
    error: undefined,
    steps: [],
    added: [],
    altered: [],
    diagnostics: [],
    engines: [],
    footers: { done: 0, total: 0, rows: 0 },
    held: 0,
    countFooter() {
      const { footers } = ledger
      footers.done += 1
      run.onProgress?.({
        kind: 'footers',
        table: tableId(job.name),
        done: footers.done,
        total: footers.total,
      })
    },
    review(observed, review) {
      ledger.held += review.held
      ledger.diagnostics.push(...review.diagnostics)
      ledger.footers.rows += observed
        .flatMap(partition => partition.files)
        .reduce((sum, file) => sum + (file.rows ?? 0), 0)
    },
    record({ summary, command, change }) {
      ledger.steps.push({ kind: change.kind, summary, command })
      collect(ledger, change)
    },
  }
  return ledger
}

function collect(ledger: Ledger, change: Change): void {
  if (change.kind === 'addPartitions') ledger.added.push(...change.partitions)
  if (change.kind === 'alterPartitions') ledger.altered.push(...change.partitions)
}

export function report(job: TableJob, ledger: Ledger, run: Run): TableReport {
  const { added, altered, steps, diagnostics, engines, footers, error, held } = ledger
  const newest = newestFile([...added, ...altered])
  return {
    table: tableId(job.name),
    topic: job.topic.name,
    catalog: job.catalog.name,
    outcome: outcomeOf(ledger, run),
    steps,
    partitions: { listed: job.listing.found.length, added: added.length, altered: altered.length, held },
    files: footers.done,
    rows: footers.rows,
    engines,
    diagnostics,
    ...(error ? { error } : {}),
    ms: run.now() - run.startedAt,
    ...(newest === undefined || run.dryRun ? {} : { lagMs: run.now() - newest }),
  }
}

function outcomeOf(ledger: Ledger, run: Run): TableReport['outcome'] {
  if (ledger.error) return 'failed'
  if (ledger.partial) return 'partial'
  if (!ledger.changed) return 'unchanged'
  return run.dryRun ? 'planned' : 'changed'
}

function newestFile(partitions: readonly Partition[]): number | undefined {
  const times = partitions.flatMap(partition => partition.files.map(file => file.modified))
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b))
}
