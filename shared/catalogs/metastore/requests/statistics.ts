/** Column statistics of partitions, many in a request. */
import type { Change, Described } from '../../../schema/change.ts'
import type { ClientCall } from '../connection/invoke.ts'
import { sealPartitions } from './alter-partitions.ts'
import { columnStatistics } from './column-statistics.ts'
import { nameOf } from './partition-names.ts'
import { catalogField, type Warehouse } from './warehouse.ts'
import { ENGINE } from './withdraw.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

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
