/** Which entries a question is about, and what is an entry at all: pure. */
import type { HistoryEntry, HistoryQuery } from './history.ts'

type Kind = HistoryEntry['kind']
type Fields = Readonly<Record<string, unknown>>

const HEAD = ['id', 'time', 'runId', 'trigger', 'host']
const COUNTS = ['ms', 'added', 'altered', 'moved', 'dropped', 'held', 'files']

const WHOLE: Readonly<Record<Kind, (fields: Fields) => boolean>> = {
  thing: fields =>
    are(isText, fields, ['what']) &&
    are(isTextOrAbsent, fields, ['table', 'topic', 'catalog', 'lake', 'partition', 'file']),
  table: fields =>
    are(isText, fields, ['table', 'topic', 'catalog', 'outcome']) &&
    isTextOrAbsent(fields.lake) &&
    are(isNumber, fields, COUNTS) &&
    isObject(fields.findings),
  run: fields =>
    Array.isArray(fields.lakes) &&
    are(isNumber, fields, ['ms', 'tables']) &&
    are(isObject, fields, ['outcomes', 'findings']),
}

export const KINDS: readonly Kind[] = ['thing', 'table', 'run']

/** What of a stored value can be shown: entries of this version that have what is used of them. */
export function entryIn(value: unknown): HistoryEntry | undefined {
  if (!isObject(value)) return undefined
  const kind = KINDS.find(known => known === value.kind)
  const isHead = value.version === 1 && are(isText, value, HEAD) && are(isTextOrAbsent, value, BOTH)
  const isEntry = isHead && kind !== undefined && isTime(value.time) && WHOLE[kind](value)
  return isEntry ? (value as unknown as HistoryEntry) : undefined
}

const BOTH = ['code', 'reason']

const are = (is: (value: unknown) => boolean, fields: Fields, names: readonly string[]): boolean =>
  names.every(name => is(fields[name]))

const isText = (value: unknown): boolean => typeof value === 'string'
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value)
const isNumber = (value: unknown): boolean => typeof value === 'number'
const isTime = (value: unknown): boolean => !Number.isNaN(Date.parse(value as string))
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
