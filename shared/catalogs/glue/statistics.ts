/** Column statistics of partitions taken away: Glue takes one column of one partition in a request. */
import { allOf } from '../../base/all-of.ts'
import type { Parameters, PartitionValues, TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import type { Pair } from './alter-partitions.ts'
import { type Failure, failed, failuresOf, settled } from './batches.ts'
import type { Glue } from './client.ts'
import { isFault } from './errors.ts'
import { of } from './read.ts'

interface Stale {
  readonly values: PartitionValues
  readonly column: string
}

/**
 * Side by side, and again what was refused for the moment. What is not there is no error.
 * @param columnsOf the columns whose statistics go before a partition that has these parameters is written
 */
export const withdrawStale =
  <T extends { readonly values: PartitionValues }>(
    glue: Glue,
    table: TableName,
    columnsOf: (item: T, stored: Parameters) => readonly string[],
    call: Call,
  ) =>
  async (pairs: readonly Pair<T>[]): Promise<void> => {
    const stale = pairs.flatMap(({ stored, item }) =>
      columnsOf(item, stored.Parameters ?? {}).map((column): Stale => ({ values: item.values, column })),
    )
    const withdraw = (one: Stale): Promise<readonly Failure<Stale>[]> =>
      failuresOf([one], async () => {
        await forget(glue, table, one, call)
        return []
      })
    const send = async (wanted: readonly Stale[]) => (await allOf(wanted.map(withdraw))).flat()
    const [refused] = await settled(stale, send, call)
    if (refused) throw failed(refused)
  }

async function forget(glue: Glue, table: TableName, { values, column }: Stale, call: Call): Promise<void> {
  try {
    const input = { ...of(table), PartitionValues: [...values], ColumnName: column }
    await glue.send('DeleteColumnStatisticsForPartition', input, call)
  } catch (error) {
    if (!isFault(error, 'EntityNotFoundException')) throw error
  }
}
