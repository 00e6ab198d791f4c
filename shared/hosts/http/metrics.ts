/** What Prometheus scrapes: runs, and what they did, told from their reports. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { CallCounter } from '../../base/calls.ts'
import { isRun, type Outcome, reportOf } from '../../function/outcome.ts'
import { errorsOf, findingsOf, type Report, type TableReport } from '../../run/report.ts'
import { openWaitingGauges, type WaitingGauges } from './waiting-gauges.ts'

export interface Metrics {
  readonly contentType: string
  /** @param seconds that the run took */
  observe(name: string, outcome: Outcome, seconds: number): void
  /** @param status that a request was refused with before any work */
  refuse(status: number): void
  text(): Promise<string>
}

/** Seconds: from a run of one event to a first scan that its deadline ends. */
const RUN_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
/** Seconds: from an event's path to a late scan's. */
const LAG_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 86_400]

/** @param calls what the drivers were asked for so far @param now epoch milliseconds */
export function openMetrics(calls: CallCounter['calls'], now: () => number = Date.now): Metrics {
  const registers = [new Registry()] as const
  countCalls(registers, calls)
  const instruments = {
    ...openInstruments(registers),
    pending: openPending(registers, now),
    waiting: openWaitingGauges(registers, now),
  }
  beginAtZero(instruments)
  const [registry] = registers
  // Requests that were done together are told the same of a table, with the same steps: it is counted once.
  const counted = new WeakSet<TableReport['steps']>()
  const isNew = ({ steps }: TableReport): boolean => !counted.has(steps) && counted.add(steps) !== undefined
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    refuse: status => instruments.refused.inc({ status }),
    observe: (name, outcome, seconds) => {
      instruments.runs.inc({ function: name, status: outcome.status })
      instruments.duration.observe({ function: name }, seconds)
      if (outcome.status === 'ok' || outcome.status === 'accepted')
        instruments.success.setToCurrentTime({ function: name })
      const report = reportOf(outcome)
      if (name === 'scan' && report && 'mode' in report && !('dryRun' in report && report.dryRun))
        instruments.scanned.set({ mode: report.mode }, Date.parse(report.startedAt) / 1000)
      if (isRun(report) && !report.dryRun)
        observeReport(instruments, { ...report, tables: report.tables.filter(isNew) })
    },
  }
}

/** Read when somebody asks, so that a call costs nothing but its counting. */
function countCalls(registers: readonly Registry[], calls: CallCounter['calls']): void {
  new Counter({
    name: 'goldsync_calls_total',
    help: 'Calls of storages, catalogs and engines by how they ended (ok, or the code of the error)',
    labelNames: ['backend', 'name', 'operation', 'outcome'],
    registers: [...registers],
    collect() {
      this.reset()
      for (const { count, ...labels } of calls()) this.inc(labels, count)
    },
  })
}

type Instruments = ReturnType<typeof openInstruments> & {
  readonly pending: Pending
  readonly waiting: WaitingGauges
}

/** Milliseconds: each table is told of by a full scan a day, and there is one that is late. */
const FORGOTTEN = 25 * 3_600_000

interface Pending {
  tell(table: TableReport): void
}

/** One series for each table that is there. Events name tables as they like, and tables go: neither may stay here for good. */
function openPending(registers: readonly Registry[], now: () => number): Pending {
  const told = new Map<
    string,
    { readonly labels: Record<'catalog' | 'table', string>; readonly at: number }
  >()
  const forget = (key: string): void => {
    const known = told.get(key)
    if (known && told.delete(key)) gauge.remove(known.labels)
  }
  const gauge = new Gauge({
    name: 'goldsync_pending_partitions',
    help: 'Partitions that wait for the next run',
    labelNames: ['catalog', 'table'],
    registers: [...registers],
    collect() {
      for (const [key, { at }] of told) if (now() - at > FORGOTTEN) forget(key)
    },
  })
  return {
    tell: ({ catalog, table, outcome, waiting }) => {
      const labels = { catalog, table }
      const key = JSON.stringify(labels)
      if (outcome === 'missing' && !waiting) return forget(key)
      if (waiting === undefined) return
      told.set(key, { labels, at: now() })
      gauge.set(labels, waiting)
    },
  }
}

function openInstruments(registers: readonly Registry[]) {
  const common = <L extends string>(name: string, help: string, ...labelNames: L[]) => ({
    name: `goldsync_${name}`,
    help,
    labelNames,
    registers: [...registers],
  })
  return {
    runs: new Counter(common('runs_total', 'Runs by how they ended', 'function', 'status')),
    duration: new Histogram({
      ...common('run_duration_seconds', 'How long runs took', 'function'),
      buckets: RUN_BUCKETS,
    }),
    success: new Gauge(
      common('last_success_timestamp_seconds', 'End of the last run that did all', 'function'),
    ),
    scanned: new Gauge(
      common(
        'last_scan_timestamp_seconds',
        'Start of the last scan, of all tables or of named ones, done here or handed on, whether it changed something or not',
        'mode',
      ),
    ),
    refused: new Counter(
      common(
        'refused_requests_total',
        'Requests refused before any work, by the status of the answer',
        'status',
      ),
    ),
    errors: new Counter(common('errors_total', 'Errors of lakes, tables and engines', 'code')),
    partitions: new Counter(common('partitions_total', 'Partitions changed', 'catalog', 'change')),
    findings: new Counter(
      common('findings_total', 'Findings of runs (docs/diagnostics.md)', 'code', 'severity'),
    ),
    lag: new Histogram({
      ...common(
        'lag_seconds',
        'From the newest file closed until it was registered, and the engines asked',
        'catalog',
      ),
      buckets: LAG_BUCKETS,
    }),
  }
}

/** Statuses of answers that refuse a request before any work. */
const REFUSALS = [400, 401, 403, 405, 413, 415, 422, 503]

/** What an alert tells of the first time: the rate of a series that begins at 1 is nought. */
function beginAtZero({ runs, refused }: Pick<Instruments, 'runs' | 'refused'>): void {
  for (const status of REFUSALS) refused.inc({ status }, 0)
  for (const name of ['scan', 'sync', 'file-closed'])
    for (const status of ['failed', 'unavailable', 'invalid']) runs.inc({ function: name, status }, 0)
}

function observeReport(instruments: Instruments, report: Report): void {
  for (const { code } of errorsOf(report)) instruments.errors.inc({ code })
  for (const { code, severity, count = 1 } of findingsOf(report))
    instruments.findings.inc({ code, severity }, count)
  for (const table of report.tables) observeTable(instruments, table)
}

function observeTable({ partitions, pending, waiting, lag }: Instruments, report: TableReport): void {
  const { catalog } = report
  for (const change of ['added', 'altered', 'moved', 'dropped'] as const)
    partitions.inc({ catalog, change }, report.partitions[change])
  pending.tell(report)
  waiting.tell(report)
  if (report.lagMs !== undefined) lag.observe({ catalog }, report.lagMs / 1000)
}
