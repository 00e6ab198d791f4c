/** The view that shows a table's registered files. */
import { access } from 'node:fs/promises'
import { type Table, tableId } from '../../schema/table.ts'
import type { SourceColumn } from '../../sql/duckdb-source.ts'
import { type FileGroup, viewStatement } from '../../sql/duckdb-view.ts'
import type { Database } from './file.ts'
import type { FileSchemas } from './file-schemas.ts'

/** Remembers what new files hold, so that the view can be written again without opening them. */
export async function insertSchemas(db: Database, { columnsOf }: FileSchemas): Promise<void> {
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
  return files.filter((_, at) => found[at]?.status === 'fulfilled')
}
