/** What tables tell of the runs before: whether scans still come, and what waits. Pure. */
import type { Lake } from '../run/run.ts'
import { type Table, tableId } from '../schema/table.ts'
import { printTime } from '../state/clocks.ts'
import { keepsRuns, parseRuns, REVIVE_SCANS, ranParameter, SCANS_STOPPED } from '../state/ran.ts'
import { stateOf } from '../state/table-state.ts'
import { counted, few, ok, type Said, warning } from './check.ts'

/** A topic's table, as it was read. */
export interface Kept {
  readonly lake: Lake
  readonly topic: string
  readonly table: Table
}

/** Nothing of lakes of which no table keeps it. @param now epoch ms */
export const sayScans = (kept: readonly Kept[], now: number): readonly Said[] =>
  [...new Set(kept.map(({ lake }) => lake))].flatMap(lake => {
    const keeper = kept.find(one => one.lake === lake && keepsRuns(one.table, one.topic))
    const { scan } = parseRuns(keeper?.table.parameters[ranParameter(lake.location)], now)
    if (scan === undefined) return []
    const said = `the last scan of all of ${lake.location} began at ${printTime(scan.at)}, or up to an hour later`
    return [now - scan.at > SCANS_STOPPED ? warning(said, REVIVE_SCANS) : ok(said)]
  })

/** Partitions that every run looks at again, and why, as far as that was remembered. @param now epoch ms */
export function sayWaiting(kept: readonly Kept[], now: number): readonly Said[] {
  const waiting = kept.flatMap(({ table }) => {
    const { pending, waits } = stateOf(table, now)
    const paths = pending === 'overflow' ? [...waits.keys()] : pending
    return paths.map(path => {
      const code = waits.get(path)?.code
      return `${tableId(table.name)} ${path}${code === undefined ? '' : ` (${code})`}`
    })
  })
  if (waiting.length === 0) return []
  const said = `${counted(waiting.length, 'partition')} held back or incomplete: ${few(waiting)}`
  return [warning(said, 'goldsync status tells of each since when, and what to do')]
}
