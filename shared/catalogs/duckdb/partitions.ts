/** Partitions in goldsync's own tables. */
import { sameLocation } from '../../layout/location.ts'
import type { Change, Move, Unregistered } from '../../schema/change.ts'
import type { Partition, RegisteredPartition } from '../../schema/partition.ts'
import { partitionKey, type Table, type TableName, tableId } from '../../schema/table.ts'
import type { Which } from '../catalog.ts'
import { type Retypes, retype, withoutPrefix } from '../change-table.ts'
import { expectPartitionAt, noPartition } from '../refusals.ts'
import type { Database } from './file.ts'
import type { FileSchemas } from './file-schemas.ts'
import { insertFiles, removeFiles, replaceFiles } from './files.ts'
import { type Named, printValues, VALUES } from './named.ts'
import { parseColumns, parseParameters, printColumns } from './tables.ts'

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

/**
 * Writes the new locations; the files stay those of before until the partitions are altered.
 * @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where one lies at neither place; nothing is moved then
 */
export async function movePartitions(db: Database, table: TableName, moves: readonly Move[]): Promise<void> {
  const existing = await readLocations(db, table, moves)
  for (const { values, from, to } of moves) {
    const registered = existing.get(partitionKey(values))
    if (registered === undefined) throw noPartition(table, values)
    if (!sameLocation(registered, to)) expectPartitionAt(table, values, registered, from)
  }
  await db.run(
    `update _goldsync.partitions t set location = p."to"
     from (select unnest(from_json($2, '[{"values": ["VARCHAR"], "to": "VARCHAR"}]'), recursive := true)) p
     where t."table" = $1 and t."values" = p."values"`,
    [tableId(table), JSON.stringify(moves)],
  )
}

/** Takes parameters off those that are registered. */
export async function stripPartitions(
  db: Database,
  { table, partitions, prefix }: Extract<Change, { kind: 'stripPartitions' }>,
): Promise<void> {
  const known = await readPartitions(db, table, {
    want: 'details',
    among: partitions.map(({ values }) => values),
  })
  const stripped = known.map(({ values, parameters }) => ({
    values,
    parameters: withoutPrefix(parameters, prefix),
  }))
  await db.run(
    `update _goldsync.partitions t set parameters = p.parameters
     from (select unnest(from_json($2, '[{"values": ["VARCHAR"], "parameters": "JSON"}]'), recursive := true)) p
     where t."table" = $1 and t."values" = p."values"`,
    [tableId(table), JSON.stringify(stripped)],
  )
}

/** Takes out those that are registered. @returns whether the view has to show fewer files */
export async function dropPartitions(
  db: Database,
  table: TableName,
  partitions: readonly Unregistered[],
): Promise<boolean> {
  await db.run(`delete from _goldsync.partitions where "table" = $1 and "values" in ${VALUES}`, [
    tableId(table),
    printValues(partitions),
  ])
  return removeFiles(db, table, partitions)
}

/** Gives the columns their new types in all partitions; there are few distinct column lists, however many partitions. */
export async function retypePartitions(db: Database, change: Retypes): Promise<void> {
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

/** All registered partitions have the table's columns. */
export const growPartitions = (db: Database, { name, columns }: Table): Promise<void> =>
  db.run('update _goldsync.partitions set columns = $2 where "table" = $1', [
    tableId(name),
    printColumns(columns),
  ])

async function readLocations(
  db: Database,
  table: TableName,
  partitions: readonly Named[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows(
    `select "values", location from _goldsync.partitions where "table" = $1 and "values" in ${VALUES}`,
    [tableId(table), printValues(partitions)],
  )
  return new Map(rows.map(row => [partitionKey(row.values as string[]), row.location as string]))
}

const printPartitions = (partitions: readonly Partition[]): string =>
  JSON.stringify(
    partitions.map(({ values, location, columns, parameters }) => ({
      values,
      location,
      columns: JSON.parse(printColumns(columns)),
      parameters,
    })),
  )
