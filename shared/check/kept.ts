/** What tables tell of the runs before: whether scans still come, and what waits. Pure. */
import type { Lake } from '../run/run.ts'
import { type Table, tableId } from '../schema/table.ts'
import { printTime } from '../state/clocks.ts'
import { keepsRuns, parseRuns, REVIVE_SCANS, ranParameter, SCANS_STOPPED } from '../state/ran.ts'
import { stateOf, TOPIC } from '../state/table-state.ts'
import type { Waits } from '../state/waits.ts'
import { counted, few, ok, type Said, warning } from './check.ts'

/** A topic's table, as it was read; `unread` where the catalog did not tell of it. */
export interface Kept {
  readonly lake: Lake
  readonly topic: string
  readonly table: Table | undefined | 'unread'
}

/** Nothing of lakes of which no table of their first catalog keeps it, or one that may was not read. @param now epoch ms */
export const sayScans = (catalog: string, kept: readonly Kept[], now: number): readonly Said[] =>
  [...new Set(kept.map(({ lake }) => lake))].flatMap(lake => {
    if (lake.catalogs[0]?.name !== catalog) return []
    const tables = kept.filter(one => one.lake === lake)
    const keeper = tables.find(({ topic, table }) => table === 'unread' || keepsRuns(table, topic))?.table
    if (keeper === undefined || keeper === 'unread') return []
    const { scan } = parseRuns(keeper.parameters[ranParameter(lake.location)], now)
    if (scan === undefined) return []
    const said = `the last scan of all of ${lake.location} began at ${printTime(scan.at)}, or up to an hour later`
    return [now - scan.at > SCANS_STOPPED ? warning(said, REVIVE_SCANS) : ok(said)]
  })

/** Partitions that every run looks at again, and why, as far as that was remembered. @param now epoch ms */
export function sayWaiting(kept: readonly Kept[], now: number): readonly Said[] {
  const tables = kept.flatMap(({ topic, table }) => {
    if (table === undefined || table === 'unread' || table.parameters[TOPIC] !== topic) return []
    return [{ id: tableId(table.name), ...stateOf(table, now) }]
  })
  const named = tables.flatMap(({ id, pending, waits }) =>
    pending === 'overflow' ? [] : pending.map(path => `${id} ${withCode(path, waits)}`),
  )
  const most = tables.flatMap(({ id, pending, waits }) =>
    pending === 'overflow' ? [sayMost(id, waits)] : [],
  )
  return [
    ...warnOf(
      `${counted(named.length, 'partition')} held back or incomplete`,
      named,
      'goldsync status tells of each since when, and what to do',
    ),
    ...warnOf(
      'more partitions than can be named are held back or incomplete',
      most,
      'every run scans all of the table until there are fewer; goldsync status tells of some since when, and what to do',
    ),
  ]
}

const warnOf = (said: string, names: readonly string[], fix: string): readonly Said[] =>
  names.length === 0 ? [] : [warning(`${said}: ${few(names)}`, fix)]

/** Of how many some are remembered nobody knows. */
function sayMost(id: string, waits: Waits): string {
  const some = [...waits.keys()].slice(0, 3).map(path => withCode(path, waits))
  return some.length === 0 ? id : `${id} (${some.join(', ')}, …)`
}

function withCode(path: string, waits: Waits): string {
  const code = waits.get(path)?.code
  return code === undefined ? path : `${path} (${code})`
}
