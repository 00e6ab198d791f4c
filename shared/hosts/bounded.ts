/** Reports cut to what a platform carries: OpenWhisk's result limit is 1 MB, and a reply is for people to look at. */
import type { Outcome } from '../function.ts'
import type { FilesReport, Report, StepReport, TableReport } from '../report.ts'

/** Below OpenWhisk's 1 MB, with room for the platform's envelope. */
const MAX_BYTES = 900_000
/** A batch of partitions is one long statement; its head tells enough. */
const MAX_COMMAND = 4_000

/** The outcome with as many steps and findings as fit; `stepsOmitted` and its like count the rest. */
export function boundOutcome(outcome: Outcome): Outcome {
  if (outcome.status === 'invalid' || outcome.report === undefined) return outcome
  return { ...outcome, report: boundReport(outcome.report) }
}

/** @param maxBytes of the report as JSON in UTF-8 */
export function boundReport(report: Report, maxBytes = MAX_BYTES): Report {
  for (let keep = 1_000; keep >= 1; keep = Math.floor(keep / 4)) {
    const cut = cutReport(report, keep)
    if (Buffer.byteLength(JSON.stringify(cut)) <= maxBytes) return cut
  }
  return { ...cutReport(report, 1), tables: [], ...omit('tables', report.tables.length) }
}

function cutReport(report: Report, keep: number): Report {
  return {
    ...report,
    tables: report.tables.slice(0, keep).map(table => cutTable(table, keep)),
    diagnostics: report.diagnostics.slice(0, keep),
    failures: report.failures.slice(0, keep),
    ...cutFiles(report, keep),
    ...omit('tables', report.tables.length - keep),
    ...omit('diagnostics', report.diagnostics.length - keep),
    ...omit('failures', report.failures.length - keep),
  }
}

/** The files that are not visible stay longest. */
function cutFiles({ files }: Partial<FilesReport>, keep: number): Partial<FilesReport> {
  if (files === undefined) return {}
  const waiting = files.filter(({ outcome }) => outcome !== 'visible')
  const visible = files.filter(({ outcome }) => outcome === 'visible')
  return {
    files: files.length <= keep ? files : [...waiting, ...visible].slice(0, keep),
    ...omit('files', files.length - keep),
  }
}

function cutTable(table: TableReport, keep: number): TableReport {
  return {
    ...table,
    steps: table.steps.slice(0, keep).map(cutStep),
    diagnostics: table.diagnostics.slice(0, keep),
    pending: table.pending.slice(0, keep),
    held: table.held.slice(0, keep),
    ...omit('steps', table.steps.length - keep),
    ...omit('diagnostics', table.diagnostics.length - keep),
    ...omit('pending', table.pending.length - keep),
    ...omit('held', table.held.length - keep),
  }
}

function cutStep(step: StepReport): StepReport {
  const { command } = step
  if (command.length <= MAX_COMMAND) return step
  return { ...step, command: `${command.slice(0, MAX_COMMAND)} … (${command.length} characters)` }
}

const omit = (what: string, count: number): Readonly<Record<string, number>> =>
  count > 0 ? { [`${what}Omitted`]: count } : {}
