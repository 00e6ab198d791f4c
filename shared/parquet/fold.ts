/**
 * Row groups folded into one summary per column as they are parsed: memory O(columns), however many row groups.
 * There is no checksum over a footer, so what it says twice is compared: contradictions about the schema reject the
 * file, those about row counts make the counts unknown, those about a column's values make its statistics unknown.
 */
import { type ColumnFold, foldValues, startColumn } from './column.ts'
import { decodeText } from './decode.ts'
import type { ColumnChunk, ColumnMetadata, RowGroup } from './idl.ts'
import { corrupt } from './reject.ts'
import { type Leaf, physicalNumber } from './tree.ts'

export interface Fold {
  readonly columns: readonly ColumnFold[]
  groups: number
  rows: number
  /** The first contradiction about row counts. */
  rowsDoubt: string | undefined
}

export const startFold = (leaves: readonly Leaf[]): Fold => ({
  columns: leaves.map(startColumn),
  groups: 0,
  rows: 0,
  rowsDoubt: undefined,
})

/** Adds a row group. @throws FooterError `CORRUPT_FOOTER` where it has other columns than the schema */
export function foldRowGroup(fold: Fold, group: RowGroup): void {
  const chunks = group.columns ?? []
  if (chunks.length !== fold.columns.length)
    corrupt(`row group ${fold.groups} has ${chunks.length} columns, the schema has ${fold.columns.length}`)
  const rows = group.rows ?? corrupt(`row group ${fold.groups} has no row count`)
  if (!(rows >= 0)) fold.rowsDoubt ??= `row group ${fold.groups} has ${rows} rows`
  for (const [i, column] of fold.columns.entries()) foldChunk(fold, column, chunks[i] as ColumnChunk, rows)
  fold.rows += rows
  fold.groups += 1
}

function foldChunk(fold: Fold, column: ColumnFold, { metadata, crypto }: ColumnChunk, rows: number): void {
  const { leaf } = column
  column.encrypted ||= crypto !== undefined
  if (metadata === undefined) {
    if (crypto === undefined) corrupt(`column '${leaf.path}' has no metadata in row group ${fold.groups}`)
    return
  }
  checkIdentity(fold, leaf, metadata)
  const { values = Number.NaN } = metadata
  if (leaf.flat && values !== rows)
    fold.rowsDoubt ??= `column '${leaf.path}' has ${values} values in row group ${fold.groups} of ${rows} rows`
  foldValues(column, metadata)
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
