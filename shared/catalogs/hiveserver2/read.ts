/** What the catalog knows: a table, its partitions' names, a partition's details. */
import { GoldsyncError } from '../../base/errors.ts'
import type { RegisteredPartition } from '../../schema/partition.ts'
import { type PartitionValues, partitionKey, type Table, type TableName } from '../../schema/table.ts'
import { hivePartition, hiveTable } from '../../sql/hive-text.ts'
import type { Call } from '../catalog.ts'
import type { HiveClient, Row } from './client.ts'
import { describedTable, readDescription } from './describe.ts'
import { isNameable, leadingValues, valuesOf } from './partition-names.ts'

/** The table, or undefined where it or its database does not exist. */
export async function readTable(hive: HiveClient, name: TableName, call?: Call): Promise<Table | undefined> {
  const rows = await found(hive.execute(`DESCRIBE FORMATTED ${hiveTable(name)}`, call))
  return rows && describedTable(name, rows)
}

/** Values of the registered partitions, or of those of the named that are registered. */
export async function readNames(
  hive: HiveClient,
  table: Pick<Table, 'name' | 'partitionKeys'>,
  among: readonly PartitionValues[] | undefined,
  call?: Call,
): Promise<readonly RegisteredPartition[]> {
  if (table.partitionKeys.length === 0 || among?.length === 0) return []
  const listed: RegisteredPartition[] = []
  const areNameable = among?.every(values => isNameable(table.partitionKeys, values))
  for (const leading of areNameable ? leadingValues(among ?? []) : [[]]) {
    const spec = leading.length > 0 ? ` ${hivePartition(table.partitionKeys, leading)}` : ''
    const rows = await hive.execute(`SHOW PARTITIONS ${hiveTable(table.name)}${spec}`, call)
    for (const row of rows) listed.push({ values: valuesOf(row.partition ?? '') })
  }
  if (among === undefined) return listed
  const wanted = new Set(among.map(partitionKey))
  return listed.filter(({ values }) => wanted.has(partitionKey(values)))
}

/** Location and columns too, by one round trip for each; those that are not registered, or cannot be named, are left out. */
export async function readDetails(
  hive: HiveClient,
  table: Pick<Table, 'name' | 'partitionKeys'>,
  among: readonly PartitionValues[],
  call?: Call,
): Promise<readonly RegisteredPartition[]> {
  const details: RegisteredPartition[] = []
  for (const values of among.filter(each => isNameable(table.partitionKeys, each))) {
    const statement = `DESCRIBE FORMATTED ${hiveTable(table.name)} ${hivePartition(table.partitionKeys, values)}`
    const rows = await found(hive.execute(statement, call))
    if (rows) details.push(describedPartition(values, rows))
  }
  return details
}

function describedPartition(values: PartitionValues, rows: readonly Row[]): RegisteredPartition {
  const { columns, facts } = readDescription(rows)
  const location = facts.get('Location')
  return { values, columns, ...(location === undefined ? {} : { location }) }
}

async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}
