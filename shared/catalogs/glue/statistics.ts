/** Column statistics of partitions: one partition in a request, and one column where they are taken away. */
import type * as sdk from '@aws-sdk/client-glue'
import { allOf } from '../../base/all-of.ts'
import type { Change, Described } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import type { PartitionValues, TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { staleColumns } from '../described.ts'
import { alterPartitions, type Pair } from './alter-partitions.ts'
import { type Failure, failed, failuresOf, inSlices, MOST, settled } from './batches.ts'
import type { Glue } from './client.ts'
import { columnStatistics } from './column-statistics.ts'
import { isFault } from './errors.ts'
import { sealed } from './modify-partition.ts'
import { of } from './read.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** @throws GoldsyncError `NOT_FOUND` where a partition is not registered */
export async function publishStatistics(
  glue: Glue,
  change: ChangeOf<'publishStatistics'>,
  call: Call,
): Promise<void> {
  const analyzed = new Date()
  const publish = (partition: Described) => update(glue, change.table, partition, analyzed, call)
  await each(change.partitions, publish, call)
  await alterPartitions(glue, change, sealed, call)
}

const update = async (
  glue: Glue,
  table: TableName,
  { values, statistics }: Described,
  analyzed: Date,
  call: Call,
): Promise<readonly sdk.ColumnStatisticsError[]> => {
  const list = statistics.flatMap(known => columnStatistics(known, analyzed) ?? [])
  return inSlices(list, MOST.statistics, async slice => {
    const input = { ...of(table), PartitionValues: [...values], ColumnStatisticsList: [...slice] }
    const { Errors = [] } = await glue.send('UpdateColumnStatisticsForPartition', input, call)
    return Errors
  })
}

/** Takes those of partitions away that are to have other files. What is not there is no error. */
export const withdrawStale =
  (glue: Glue, table: TableName, call: Call) =>
  async (pairs: readonly Pair<Partition>[]): Promise<void> => {
    const stale = pairs.flatMap(({ stored, item: { values, parameters } }) =>
      staleColumns(parameters, stored.Parameters).map(column => ({ values, column })),
    )
    const withdraw = async ({ values, column: ColumnName }: (typeof stale)[number]) => {
      const input = { ...of(table), PartitionValues: [...values], ColumnName }
      try {
        await glue.send('DeleteColumnStatisticsForPartition', input, call)
      } catch (error) {
        if (!isFault(error, 'EntityNotFoundException')) throw error
      }
      return []
    }
    await each(stale, withdraw, call)
  }

/** Side by side, and again what was refused for the moment. @param request answers with what is wrong with columns */
async function each<T extends { readonly values: PartitionValues }>(
  items: readonly T[],
  request: (item: T) => Promise<readonly sdk.ColumnStatisticsError[]>,
  call: Call,
): Promise<void> {
  const one = (item: T): Promise<readonly Failure<T>[]> =>
    failuresOf([item], async () => (await request(item)).map(error => told(item, error)))
  const send = async (wanted: readonly T[]) => (await allOf(wanted.map(one))).flat()
  const [refused] = await settled(items, send, call)
  if (refused) throw failed(refused)
}

const told = (
  { values }: { readonly values: PartitionValues },
  { ColumnStatistics: column, Error: error }: sdk.ColumnStatisticsError,
) => ({
  values,
  error: {
    ErrorCode: error?.ErrorCode,
    ErrorMessage: `statistics of column ${column?.ColumnName}: ${error?.ErrorMessage ?? ''}`,
  },
})
