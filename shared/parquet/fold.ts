/**
 * Row groups folded into one summary per column as they are parsed: memory O(columns), however many row groups.
 * There is no checksum over a footer, so what it says twice is compared: contradictions about the schema and about the rows
 * of a group reject the file, those about a column's values make its statistics unknown.
 */
import { type ColumnFold, foldValues, startColumn } from './column.ts'
import { decodeText } from './decode.ts'
import type { ColumnChunk, ColumnMetadata, RowGroup } from './idl.ts'
import { areEncodings, arePages, foldPacked, isCodec } from './packed.ts'
import { corrupt, unknownPacking } from './reject.ts'
import { type Leaf, physicalNumber } from './tree.ts'

export interface Fold {
  readonly columns: readonly ColumnFold[]
  groups: number
  rows: number
  /** Where the data end that the row groups tell of, and whose they are. */
  readonly end: DataEnd
  /** Where the row groups begin that have rows, bytes; one more than are kept, where there are more. */
  readonly starts: number[]
}

/** The last byte that a column chunk or row group claims. */
export interface DataEnd {
  at: number
  /** `column 'id'`. */
  whose: string
}

export const startFold = (leaves: readonly Leaf[]): Fold => ({
  columns: leaves.map(startColumn),
  groups: 0,
  rows: 0,
  end: { at: 0, whose: '' },
  starts: [],
})

/** Row groups whose starts are kept: readers split files by them, and a larger file has larger groups. */
export const MOST_STARTS = 1000

/** Adds a row group. @throws FooterError `CORRUPT_FOOTER` where it has other columns than the schema */
export function foldRowGroup(fold: Fold, group: RowGroup): void {
  const chunks = group.columns ?? []
  if (chunks.length !== fold.columns.length)
    corrupt(`row group ${fold.groups} has ${chunks.length} columns, the schema has ${fold.columns.length}`)
  const rows = group.rows ?? corrupt(`row group ${fold.groups} has no row count`)
  if (group.bytes === undefined) corrupt(`row group ${fold.groups} has no size`)
  if (!(rows >= 0)) corrupt(`row group ${fold.groups} has ${rows} rows`)
  if ((group.offset ?? 0) < 0) corrupt(`row group ${fold.groups} begins at byte ${group.offset}`)
  reach(fold, group.offset, `row group ${fold.groups}`)
  for (const [i, column] of fold.columns.entries()) foldChunk(fold, column, chunks[i] as ColumnChunk, rows)
  if (rows > 0 && fold.starts.length <= MOST_STARTS) fold.starts.push(startOf(chunks))
  fold.rows += rows
  fold.groups += 1
}

/** Where a row group's first page is: of a dictionary, where its first column has one. */
function startOf([first]: readonly ColumnChunk[]): number {
  const { dataOffset = 0, dictionaryOffset = 0 } = first?.metadata ?? {}
  return dictionaryOffset > 0 ? Math.min(dictionaryOffset, dataOffset) : dataOffset
}

function foldChunk(
  fold: Fold,
  column: ColumnFold,
  { offset, metadata, crypto }: ColumnChunk,
  rows: number,
): void {
  const { leaf } = column
  column.encrypted ||= crypto !== undefined
  if (offset === undefined) corrupt(`column '${leaf.path}' has no file offset in row group ${fold.groups}`)
  if (metadata === undefined) {
    if (crypto === undefined) corrupt(`column '${leaf.path}' has no metadata in row group ${fold.groups}`)
    return
  }
  checkComplete(fold, leaf, metadata)
  checkIdentity(fold, leaf, metadata)
  checkPlace(fold, leaf, metadata)
  foldPacked(column.packed, metadata)
  const { values = Number.NaN } = metadata
  // Of more than it has rows, readers return as many as it has: some are lost.
  if (leaf.flat && values !== rows)
    corrupt(`column '${leaf.path}' has ${values} values in row group ${fold.groups} of ${rows} rows`)
  foldValues(column, metadata)
}

/** What parquet.thrift requires of a chunk: pyarrow, Trino, Presto and Hive open no file that lacks one (test/e2e/packing). */
const REQUIRED = [
  ['type', 'physical type'],
  ['encodings', 'encodings'],
  ['path', 'path'],
  ['codec', 'codec'],
  ['values', 'number of values'],
  ['uncompressedSize', 'uncompressed size'],
  ['compressedSize', 'compressed size'],
  ['dataOffset', 'offset'],
] as const

function checkComplete({ groups }: Fold, { path }: Leaf, metadata: ColumnMetadata): void {
  for (const [field, name] of REQUIRED)
    if (metadata[field] === undefined) corrupt(`column '${path}' has no ${name} in row group ${groups}`)
  const { codec = 0, encodings = 0, pages = 0 } = metadata
  if (!isCodec(codec)) unknownPacking(`column '${path}' has codec ${codec} in row group ${groups}`)
  if (!areEncodings(encodings) || !arePages(pages))
    unknownPacking(`column '${path}' has a strange encoding in row group ${groups}`)
}

/** A file begins with them. */
const MAGIC_BYTES = 4

/** Engines take a row group for no part of a file beyond whose end it lies, and return no rows of it, without an error. */
function checkPlace(fold: Fold, { path }: Leaf, metadata: ColumnMetadata): void {
  const { groups } = fold
  const { values, dataOffset = 0, dictionaryOffset = 0, bloomOffset = 0, compressedSize = 0 } = metadata
  if (values === 0) return
  if (!(dataOffset >= MAGIC_BYTES))
    corrupt(`column '${path}' begins at byte ${dataOffset} in row group ${groups}`)
  if (!(dictionaryOffset >= 0))
    corrupt(`the dictionary of column '${path}' begins at byte ${dictionaryOffset} in row group ${groups}`)
  if (!(compressedSize > 0)) corrupt(`column '${path}' has ${compressedSize} bytes in row group ${groups}`)
  const start = dictionaryOffset > 0 ? Math.min(dictionaryOffset, dataOffset) : dataOffset
  reach(fold, Math.max(start + compressedSize, dataOffset, dictionaryOffset, bloomOffset), `column '${path}'`)
}

function reach({ end }: Fold, last = 0, whose: string): void {
  if (last <= end.at) return
  end.at = last
  end.whose = whose
}

/** One changed bit in a later row group is enough to make engines read NULL: seen in parquet-testing's ARROW-GH-41317. */
function checkIdentity(fold: Fold, leaf: Leaf, metadata: ColumnMetadata): void {
  if (metadata.type !== physicalNumber(leaf.physical))
    corrupt(
      `column '${leaf.path}' is ${leaf.physical} in the schema, physical type ${metadata.type} in row group ${fold.groups}`,
    )
  const path = (metadata.path ?? []).map(decodeText).join('.')
  if (path !== leaf.path)
    corrupt(`column '${leaf.path}' of the schema is '${path}' in row group ${fold.groups}`)
}
