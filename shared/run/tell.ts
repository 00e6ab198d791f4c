/** What a run tells the log, once, of what it found and did: at the level of each finding, with where it is. */
import type { ErrorSummary } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { grouped } from './grouped.ts'
import type { TableReport } from './report.ts'
import type { Run } from './run.ts'

/** Whose run it is and what it is about; goes into each record. */
type About = Readonly<Record<string, unknown>>

const LEVELS = { error: 'error', warning: 'warn', info: 'info' } as const

export function tellFindings(log: Log, about: About, findings: readonly Diagnostic[]): void {
  for (const { severity, message, engines, ...finding } of grouped(findings)) {
    const readers = engines === undefined ? {} : { engines: engines.map(({ engine }) => engine) }
    log[LEVELS[severity]]({ ...about, ...finding, ...readers }, message)
  }
}

/** An expected error has no stack: its code and its hint tell what to do. */
export function tellError(log: Log, about: About, { message, ...error }: ErrorSummary): void {
  log.error({ ...about, ...error }, message)
}

/** A table's run: what it did, where it did something, its error and its findings; what an engine failed to do is among these. */
export function tellTable({ log, runId, trigger, dryRun }: Run, report: TableReport): void {
  const { table, catalog, outcome, partitions, ms, error, diagnostics } = report
  const about = { runId, trigger, catalog, table }
  const { added, altered, held } = partitions
  const level = !dryRun && (outcome === 'changed' || outcome === 'partial') ? 'info' : 'debug'
  log[level]({ ...about, outcome, added, altered, held, ms }, SENTENCES[outcome])
  if (error) tellError(log, about, error)
  tellFindings(log, about, diagnostics)
}

const SENTENCES = {
  changed: 'the table was brought up to date',
  unchanged: 'the table is up to date',
  missing: 'there is no table yet, and nothing to make it of',
  planned: 'the table has changes to be made',
  partial: 'the deadline left work for the next run',
  refused: 'the table is not managed',
  failed: 'the table could not be brought up to date',
} as const satisfies Record<TableReport['outcome'], string>
