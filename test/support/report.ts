/** Reports as a run without work leaves them. */
import type { Report, TableReport } from '../../shared/run/report.ts'

export const tableReport = (part: Partial<TableReport> = {}): TableReport => ({
  table: 'golden.orders',
  topic: 'orders',
  catalog: 'hive',
  outcome: 'changed',
  steps: [],
  partitions: { listed: 0, added: 0, altered: 0, moved: 0, dropped: 0, unchanged: 0, held: 0 },
  pending: [],
  held: [],
  addedPartitions: [],
  newlyHeld: [],
  retries: 0,
  timings: { listMs: 0, footersMs: 0, applyMs: 0, enginesMs: 0 },
  files: 0,
  rows: 0,
  engines: [],
  diagnostics: [],
  ms: 1,
  ...part,
})

export const runReport = (tables: readonly TableReport[], part: Partial<Report> = {}): Report => ({
  runId: 'r',
  mode: 'recent',
  dryRun: false,
  startedAt: '2026-11-20T00:00:00.000Z',
  ms: 1,
  partial: false,
  tables,
  diagnostics: [],
  failures: [],
  ...part,
})
