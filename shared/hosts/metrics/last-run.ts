/** What one run of the command line leaves behind as metrics: gauges alone, since a process that ends keeps no counters. */
import { Gauge, Registry } from 'prom-client'
import { type AnyReport, isRun, type Outcome, reportOf } from '../../function/outcome.ts'
import { errorsOf, findingsOf, type Report } from '../../run/report.ts'
import { tellBuild } from './metrics.ts'

/** One run, as it ended. */
export interface LastRun {
  /** `scan`, `sync`, or another command. */
  readonly command: string
  /** `recent` or `full`, where the command has that. */
  readonly mode: string | undefined
  /** Of the config: what tells its series from those of another. */
  readonly config: string
  readonly outcome: Outcome
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly endedAt: number
  /** Whether it was of some tables alone. */
  readonly named: boolean
  /** What is known of earlier runs of this command. */
  readonly before: Before
}

/** Epoch seconds, as in the gauges of these names. */
export interface Before {
  readonly success?: number | undefined
  readonly scan?: number | undefined
}

/** Of a scan or sync that was done here, whatever it came to. */
const modeOf = (report: AnyReport | undefined): string | undefined =>
  report && 'mode' in report ? report.mode : undefined

/** A registry of gauges, each with the labels `config`, `command` and `mode`. */
export function lastRunMetrics(run: LastRun): Registry {
  const { command, config, outcome, startedAt, endedAt, before } = run
  const report = reportOf(outcome)
  const registry = new Registry()
  registry.setDefaultLabels({ config, command, mode: run.mode ?? modeOf(report) ?? '' })
  tellBuild(registry)
  const gauge = gaugesIn(registry)
  const isDone = outcome.status === 'ok' || outcome.status === 'accepted'
  gauge('last_run_timestamp_seconds', 'End of the last run').set(endedAt / 1000)
  gauge('last_run_duration_seconds', 'How long it took').set((endedAt - startedAt) / 1000)
  gauge('last_run_status', 'How it ended: 1 with the status that it had', 'status').set(
    { status: outcome.status },
    1,
  )
  const success = isDone ? endedAt / 1000 : before.success
  if (success !== undefined)
    gauge('last_success_timestamp_seconds', 'End of the last run that did all').set(success)
  const scan = run.named ? before.scan : startedAt / 1000
  if (command === 'scan' && scan !== undefined)
    gauge(
      'last_scan_timestamp_seconds',
      'Start of the last scan of all tables, whether it changed something or not',
    ).set(scan)
  if (isRun(report)) tellReport(gauge, report)
  return registry
}

type Gauges = ReturnType<typeof gaugesIn>

const gaugesIn =
  (registry: Registry) =>
  <L extends string>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
    new Gauge({ name: `goldsync_${name}`, help, labelNames, registers: [registry] })

function tellReport(gauge: Gauges, report: Report): void {
  const tables = gauge('last_run_tables', 'Tables that it looked at, by outcome', 'catalog', 'outcome')
  const partitions = gauge('last_run_partitions', 'Partitions that it changed', 'catalog', 'change')
  const pending = gauge('last_run_pending_partitions', 'Partitions that it left to the next run', 'catalog')
  const lag = gauge(
    'last_run_lag_seconds',
    'The longest time from a file closed until it was registered, and the engines asked',
    'catalog',
  )
  const lags = new Map<string, number>()
  for (const { catalog, outcome, partitions: counts, waiting, lagMs } of report.tables) {
    tables.inc({ catalog, outcome })
    for (const change of ['added', 'altered', 'moved', 'dropped', 'held'] as const)
      partitions.inc({ catalog, change }, counts[change])
    pending.inc({ catalog }, waiting ?? 0)
    if (lagMs !== undefined) lags.set(catalog, Math.max(lagMs, lags.get(catalog) ?? 0))
  }
  for (const [catalog, ms] of lags) lag.set({ catalog }, ms / 1000)
  const findings = gauge('last_run_findings', 'Its findings (docs/diagnostics.md)', 'code', 'severity')
  for (const { code, severity, count = 1 } of findingsOf(report)) findings.inc({ code, severity }, count)
  const errors = gauge('last_run_errors', 'Its errors, of lakes, tables and engines', 'code')
  for (const { code } of errorsOf(report)) errors.inc({ code })
}
