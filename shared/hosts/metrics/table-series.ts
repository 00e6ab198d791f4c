/** Series of tables, made of their counts when somebody asks; and of what is no table's. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Report } from '../../run/report.ts'
import type { TableMetrics } from './tables.ts'

/** Adds them to the registry. @returns counts what a run tells of whole lakes */
export function openTableSeries(
  registry: Registry,
  tables: TableMetrics,
): { tell(report: Pick<Report, 'diagnostics' | 'failures'>): void } {
  countChanges(registry, tables)
  showGauges(registry, tables)
  showWaits(registry, tables)
  return countFindings(registry, tables)
}

function countChanges(registry: Registry, { counts }: TableMetrics): void {
  new Counter({
    name: 'goldsync_partitions_total',
    help: 'Partitions changed',
    labelNames: ['catalog', 'table', 'change'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { catalog, table, partitions } of counts())
        for (const [change, count] of partitions) this.inc({ catalog, table, change }, count)
    },
  })
}

function showGauges(registry: Registry, { counts }: TableMetrics): void {
  const gauge = (
    name: string,
    help: string,
    read: (of: ReturnType<typeof counts>[number]) => number | undefined,
  ) =>
    new Gauge({
      name: `goldsync_${name}`,
      help,
      labelNames: ['catalog', 'table'],
      registers: [registry],
      collect() {
        this.reset()
        for (const one of counts()) {
          const value = read(one)
          if (value !== undefined) this.set({ catalog: one.catalog, table: one.table }, value)
        }
      },
    })
  gauge('pending_partitions', 'Partitions that wait for the next run', ({ waiting }) => waiting)
  gauge(
    'last_lag_seconds',
    "goldsync_lag_seconds of the table's last run that registered something",
    ({ lagMs }) => (lagMs === undefined ? undefined : lagMs / 1000),
  )
}

/** Series of those alone that wait. */
function showWaits(registry: Registry, { counts }: TableMetrics): void {
  const gauge = (name: string, help: string, read: (of: { partitions: number; since: number }) => number) =>
    new Gauge({
      name: `goldsync_${name}`,
      help,
      labelNames: ['catalog', 'table', 'code'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { catalog, table, waits } of counts())
          for (const [code, wait] of waits) this.set({ catalog, table, code }, read(wait))
      },
    })
  gauge(
    'waiting_partitions',
    'Partitions that wait, of the whole table, by the code that says why (docs/diagnostics.md)',
    ({ partitions }) => partitions,
  )
  gauge(
    'waiting_since_timestamp_seconds',
    'When a run first found the partition so that waits the longest',
    ({ since }) => since / 1000,
  )
}

function countFindings(registry: Registry, { counts }: TableMetrics) {
  const errors = new Map<string, number>()
  const findings = new Map<string, number>()
  new Counter({
    name: 'goldsync_errors_total',
    help: 'Errors of lakes, tables and engines',
    labelNames: ['code', 'catalog', 'table'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [code, count] of errors) this.inc({ code }, count)
      for (const { catalog, table, errors } of counts())
        for (const [code, count] of errors) this.inc({ code, catalog, table }, count)
    },
  })
  new Counter({
    name: 'goldsync_findings_total',
    help: 'Findings of runs (docs/diagnostics.md)',
    labelNames: ['code', 'severity', 'catalog', 'table'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [key, count] of findings) this.inc(findingOf(key), count)
      for (const { catalog, table, findings } of counts())
        for (const [key, count] of findings) this.inc({ ...findingOf(key), catalog, table }, count)
    },
  })
  const more = (of: Map<string, number>, key: string, by: number) => of.set(key, (of.get(key) ?? 0) + by)
  return {
    tell: ({ diagnostics, failures }: Pick<Report, 'diagnostics' | 'failures'>): void => {
      for (const { error } of failures) more(errors, error.code, 1)
      for (const { code, severity, count = 1 } of diagnostics)
        more(findings, JSON.stringify([code, severity]), count)
    },
  }
}

function findingOf(key: string): { readonly code: string; readonly severity: string } {
  const [code, severity] = JSON.parse(key) as [string, string]
  return { code, severity }
}
