/** goldsync's own tables in the catalog file, and what they tell of tables. */
import type { Json } from '@duckdb/node-api'
import type { Column, Parameters, Table, TableName } from '../../schema/table.ts'
import { tableId } from '../../schema/table.ts'
import { parseType, printType } from '../../schema/type.ts'
import type { TableTrace } from '../catalog.ts'
import type { Database, Row } from './file.ts'
import { FORM } from './file-schemas.ts'

/** `"table"` is `database.table`; types are written as Hive writes them. */
const OWN_TABLES = `
create schema if not exists _goldsync;
create table if not exists _goldsync.tables ("table" varchar, location varchar, columns json, partition_keys json, parameters json);
create table if not exists _goldsync.partitions ("table" varchar, "values" varchar[], location varchar, columns json, parameters json);
create table if not exists _goldsync.files ("table" varchar, "values" varchar[], file varchar, size bigint, rows bigint, modified timestamp, schema varchar);
create table if not exists _goldsync.schemas (schema varchar, columns json);`

export const createOwnTables = (db: Database): Promise<void> => db.run(OWN_TABLES)

/** Whether the file is goldsync's: somebody's own database has none of its tables. */
export async function hasOwnTables(db: Database): Promise<boolean> {
  const found = await db.rows("select 1 from duckdb_tables() where schema_name = '_goldsync'")
  return found.length > 0
}

export async function hasSchema(db: Database, name: string): Promise<boolean> {
  const found = await db.rows(
    'select 1 from duckdb_schemas() where database_name = current_database() and lower(schema_name) = lower($1)',
    [name],
  )
  return found.length > 0
}

/** A table that goldsync made, or undefined. */
export async function readTable(db: Database, name: TableName): Promise<Table | undefined> {
  const [row] = await db.rows('select * from _goldsync.tables where "table" = $1', [tableId(name)])
  return row && tableOf(name, row)
}

/** As readTable. @returns `older`, too: whether any table of the file has a schema that an earlier version described */
export async function readTableAndAge(
  db: Database,
  name: TableName,
): Promise<{ readonly table: Table; readonly older: boolean } | undefined> {
  const [row] = await db.rows(
    'select *, exists (from _goldsync.schemas where not starts_with(schema, $2)) as older from _goldsync.tables where "table" = $1',
    [tableId(name), FORM],
  )
  return row && { table: tableOf(name, row), older: row.older as boolean }
}

/** Those of these names that goldsync made. */
export async function readTables(
  db: Database,
  database: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Table>> {
  const wanted = new Set(names)
  const rows = await db.rows('select * from _goldsync.tables where starts_with("table", $1)', [
    `${database}.`,
  ])
  const tables = rows.flatMap(row => {
    const name = (row.table as string).slice(database.length + 1)
    return wanted.has(name) ? [[name, tableOf({ database, name }, row)] as const] : []
  })
  return new Map(tables)
}

const tableOf = (name: TableName, row: Row): Table => ({
  name,
  kind: 'external',
  format: 'parquet',
  columns: parseColumns(row.columns),
  partitionKeys: parseColumns(row.partition_keys),
  location: row.location as string,
  parameters: parseParameters(row.parameters),
})

/** The databases of the tables that goldsync made. */
export async function readDatabases(db: Database): Promise<readonly string[]> {
  const rows = await db.rows(
    `select distinct split_part("table", '.', 1) as name from _goldsync.tables order by name`,
  )
  return rows.map(({ name }) => name as string)
}

/** The tables of a database that goldsync made, but for those of these names. */
export async function readOthers(
  db: Database,
  database: string,
  than: ReadonlySet<string>,
): Promise<readonly TableTrace[]> {
  const rows = await db.rows(
    `select "table", location, parameters from _goldsync.tables where starts_with("table", $1)`,
    [`${database}.`],
  )
  const traces = rows.map(row => ({
    name: { database, name: (row.table as string).slice(database.length + 1) },
    location: row.location as string,
    parameters: parseParameters(row.parameters),
  }))
  return traces.filter(({ name }) => !than.has(name.name))
}

/** A table or view that somebody else made, so that it can be refused with a reason. */
export async function readForeign(db: Database, name: TableName): Promise<Table | undefined> {
  const [row] = await db.rows(
    `select table_type from information_schema.tables
     where table_catalog = current_database() and lower(table_schema) = lower($1) and lower(table_name) = lower($2)`,
    [name.database, name.name],
  )
  if (row === undefined) return undefined
  const kind = row.table_type === 'VIEW' ? 'view' : 'managed'
  return { name, kind, format: 'duckdb', columns: [], partitionKeys: [], location: '', parameters: {} }
}

/** Of all tables and views of a database, whoever made them, in lower case: DuckDB does not tell them apart by it. */
export async function readNames(db: Database, database: string): Promise<ReadonlySet<string>> {
  const rows = await db.rows(
    `select lower(table_name) as name from information_schema.tables
     where table_catalog = current_database() and lower(table_schema) = lower($1)`,
    [database],
  )
  return new Set(rows.map(({ name }) => name as string))
}

export const insertTable = (db: Database, table: Table): Promise<void> =>
  db.run('insert into _goldsync.tables values ($1, $2, $3, $4, $5)', [
    tableId(table.name),
    table.location,
    printColumns(table.columns),
    printColumns(table.partitionKeys),
    JSON.stringify(table.parameters),
  ])

/** Its partitions and files are those of the new name, too. */
export async function renameOwn(db: Database, from: TableName, to: TableName): Promise<void> {
  for (const own of ['tables', 'partitions', 'files'])
    await db.run(`update _goldsync.${own} set "table" = $2 where "table" = $1`, [tableId(from), tableId(to)])
}

/** Writes location, columns and parameters; name and keys never change. */
export const updateTable = (db: Database, table: Table): Promise<void> =>
  db.run('update _goldsync.tables set location = $2, columns = $3, parameters = $4 where "table" = $1', [
    tableId(table.name),
    table.location,
    printColumns(table.columns),
    JSON.stringify(table.parameters),
  ])

export const printColumns = (columns: readonly Column[]): string =>
  JSON.stringify(columns.map(column => ({ ...column, type: printType(column.type) })))

export const parseColumns = (text: Json | undefined): Column[] =>
  (JSON.parse(text as string) as { name: string; type: string; comment?: string }[]).map(column => ({
    ...column,
    type: parseType(column.type),
  }))

export const parseParameters = (text: Json | undefined): Parameters =>
  JSON.parse(text as string) as Parameters
