/** What goldsync keeps on a table, so that any instance can go on with the work of another: pure. */
import type { Topic } from '../lake/found.ts'
import type { Layout } from '../layout/layout.ts'
import type { Column, Parameters, Table, TableName } from '../schema/table.ts'
import { type Pending, parsePending, printPending } from './pending.ts'

/** Table parameter: the topic that the table belongs to. */
export const TOPIC = 'goldsync.topic'
/** Table parameter: start of the last complete scan, ISO 8601. */
const MARK = 'goldsync.mark'
/** Table parameter: start of the last complete full scan, ISO 8601. */
const FULL = 'goldsync.full'
/** Table parameter: partitions that every run looks at again. */
const PENDING = 'goldsync.pending'
/** Table parameter: how far a full scan has come that a deadline cut. */
const CURSOR = 'goldsync.cursor'
/** Table parameter: the table has new types that not all of its partitions have yet. */
export const DESCRIPTORS = 'goldsync.descriptors'

/** A full scan that was cut. */
export interface Cursor {
  /** Epoch milliseconds. */
  readonly since: number
  /** The last partition folder that was finished, as names from the topic's folder. */
  readonly after: readonly string[]
}

/** Times are epoch milliseconds; what is absent, or was broken by somebody, is undefined. */
export interface TableState {
  readonly mark: number | undefined
  readonly full: number | undefined
  readonly pending: Pending
  readonly cursor: Cursor | undefined
  /** The last partition, in the order of their names, whose types were brought up to date; `''` before the first. */
  readonly descriptors: string | undefined
}

export function stateOf(table: Table | undefined): TableState {
  const parameters = table?.parameters ?? {}
  return {
    mark: parseTime(parameters[MARK]),
    full: parseTime(parameters[FULL]),
    pending: parsePending(parameters[PENDING]),
    cursor: parseCursor(parameters[CURSOR]),
    descriptors: parameters[DESCRIPTORS]?.slice(DESCRIPTORS_AFTER.length),
  }
}

const DESCRIPTORS_AFTER = 'after '

/** The parameter that says how far the partitions have their table's types. */
export const descriptorsAfter = (last: string): Parameters => ({
  [DESCRIPTORS]: `${DESCRIPTORS_AFTER}${last}`,
})

/** The parameters to set and to remove so that a table has this state; those of `descriptors` and of the memory (remembered.ts) are left alone. */
export function printState(state: TableState, topic: Topic) {
  const entries = {
    [TOPIC]: topic.name,
    [MARK]: printTime(state.mark),
    [FULL]: printTime(state.full),
    [PENDING]: printPending(state.pending),
    [CURSOR]: state.cursor && `${printTime(state.cursor.since)} ${state.cursor.after.join('/')}`,
  }
  const parameters: Record<string, string> = {}
  const removed: string[] = []
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined) removed.push(key)
    else parameters[key] = value
  }
  return { parameters, removed }
}

function parseTime(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : time
}

const printTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString()

function parseCursor(text: string | undefined): Cursor | undefined {
  const [, since, after = ''] = /^(\S+) (.+)$/s.exec(text ?? '') ?? []
  const time = parseTime(since)
  return time === undefined ? undefined : { since: time, after: after.split('/') }
}

/** A table that does not exist yet. Hive must neither discover partitions in it by itself nor purge its files. */
export const newTable = (
  name: TableName,
  topic: Topic,
  layout: Layout,
  columns: readonly Column[],
): Table => ({
  name,
  kind: 'external',
  format: 'parquet',
  columns,
  partitionKeys: layout.partitionKeys,
  location: topic.location,
  parameters: { 'discover.partitions': 'false', 'external.table.purge': 'false', [TOPIC]: topic.name },
})
