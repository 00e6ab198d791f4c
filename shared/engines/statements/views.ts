/** Which views name a table: as Trino and Presto keep them, with the columns that they had when they were made. */

import type { TableName } from '../../schema/table.ts'
import type { View } from '../engine.ts'
import { quoted, text } from './text.ts'

/** More are not asked for. */
const ASKED = 100

/** Views of the table's database. @param query runs a statement, and returns its rows */
export async function viewsOver(
  catalog: string,
  table: TableName,
  query: (statement: string) => Promise<readonly (readonly unknown[])[]>,
): Promise<readonly View[]> {
  const rows = await query(
    `SELECT table_name, view_definition FROM ${quoted(catalog)}.information_schema.views` +
      ` WHERE table_schema = ${text(table.database)} AND strpos(lower(view_definition), ${text(table.name)}) > 0` +
      ` ORDER BY table_name LIMIT ${ASKED}`,
  )
  return rows.flatMap(([name, definition]) =>
    names(String(definition), table.name)
      ? [{ name: String(name), selectsAll: SELECTS_ALL.test(String(definition)) }]
      : [],
  )
}

/** Both print what they parsed: `SELECT *`, `SELECT DISTINCT o.*`, `, *`; not `count(*)`, nor `(a * b)`. */
const SELECTS_ALL = /(?:\bselect|\bdistinct|,|\.)\s*\*/i

/** As a whole identifier, not as part of another one. */
const names = (definition: string, table: string): boolean =>
  definition
    .toLowerCase()
    .split(/[^\p{L}\p{N}_$]+/u)
    .includes(table)
