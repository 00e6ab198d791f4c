/** When scans of a lake ran, as far as one of its tables tells. */

import type { Lake, RunOptions } from '../run/run.ts'
import { tableOf } from '../run/wanted.ts'
import { type Table, type TableName, tableId } from '../schema/table.ts'
import { CLOCKS_DIFFER, printTime } from '../state/clocks.ts'
import { keepsRuns, parseRuns, RAN_WITHIN, type Ran, ranParameter } from '../state/ran.ts'

/** A scan of all of a lake's tables. It is noted once an hour at most: the last one began then, or up to an hour later. */
export interface ScanStatus {
  /** ISO 8601. */
  readonly startedAt: string
  /** Whether it handed its tables on to the platform: what became of each is told by the tables. */
  readonly handedOn: boolean
}

export interface LakeStatus {
  readonly location: string
  /** The table that keeps it, `database.table`, and its catalog. */
  readonly keptOn?: string
  readonly catalog?: string
  readonly lastScan?: ScanStatus
  readonly lastFullScan?: ScanStatus
  /** Why there is no last scan here: that tells nothing of whether any ran. */
  readonly notKept?: string
  /** A table's mark that is later than the last scan here can have been: it was synced alone, or scans cannot keep their times any more. */
  readonly laterMark?: string
}

/** Tables that are looked at, beside those that the status is of. */
const MOST_LOOKS = 8

/**
 * @param topics of the lake, in their order
 * @param known what has been looked at already, by topic
 * @param marks of the tables, epoch ms
 */
export async function statusOfScans(
  lake: Lake,
  topics: readonly string[],
  known: ReadonlyMap<string, Table | undefined | 'unread'>,
  marks: readonly number[],
  call: Pick<RunOptions, 'signal'>,
): Promise<LakeStatus> {
  const about = { location: lake.location }
  const kept = await findKept(lake, topics, known, call)
  if (typeof kept === 'string') return { ...about, notKept: kept }
  const { scan, full } = parseRuns(kept.parameters[ranParameter(lake.location)], Date.now())
  const where = { ...about, keptOn: tableId(kept.name), catalog: lake.catalogs[0]?.name ?? '' }
  if (scan === undefined) return { ...where, notKept: NOT_YET }
  const latest = Math.max(0, ...marks)
  return {
    ...where,
    lastScan: scanStatus(scan),
    ...(full ? { lastFullScan: scanStatus(full) } : {}),
    ...(latest > scan.at + RAN_WITHIN + CLOCKS_DIFFER ? { laterMark: printTime(latest) } : {}),
  }
}

const NOT_YET =
  'no scan of all tables has left its time on the table: none has come to its end, only named tables are scanned, or table parameters must not be set'
const NO_TABLE = 'the lake has no table yet that could keep it'

const scanStatus = ({ at, handedOn }: Ran): ScanStatus => ({ startedAt: printTime(at), handedOn })

/** @returns the table that keeps it, or why that is not known */
async function findKept(
  lake: Lake,
  topics: readonly string[],
  known: ReadonlyMap<string, Table | undefined | 'unread'>,
  call: Pick<RunOptions, 'signal'>,
): Promise<Table | string> {
  let looks = 0
  for (const topic of topics) {
    const name = tableOf(lake, topic)
    if (!known.has(topic)) looks += 1
    if (looks > MOST_LOOKS) return NO_TABLE
    const table = known.has(topic) ? known.get(topic) : await look(lake, name, call)
    if (table === 'unread') return `${tableId(name)}, which may keep it, could not be read`
    if (keepsRuns(table, topic)) return table
  }
  return NO_TABLE
}

async function look(lake: Lake, name: TableName, call: Pick<RunOptions, 'signal'>) {
  try {
    return await lake.catalogs[0]?.inspect(name, { ...call, dryRun: true })
  } catch {
    return 'unread' as const
  }
}
