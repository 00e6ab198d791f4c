/** Which tables topics have, and which of them a call is about. Pure. */
import { tableNameOf } from '../layout/naming.ts'
import { type TableName, tableId } from '../schema/table.ts'
import type { Lake } from './run.ts'

/** The table that the config leads a topic to, whatever other topics meet in its name. */
export const tableOf = (
  { database, naming }: Pick<Lake, 'database' | 'naming'>,
  topic: string,
): TableName => ({
  database,
  name: tableNameOf(topic, naming),
})

/** @param wanted topics, tables or `database.table`; all where absent */
export const isWanted = (topic: string, table: TableName, wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || [topic, table.name, tableId(table)].some(each => wanted.includes(each))
