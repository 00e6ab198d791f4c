/** A run's entries of the history, told from its report and its news: pure. */
import type { ErrorSummary } from '../base/errors.ts'
import { withoutSecrets } from '../base/without-secrets.ts'
import type { HistoryEntry, RunEntry, TableEntry, ThingEntry, What } from '../history/history.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { newsOf, reasonOf } from './news-of.ts'
import type { FileOutcome, FilesReport, NewWait, Report, TableReport } from './report.ts'

/** Partitions and files that one run tells of, of each table: the counts are of all. */
const NAMED = 10_000

/** What the report does not say of its run. */
export interface Recorded {
  /** ISO 8601. */
  readonly time: string
  readonly runId: string
  readonly trigger: string
  readonly host: string
  /** Roots of the lakes that were open to it. */
  readonly lakes: readonly string[]
}

/** An entry before it has its head. */
type Part<E> = E extends HistoryEntry
  ? Omit<E, 'version' | 'id' | 'time' | 'runId' | 'trigger' | 'host'>
  : never
type Untold = Part<HistoryEntry>

/**
 * In the order in which it happened: things, then their table, at last the run.
 * @param isNew whether a table's report was not told yet: requests that were done together share one
 */
export function* historyOf(
  report: Report,
  about: Recorded,
  isNew: (table: TableReport) => boolean = () => true,
): Generator<HistoryEntry> {
  yield* withHeads(partsOf(report, about, isNew), about)
}

/** Of a run that came to no report. */
export function* historyOfFailure(error: ErrorSummary, about: Recorded): Generator<HistoryEntry> {
  const run = {
    kind: 'run',
    lakes: about.lakes,
    ms: 0,
    partial: false,
    tables: 0,
    outcomes: {},
    findings: {},
  } as const
  yield* withHeads([{ ...run, ...because(error) }], about)
}

function* withHeads(
  parts: Iterable<Untold>,
  { time, runId, trigger, host }: Recorded,
): Generator<HistoryEntry> {
  let number = 0
  for (const part of parts) {
    number += 1
    const id = `${runId}/${Date.parse(time).toString(36)}/${number}`
    yield { version: 1, id, time, runId, trigger, host, ...part } as HistoryEntry
  }
}

function* partsOf(
  report: Report,
  about: Recorded,
  isNew: (table: TableReport) => boolean,
): Generator<Untold> {
  for (const table of report.tables.filter(isNew)) yield* tableParts(table, report.runId)
  if (!('files' in report)) yield runEntry(report, about)
  else for (const file of (report as FilesReport).files.slice(0, NAMED)) yield fileEntry(file)
}

function* tableParts(report: TableReport, runId: string): Generator<Untold> {
  let left = NAMED
  for (const thing of thingsOf(report, runId)) {
    if (left === 0) break
    left -= 1
    yield { ...ofTable(report), ...thing }
  }
  if (!isIdle(report)) yield tableEntry(report)
}

const ofTable = ({ table, topic, catalog, lake }: TableReport) => ({
  table,
  topic,
  catalog,
  ...(lake === undefined ? {} : { lake }),
})

type Thing = Omit<Part<ThingEntry>, 'table' | 'topic' | 'catalog' | 'lake'>

function* thingsOf(report: TableReport, runId: string): Generator<Thing> {
  yield* tableThings(report, runId)
  const unreadable = new Set<string>()
  for (const news of newsOf(report, runId)) {
    if (news.kind !== 'partition.unreadable') continue
    unreadable.add(news.partition)
    const { partition, path, code, message } = news
    yield { kind: 'thing', what: 'unreadable', partition, file: path, code, reason: short(message) }
  }
  yield* waitThings(report, unreadable)
  yield* vanishedThings(report)
  yield* named('dropped', report.droppedPartitions)
  yield* named('moved', report.movedPartitions)
  yield* named('altered', report.alteredPartitions)
  yield* named('registered', report.addedPartitions)
}

function* named(what: What, partitions: readonly string[] = []): Generator<Thing> {
  for (const partition of partitions) yield { kind: 'thing', what, partition }
}

function* tableThings(report: TableReport, runId: string): Generator<Thing> {
  for (const news of newsOf(report, runId)) {
    if (news.kind !== 'table.changed') continue
    for (const { kind, summary } of news.changes)
      yield { kind: 'thing', what: kind === 'createTable' ? 'created' : 'altered', reason: short(summary) }
  }
}

/** What ends by itself (decide/named.ts). */
const INCOMPLETE: ReadonlySet<string> = new Set([
  'AWAITING_SUCCESS',
  'TEMPORARY_FILE',
  'FILE_UNREADABLE',
  'FILE_REPLACED',
  'INCOMPLETE_FILE',
])

/** @param told partitions that an engine cannot read, which say more of it */
function* waitThings(report: TableReport, told: ReadonlySet<string>): Generator<Thing> {
  const held = new Set(report.held)
  for (const wait of report.newlyWaiting ?? []) {
    const { partition, path, code, file } = wait
    if (told.has(partition)) continue
    const finding = reasonOf(report, path, code)
    yield {
      kind: 'thing',
      what: whatOf(wait, held),
      partition,
      ...(file === undefined ? {} : { file: locationOf(report, path, file) }),
      ...(code === undefined ? {} : { code }),
      ...(finding.message === undefined ? {} : { reason: short(finding.message) }),
    }
  }
}

/** What the catalog has stays as it was: nothing that is not accepted can be queried (decide/named.ts). */
const STAYS: ReadonlySet<string> = new Set(['PARTITION_ELSEWHERE', 'PARTITION_REFUSED'])

function whatOf({ path, code = '' }: NewWait, held: ReadonlySet<string>): What {
  if (INCOMPLETE.has(code)) return 'incomplete'
  return held.has(path) || STAYS.has(code) ? 'held' : 'exposed'
}

/** As the finding about it has it, else its end. */
const locationOf = ({ diagnostics }: TableReport, path: string, file: string): string =>
  diagnostics.find(({ path: at = '' }) => at.endsWith(`/${path}/${file}`))?.path ?? `${path}/${file}`

function* vanishedThings({ diagnostics }: TableReport): Generator<Thing> {
  for (const { code, partition, message } of diagnostics)
    if (code === 'VANISHED_PARTITIONS')
      yield {
        kind: 'thing',
        what: 'vanished',
        ...(partition === undefined ? {} : { partition }),
        code,
        reason: short(message),
      }
}

const isIdle = ({ outcome, waiting = 0, diagnostics }: TableReport): boolean =>
  (outcome === 'unchanged' || outcome === 'missing') &&
  waiting === 0 &&
  diagnostics.every(({ severity }) => severity === 'info')

function tableEntry(report: TableReport): Part<TableEntry> {
  const { outcome, ms, partitions, waiting, files, rows, lagMs, diagnostics, error } = report
  const { listed, added, altered, moved, dropped, held } = partitions
  const refusal = outcome === 'refused' ? diagnostics[0] : undefined
  return {
    kind: 'table',
    ...ofTable(report),
    outcome,
    ms,
    listed,
    added,
    altered,
    moved,
    dropped,
    held,
    ...(waiting === undefined ? {} : { waiting }),
    files,
    rows,
    ...(lagMs === undefined ? {} : { lagMs }),
    findings: counted(diagnostics),
    ...because(error ?? refusal),
  }
}

function runEntry(
  { mode, ms, partial, tables, diagnostics, failures }: Report,
  { lakes }: Recorded,
): Part<RunEntry> {
  const outcomes: Record<string, number> = {}
  for (const { outcome } of tables) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return {
    kind: 'run',
    lakes: lakes.slice(0, 100),
    ...(mode === undefined ? {} : { mode }),
    ms,
    partial,
    tables: tables.length,
    outcomes,
    findings: counted(diagnostics),
    ...because(failures[0]?.error),
  }
}

const fileEntry = ({ location, outcome, code, message }: FileOutcome): Part<ThingEntry> => ({
  kind: 'thing',
  what: outcome,
  file: location,
  ...(code === undefined ? {} : { code }),
  ...(message === undefined ? {} : { reason: short(message) }),
})

function counted(findings: readonly Diagnostic[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { code, severity, count = 1 } of findings)
    if (severity !== 'info') counts[code] = (counts[code] ?? 0) + count
  return counts
}

const because = (why: (Pick<ErrorSummary, 'message'> & { readonly code: string }) | undefined) =>
  why === undefined ? {} : { code: why.code, reason: short(why.message) }

const LONGEST = 500

/** What engines said is among them. */
function short(text: string): string {
  const clean = withoutSecrets(text)
  return clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST - 1)}…`
}
