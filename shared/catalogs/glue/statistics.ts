/** Column statistics of partitions: one partition in a request, and one column where they are taken away. */
import type * as sdk from '@aws-sdk/client-glue'
import { allOf } from '../../all-of.ts'
import type { Change, Described } from '../../schema/change.ts'
import type { PartitionValues, TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { alterPartitions } from './alter-partitions.ts'
import { type Failure, failed, inSlices, MOST, settled } from './batches.ts'
import type { Glue } from './client.ts'
import { columnStatistics } from './column-statistics.ts'
import { isFault } from './errors.ts'
import { altered } from './modify-partition.ts'
import { of } from './read.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** @throws GoldsyncError `NOT_FOUND` where a partition is not registered */
export async function publishStatistics(
  glue: Glue,
  change: ChangeOf<'publishStatistics'>,
  call: Call,
): Promise<void> {
  const AnalyzedTime = new Date()
  const send = async (wanted: readonly Described[]) =>
    (await allOf(wanted.map(partition => publish(glue, change.table, partition, AnalyzedTime, call)))).flat()
  const [refused] = await settled(change.partitions, send, call)
  if (refused) throw failed(refused)
  await alterPartitions(glue, change, altered, call)
}

/** @returns the partition and what is wrong with it, if anything is */
async function publish(
  glue: Glue,
  table: TableName,
  item: Described,
  AnalyzedTime: Date,
  call: Call,
): Promise<readonly Failure<Described>[]> {
  const list = item.statistics.flatMap(known => columnStatistics(known, AnalyzedTime) ?? [])
  const [refused] = await inSlices(list, MOST.statistics, async slice => {
    const input = { ...of(table), PartitionValues: [...item.values], ColumnStatisticsList: [...slice] }
    const { Errors = [] } = await glue.send('UpdateColumnStatisticsForPartition', input, call)
    return Errors
  })
  return refused === undefined ? [] : [{ item, fault: faultOf(refused) }]
}

const faultOf = ({ ColumnStatistics: column, Error: error }: sdk.ColumnStatisticsError) => ({
  name: error?.ErrorCode ?? 'InternalServiceException',
  message: `statistics of column ${column?.ColumnName}: ${error?.ErrorMessage}`,
})

/** What is not there is no error. */
export async function withdrawStatistics(
  glue: Glue,
  { table, partitions }: ChangeOf<'withdrawStatistics'>,
  call: Call,
): Promise<void> {
  const each = partitions.flatMap(({ values, columns }) => columns.map(column => ({ values, column })))
  await allOf(each.map(({ values, column }) => withdraw(glue, table, values, column, call)))
}

async function withdraw(
  glue: Glue,
  table: TableName,
  values: PartitionValues,
  ColumnName: string,
  call: Call,
): Promise<void> {
  try {
    const input = { ...of(table), PartitionValues: [...values], ColumnName }
    await glue.send('DeleteColumnStatisticsForPartition', input, call)
  } catch (error) {
    if (!isFault(error, 'EntityNotFoundException')) throw error
  }
}
