/** An entry of the history for people: one line, the newest first. */
import { visible } from '../../../base/visible.ts'
import type { HistoryEntry, RunEntry, TableEntry, ThingEntry } from '../../../history/history.ts'
import type { Paint } from '../terminal.ts'

type Style = Parameters<Paint>[0]

const STYLES: Readonly<Record<string, Style>> = {
  failed: 'red',
  exposed: 'red',
  unreadable: 'red',
  held: 'yellow',
  incomplete: 'yellow',
  refused: 'yellow',
  vanished: 'yellow',
  partial: 'yellow',
  created: 'green',
  registered: 'green',
  read: 'green',
}

/** `2026-11-28 14:00:01Z  registered  golden.orders 2019/09/01/01  scan, cli, run 5f…` */
export function historyLine(entry: HistoryEntry, paint: Paint): string {
  const { time, trigger, host, runId, code, reason } = entry
  const what = entry.kind === 'thing' ? entry.what : entry.kind === 'table' ? entry.outcome : 'run'
  const style = STYLES[what]
  const parts = [
    `${time.slice(0, 19).replace('T', ' ')}Z`,
    style ? paint(style, what) : what,
    visible(about(entry)),
    visible([code, reason].filter(part => part !== undefined).join(': ')),
    paint('dim', visible(`(${trigger}, ${host}, run ${runId})`)),
  ]
  return parts.filter(part => part !== '').join('  ')
}

function about(entry: HistoryEntry): string {
  if (entry.kind === 'thing') return aboutThing(entry)
  return entry.kind === 'table' ? aboutTable(entry) : aboutRun(entry)
}

const aboutThing = ({ table, catalog, partition, file }: ThingEntry): string =>
  [table === undefined ? undefined : `${table} in ${catalog}`, partition, file]
    .filter(part => part !== undefined)
    .join(' ')

function aboutTable({ table, catalog, ms, lagMs, findings, waiting = 0, ...counts }: TableEntry): string {
  const numbers = (['added', 'altered', 'moved', 'dropped', 'held', 'files'] as const).flatMap(name =>
    counts[name] > 0 ? [`${counts[name]} ${name === 'files' ? 'footers read' : name}`] : [],
  )
  const rest = [
    ...numbers,
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(lagMs === undefined ? [] : [`lag ${lagMs} ms`]),
    ...countsOf(findings),
    `${ms} ms`,
  ]
  return `${table} in ${catalog}: ${rest.join(', ')}`
}

function aboutRun({ mode, tables, outcomes, findings, partial, ms }: RunEntry): string {
  const rest = [...countsOf(outcomes), ...countsOf(findings), ...(partial ? ['left work'] : []), `${ms} ms`]
  return `${mode === undefined ? '' : `${mode}, `}tables: ${tables}; ${rest.join(', ')}`
}

const countsOf = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts).map(([name, number]) => `${number} ${name}`)
