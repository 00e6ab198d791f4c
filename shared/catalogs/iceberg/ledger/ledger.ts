/**
 * Which partitions and files came to a table, in files of its own: beside the table's metadata, not among it, where tools that
 * clean up would take them for orphans. Work grows with what is asked and what is new, not with the table.
 */
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { GoldsyncError } from '../../../base/errors.ts'
import { type Column, type PartitionValues, partitionKey } from '../../../schema/table.ts'
import { parseType, printType } from '../../../schema/type.ts'
import type { Call } from '../../catalog.ts'
import type { MetadataFiles } from '../files.ts'
import { readWhole } from '../files.ts'
import { keyOf, type LedgerRecord, parseRecords, printRecords } from './records.ts'
import { EMPTY_LIST, type LedgerList, mayTell, mergedWith, mergeRecords, type Segment } from './segments.ts'

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** Raised by a build that writes another form. */
const FORMAT = 1

/** Commits that the list names, for those who have lost an answer. */
const COMMITS = 32

/** Bytes of a segment, unpacked: as much as text can be. */
const LARGEST = 512 * 2 ** 20

/** Instead of a list's path: of a table that nothing came to yet. */
export const NO_LIST = 'none'

/** @throws GoldsyncError `NOT_FOUND` where somebody has removed it, `DATA_INVALID` */
export async function readList(
  files: MetadataFiles,
  path: string | undefined,
  call: Call = {},
): Promise<LedgerList> {
  if (path === undefined || path === NO_LIST) return EMPTY_LIST
  const stored = JSON.parse(await readText(files, path, call)) as StoredList
  if (stored.format !== FORMAT) {
    throw new GoldsyncError('UNSUPPORTED', `${path} was written by a newer goldsync`, {
      hint: 'use that version, or a newer one, for this table',
    })
  }
  const columns = Object.entries(stored.columns).map(([id, list]) => [id, list.map(parseColumn)])
  return { ...stored, columns: Object.fromEntries(columns) }
}

interface StoredColumn extends Omit<Column, 'type'> {
  readonly type: string
}
interface StoredList extends Omit<LedgerList, 'columns'> {
  readonly format: number
  readonly columns: Readonly<Record<string, readonly StoredColumn[]>>
}

const parseColumn = (column: StoredColumn): Column => ({ ...column, type: parseType(column.type) })
const storedColumn = (column: Column): StoredColumn => ({ ...column, type: printType(column.type) })

/** The records of those of the partitions that it tells of, also of those that were taken out, by `partitionKey`. */
export async function lookUp(
  files: MetadataFiles,
  { segments }: LedgerList,
  wanted: readonly PartitionValues[],
  call: Call = {},
): Promise<ReadonlyMap<string, LedgerRecord>> {
  const found = new Map<string, LedgerRecord>()
  let keys = [...new Set(wanted.map(partitionKey))].sort()
  for (const segment of segments.toReversed()) {
    if (keys.length === 0) break
    if (!mayTell(segment, keys)) continue
    const left = new Set(keys)
    for (const record of await readSegment(files, segment, call))
      if (left.has(keyOf(record))) found.set(keyOf(record), record)
    keys = keys.filter(key => !found.has(key))
  }
  return found
}

/** All partitions that the table has. */
export async function readAll(
  files: MetadataFiles,
  { segments }: LedgerList,
  call: Call = {},
): Promise<readonly LedgerRecord[]> {
  const all = new Map<string, LedgerRecord>()
  for (const segment of segments.toReversed())
    for (const record of await readSegment(files, segment, call))
      if (!all.has(keyOf(record))) all.set(keyOf(record), record)
  return [...all.values()].filter(({ dropped }) => dropped !== true)
}

/** What a commit adds to the ledger. */
interface LedgerNews {
  readonly records: readonly LedgerRecord[]
  /** All lists of columns that records name from now on. */
  readonly columns: LedgerList['columns']
  /** The commit's. */
  readonly id: string
}

/** Writes the news, with what is merged with them, into new files below `folder`. @returns the list's path */
export async function writeNews(
  files: MetadataFiles,
  folder: string,
  before: LedgerList,
  { records, columns, id }: LedgerNews,
  call: Call = {},
): Promise<string> {
  const { segments } = before
  const count = records.length === 0 ? 0 : mergedWith(segments, records.length)
  const [kept, merged] = [segments.slice(0, segments.length - count), segments.slice(segments.length - count)]
  const runs: (readonly LedgerRecord[])[] = []
  for (const segment of merged) runs.push(await readSegment(files, segment, call))
  const all = mergeRecords([...runs, records], kept.length === 0)
  const fresh: Segment[] = []
  if (all.length > 0) {
    const path = `${folder}/${id}.jsonl.gz`
    const bytes = await zip(printRecords(all))
    await files.create(path, bytes, call)
    const [first, last] = [all[0], all.at(-1)] as [LedgerRecord, LedgerRecord]
    fresh.push({ path, records: all.length, bytes: bytes.length, first: keyOf(first), last: keyOf(last) })
  }
  const list = `${folder}/${id}.json`
  const stored = Object.entries(columns).map(([name, all]) => [name, all.map(storedColumn)])
  const text = JSON.stringify({
    format: FORMAT,
    commits: [...before.commits, id].slice(-COMMITS),
    columns: Object.fromEntries(stored),
    segments: [...kept, ...fresh],
  })
  await files.create(list, new TextEncoder().encode(text), call)
  return list
}

async function readSegment(
  files: MetadataFiles,
  { path, bytes }: Segment,
  call: Call,
): Promise<readonly LedgerRecord[]> {
  const content = await files.read(path, 0, bytes, call)
  try {
    return parseRecords((await unzip(content, { maxOutputLength: LARGEST })).toString())
  } catch (error) {
    throw new GoldsyncError('DATA_INVALID', `${path} is no segment of a goldsync ledger`, { cause: error })
  }
}

const readText = async (files: MetadataFiles, path: string, call: Call): Promise<string> =>
  new TextDecoder().decode(await readWhole(files, path, call))
