/** Column statistics of a partition taken away: the metastore takes one column in a request. */
import type { Column, PartitionValues, TableName } from '../../../schema/table.ts'
import { nameOf } from '../../hive-limits.ts'
import { isFault } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { databaseIn, type Warehouse } from './warehouse.ts'

/** Hive 4 keeps statistics by the engine that they are for; Trino and Presto read Hive's, and goldsync wrote those. Hive 3 skips it. */
const ENGINE = 'hive'

interface Of {
  readonly table: TableName
  readonly partitionKeys: readonly Column[]
}

/** What is not there is no error. */
export async function withdrawStatistics(
  warehouse: Warehouse,
  { table: { database, name }, partitionKeys }: Of,
  values: PartitionValues,
  columns: readonly string[],
  call: ClientCall,
): Promise<void> {
  const of = { db_name: databaseIn(warehouse, database), tbl_name: name, engine: ENGINE }
  const part_name = nameOf(partitionKeys, values)
  for (const col_name of columns) {
    try {
      await warehouse.hms.call('delete_partition_column_statistics', { ...of, part_name, col_name }, call)
    } catch (error) {
      if (!isFault(error, 'NoSuchObjectException')) throw error
    }
  }
}
