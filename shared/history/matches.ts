/** Which entries a question is about, and what is an entry at all: pure. */
import type { HistoryEntry, HistoryQuery } from './history.ts'

const KINDS: ReadonlySet<unknown> = new Set(['thing', 'table', 'run'])

/** What of a stored value can be shown: entries of this version with a time. */
export function entryIn(value: unknown): HistoryEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { version, kind, time, id, runId } = value as Readonly<Record<string, unknown>>
  const isWhole = [time, id, runId].every(text => typeof text === 'string')
  const isEntry = version === 1 && KINDS.has(kind) && isWhole && !Number.isNaN(Date.parse(time as string))
  return isEntry ? (value as HistoryEntry) : undefined
}

export const matches = (entry: HistoryEntry, query: HistoryQuery): boolean =>
  (query.kinds === undefined || query.kinds.includes(entry.kind)) &&
  (query.runId === undefined || query.runId === entry.runId) &&
  (query.since === undefined || Date.parse(entry.time) >= query.since) &&
  isOfLakes(entry, query) &&
  isOfTable(entry, query) &&
  isOfPlace(entry, query)

function isOfLakes(entry: HistoryEntry, { lakes }: HistoryQuery): boolean {
  if (lakes === undefined) return true
  if (entry.kind === 'run') return entry.lakes.some(lake => lakes.includes(lake))
  return entry.lake === undefined || lakes.includes(entry.lake)
}

function isOfTable(entry: HistoryEntry, { table }: HistoryQuery): boolean {
  if (table === undefined) return true
  if (entry.kind === 'run') return false
  return entry.topic === table || entry.table === table || entry.table?.split('.')[1] === table
}

function isOfPlace(entry: HistoryEntry, { partition, file }: HistoryQuery): boolean {
  if (partition === undefined && file === undefined) return true
  if (entry.kind !== 'thing') return false
  const of = entry.partition
  if (partition !== undefined && !(of === partition || of?.startsWith(`${partition}/`))) return false
  return file === undefined || entry.file === file || entry.file?.endsWith(`/${file}`) === true
}
