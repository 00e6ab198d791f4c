/** Where the tables stand, for people: a line for each, and below it what waits. */
import type { EngineStatus, StatusReport, TableStatus } from '../../../function/status.ts'
import type { Paint, Terminal } from '../terminal.ts'

export function showStatus(terminal: Terminal, report: StatusReport): void {
  for (const line of statusLines(report, terminal.paint)) terminal.print(line)
}

const HEAD = ['table', 'catalog', 'state', 'last change', 'last full scan', 'waiting'] as const

const STYLES = {
  synced: 'green',
  scanning: 'cyan',
  missing: 'yellow',
  failed: 'red',
} as const satisfies Record<TableStatus['state'], Parameters<Paint>[0]>

function statusLines({ tables, failures }: StatusReport, paint: Paint): string[] {
  const rows = tables.map(cells)
  const widths = HEAD.map((title, at) => Math.max(title.length, ...rows.map(row => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    ...(rows.length > 0 ? [paint('bold', line(HEAD))] : []),
    ...tables.flatMap((table, at) => [
      paint(STYLES[table.state], line(rows[at] ?? [])),
      ...detailLines(table, paint),
    ]),
    ...failures.map(({ location, error }) => `${paint('red', '✗')} ${location}: ${error.message}`),
  ]
}

const cells = ({ table, catalog, state, mark, full, pending }: TableStatus): readonly string[] => [
  table,
  catalog,
  state,
  minute(mark),
  minute(full),
  typeof pending === 'string' ? pending : pending.length === 0 ? '' : `${pending.length}`,
]

/** `2026-11-20 06:59Z`. */
const minute = (time: string | undefined): string =>
  time === undefined ? '' : `${time.slice(0, 16).replace('T', ' ')}Z`

/** Of the partitions that wait; `--json` has all. */
const MAX_SHOWN = 10

function detailLines(
  { pending, cursor, descriptorsPending, leftOut, engines = [], error }: TableStatus,
  paint: Paint,
): readonly string[] {
  const waiting = typeof pending === 'string' ? [] : pending
  const rest = waiting.length - MAX_SHOWN
  const details = [
    ...waiting.slice(0, MAX_SHOWN).map(path => `waits: ${path}`),
    ...(rest > 0 ? [`… and ${rest} more (--json has all)`] : []),
    ...(cursor === undefined ? [] : [`the next full scan goes on after ${cursor}`]),
    ...(leftOut === 'unknown' ? ['older files: not known yet what is left out of them'] : []),
    ...(leftOut === 'inside' ? ['partitions outside the lake: not known what is left out of them'] : []),
    ...(leftOut === 'overflow' ? [NO_ROOM] : []),
    ...(descriptorsPending ? ['some partitions do not have the new types yet: Hive cannot query those'] : []),
  ]
  return [
    ...[...details, ...engines.flatMap(engineDetails)].map(detail => paint('dim', `    ${detail}`)),
    ...(error ? [`    ${paint('red', error.message)}`] : []),
    ...(error?.hint === undefined ? [] : [`    what to do: ${error.hint}`]),
  ]
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
