/** Partitions and their files in goldsync's own tables. */
import type { Partition, RegisteredPartition } from '../../schema/partition.ts'
import { partitionKey, type TableName, tableId } from '../../schema/table.ts'
import type { Which } from '../catalog.ts'
import { type Retype, retype } from '../change-table.ts'
import { expectPartitionAt, noPartition } from '../refusals.ts'
import type { Database } from './file.ts'
import type { FileSchemas } from './file-schemas.ts'
import { localPath } from './local-path.ts'
import { parseColumns, parseParameters, printColumns } from './tables.ts'

/** Lists go in as one JSON text each: a statement with thousands of literals takes longer to parse than to run. */
const VALUES = `(select unnest(from_json($2, '[["VARCHAR"]]')))`

export async function readPartitions(
  db: Database,
  table: TableName,
  which: Which,
): Promise<readonly RegisteredPartition[]> {
  const columns = which.want === 'names' ? '"values"' : '"values", location, columns, parameters'
  const all = `select ${columns} from _goldsync.partitions where "table" = $1`
  const rows = which.among
    ? await db.rows(`${all} and "values" in ${VALUES}`, [tableId(table), JSON.stringify(which.among)])
    : await db.rows(all, [tableId(table)])
  return rows.map(row => {
    const values = row.values as string[]
    if (which.want === 'names') return { values }
    return {
      values,
      location: row.location as string,
      columns: parseColumns(row.columns),
      parameters: parseParameters(row.parameters),
    }
  })
}

/**
 * Registers those that are not there yet. @returns whether the view has to show more files
 * @throws GoldsyncError `CONFLICT` where one is registered at another location; nothing is added then
 */
export async function addPartitions(
  db: Database,
  table: TableName,
  partitions: readonly Partition[],
  schemas: FileSchemas,
): Promise<boolean> {
  const existing = await readLocations(db, table, partitions)
  const fresh = partitions.filter(({ values, location }) => {
    const registered = existing.get(partitionKey(values))
    if (registered !== undefined) expectPartitionAt(table, values, registered, location)
    return registered === undefined
  })
  await db.run(
    `insert into _goldsync.partitions
     select $1, p."values", p.location, p.columns, p.parameters
     from (select unnest(from_json($2, '[{"values": ["VARCHAR"], "location": "VARCHAR", "columns": "JSON", "parameters": "JSON"}]')) p)`,
    [tableId(table), printPartitions(fresh)],
  )
  return insertFiles(db, table, fresh, schemas)
}

/**
 * Sets columns, parameters and files of registered partitions. @returns whether the view has to show other files
 * @throws GoldsyncError `NOT_FOUND` where one is not registered; nothing is altered then
 */
export async function alterPartitions(
  db: Database,
  table: TableName,
  partitions: readonly Partition[],
  schemas: FileSchemas,
): Promise<boolean> {
  const existing = await readLocations(db, table, partitions)
  for (const { values } of partitions) {
    if (!existing.has(partitionKey(values))) throw noPartition(table, values)
  }
  await db.run(
    `update _goldsync.partitions t set columns = p.columns, parameters = p.parameters
     from (select unnest(from_json($2, '[{"values": ["VARCHAR"], "columns": "JSON", "parameters": "JSON"}]'), recursive := true)) p
     where t."table" = $1 and t."values" = p."values"`,
    [tableId(table), printPartitions(partitions)],
  )
  return replaceFiles(db, table, partitions, schemas)
}

/** Gives the column its new type in all partitions; there are few distinct column lists, however many partitions. */
export async function retypePartitions(db: Database, change: Retype): Promise<void> {
  const table = tableId(change.table)
  const lists = await db.rows(
    'select distinct columns::varchar as columns from _goldsync.partitions where "table" = $1',
    [table],
  )
  for (const { columns } of lists) {
    await db.run(
      'update _goldsync.partitions set columns = $3 where "table" = $1 and columns::varchar = $2',
      [table, columns as string, printColumns(retype(parseColumns(columns), change))],
    )
  }
}

async function readLocations(
  db: Database,
  table: TableName,
  partitions: readonly Partition[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows(
    `select "values", location from _goldsync.partitions where "table" = $1 and "values" in ${VALUES}`,
    [tableId(table), printValues(partitions)],
  )
  return new Map(rows.map(row => [partitionKey(row.values as string[]), row.location as string]))
}

async function replaceFiles(
  db: Database,
  table: TableName,
  partitions: readonly Partition[],
  schemas: FileSchemas,
): Promise<boolean> {
  const before = await readFiles(db, table, partitions)
  await db.run(`delete from _goldsync.files where "table" = $1 and "values" in ${VALUES}`, [
    tableId(table),
    printValues(partitions),
  ])
  await insertFiles(db, table, partitions, schemas)
  const after = await readFiles(db, table, partitions)
  return before !== after
}

/** The files of these partitions and their schemas, as one text to be compared. */
async function readFiles(db: Database, table: TableName, partitions: readonly Partition[]): Promise<string> {
  const rows = await db.rows(
    `select file, schema from _goldsync.files where "table" = $1 and "values" in ${VALUES} order by file`,
    [tableId(table), printValues(partitions)],
  )
  return JSON.stringify(rows)
}

/** @returns whether there were any */
async function insertFiles(
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

const printPartitions = (partitions: readonly Partition[]): string =>
  JSON.stringify(
    partitions.map(({ values, location, columns, parameters }) => ({
      values,
      location,
      columns: JSON.parse(printColumns(columns)),
      parameters,
    })),
  )

const printValues = (partitions: readonly Partition[]): string =>
  JSON.stringify(partitions.map(({ values }) => values))
