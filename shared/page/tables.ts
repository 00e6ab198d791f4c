/** All tables, those in need first, the rest in a fold that a filter opens. */
import type { TableStatus } from '../function/status.ts'
import { type Html, html, type Part } from './html.ts'
import { type LastRun, type Past, tableKey } from './past.ts'
import { ago, count, counted, named, span } from './words.ts'

/** How much a table needs somebody: `act`, `wait` for a writer or a run, or nothing. */
export type Need = 'act' | 'wait' | 'fine'

export interface Row {
  readonly status: TableStatus
  readonly need: Need
}

interface Seen {
  readonly now: number
  /** Whether there are several catalogs. */
  readonly several: boolean
  readonly past: Past | undefined
}

/** In sync and more than so many: folded. */
const UNFOLDED = 12

export function tablesSection(rows: readonly Row[], seen: Seen): Html {
  const needy = rows.filter(({ need }) => need !== 'fine').sort(byNeed)
  const fine = rows.filter(({ need }) => need === 'fine').sort(longestUnchanged)
  const [first] = fine
  return html`<section aria-labelledby="tables"><h2 id="tables">Tables</h2>
<p class="filter" hidden><label for="filter">Filter</label> <input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="part of a name or state"> <output id="matches" for="filter"></output></p>
${rows.length === 0 && html`<p class="none">There is no topic in the lakes yet.</p>`}
${needy.length > 0 && tableOf(needy, `${counted(needy.length, 'table')} with something open, the most urgent first`, seen)}
${
  first !== undefined &&
  (fine.length <= UNFOLDED
    ? tableOf(fine, captionOf(fine), seen)
    : html`<details class="all"><summary>${captionOf(fine)}: ${first.status.table} ${first.status.mark !== undefined && html`(${ago(first.status.mark, seen.now)})`}</summary>${tableOf(fine, captionOf(fine), seen, true)}</details>`)
}
</section>`
}

const captionOf = (fine: readonly Row[]): string =>
  `${counted(fine.length, 'table')} in sync${fine.length > 1 ? ', the longest unchanged first' : ''}`

const NEEDS: Readonly<Record<Need, number>> = { act: 0, wait: 1, fine: 2 }

const byNeed = (one: Row, other: Row): number =>
  NEEDS[one.need] - NEEDS[other.need] ||
  other.status.pending.length - one.status.pending.length ||
  longestUnchanged(one, other)

const longestUnchanged = ({ status: one }: Row, { status: other }: Row): number =>
  (one.mark ?? '').localeCompare(other.mark ?? '') || one.table.localeCompare(other.table)

function tableOf(rows: readonly Row[], caption: string, seen: Seen, isSaid = false): Html {
  const columns: readonly (readonly [string, string?])[] = [
    ['Table'],
    ['State'],
    ['Changed', ' how long ago, or up to the lookback later'],
    ['Full scan', ' with changes, how long ago'],
    ...(seen.past
      ? ([
          ['Lag', ' of the newest files'],
          ['Last run', ' with news'],
        ] as const)
      : []),
  ]
  return html`<table class="tables${seen.past && ' past'}"><caption class="${isSaid && 'vh'}">${caption}</caption>
<thead><tr>${columns.map(([name, more]) => html`<th scope="col">${name}${more !== undefined && html`<span class="vh">${more}</span>`}</th>`)}</tr></thead>
<tbody>${rows.map(row => rowOf(row, seen))}</tbody></table>`
}

function rowOf({ status, need }: Row, { now, several, past }: Seen): Html {
  const { table, topic, catalog, mark, full } = status
  const isOther = topic !== table.split('.').at(-1)
  const about = [isOther && html`topic ${named(topic)}`, several && html`in ${named(catalog)}`].filter(
    part => part !== false,
  )
  const last = past?.tables.get(tableKey(table, catalog))
  return html`<tr><th scope="row">${named(table)}${about.length > 0 && html`<small>${about.map((part, at) => html`${at > 0 && ', '}${part}`)}</small>`}</th><td>${stateOf(status).map((text, at) => html`${at > 0 && ' '}<span class="state ${need}">${text}</span>`)}</td><td>${ago(mark, now)}</td><td>${ago(full, now)}</td>${past && lastCells(last, now)}</tr>
`
}

const lastCells = (last: LastRun | undefined, now: number): Part =>
  html`<td>${last?.lagMs === undefined ? html`<span class="none">–</span>` : span(last.lagMs)}</td><td>${last ? html`${ago(last.time, now)}, ${last.outcome}` : html`<span class="none">–</span>`}</td>`

const STATES = {
  synced: 'in sync',
  scanning: 'first scan',
  noTable: 'no table',
  refused: 'refused',
  failed: 'failed',
} as const satisfies Record<TableStatus['state'], string>

function stateOf({ state, pending, waits = [], engines = [] }: TableStatus): readonly string[] {
  const exposed = waits.filter(({ code }) => code === 'EXPOSED_FILE').length
  const waiting = typeof pending === 'string' ? 'many' : pending.length - exposed
  const unread = engines.reduce((sum, { failed }) => sum + failed.length, 0)
  const open = [
    exposed > 0 && `${count(exposed)} exposed`,
    unread > 0 && `${count(unread)} unreadable`,
    (waiting === 'many' || waiting > 0) && `${waiting} waiting`,
  ].filter(part => part !== false)
  return state === 'synced' && open.length > 0 ? open : [STATES[state], ...open]
}
