/** Column statistics of partitions: many partitions in a request, and one column where they are taken away. */
import type { Change, Described } from '../../schema/change.ts'
import type { TableName } from '../../schema/table.ts'
import { sealPartitions } from './alter-partitions.ts'
import { columnStatistics } from './column-statistics.ts'
import { isFault } from './errors.ts'
import type { ClientCall } from './invoke.ts'
import { nameOf } from './partition-names.ts'
import { catalogField, databaseIn, type Warehouse } from './warehouse.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** Hive 4 keeps statistics by the engine that they are for; Trino and Presto read Hive's. Hive 3 skips it. */
const ENGINE = 'hive'

/** Columns of partitions in one request: Hive 3 takes about 2 ms for each. */
const COLUMNS = 1000

/**
 * The server marks the columns as accurate, and Hive would answer queries from that: the parameters, which are written
 * after the statistics, take the mark away again.
 * @throws GoldsyncError `NOT_FOUND` where a partition is not registered
 */
export async function publishStatistics(
  warehouse: Warehouse,
  change: ChangeOf<'publishStatistics'>,
  call: ClientCall,
): Promise<void> {
  const lastAnalyzed = Math.floor(Date.now() / 1000)
  const widest = Math.max(...change.partitions.map(({ statistics }) => statistics.length))
  const publish = async (partitions: readonly Described[]) => {
    const colStats = partitions.map(partition => ({
      statsDesc: {
        ...catalogField(warehouse),
        isTblLevel: false,
        dbName: change.table.database,
        tableName: change.table.name,
        partName: nameOf(change.partitionKeys, partition.values),
        lastAnalyzed,
      },
      statsObj: partition.statistics.map(columnStatistics),
      engine: ENGINE,
    }))
    const request = { colStats, needMerge: false, engine: ENGINE }
    await warehouse.hms.call('set_aggr_stats_for', { request }, call)
  }
  await warehouse.writes(change.partitions, publish, call, Math.max(1, Math.floor(COLUMNS / widest)))
  await sealPartitions(warehouse, change, call)
}

/** What is not there is no error. */
export async function withdrawStatistics(
  warehouse: Warehouse,
  { table, partitionKeys, partitions }: ChangeOf<'withdrawStatistics'>,
  call: ClientCall,
): Promise<void> {
  for (const { values, columns } of partitions) {
    const part_name = nameOf(partitionKeys, values)
    for (const column of columns) await withdraw(warehouse, table, part_name, column, call)
  }
}

async function withdraw(
  warehouse: Warehouse,
  { database, name }: TableName,
  part_name: string,
  col_name: string,
  call: ClientCall,
): Promise<void> {
  const of = { db_name: databaseIn(warehouse, database), tbl_name: name, part_name, col_name }
  try {
    await warehouse.hms.call('delete_partition_column_statistics', { ...of, engine: ENGINE }, call)
  } catch (error) {
    if (!isFault(error, 'NoSuchObjectException')) throw error
  }
}
