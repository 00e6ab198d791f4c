/** Reports cut to what a platform carries: OpenWhisk's result limit is 1 MB, and a reply is for people to look at. */
import type { AnyReport, Outcome } from '../function/outcome.ts'
import type { TableStatus } from '../function/status.ts'
import type { FileOutcome, FilesReport, StatisticsReport, StepReport, TableReport } from '../run/report.ts'

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
export function boundReport<R extends AnyReport>(report: R, maxBytes = MAX_BYTES): R {
  for (let keep = 1_000; keep >= 1; keep = Math.floor(keep / 4)) {
    const cut = cutReport(report, keep)
    if (Buffer.byteLength(JSON.stringify(cut)) <= maxBytes) return cut as R
  }
  return cutReport(report, 0) as R
}

function cutReport(report: AnyReport, keep: number): object {
  const cut = cutLists(isOfFiles(report) ? waitingFirst(report, keep) : report, keep)
  if ('handedBack' in cut) return { ...cut, handedBack: cutLists(cut.handedBack, keep) }
  return 'tables' in cut ? { ...cut, tables: cut.tables.map(table => cutTable(table, keep)) } : cut
}

const isOfFiles = (report: AnyReport): report is FilesReport => 'files' in report

const cutTable = (table: TableReport | TableStatus, keep: number): TableReport | TableStatus =>
  cutLists('steps' in table ? cutParts(table, keep) : table, keep)

const cutParts = ({ steps, statistics, ...table }: TableReport, keep: number): TableReport => ({
  ...table,
  steps: steps.map(cutStep),
  ...(statistics ? { statistics: cutStatistics(statistics, keep) } : {}),
})

function cutStatistics(statistics: StatisticsReport, keep: number): StatisticsReport {
  const more = Math.max(0, statistics.partitions.length - keep)
  return { ...cutLists(statistics, keep), partitionsOmitted: statistics.partitionsOmitted + more }
}

/** So many entries of each list, and how many are left out. */
const cutLists = <T extends object>(value: T, keep: number): T =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, list]: [string, unknown]) =>
      Array.isArray(list) && list.length > keep
        ? [[key, list.slice(0, keep)] as const, [`${key}Omitted`, list.length - keep] as const]
        : [[key, list] as const],
    ),
  ) as T

/** Of the files that do not fit all, those that something is the matter with stay longest. */
function waitingFirst(report: FilesReport, keep: number): FilesReport {
  if (report.files.length <= keep) return report
  const isDone = ({ outcome }: FileOutcome) => DONE.has(outcome)
  const waiting = report.files.filter(file => !isDone(file))
  return { ...report, files: [...waiting, ...report.files.filter(isDone)] }
}

const DONE: ReadonlySet<FileOutcome['outcome']> = new Set(['registered', 'visible', 'read'])

function cutStep(step: StepReport): StepReport {
  const { command } = step
  if (command.length <= MAX_COMMAND) return step
  return { ...step, command: `${command.slice(0, MAX_COMMAND)} … (${command.length} characters)` }
}
