/** What is told of single tables: counted here, and taken away with the table. As many as the config says have series of their own. */
import type { ErrorSummary } from '../../base/errors.ts'
import type { TableReport } from '../../run/report.ts'

const CHANGES = ['added', 'altered', 'moved', 'dropped'] as const

/** What stands in the label `table` for those that have no series of their own, together. */
const OTHER = 'other'

/** Milliseconds: each table is told of by a full scan a day, and there is one that is late. */
const FORGOTTEN = 25 * 3_600_000

interface TableCounts {
  /** `database.table`, or `other`. */
  readonly table: string
  readonly catalog: string
  readonly partitions: Map<(typeof CHANGES)[number], number>
  /** By code and severity, as JSON. */
  readonly findings: Map<string, number>
  /** By code. */
  readonly errors: Map<ErrorSummary['code'], number>
  /** Partitions that wait for the next run. */
  waiting: number | undefined
  /** Why they do, by code. */
  waits: ReadonlyMap<string, Waits>
  /** Milliseconds, of the last run that registered something. */
  lagMs: number | undefined
}

interface Waits {
  readonly partitions: number
  /** Epoch milliseconds: when a run first found the one so that waits the longest. */
  readonly since: number
}

/** Gauges of a table without counts of its own. */
interface Rest {
  readonly catalog: string
  readonly waiting: number
  readonly waits: ReadonlyMap<string, Waits>
  readonly at: number
}

export interface TableMetrics {
  /** Counts what a run did to a table. @param ended when the run did, epoch milliseconds */
  tell(report: TableReport, ended: number): void
  /** Of each table, then of the rest of each catalog. */
  counts(): readonly TableCounts[]
}

/** @param most tables with counts of their own @param now epoch milliseconds */
export function openTableMetrics(most: number, now: () => number): TableMetrics {
  const own = new Map<string, TableCounts & { at: number; ended: number }>()
  const others = new Map<string, TableCounts>()
  const waits = new Map<string, Rest>()
  const forgetOld = (): void => {
    for (const told of [own, waits] as readonly Map<string, { readonly at: number }>[])
      for (const [key, { at }] of told) if (now() - at > FORGOTTEN) told.delete(key)
  }
  const countsOf = (key: string, { catalog, table }: TableReport, ended: number): TableCounts | undefined => {
    const known = own.get(key)
    if (known) return Object.assign(known, { at: now(), ended: Math.max(ended, known.ended) })
    if (own.size >= most) return undefined
    const opened = { ...noCounts(catalog, table), at: now(), ended }
    own.set(key, opened)
    waits.delete(key)
    return opened
  }
  const othersOf = (catalog: string): TableCounts => {
    const opened = others.get(catalog) ?? noCounts(catalog, OTHER)
    others.set(catalog, opened)
    return opened
  }
  return {
    tell: (report, ended) => {
      const { catalog, table, waiting } = report
      const key = JSON.stringify([catalog, table])
      // Events name tables as they like, and tables go: neither may stay here for good, unless another run has made one since.
      if (report.outcome === 'missing' && !waiting && ended >= (own.get(key)?.ended ?? 0)) {
        own.delete(key)
        waits.delete(key)
        return count(othersOf(catalog), report)
      }
      const counts = countsOf(key, report, ended)
      count(counts ?? othersOf(catalog), report)
      if (counts) setGauges(counts, report, now())
      else if (waiting !== undefined) {
        const why = waitsOf(report, waits.get(key)?.waits, now())
        waits.set(key, { catalog, waiting, waits: why, at: now() })
      }
    },
    counts: () => {
      forgetOld()
      const rest = [...others.values()].map(each => ({ ...each, ...restOf(waits, each.catalog) }))
      return [...own.values(), ...rest]
    },
  }
}

/** A run that failed does not know them. */
function setGauges(counts: TableCounts, report: TableReport, now: number): void {
  const { waiting, lagMs } = report
  if (waiting !== undefined) {
    counts.waiting = waiting
    counts.waits = waitsOf(report, counts.waits, now)
  }
  counts.lagMs = lagMs ?? counts.lagMs
}

/** A topic without a table has nothing to keep the time on: then it is when this process first met it. */
function waitsOf(
  { waits = [] }: TableReport,
  before: ReadonlyMap<string, Waits> | undefined,
  now: number,
): ReadonlyMap<string, Waits> {
  return new Map(
    waits.map(({ code = 'unknown', partitions, since }) => {
      const at = since === undefined ? (before?.get(code)?.since ?? now) : Date.parse(since)
      return [code, { partitions, since: at }]
    }),
  )
}

const noCounts = (catalog: string, table: string): TableCounts => ({
  table,
  catalog,
  // From the start: a rate knows no increase from nothing.
  partitions: new Map(CHANGES.map(change => [change, 0])),
  findings: new Map(),
  errors: new Map(),
  waiting: undefined,
  waits: new Map(),
  lagMs: undefined,
})

function count({ partitions, findings, errors }: TableCounts, report: TableReport): void {
  for (const change of CHANGES) add(partitions, change, report.partitions[change])
  for (const { code, severity, count = 1 } of report.diagnostics)
    add(findings, JSON.stringify([code, severity]), count)
  const failed = [report.error, ...report.engines.map(({ error }) => error)]
  for (const error of failed) if (error) add(errors, error.code, 1)
}

const add = <K>(counts: Map<K, number>, key: K, more: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + more)

function restOf(
  all: ReadonlyMap<string, Rest>,
  catalog: string,
): Partial<Pick<TableCounts, 'waiting' | 'waits'>> {
  const rest = [...all.values()].filter(each => each.catalog === catalog)
  if (rest.length === 0) return {}
  const waits = new Map<string, Waits>()
  for (const [code, { partitions, since }] of rest.flatMap(each => [...each.waits])) {
    const known = waits.get(code)
    waits.set(code, {
      partitions: partitions + (known?.partitions ?? 0),
      since: Math.min(since, known?.since ?? since),
    })
  }
  return { waiting: rest.reduce((sum, { waiting }) => sum + waiting, 0), waits }
}
