/** A footer's bytes → what the file says about its rows and columns. Pure; the bytes come from read.ts. */
import { i32, i64, readEach, text } from './decode.ts'
import { type DataEnd, type Fold, foldRowGroup, startFold } from './fold.ts'
import { COLUMN_ORDERS, type ColumnOrder, ROW_GROUP, SCHEMA } from './idl.ts'
import { type FileKeys, type KeysDraft, readKeys } from './keys.ts'
import type { Packing } from './packing.ts'
import { corrupt } from './reject.ts'
import { type ColumnSummary, summarize, withoutFacts } from './summary.ts'
import { type Cursor, openCursor, readFields, WIRE } from './thrift.ts'
import { buildSchema, type Schema } from './tree.ts'

export interface FileMetadata {
  readonly schema: Schema
  /** The sum over all row groups, or undefined where the footer contradicts itself (`rowsDoubt` says how). */
  readonly rows: number | undefined
  readonly rowsDoubt: string | undefined
  /** Per leaf column, in file order; without facts where the rows are in doubt. */
  readonly columns: readonly ColumnSummary[]
  readonly packing: Packing
  /** Where the row groups' data end, by what they tell. */
  readonly end: DataEnd
  /** As `Fold.starts`. */
  readonly starts: readonly number[]
  /** How each leaf column's bounds were compared, as the file has it: one entry a leaf, or none where the writer is old. */
  readonly orders: readonly ColumnOrder[] | undefined
  /** Those of the file's own keys that tell of its calendar. */
  readonly keys: FileKeys
  /** The first of the file's own keys, whichever, that has no value. */
  readonly bareKey: string | undefined
}

/**
 * Parses a file's metadata: whatever the bytes say, they bound the time it takes, and the number of columns its memory.
 * @param bytes the metadata without the length and magic behind it; a signature at its end is ignored
 * @throws FooterError `CORRUPT_FOOTER`
 */
export function parseFooter(bytes: Uint8Array): FileMetadata {
  const cursor = openCursor(bytes)
  const draft = startDraft()
  readFields(
    cursor,
    (id, wire) =>
      readKeys(cursor, draft, id, wire) ||
      readCount(cursor, draft, id, wire) ||
      readField(cursor, draft, id, wire),
  )
  const { keys, bareKey, orders, createdBy } = draft
  const schema = draft.schema ?? corrupt('the metadata has no schema')
  const version = draft.version ?? corrupt('the metadata has no version')
  const told = draft.rows ?? corrupt('the metadata has no number of rows')
  const fold = draft.fold ?? corrupt('the metadata has no row groups')
  const rowsDoubt = compareRows(told, fold.rows)
  const columns = fold.columns.map((column, i) => summarize(column, orders?.[i], createdBy))
  const codecs = [...new Set(columns.flatMap(({ packed }) => packed.codecs))]
  return {
    schema,
    rows: rowsDoubt === undefined ? fold.rows : undefined,
    rowsDoubt,
    columns: rowsDoubt === undefined ? columns : columns.map(withoutFacts),
    packing: {
      formatVersion: version,
      createdBy,
      rowGroups: fold.groups,
      codecs,
      footerBytes: bytes.length,
    },
    end: fold.end,
    starts: fold.starts,
    orders,
    keys,
    bareKey,
  }
}

interface Draft extends KeysDraft {
  schema: Schema | undefined
  fold: Fold | undefined
  version: number | undefined
  rows: number | undefined
  orders: readonly ColumnOrder[] | undefined
  createdBy: string
}

const startDraft = (): Draft => ({
  schema: undefined,
  fold: undefined,
  rows: undefined,
  keys: new Map(),
  bareKey: undefined,
  orders: undefined,
  createdBy: '',
  version: undefined,
})

/** parquet.thrift, FileMetaData. */
function readCount(cursor: Cursor, draft: Draft, id: number, wire: number): boolean {
  if (id === 1 && wire === i32.wire) draft.version = i32.read(cursor, wire)
  else if (id === 3 && wire === i64.wire) draft.rows = i64.read(cursor, wire)
  else return false
  return true
}

function readField(cursor: Cursor, draft: Draft, id: number, wire: number): boolean {
  if (id === 2 && wire === SCHEMA.wire) draft.schema = buildSchema(SCHEMA.read(cursor, wire))
  else if (id === 4 && wire === WIRE.list) draft.fold = foldRowGroups(cursor, draft.schema)
  else if (id === 6 && wire === text.wire) draft.createdBy = text.read(cursor, wire)
  else if (id === 7 && wire === COLUMN_ORDERS.wire) draft.orders = readOrders(cursor, wire)
  else return false
  return true
}

function readOrders(cursor: Cursor, wire: number): readonly ColumnOrder[] {
  const orders = COLUMN_ORDERS.read(cursor, wire)
  if (orders.some(order => order.kind === 'unknown' && order.id === 0))
    corrupt('a column has an order of no kind')
  return orders
}

function foldRowGroups(cursor: Cursor, schema: Schema | undefined): Fold {
  // Thrift allows any order of fields; every writer keeps theirs, and folding needs the schema first.
  if (schema === undefined) corrupt('the row groups come before the schema')
  const fold = startFold(schema.leaves)
  readEach(cursor, ROW_GROUP, group => foldRowGroup(fold, group))
  return fold
}

const compareRows = (told: number, summed: number): string | undefined =>
  told === summed ? undefined : `the file says ${told} rows, its row groups have ${summed}`
