/**
 * Row groups folded into one summary per column as they are parsed: memory O(columns), however many row groups.
 * There is no checksum over a footer, so what it says twice is compared: contradictions about the schema reject the
 * file, contradictions about counts only make the counts unknown.
 */
import { decodeText } from './decode.ts'
import type { ColumnChunk, ColumnMetadata, RawStatistics, RowGroup } from './idl.ts'
import { corrupt } from './reject.ts'
import { type Leaf, type Physical, physicalNumber } from './tree.ts'

/** What all row groups say about one leaf column. Full statistics (bounds, nulls, sizes) will be folded here too. */
export interface ColumnSummary {
  encrypted: boolean
  /**
   * The greatest value of an INT32 or INT64 column with its bits taken as unsigned, or undefined where a chunk that
   * has values does not tell. Holds only if the column's order is the type's own.
   */
  unsignedMax: bigint | undefined
}

export interface Fold {
  readonly columns: readonly ColumnSummary[]
  groups: number
  rows: number
  /** The first contradiction about row counts. */
  rowsDoubt: string | undefined
  /** The first contradiction within the statistics. */
  statisticsDoubt: string | undefined
}

export const startFold = (leaves: readonly Leaf[]): Fold => ({
  columns: leaves.map(() => ({ encrypted: false, unsignedMax: 0n })),
  groups: 0,
  rows: 0,
  rowsDoubt: undefined,
  statisticsDoubt: undefined,
})

/** Adds a row group. @throws FooterError `CORRUPT_FOOTER` where it has other columns than the schema */
export function foldRowGroup(fold: Fold, leaves: readonly Leaf[], group: RowGroup): void {
  const chunks = group.columns ?? []
  if (chunks.length !== leaves.length)
    corrupt(`row group ${fold.groups} has ${chunks.length} columns, the schema has ${leaves.length}`)
  const rows = group.rows ?? corrupt(`row group ${fold.groups} has no row count`)
  if (!(rows >= 0)) fold.rowsDoubt ??= `row group ${fold.groups} has ${rows} rows`
  for (const [i, leaf] of leaves.entries()) foldChunk(fold, leaf, chunks[i] as ColumnChunk, rows)
  fold.rows += rows
  fold.groups += 1
}

function foldChunk(fold: Fold, leaf: Leaf, chunk: ColumnChunk, rows: number): void {
  const column = fold.columns[leaf.column] as ColumnSummary
  const { metadata, crypto } = chunk
  column.encrypted ||= crypto !== undefined
  if (metadata === undefined) {
    if (crypto === undefined) corrupt(`column '${leaf.path}' has no metadata in row group ${fold.groups}`)
    column.unsignedMax = undefined
    return
  }
  checkIdentity(fold, leaf, metadata)
  checkCounts(fold, leaf, metadata, rows)
  column.unsignedMax = greater(column.unsignedMax, unsignedMax(leaf.physical, metadata))
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

function checkCounts(fold: Fold, leaf: Leaf, metadata: ColumnMetadata, rows: number): void {
  const values = metadata.values ?? Number.NaN
  if (leaf.flat && values !== rows)
    fold.rowsDoubt ??= `column '${leaf.path}' has ${values} values in row group ${fold.groups} of ${rows} rows`
  const { nulls = 0 } = metadata.statistics ?? {}
  if (!(nulls >= 0 && nulls <= values))
    fold.statisticsDoubt ??= `column '${leaf.path}' has ${nulls} nulls among ${values} values`
  const { uncompressedSize = 0, compressedSize = 0 } = metadata
  if (!(uncompressedSize >= 0 && compressedSize >= 0))
    fold.statisticsDoubt ??= `column '${leaf.path}' has a negative size`
  if (metadata.statistics !== undefined && !widthsFit(leaf.physical, metadata.statistics))
    fold.statisticsDoubt ??= `column '${leaf.path}' has bounds of another width than ${leaf.physical}`
}

/** Bytes of a bound; those of byte arrays vary. */
const WIDTH: Partial<Record<Physical, number>> = {
  BOOLEAN: 1,
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
}

function widthsFit(physical: Physical, { min, max }: RawStatistics): boolean {
  const width = WIDTH[physical]
  const fits = (bound: Uint8Array | undefined) => bound === undefined || bound.length === width
  return width === undefined || (fits(min) && fits(max))
}

function unsignedMax(physical: Physical, { values, statistics }: ColumnMetadata): bigint | undefined {
  const { max, nulls } = statistics ?? {}
  if (values === 0 || nulls === values) return 0n
  if (max === undefined || max.length !== WIDTH[physical]) return undefined
  const view = new DataView(max.buffer, max.byteOffset, max.byteLength)
  if (physical === 'INT32') return BigInt(view.getUint32(0, true))
  return physical === 'INT64' ? view.getBigUint64(0, true) : undefined
}

function greater(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return undefined
  return a > b ? a : b
}
