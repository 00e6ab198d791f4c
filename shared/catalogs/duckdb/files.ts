/** The files of partitions in goldsync's own tables. */
import type { Partition } from '../../schema/partition.ts'
import { type TableName, tableId } from '../../schema/table.ts'
import type { Database } from './file.ts'
import type { FileSchemas } from './file-schemas.ts'
import { localPath } from './local-path.ts'
import { type Named, printValues, VALUES } from './named.ts'

/** The partitions' files, instead of those of before. @returns whether the view has to show others */
export async function replaceFiles(
  db: Database,
  table: TableName,
  partitions: readonly Partition[],
  schemas: FileSchemas,
): Promise<boolean> {
  const before = await readFiles(db, table, partitions)
  await removeFiles(db, table, partitions)
  await insertFiles(db, table, partitions, schemas)
  const after = await readFiles(db, table, partitions)
  return before !== after
}

/** @returns whether there were any */
export async function removeFiles(
  db: Database,
  table: TableName,
  partitions: readonly Named[],
): Promise<boolean> {
  const removed = await db.rows(
    `delete from _goldsync.files where "table" = $1 and "values" in ${VALUES} returning 1`,
    [tableId(table), printValues(partitions)],
  )
  return removed.length > 0
}

/** The files of these partitions and their schemas, as one text to be compared. */
async function readFiles(db: Database, table: TableName, partitions: readonly Named[]): Promise<string> {
  const rows = await db.rows(
    `select file, schema from _goldsync.files where "table" = $1 and "values" in ${VALUES} order by file`,
    [tableId(table), printValues(partitions)],
  )
  return JSON.stringify(rows)
}

/** @returns whether there are any */
export async function insertFiles(
  db: Database,
  table: TableName,
  partitions: readonly Partition[],
  schemas: FileSchemas,
): Promise<boolean> {
  const files = partitions.flatMap(partition => printFiles(partition, schemas))
  if (files.length === 0) return false
  await db.run(
    `insert into _goldsync.files
     select $1, f."values", f.file, f.size, f.rows, make_timestamp_ms(f.modified), f.schema
     from (select unnest(from_json($2, '[{"values": ["VARCHAR"], "file": "VARCHAR", "size": "BIGINT", "rows": "BIGINT", "modified": "BIGINT", "schema": "VARCHAR"}]')) f)`,
    [tableId(table), JSON.stringify(files)],
  )
  return true
}

const printFiles = ({ values, files }: Partition, { idOf }: FileSchemas) =>
  files.map(({ path, size, rows, modified }) => {
    const file = localPath(path)
    return { values, file, size, rows, modified: Math.trunc(modified), schema: idOf.get(file) }
  })
