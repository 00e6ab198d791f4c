/** What Prometheus scrapes, or an OTLP receiver is sent: runs, and what they did, told from their reports. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { CallCounter } from '../../base/calls.ts'
import { isRun, type Outcome, reportOf } from '../../function/outcome.ts'
import type { TableReport } from '../../run/report.ts'
import { version } from '../cli/version.ts'
import { openTableSeries } from './table-series.ts'
import { openTableMetrics } from './tables.ts'

export interface Metrics {
  readonly contentType: string
  /** @param seconds that the run took @param params as the function was called with */
  observe(name: string, outcome: Outcome, seconds: number, params?: unknown): void
  /** @param status that a request was refused with before any work */
  refuse(status: number): void
  text(): Promise<string>
  /** For who sends them elsewhere. */
  readonly registry: Registry
}

export interface MetricsOptions {
  /** What the drivers were asked for so far. */
  readonly calls: CallCounter['calls']
  /** Tables with series of their own. */
  readonly tables: number
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** Seconds: from a run of one event to a first scan that its deadline ends. */
const RUN_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
/** Seconds: from an event's path to a late scan's. */
const LAG_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 86_400]

export function openMetrics({ calls, tables: most, now = Date.now }: MetricsOptions): Metrics {
  const registry = new Registry()
  const tables = openTableMetrics(most, now)
  tellBuild(registry)
  countCalls(registry, calls)
  const lakes = openTableSeries(registry, tables)
  const instruments = openInstruments(registry)
  beginAtZero(instruments)
  // Requests that were done together are told the same of a table, with the same steps: it is counted once.
  const counted = new WeakSet<TableReport['steps']>()
  const isNew = ({ steps }: TableReport): boolean => !counted.has(steps) && counted.add(steps) !== undefined
  return {
    registry,
    contentType: registry.contentType,
    text: () => registry.metrics(),
    refuse: status => instruments.refused.inc({ status }),
    observe: (name, outcome, seconds, params) => {
      observeRun(instruments, name, outcome, seconds)
      observeScan(instruments, name, outcome, params)
      const report = reportOf(outcome)
      if (!isRun(report) || report.dryRun) return
      lakes.tell(report)
      for (const table of report.tables.filter(isNew)) {
        tables.tell(table, Date.parse(report.startedAt) + report.ms)
        const { catalog, lagMs } = table
        if (lagMs !== undefined) instruments.lag.observe({ catalog }, lagMs / 1000)
      }
    },
  }
}

function observeRun(
  { runs, duration, success }: ReturnType<typeof openInstruments>,
  name: string,
  outcome: Outcome,
  seconds: number,
): void {
  runs.inc({ function: name, status: outcome.status })
  duration.observe({ function: name }, seconds)
  if (outcome.status === 'ok' || outcome.status === 'accepted') success.setToCurrentTime({ function: name })
}

/** Of named tables somebody scans by hand, while the timer may be dead. */
export const namesTables = (params: unknown): boolean =>
  typeof params === 'object' && params !== null && 'tables' in params && params.tables !== undefined

function observeScan(
  { scanned }: ReturnType<typeof openInstruments>,
  name: string,
  outcome: Outcome,
  params: unknown,
): void {
  const report = reportOf(outcome)
  if (name !== 'scan' || namesTables(params)) return
  if (report && 'mode' in report && !('dryRun' in report && report.dryRun))
    scanned.set({ mode: report.mode }, Date.parse(report.startedAt) / 1000)
}

/** Statuses of answers that refuse a request before any work. */
const REFUSALS = [400, 401, 403, 405, 413, 415, 422, 503]

/** What an alert tells of the first time: the rate of a series that begins at 1 is nought. */
function beginAtZero({ runs, refused }: ReturnType<typeof openInstruments>): void {
  for (const status of REFUSALS) refused.inc({ status }, 0)
  for (const name of ['scan', 'sync', 'file-closed'])
    for (const status of ['failed', 'unavailable', 'invalid']) runs.inc({ function: name, status }, 0)
}

/** The value says nothing, the labels do: https://prometheus.io/docs/practices/naming. */
export function tellBuild(registry: Registry): void {
  new Gauge({
    name: 'goldsync_build_info',
    help: 'The version of goldsync, and of Node.js',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.versions.node }, 1)
}

/** Read when somebody asks, so that a call costs nothing but its counting. */
function countCalls(registry: Registry, calls: CallCounter['calls']): void {
  new Counter({
    name: 'goldsync_calls_total',
    help: 'Calls of storages, catalogs and engines by how they ended (ok, or the code of the error)',
    labelNames: ['backend', 'name', 'operation', 'outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { count, ...labels } of calls()) this.inc(labels, count)
    },
  })
}

function openInstruments(registry: Registry) {
  const common = <L extends string>(name: string, help: string, ...labelNames: L[]) => ({
    name: `goldsync_${name}`,
    help,
    labelNames,
    registers: [registry],
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
        'Start of the last scan of all tables, done here or handed on, whether it changed something or not',
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
