/** A run's report for people: what changed (or would), what is held back and why, and one closing line for each table. */
import {
  type EngineReport,
  errorsOf,
  type NamedPartition,
  type Report,
  type StepReport,
  type TableReport,
  type Unmet,
} from '../../../run/report.ts'
import type { Paint, Terminal } from '../terminal.ts'
import { findingLines } from './findings.ts'

/** Lines of a statement that are shown: a batch of partitions can have a thousand. */
const MAX_LINES = 12

export function showReport(terminal: Terminal, report: Report): void {
  for (const line of reportLines(report, terminal.paint)) terminal.print(line)
}

function reportLines(report: Report, paint: Paint): string[] {
  const plans = report.dryRun ? report.tables.flatMap(table => planLines(table, paint)) : []
  const findings = [
    ...findingLines('the lake', report.diagnostics, paint),
    ...report.tables.flatMap(table => findingLines(table.table, table.diagnostics, paint)),
  ]
  return [
    ...plans,
    ...findings,
    ...report.failures.flatMap(({ location, error: { message, hint } }) => [
      `${paint('red', '✗')} ${message.includes(location) ? message : `${location}: ${message}`}`,
      ...(hint === undefined ? [] : [`    what to do: ${hint}`]),
    ]),
    ...report.tables.flatMap(table => tableLines(table, paint)),
    ...(report.unmet ?? []).map(unmet => unmetLine(unmet, paint)),
    totalLine(report),
  ]
}

function planLines(table: TableReport, paint: Paint): string[] {
  if (table.steps.length === 0) return []
  return [
    paint('bold', `${table.table} in ${table.catalog}`),
    ...table.steps.flatMap(step => stepLines(step, paint)),
    '',
  ]
}

function stepLines(step: StepReport, paint: Paint): string[] {
  const lines = step.command.split('\n')
  const shown = lines.slice(0, lines.length > MAX_LINES + 1 ? MAX_LINES : lines.length)
  const rest = lines.length - shown.length
  return [
    `  ${paint('green', '+')} ${step.summary}`,
    ...shown.map(line => paint('dim', `      ${shorten(line)}`)),
    ...(rest > 0 ? [paint('dim', `      … ${rest} more lines (--json has all)`)] : []),
  ]
}

const MAX_WIDTH = 200

const shorten = (line: string): string =>
  line.length > MAX_WIDTH ? `${line.slice(0, MAX_WIDTH)} … (${line.length} characters)` : line

const MARKS = {
  changed: ['green', '✓'],
  unchanged: ['green', '✓'],
  missing: ['dim', '·'],
  planned: ['cyan', '•'],
  partial: ['yellow', '…'],
  refused: ['yellow', '!'],
  failed: ['red', '✗'],
} as const satisfies Record<TableReport['outcome'], readonly [Parameters<Paint>[0], string]>

function tableLines(table: TableReport, paint: Paint): string[] {
  const [style, mark] = MARKS[table.outcome]
  const errors = [...(table.error ? [table.error] : []), ...table.engines.flatMap(({ error }) => error ?? [])]
  return [
    `${paint(style, mark)} ${paint('bold', table.table)} in ${table.catalog}: ${describeTable(table)}, ${table.ms} ms`,
    ...errors.map(({ message }) => `    ${paint('red', message)}`),
    ...errors.flatMap(({ hint }) => (hint === undefined ? [] : [`    what to do: ${hint}`])),
    ...table.engines.flatMap(engineLines),
    ...(table.named ?? []).map(namedLine),
  ]
}

const namedLine = ({ partition, state, code }: NamedPartition): string =>
  `    ${partition}: ${state}${code === undefined ? '' : ` (${code})`}`

function engineLines({ engine, visible, expected, read, unread, error, left }: EngineReport): string[] {
  if (error || left) return []
  const parts = [
    ...(expected === 0 ? [] : [`sees ${visible} of ${expected} new partitions`]),
    ...(read === 0 ? [] : [`read ${read} ${read === 1 ? 'kind' : 'kinds'} of file`]),
    ...(unread === 0 ? [] : [`has yet to read ${unread}${read === 0 ? ' kinds of file' : ' more'}`]),
  ]
  const all = parts.length > 2 ? `${parts.slice(0, 2).join(', ')}, and ${parts[2]}` : parts.join(', ')
  return parts.length === 0 ? [] : [`    ${engine} ${all}`]
}

function describeTable({ outcome, partitions, files, rows, retries, steps }: TableReport): string {
  const counts = [
    outcome === 'planned' ? `${steps.length} steps` : outcome === 'missing' ? 'no table yet' : outcome,
    ...count(partitions.added, 'partitions added'),
    ...count(partitions.altered, 'partitions altered'),
    ...count(partitions.moved, 'partitions moved'),
    ...count(partitions.dropped, 'partitions unregistered'),
    ...count(partitions.held, 'partitions held back'),
    ...count(files, 'footers read'),
    ...count(rows, 'rows in them'),
    ...count(retries, 'requests sent again'),
  ]
  return counts.join(', ')
}

const count = (number: number, what: string): string[] =>
  number === 0
    ? []
    : [`${number.toLocaleString('en-US')} ${number === 1 ? what.replace(/(^\w+)s\b/, '$1') : what}`]

const unmetLine = ({ table, catalog, partition, message }: Unmet, paint: Paint): string => {
  const where = [table, ...(partition === undefined ? [] : [partition])].join(' ')
  return `${paint('red', '✗')} cannot be queried: ${where}${catalog === undefined ? '' : ` in ${catalog}`}: ${message}`
}

function totalLine(report: Report): string {
  const outcomes = new Map<string, number>()
  for (const { outcome } of report.tables) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  const parts = [...outcomes].map(([outcome, number]) => `${number} ${outcome}`)
  const errors = errorsOf(report).length
  const tables = report.tables.length === 0 ? 'no table' : `tables: ${parts.join(', ')}`
  const left = report.partial ? '; work is left for the next run' : ''
  return `${tables}${errors > 0 ? `; errors: ${errors}` : ''}${left} (${report.mode} ${report.dryRun ? 'plan' : 'run'}, ${report.ms} ms)`
}
