/** What the page tells of a history: read once, newest first, up to a limit or until it is stopped. */
import type { HistoryEntry, RunEntry, TableEntry } from '../history/history.ts'
import { HOUR } from './words.ts'

/** The runs of one hour that went the same way. Times are epoch ms. */
export interface PastRun {
  readonly trigger: string
  readonly mode?: 'recent' | 'full'
  readonly from: number
  readonly to: number
  readonly runs: number
  /** Tables that a run changed, `database.table`. */
  readonly changed: ReadonlySet<string>
  /** Tables that a run failed on, or refused. */
  readonly amiss: ReadonlyMap<string, Amiss>
  readonly added: number
  /** How long runs took, longest, ms. */
  readonly ms: number
  readonly findings: ReadonlyMap<string, number>
  /** Why the run as a whole failed. */
  readonly reason?: string
}

export interface Amiss {
  readonly outcome: 'failed' | 'refused'
  readonly why?: string
}

/** What one run on one table, or a run itself, adds to the plots. */
export interface Point {
  /** Epoch ms. */
  readonly at: number
  readonly lagMs?: number
  readonly added: number
  readonly findings: Readonly<Record<string, number>>
}

/** Of one table of one catalog, the last run that had something to tell. */
export interface LastRun {
  readonly time: string
  readonly outcome: TableEntry['outcome']
  readonly lagMs?: number
}

export interface Past {
  /** Where the history is. */
  readonly place: string
  /** Epoch ms: of the oldest entry that was read, or the beginning of the window where all were. */
  readonly from: number
  readonly to: number
  /** Newest first. */
  readonly runs: readonly PastRun[]
  readonly tables: ReadonlyMap<string, LastRun>
  readonly points: readonly Point[]
}

/** Why a history could not be read. */
export interface NoPast {
  readonly place: string
  readonly error: string
}

export const tableKey = (table: string, catalog: string): string => `${catalog}\n${table}`

interface Window {
  readonly from: number
  readonly to: number
  readonly limit: number
  readonly signal?: AbortSignal
}

/**
 * @param entries newest first; they end, or throw, when the signal stops them
 * @param window epoch ms that was asked for, and the most entries
 */
export async function readPast(
  place: string,
  entries: AsyncIterable<HistoryEntry>,
  { from, to, limit, signal }: Window,
): Promise<Past> {
  const seen = new Set<string>()
  const runs = new Map<string, RunEnd>()
  const tables = new Map<string, LastRun>()
  const points: Point[] = []
  let oldest = to
  for await (const entry of untilStopped(entries, signal)) {
    if (entry.kind === 'thing' || seen.has(entry.id)) continue
    seen.add(entry.id)
    oldest = Math.min(oldest, Date.parse(entry.time))
    addTo(runs, entry)
    points.push(pointOf(entry))
    if (entry.kind === 'table') noteTable(tables, entry)
  }
  const whole = seen.size < limit && !signal?.aborted
  return { place, from: whole ? from : oldest, to, runs: condensed([...runs.values()]), tables, points }
}

async function* untilStopped<E>(entries: AsyncIterable<E>, signal?: AbortSignal): AsyncGenerator<E> {
  try {
    yield* entries
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

function noteTable(tables: Map<string, LastRun>, { table, catalog, time, outcome, lagMs }: TableEntry): void {
  const key = tableKey(table, catalog)
  const known = tables.get(key)
  const lag = known?.lagMs ?? lagMs
  tables.set(key, { ...(known ?? { time, outcome }), ...(lag === undefined ? {} : { lagMs: lag }) })
}

function pointOf(entry: TableEntry | RunEntry): Point {
  const { findings } = entry
  const at = Date.parse(entry.time)
  if (entry.kind === 'run') return { at, added: 0, findings }
  const { added, lagMs } = entry
  return { at, added, findings, ...(lagMs === undefined ? {} : { lagMs }) }
}

interface RunEnd {
  readonly trigger: string
  mode?: 'recent' | 'full'
  readonly at: number
  readonly changed: Set<string>
  readonly amiss: Map<string, Amiss>
  added: number
  ms: number
  readonly findings: Map<string, number>
  reason?: string
}

function addTo(runs: Map<string, RunEnd>, entry: TableEntry | RunEntry): void {
  const { runId, trigger, time } = entry
  const run = runs.get(runId) ?? newRun(trigger, Date.parse(time))
  runs.set(runId, run)
  run.ms = Math.max(run.ms, entry.ms)
  for (const [code, number] of Object.entries(entry.findings))
    run.findings.set(code, (run.findings.get(code) ?? 0) + number)
  if (entry.kind === 'table') addTable(run, entry)
  else {
    if (entry.mode) run.mode = entry.mode
    if (entry.reason !== undefined || entry.code !== undefined) run.reason = entry.reason ?? entry.code ?? ''
  }
}

const newRun = (trigger: string, at: number): RunEnd => ({
  trigger,
  at,
  changed: new Set(),
  amiss: new Map(),
  added: 0,
  ms: 0,
  findings: new Map(),
})

function addTable(run: RunEnd, { table, outcome, added, reason, code }: TableEntry): void {
  run.added += added
  const why = reason ?? code
  if (outcome === 'failed' || outcome === 'refused')
    run.amiss.set(table, { outcome, ...(why === undefined ? {} : { why }) })
  else if (outcome === 'changed' || outcome === 'partial') run.changed.add(table)
}

/** What is amiss is no part of what is calm, nor of what has another cause. */
const kindOf = ({ trigger, mode, at, reason, amiss, findings }: RunEnd): string =>
  JSON.stringify([trigger, mode, Math.floor(at / HOUR), reason, [...amiss], [...findings.keys()].sort()])

/** Runs of an hour that went the same way are one: what is amiss must not drown in them. */
function condensed(runs: readonly RunEnd[]): readonly PastRun[] {
  const rows = new Map<string, RunEnd[]>()
  for (const run of runs) {
    const row = rows.get(kindOf(run))
    if (row) row.push(run)
    else rows.set(kindOf(run), [run])
  }
  return [...rows.values()].map(together).sort((one, other) => other.to - one.to)
}

function together(runs: readonly RunEnd[]): PastRun {
  const [first = newRun('', 0)] = runs
  const { trigger, mode, amiss, reason } = first
  const findings = new Map<string, number>()
  for (const run of runs)
    for (const [code, number] of run.findings) findings.set(code, (findings.get(code) ?? 0) + number)
  return {
    trigger,
    ...(mode === undefined ? {} : { mode }),
    from: runs.reduce((least, { at }) => Math.min(least, at), first.at),
    to: runs.reduce((most, { at }) => Math.max(most, at), first.at),
    runs: runs.length,
    changed: new Set(runs.flatMap(({ changed }) => [...changed])),
    amiss,
    added: runs.reduce((sum, { added }) => sum + added, 0),
    ms: runs.reduce((most, { ms }) => Math.max(most, ms), 0),
    findings,
    ...(reason === undefined ? {} : { reason }),
  }
}
