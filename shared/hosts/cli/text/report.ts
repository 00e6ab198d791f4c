/** A run's report for people: what changed (or would), what is held back and why, and one closing line for each table. */
import type { ErrorSummary } from '../../../base/errors.ts'
import {
  type EngineReport,
  errorsOf,
  type NamedPartition,
  type Report,
  type StepReport,
  type TableReport,
  type Unmet,
} from '../../../run/report.ts'
import type { Diagnostic } from '../../../schema/diagnostic.ts'
import type { Paint, Terminal } from '../terminal.ts'
import { cleaned } from './cleaned.ts'
import { findingLines } from './findings.ts'
import { printWrapped } from './wrap.ts'

/** Lines of a statement that are shown: a batch of partitions can have a thousand. */
const MAX_LINES = 12

/** @param verbose with the statements, and every finding */
export function showReport(terminal: Terminal, report: Report, verbose = false): void {
  printWrapped(terminal, reportLines(cleaned(report), terminal, verbose))
}

function reportLines(report: Report, { paint, width = WIDE }: Terminal, verbose: boolean): string[] {
  const shown = report.dryRun || verbose ? report.tables : []
  const statements = (step: StepReport) => (verbose ? statementLines(step.command, width, paint) : [])
  const most = verbose ? Number.POSITIVE_INFINITY : undefined
  const findings = [
    ...findingLines('the lake', report.diagnostics, paint, most),
    ...tablesOf(report).flatMap(([name, found]) => findingLines(name, found, paint, most)),
  ]
  return [
    ...shown.flatMap(table => stepsLines(table, statements, paint)),
    ...findings,
    ...report.failures.flatMap(({ location, error: { message, hint } }) => [
      `${paint('red', '✗')} ${message.includes(location) ? message : `${location}: ${message}`}`,
      ...(hint === undefined ? [] : [`    what to do: ${hint}`]),
    ]),
    ...report.tables.flatMap((table, at) => {
      const same = report.tables.slice(0, at).find(other => isSameError(other.error, table.error))
      return tableLines(table, report.dryRun, paint, same)
    }),
    ...(report.unmet ?? []).map(unmet => unmetLine(unmet, paint)),
    totalLine(report),
  ]
}

/** Of each table: what an earlier report of it (of another catalog, or topic) has said in the same words is not told again. */
function tablesOf({ tables }: Report): (readonly [string, readonly Diagnostic[]])[] {
  const names = [...new Set(tables.map(({ table }) => table))]
  return names.map(name => {
    const told = new Set<string>()
    const found = tables
      .filter(({ table }) => table === name)
      .flatMap(({ diagnostics }) => {
        const fresh = diagnostics.filter(finding => !told.has(wordsOf(finding)))
        for (const finding of fresh) told.add(wordsOf(finding))
        return fresh
      })
    return [name, found]
  })
}

const wordsOf = ({ code, message, partition, fix }: Diagnostic): string =>
  JSON.stringify([code, message, partition, fix])

function stepsLines(
  table: TableReport,
  statements: (step: StepReport) => readonly string[],
  paint: Paint,
): string[] {
  if (table.steps.length === 0) return []
  return [
    paint('bold', `${table.table} in ${table.catalog}`),
    ...batched(table.steps, statements).flatMap(({ summary, lines }) => [
      `  ${paint('green', '+')} ${summary}`,
      ...lines,
    ]),
    '',
  ]
}

interface Shown {
  readonly summary: string
  readonly lines: readonly string[]
}

/** Batches of one change follow each other as `add 1000 partitions`: without their statements they are one line. */
function batched(steps: readonly StepReport[], statements: (step: StepReport) => readonly string[]): Shown[] {
  const shown: Shown[] = []
  for (const step of steps) {
    const lines = statements(step)
    const last = shown.at(-1)
    const [before, count] = [COUNTED.exec(last?.summary ?? ''), COUNTED.exec(step.summary)]
    if (lines.length === 0 && before && count && before[1] === count[1] && before[3] === count[3]) {
      const sum = numberOf(before[2]) + numberOf(count[2])
      shown[shown.length - 1] = { summary: `${count[1]}${sum.toLocaleString('en-US')}${count[3]}s`, lines }
    } else shown.push({ summary: step.summary, lines })
  }
  return shown
}

const COUNTED = /^(\D*)([\d,]+)( partition)s?$/
const numberOf = (text = ''): number => Number(text.replaceAll(',', ''))

/** Where nobody watches, a line of a statement has as much. */
const WIDE = 200

function statementLines(command: string, width: number, paint: Paint): string[] {
  const lines = command.split('\n')
  const shown = lines.slice(0, lines.length > MAX_LINES + 1 ? MAX_LINES : lines.length)
  const rest = lines.length - shown.length
  return [
    ...shown.map(line => paint('dim', `      ${shorten(line, width * MAX_LINES)}`)),
    ...(rest > 0 ? [paint('dim', `      … ${rest} more lines (--json has all)`)] : []),
  ]
}

const shorten = (line: string, most: number): string =>
  line.length > most ? `${line.slice(0, most)} … (${line.length} characters; --json has all)` : line

const MARKS = {
  changed: ['green', '✓'],
  unchanged: ['green', '✓'],
  missing: ['dim', '·'],
  planned: ['cyan', '•'],
  partial: ['yellow', '…'],
  refused: ['yellow', '!'],
  failed: ['red', '✗'],
} as const satisfies Record<TableReport['outcome'], readonly [Parameters<Paint>[0], string]>

/** @param same whose error is in the same words: one server that is down is told once */
function tableLines(
  table: TableReport,
  dryRun: boolean,
  paint: Paint,
  same: TableReport | undefined,
): string[] {
  const [style, mark] = MARKS[table.outcome]
  // What an engine failed to do is among the findings.
  const errors = table.error && same === undefined ? [table.error] : []
  return [
    `${paint(style, mark)} ${paint('bold', table.table)} in ${table.catalog}: ${describeTable(table, dryRun)}, ${table.ms} ms`,
    ...(same ? [`    ${paint('red', `${same.error?.code}: as ${same.table}`)}`] : []),
    ...errors.map(({ message }) => `    ${paint('red', message)}`),
    ...errors.flatMap(({ hint }) => (hint === undefined ? [] : [`    what to do: ${hint}`])),
    ...table.engines.flatMap(engine => engineLines(engine, table.partitions.added)),
    ...(table.named ?? []).map(namedLine),
  ]
}

const isSameError = (a: ErrorSummary | undefined, b: ErrorSummary | undefined): boolean =>
  a !== undefined && b !== undefined && a.code === b.code && a.message === b.message && a.hint === b.hint

const namedLine = ({ partition, state, code }: NamedPartition): string =>
  `    ${partition}: ${state}${code === undefined ? '' : ` (${code})`}`

/** @param added more than an engine is asked for in one run, perhaps */
function engineLines(
  { engine, visible, expected, read, unread, error, left }: EngineReport,
  added: number,
): string[] {
  if (error || left) return []
  const [seen, asked] = [visible.toLocaleString('en-US'), expected.toLocaleString('en-US')]
  const of = expected < added ? `the ${asked} newest of ${added.toLocaleString('en-US')}` : asked
  const parts = [
    ...(expected === 0 ? [] : [`sees ${seen} of ${of} new partitions`]),
    ...(read === 0 ? [] : [`read ${read} ${read === 1 ? 'kind' : 'kinds'} of file`]),
    ...(unread === 0 ? [] : [`has yet to read ${unread}${read === 0 ? ' kinds of file' : ' more'}`]),
  ]
  const all = parts.length > 2 ? `${parts.slice(0, 2).join(', ')}, and ${parts[2]}` : parts.join(', ')
  return parts.length === 0 ? [] : [`    ${engine} ${all}`]
}

/** What a plan would do, and what a run has done. */
const VERBS = {
  planned: { create: 'to create', add: 'to add', alter: 'to alter', move: 'to move', drop: 'to unregister' },
  done: { create: 'created', add: 'added', alter: 'altered', move: 'moved', drop: 'unregistered' },
} as const

function describeTable(table: TableReport, dryRun: boolean): string {
  const { outcome, partitions, files, rows, retries, steps } = table
  const { add, alter, move, drop } = VERBS[dryRun ? 'planned' : 'done']
  const state = outcome === 'missing' ? ['no table yet'] : [outcome]
  const counts = [
    ...(outcome === 'planned' ? count(steps.length, 'steps') : state),
    ...count(partitions.added, `partitions ${add}`),
    ...count(partitions.altered, `partitions ${alter}`),
    ...count(partitions.moved, `partitions ${move}`),
    ...count(partitions.dropped, `partitions ${drop}`),
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
  const left = report.partial ? '; what was done is kept, the rest is left for the next run' : ''
  const { mode, dryRun, ms } = report
  const kind = [mode, dryRun ? 'plan' : 'run'].filter(word => word !== undefined).join(' ')
  return `${sumOf(report)}${tables}${errors > 0 ? `; errors: ${errors}` : ''}${left} (${kind}, ${ms} ms)`
}

/** `2 tables to create, 1,204 partitions to add; `. */
function sumOf({ tables, dryRun }: Report): string {
  const sum = (part: (table: TableReport) => number) => tables.reduce((all, table) => all + part(table), 0)
  const having = (kind: StepReport['kind']) =>
    sum(({ steps }) => (steps.some(step => step.kind === kind) ? 1 : 0))
  const { create, add, alter, move, drop } = VERBS[dryRun ? 'planned' : 'done']
  const parts = [
    ...count(having('createTable'), `tables ${create}`),
    ...count(
      having('addColumns') + having('changeColumnTypes'),
      `tables ${dryRun ? 'to get' : 'with'} new columns or types`,
    ),
    ...count(
      sum(({ partitions }) => partitions.added),
      `partitions ${add}`,
    ),
    ...count(
      sum(({ partitions }) => partitions.altered),
      `partitions ${alter}`,
    ),
    ...count(
      sum(({ partitions }) => partitions.moved),
      `partitions ${move}`,
    ),
    ...count(
      sum(({ partitions }) => partitions.dropped),
      `partitions ${drop}`,
    ),
    ...count(
      sum(({ partitions }) => partitions.held),
      'partitions held back',
    ),
  ]
  return parts.length === 0 ? '' : `${parts.join(', ')}; `
}
