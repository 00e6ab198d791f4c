/** Tables in a database of their own, whatever the lake's is called: Hive's of the same names are beside them. */
import type { Change } from '../../schema/change.ts'
import type { TableName } from '../../schema/table.ts'
import type { TableStore } from './table-store.ts'

/** The store, with all tables in that database. */
export function inDatabase(store: TableStore, database: string): TableStore {
  const own = ({ name }: TableName): TableName => ({ database, name })
  return {
    load: (table, call) => store.load(own(table), call),
    commit: (table, base, staged, call) => store.commit(own(table), base, staged, call),
    tables: (_, call) => store.tables(database, call),
    hasDatabase: (_, call) => store.hasDatabase(database, call),
    createDatabase: (_, call) => store.createDatabase(database, call),
    // Its tables are there, and in no other.
    databases: async () => [],
    rename: (table, to, call) => store.rename(own(table), own(to), call),
    close: () => store.close(),
  }
}

/** The change in the words of the store. */
export function named(change: Change, database: string | undefined): Change {
  if (database === undefined) return change
  if (change.kind === 'createDatabase') return { ...change, database }
  if (change.kind === 'createTable')
    return { ...change, table: { ...change.table, name: { ...change.table.name, database } } }
  const table = { ...change.table, database }
  return change.kind === 'renameTable'
    ? { ...change, table, to: { ...change.to, database } }
    : { ...change, table }
}
