/** When scans of a lake ran: kept on one of its tables, seldom written, so that a scan with nothing to do writes nothing else. Pure. */
import { fnv1a64 } from '../evolution/fnv.ts'
import type { Table } from '../schema/table.ts'
import { parseTime, pastTime, printTime } from './clocks.ts'
import { isNewer } from './format.ts'
import { TOPIC } from './table-state.ts'

/** A scan of a whole lake. */
export interface Ran {
  /** Its start, epoch ms. */
  readonly at: number
  /** Whether it only handed its tables on to the platform. */
  readonly handedOn: boolean
}

/** The last ones that are known of: any, and a full one. */
export interface Runs {
  readonly scan?: Ran
  readonly full?: Ran
}

/** The times are as old as this, or younger, milliseconds. */
export const RAN_WITHIN = 3_600_000

/** Without a scan for so long, milliseconds, those that run each few minutes have stopped: one of an hour ago may be their last. */
export const SCANS_STOPPED = 2 * RAN_WITHIN
export const REVIVE_SCANS =
  'see whether the trigger of scans still runs (cron, CronJob, PingSource, alarm), and what its last run said; where scans run more seldom than this, all is well'

/** The table parameter: other lakes may have tables in the same database. */
export const ranParameter = (location: string): string => `goldsync.ran.${fnv1a64(location)}`

/** Which of a lake's tables keeps it: the first, by its topic's location, that is its topic's and that this build may write to. */
export const keepsRuns = (table: Table | undefined, topic: string): table is Table =>
  table?.parameters[TOPIC] === topic && !isNewer(table)

/** What is broken, or lies ahead, tells nothing. @param now epoch ms */
export function parseRuns(text: string | undefined, now: number): Runs {
  const [scan, full] = (text ?? '').split('; full ').map(one => ranIn(one, now))
  return { ...(scan ? { scan } : {}), ...(full ? { full } : {}) }
}

const HANDED_ON = ' handed on'

function ranIn(text: string, now: number): Ran | undefined {
  const handedOn = text.endsWith(HANDED_ON)
  const at = pastTime(parseTime(handedOn ? text.slice(0, -HANDED_ON.length) : text), now)
  return at === undefined ? undefined : { at, handedOn }
}

/** `2026-11-28T04:00:00.000Z; full 2026-11-27T02:00:00.000Z handed on`. */
export const printRuns = ({ scan, full }: Runs): string =>
  [scan ? print(scan) : '', ...(full ? [print(full)] : [])].join('; full ')

const print = ({ at, handedOn }: Ran): string => `${printTime(at)}${handedOn ? HANDED_ON : ''}`

/** What is to be kept after a scan; undefined where what is kept is young enough. */
export function nextRuns(before: Runs, ran: Ran, mode: 'recent' | 'full'): Runs | undefined {
  const last = mode === 'full' ? before.full : before.scan
  if (last !== undefined && ran.at - last.at < RAN_WITHIN) return undefined
  return { ...before, scan: ran, ...(mode === 'full' ? { full: ran } : {}) }
}
