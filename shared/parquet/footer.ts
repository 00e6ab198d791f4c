/** A footer's bytes → what the file says about its rows and columns. Pure; the bytes come from read.ts. */
import { type Decoded, i64, readEach, text } from './decode.ts'
import { type Fold, foldRowGroup, startFold } from './fold.ts'
import { COLUMN_ORDERS, ROW_GROUP, SCHEMA } from './idl.ts'
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
  /** Bytes of the metadata. */
  readonly size: number
}

/**
 * Parses a file's metadata: whatever the bytes say, they bound the time it takes, and the number of columns its memory.
 * @param bytes the metadata without the length and magic behind it; a signature at its end is ignored
 * @throws FooterError `CORRUPT_FOOTER`
 */
export function parseFooter(bytes: Uint8Array): FileMetadata {
  const cursor = openCursor(bytes)
  const draft: Draft = { schema: undefined, fold: undefined, rows: Number.NaN, orders: [], createdBy: '' }
  readFields(cursor, (id, wire) => readField(cursor, draft, id, wire))
  const { schema, orders, createdBy } = draft
  if (schema === undefined) corrupt('the metadata has no schema')
  const fold = draft.fold ?? startFold(schema.leaves)
  const rowsDoubt = fold.rowsDoubt ?? compareRows(draft.rows, fold.rows)
  const columns = fold.columns.map((column, i) => summarize(column, orders[i], createdBy))
  return {
    schema,
    rows: rowsDoubt === undefined ? fold.rows : undefined,
    rowsDoubt,
    columns: rowsDoubt === undefined ? columns : columns.map(withoutFacts),
    size: bytes.length,
  }
}

interface Draft {
  schema: Schema | undefined
  fold: Fold | undefined
  rows: number
  orders: Decoded<typeof COLUMN_ORDERS>
  createdBy: string
}

/** parquet.thrift, FileMetaData. */
function readField(cursor: Cursor, draft: Draft, id: number, wire: number): boolean {
  if (id === 2 && wire === SCHEMA.wire) draft.schema = buildSchema(SCHEMA.read(cursor, wire))
  else if (id === 3 && wire === i64.wire) draft.rows = i64.read(cursor, wire)
  else if (id === 4 && wire === WIRE.list) draft.fold = foldRowGroups(cursor, draft.schema)
  else if (id === 6 && wire === text.wire) draft.createdBy = text.read(cursor, wire)
  else if (id === 7 && wire === COLUMN_ORDERS.wire) draft.orders = COLUMN_ORDERS.read(cursor, wire)
  else return false
  return true
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
