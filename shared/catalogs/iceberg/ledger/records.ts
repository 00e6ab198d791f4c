/** What the ledger says of one partition, and its lines: pure. */
import type { LakeFile } from '../../../schema/observed.ts'
import type { Parameters, PartitionValues } from '../../../schema/table.ts'
import { partitionKey } from '../../../schema/table.ts'

/** A file as it was when it came to the table. */
export type LedgerFile = Pick<LakeFile, 'path' | 'size' | 'modified' | 'etag'>

export interface LedgerRecord {
  readonly values: PartitionValues
  readonly location: string
  /** Names a list of columns in the ledger's list. */
  readonly columns: string
  readonly parameters: Parameters
  /** That the table has; one that somebody else has rewritten or deleted since counts as had. */
  readonly files: readonly LedgerFile[]
  /** That left the lake after somebody else had rewritten them: their rows may be in the table all the same. */
  readonly rewritten?: readonly LedgerFile[]
  /** Taken out of the table; kept as long as older segments tell of it. */
  readonly dropped?: true
}

export const keyOf = ({ values }: LedgerRecord): string => partitionKey(values)

/** Whether it is the same content: by etags, where both have one. */
export const sameContent = (one: LedgerFile, other: LedgerFile): boolean =>
  one.size === other.size &&
  (one.etag !== undefined && other.etag !== undefined
    ? one.etag === other.etag
    : one.modified === other.modified)

export const sameRecord = (one: LedgerRecord, other: LedgerRecord): boolean =>
  printRecords([one]) === printRecords([other])

interface Line {
  readonly v: PartitionValues
  readonly l: string
  readonly c: string
  readonly p: Parameters
  readonly f: readonly FileLine[]
  readonly r?: readonly FileLine[]
  readonly d?: true
}
/** Below the partition's location as `./name`. */
type FileLine = readonly [path: string, size: number, modified: number, etag?: string]

/** One JSON object a line, in the order of the records. */
export const printRecords = (records: readonly LedgerRecord[]): string =>
  records.map(record => `${JSON.stringify(lineOf(record))}\n`).join('')

export const parseRecords = (text: string): LedgerRecord[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => recordOf(JSON.parse(line) as Line))

const lineOf = ({
  values,
  location,
  columns,
  parameters,
  files,
  rewritten,
  dropped,
}: LedgerRecord): Line => ({
  v: values,
  l: location,
  c: columns,
  p: parameters,
  f: files.map(file => fileLine(location, file)),
  ...(rewritten ? { r: rewritten.map(file => fileLine(location, file)) } : {}),
  ...(dropped ? { d: dropped } : {}),
})

function fileLine(location: string, { path, size, modified, etag }: LedgerFile): FileLine {
  const short = path.startsWith(`${location}/`) ? `.${path.slice(location.length)}` : path
  return etag === undefined ? [short, size, modified] : [short, size, modified, etag]
}

function recordOf({ v, l, c, p, f, r, d }: Line): LedgerRecord {
  const fileOf = ([path, size, modified, etag]: FileLine): LedgerFile => ({
    path: path.startsWith('./') ? l + path.slice(1) : path,
    size,
    modified,
    ...(etag === undefined ? {} : { etag }),
  })
  return {
    values: v,
    location: l,
    columns: c,
    parameters: p,
    files: f.map(fileOf),
    ...(r ? { rewritten: r.map(fileOf) } : {}),
    ...(d ? { dropped: d } : {}),
  }
}
