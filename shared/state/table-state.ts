/** What goldsync keeps on a table, so that any instance can go on with the work of another: pure. */
import type { Topic } from '../lake/found.ts'
import type { Layout } from '../layout/layout.ts'
import type { Column, Parameters, Table, TableName } from '../schema/table.ts'
import { parseTime, pastTime, printTime } from './clocks.ts'
import { isOtherLayout, keptLayout, LAYOUT, printLayout } from './kept-layout.ts'
import { type Pending, parsePending, printPending } from './pending.ts'
import { isBrokenWaits, parseWaits, printWaits, type Waits } from './waits.ts'

/** Table parameter: the topic that the table belongs to. */
export const TOPIC = 'goldsync.topic'
/** Table parameter: root of the lake that feeds the table, as its catalog writes it. Another lake keeps its hands off. */
export const LAKE = 'goldsync.lake'
/** Table parameter: start of the last complete scan, or of one that began less than a lookback before, ISO 8601. */
export const MARK = 'goldsync.mark'
/** Table parameter: start of the last complete full scan, ISO 8601. */
const FULL = 'goldsync.full'
/** Table parameter: partitions that every run looks at again. */
const PENDING = 'goldsync.pending'
/** Table parameter: why they wait, and since when. */
const WAITS = 'goldsync.waits'
/** Table parameter: how far a full scan has come that a deadline cut. */
const CURSOR = 'goldsync.cursor'
/** Table parameter: the table has new types that not all of its partitions have yet. */
export const DESCRIPTORS = 'goldsync.descriptors'

/** Table parameter: partitions may have column statistics of an earlier build yet. */
export const WITHDRAWAL = 'goldsync.withdrawal'

/** A full scan that was cut. */
export interface Cursor {
  /** Epoch milliseconds. */
  readonly since: number
  /** The last partition folder that was finished, as names from the topic's folder. */
  readonly after: readonly string[]
}

/** Times are epoch milliseconds; what is absent, was broken by somebody, or lies ahead is undefined. */
export interface TableState {
  readonly mark: number | undefined
  readonly full: number | undefined
  readonly pending: Pending
  /** Of those that are pending, as far as it is known. */
  readonly waits: Waits
  readonly cursor: Cursor | undefined
  /** The last partition, in the order of their names, whose types were brought up to date; `''` before the first. */
  readonly descriptors: string | undefined
  /** The last partition, likewise, that has no column statistics of an earlier build any more; undefined where none may have. */
  readonly withdrawal: string | undefined
  /** The parameter that says by which layout partitions were registered, as it is. */
  readonly layout: string | undefined
  /** The latest of the times that lie ahead; undefined where none does. */
  readonly ahead: number | undefined
}

/** @param now epoch ms */
export function stateOf(table: Pick<Table, 'parameters'> | undefined, now: number): TableState {
  const parameters = table?.parameters ?? {}
  const cursor = parseCursor(parameters[CURSOR])
  const [mark, full] = [parseTime(parameters[MARK]), parseTime(parameters[FULL])]
  const ahead = [mark, full, cursor?.since].filter(
    time => time !== undefined && pastTime(time, now) === undefined,
  )
  const since = pastTime(cursor?.since, now)
  return {
    mark: pastTime(mark, now),
    full: pastTime(full, now),
    pending: parsePending(parameters[PENDING]),
    waits: parseWaits(parameters[WAITS], now),
    cursor: cursor && since !== undefined ? { ...cursor, since } : undefined,
    descriptors: parseAfter(parameters[DESCRIPTORS]),
    withdrawal: parseAfter(parameters[WITHDRAWAL]),
    layout: parameters[LAYOUT],
    ahead: ahead.length === 0 ? undefined : Math.max(...(ahead as number[])),
  }
}

const AFTER = 'after '

/** The state of a table whose folders mean something else now: what was walked tells nothing of those that are to be walked. */
export const unwalked = (state: TableState): TableState => ({ ...state, mark: undefined, cursor: undefined })

/** The parameter that says it of this layout; what says the same already stays as it is. */
export const layoutAfter = (current: string | undefined, layout: Layout): string | undefined => {
  const kept = current === undefined ? {} : { [LAYOUT]: current }
  return keptLayout(kept) && !isOtherLayout(kept, layout) ? current : printLayout(layout)
}

/** What is broken is begun anew. */
const parseAfter = (text: string | undefined): string | undefined =>
  text?.startsWith(AFTER) === false ? '' : text?.slice(AFTER.length)

/** The parameter that says how far the partitions have their table's types. */
export const descriptorsAfter = (last: string): Parameters => ({ [DESCRIPTORS]: `${AFTER}${last}` })

/** The parameter that says which partitions have no column statistics of an earlier build any more. */
export const withdrawalAfter = (last: string): Parameters => ({ [WITHDRAWAL]: `${AFTER}${last}` })

/**
 * The parameters to set and to remove so that a table that has these gets this state; those of `descriptors`, of `withdrawal`
 * and of the memory (remembered.ts) are left alone. `root` is the lake's, as the catalog writes it. `shared`: whether something is among them that runs of one time must not take from each other.
 */
export function printState(state: TableState, topic: Topic, root: string, current: Parameters) {
  const entries = {
    [TOPIC]: topic.name,
    [LAKE]: root,
    [MARK]: state.mark === undefined ? undefined : printTime(state.mark),
    [FULL]: state.full === undefined ? undefined : printTime(state.full),
    [PENDING]: printPending(state.pending),
    [WAITS]: printWaits(state.waits),
    [LAYOUT]: state.layout,
    [CURSOR]: state.cursor && `${printTime(state.cursor.since)} ${state.cursor.after.join('/')}`,
  }
  const parameters: Record<string, string> = {}
  const removed: string[] = []
  for (const [key, value] of Object.entries(entries)) {
    if (value === current[key]) continue
    if (value === undefined) removed.push(key)
    else parameters[key] = value
  }
  const shared = [PENDING, WAITS, CURSOR].some(key => key in parameters || removed.includes(key))
  return { parameters, removed, shared }
}

/** Whether the parameter is one of those that `printState` writes, and says nothing that can be read. */
export function isBrokenState(key: string, text: string): boolean {
  if (key === MARK || key === FULL) return parseTime(text) === undefined
  if (key === DESCRIPTORS) return !text.startsWith(AFTER)
  if (key === LAYOUT) return keptLayout({ [LAYOUT]: text }) === undefined
  if (key === CURSOR) return parseCursor(text) === undefined
  if (key === PENDING) return text !== printPending('overflow') && parsePending(text) === 'overflow'
  return key === WAITS && isBrokenWaits(text)
}

function parseCursor(text: string | undefined): Cursor | undefined {
  const [, since, after = ''] = /^(\S+) (.+)$/s.exec(text ?? '') ?? []
  const time = parseTime(since)
  return time === undefined ? undefined : { since: time, after: after.split('/') }
}

/**
 * A table that does not exist yet. Hive must neither discover partitions in it by itself nor purge its files.
 * @param topic with its location as the catalog writes it @param root the lake's, likewise
 */
export const newTable = (
  name: TableName,
  topic: Topic,
  layout: Layout,
  columns: readonly Column[],
  root: string,
): Table => ({
  name,
  kind: 'external',
  format: 'parquet',
  columns,
  partitionKeys: layout.partitionKeys,
  location: topic.location,
  parameters: {
    'discover.partitions': 'false',
    'external.table.purge': 'false',
    [TOPIC]: topic.name,
    [LAKE]: root,
    ...keeping(printLayout(layout)),
  },
})

const keeping = (layout: string | undefined): Parameters => (layout === undefined ? {} : { [LAYOUT]: layout })
