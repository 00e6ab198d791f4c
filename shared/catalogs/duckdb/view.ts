/** The view that shows a table's registered files. */
import { access } from 'node:fs/promises'
import { type Table, type TableName, tableId } from '../../schema/table.ts'
import type { SourceColumn } from '../../sql/duckdb-source.ts'
import { canName } from '../../sql/duckdb-text.ts'
import { type FileGroup, viewStatement } from '../../sql/duckdb-view.ts'
import type { Database } from './file.ts'
import { type FileSchemas, FORM, readFileSchemas } from './file-schemas.ts'

/** Remembers what new files hold, so that the view can be written again without opening them. */
export async function insertSchemas(
  db: Database,
  { columnsOf }: Pick<FileSchemas, 'columnsOf'>,
): Promise<void> {
  for (const [id, columns] of columnsOf) {
    await db.run(
      'insert into _goldsync.schemas select $1, $2 where not exists (from _goldsync.schemas where schema = $1)',
      [id, JSON.stringify(columns)],
    )
  }
}

/** Writes the view anew. Files that have vanished are left out: a single one would fail every query of the table. */
export async function replaceView(db: Database, table: Table): Promise<void> {
  const groups = await readGroups(db, table)
  await db.run(viewStatement(table, groups))
}

async function readGroups(db: Database, table: Table): Promise<FileGroup[]> {
  const rows = await db.rows(
    `select any_value(s.columns)::varchar as columns, list(f.file order by f.file) as files
     from _goldsync.files f join _goldsync.schemas s using (schema)
     where f."table" = $1 group by schema order by min(f.file)`,
    [tableId(table.name)],
  )
  const groups = await Promise.all(
    rows.map(async ({ columns, files }) => ({
      columns: JSON.parse(columns as string) as SourceColumn[],
      files: await existing(files as string[]),
    })),
  )
  return groups.filter(({ files }) => files.length > 0)
}

async function existing(files: readonly string[]): Promise<string[]> {
  const found = await Promise.allSettled(files.map(file => access(file)))
  return files.filter((file, at) => found[at]?.status === 'fulfilled' && canName(file))
}

/** One file of each of the table's schemas that an earlier version described, by the schema's id: its view is of that time too. */
export async function outdatedSchemas(
  db: Database,
  table: TableName,
): Promise<ReadonlyMap<string, string[]>> {
  const rows = await db.rows(
    'select schema, list(file) as files from _goldsync.files where "table" = $1 and not starts_with(schema, $2) group by schema',
    [tableId(table), FORM],
  )
  return new Map(rows.map(({ schema, files }) => [schema as string, files as string[]]))
}

/** Ids of the tables that have such schemas. */
export async function outdatedTables(db: Database): Promise<ReadonlySet<unknown>> {
  const rows = await db.rows(
    'select distinct "table" from _goldsync.files where not starts_with(schema, $1)',
    [FORM],
  )
  return new Set(rows.map(({ table }) => table))
}

/** Describes these schemas anew, each by a file that is still there, and writes the view as this version does. */
export async function renewView(
  db: Database,
  table: Table,
  outdated: ReadonlyMap<string, string[]>,
): Promise<void> {
  for (const [old, files] of outdated) {
    const [example] = await existing(files)
    const { idOf, columnsOf } = await readFileSchemas(new Set(example === undefined ? [] : [example]))
    const id = (example && idOf.get(example)) ?? `${FORM}${old}`
    await db.run('update _goldsync.files set schema = $3 where "table" = $1 and schema = $2', [
      tableId(table.name),
      old,
      id,
    ])
    await insertSchemas(db, { columnsOf })
    if (columnsOf.has(id)) continue
    await db.run(
      'insert into _goldsync.schemas select $1, columns from _goldsync.schemas where schema = $2 and not exists (from _goldsync.schemas where schema = $1)',
      [id, old],
    )
  }
  await dropUnused(db)
  await replaceView(db, table)
}

/** While there is any schema of an earlier version, each look at a table searches its files for those. */
const dropUnused = (db: Database): Promise<void> =>
  db.run(
    'delete from _goldsync.schemas where not starts_with(schema, $1) and schema not in (select schema from _goldsync.files)',
    [FORM],
  )
