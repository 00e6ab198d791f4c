/** Where the tables stand, for people: a line for each, and below it what waits. */
import type { LakeStatus, ScanStatus } from '../../../function/lake-status.ts'
import type { EngineStatus, StatusReport, TableStatus } from '../../../function/status.ts'
import type { WaitStatus } from '../../../function/wait-status.ts'
import type { Paint, Terminal } from '../terminal.ts'
import { cleaned } from './cleaned.ts'
import { findingLines } from './findings.ts'
import { tableLines } from './schema-table.ts'
import { printWrapped } from './wrap.ts'

export function showStatus(terminal: Terminal, report: StatusReport): void {
  printWrapped(terminal, statusLines(cleaned(report), terminal))
}

const HEAD = ['table', 'catalog', 'state', 'last change', 'by a full scan', 'waiting'] as const

const STYLES = {
  synced: 'green',
  scanning: 'cyan',
  noTable: 'yellow',
  refused: 'yellow',
  failed: 'red',
} as const satisfies Record<TableStatus['state'], Parameters<Paint>[0]>

const STATES = {
  synced: 'synced',
  scanning: 'scanning',
  noTable: 'no table',
  refused: 'refused',
  failed: 'failed',
} as const satisfies Record<TableStatus['state'], string>

function statusLines(
  { lakes, tables, failures, diagnostics }: StatusReport,
  { paint, width }: Terminal,
): string[] {
  const [head = '', ...rows] = tableLines([HEAD, ...tables.map(cells)], width)
  return [
    ...(rows.length > 0 ? [paint('bold', head)] : []),
    ...tables.flatMap((table, at) => [
      paint(STYLES[table.state], rows[at] ?? ''),
      ...detailLines(table, paint),
    ]),
    ...lakes.flatMap(lakeLines).map(text => paint('dim', text)),
    ...findingLines('the catalogs', diagnostics, paint),
    ...failures.flatMap(({ location, error }) => [
      `${paint('red', '✗')} ${location}: ${error.message}`,
      ...(error.hint === undefined ? [] : [`    what to do: ${error.hint}`]),
    ]),
  ]
}

const cells = ({ table, catalog, state, mark, full, pending }: TableStatus): readonly string[] => [
  table,
  catalog,
  STATES[state],
  minute(mark),
  minute(full),
  typeof pending === 'string' ? pending : pending.length === 0 ? '' : `${pending.length}`,
]

/** `2026-11-20 06:59Z`. */
const minute = (time: string | undefined): string =>
  time === undefined ? '' : `${time.slice(0, 16).replace('T', ' ')}Z`

/** The times are those of the last scans, or up to an hour older: more is not kept. */
function lakeLines({ location, keptOn, lastScan, lastFullScan, notKept, laterMark }: LakeStatus): string[] {
  if (lastScan === undefined)
    return [`${location}: when scans ran is not kept here${notKept === undefined ? '' : ` (${notKept})`}`]
  const full = lastFullScan ? ranAt(lastFullScan) : 'none with --mode full is known of'
  return [
    `${location}: last scan of all tables ${ranAt(lastScan)}; last full one: ${full}; each began then or up to an hour later (kept on ${keptOn})`,
    ...(laterMark === undefined
      ? []
      : [
          `    a table was scanned at ${minute(laterMark)}, which is later: it was synced alone, or scans cannot keep their times here any more`,
        ]),
  ]
}

const ranAt = ({ startedAt, handedOn }: ScanStatus): string =>
  `${minute(startedAt)}${handedOn ? ', handed on to the platform' : ''}`

/** Of the partitions that wait; `--json` has all. */
const MAX_SHOWN = 10

function detailLines(
  {
    state,
    topic,
    refusal,
    pending,
    waits = [],
    cursor,
    descriptorsPending,
    statisticsPending,
    leftOut,
    engines = [],
    error,
  }: TableStatus,
  paint: Paint,
): readonly string[] {
  const details = [
    ...(state === 'noTable' ? [noTable(topic)] : []),
    ...(refusal ? refusalLines(refusal) : []),
    ...waitLines(waits, typeof pending === 'string'),
    ...(cursor === undefined ? [] : [`the next full scan goes on after ${cursor}`]),
    ...(leftOut === 'unknown' ? ['older files: not known yet what is left out of them'] : []),
    ...(leftOut === 'inside' ? ['partitions outside the lake: not known what is left out of them'] : []),
    ...(leftOut === 'overflow' ? [NO_ROOM] : []),
    ...(descriptorsPending ? ['some partitions do not have the new types yet: Hive cannot query those'] : []),
    ...(statisticsPending ? ['column statistics of an earlier build: scans take them away'] : []),
  ]
  return [
    ...[...details, ...engines.flatMap(engineDetails)].map(detail => paint('dim', `    ${detail}`)),
    ...(error ? [`    ${paint('red', error.message)}`] : []),
    ...(error?.hint === undefined ? [] : [`    what to do: ${error.hint}`]),
  ]
}

const noTable = (topic: string): string =>
  `there is a folder, and no table of it: no scan has come to it yet, or nothing in it can be registered (goldsync plan ${topic} says which)`

const refusalLines = ({ code, message, fix }: NonNullable<TableStatus['refusal']>): string[] => [
  `${code}: ${message}`,
  ...(fix === undefined ? [] : [`fix: ${fix}`]),
]

/** @param others whether more wait than are named */
function waitLines(waits: readonly WaitStatus[], others: boolean): string[] {
  const shown = waits.slice(0, MAX_SHOWN)
  const rest = waits.length - shown.length
  const remedies = new Map(shown.map(({ code, remedy }) => [code ?? 'not known why', remedy]))
  return [
    ...shown.map(waitLine),
    ...(rest > 0 ? [`… and ${rest} more (--json has all)`] : []),
    ...(others ? ['more wait than the table can name: each scan is a full one until there are fewer'] : []),
    ...[...remedies].map(([code, remedy]) => `what to do (${code}): ${remedy}`),
  ]
}

function waitLine({ partition, code, file, since }: WaitStatus): string {
  const reason = [code, file].filter(part => part !== undefined).join(' ')
  return `waits: ${partition}${reason === '' ? '' : `: ${reason}`}${since === undefined ? '' : `, since ${minute(since)}`}`
}

const NO_ROOM =
  'more is left out of files than the table can remember (goldsync.undeclared): rewrite those files, and remove the parameter'

function engineDetails({ engine, unproven, failed, unseen }: EngineStatus): string[] {
  return [
    ...(unseen ? [`${engine} is asked by the next run what it sees`] : []),
    ...(unproven.length > 0 ? [`${engine} has yet to read a file of: ${unproven.join(', ')}`] : []),
    ...failed.map(({ partition, column, said, holdsBack }) => {
      const what = column === undefined ? 'a file' : `column ${column} of a file`
      const held = holdsBack ? '; files of its kind are held back' : ''
      return `${engine} cannot read ${what} in ${partition}: ${said}${held}`
    }),
  ]
}
