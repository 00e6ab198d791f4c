/** What the catalog knows: a table, a partition's details. */
import { GoldsyncError } from '../../base/errors.ts'
import type { HiveClient, Row } from '../../hiveserver2/client.ts'
import { isNameable } from '../../hiveserver2/partition-names.ts'
import type { RegisteredPartition } from '../../schema/partition.ts'
import type { PartitionValues, Table, TableName } from '../../schema/table.ts'
import { hiveName, hivePartition, hiveTable } from '../../sql/hive-text.ts'
import type { Call } from '../catalog.ts'
import { describedTable, readDescription } from './describe.ts'

export async function hasDatabase(hive: HiveClient, name: string, call?: Call): Promise<boolean> {
  return (await found(hive.execute(`DESCRIBE DATABASE ${hiveName(name)}`, call))) !== undefined
}

/** The table, or undefined where it or its database does not exist. */
export async function readTable(hive: HiveClient, name: TableName, call?: Call): Promise<Table | undefined> {
  const rows = await found(hive.execute(`DESCRIBE FORMATTED ${hiveTable(name)}`, call))
  return rows && describedTable(name, rows)
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
