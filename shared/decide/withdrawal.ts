/** Column statistics that an earlier build has given to the catalog, and that are taken away: pure. */
import { isPublished, ownStatistics, PUBLISHED } from '../evolution/statistics.ts'
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { Table } from '../schema/table.ts'

const published = (known: readonly RegisteredPartition[]): readonly RegisteredPartition[] =>
  known.filter(({ parameters }) => isPublished(parameters))

/** Whether one of the partitions has some. */
export const anyPublished = (known: Iterable<RegisteredPartition>): boolean =>
  published([...known]).length > 0

/** Columns of all these partitions together: each is a request of its own in the metastore and in Glue. */
export const withdrawnColumns = (known: readonly RegisteredPartition[]): number =>
  known.reduce((sum, { parameters }) => sum + ownStatistics(parameters).length, 0)

/** The change that takes them away; none where there are none. */
export function withdrawals({ name, partitionKeys }: Table, known: readonly RegisteredPartition[]): Change[] {
  const partitions = published(known).map(({ values }) => ({ values }))
  return partitions.length === 0
    ? []
    : [{ kind: 'stripPartitions', table: name, partitionKeys, prefix: PUBLISHED, partitions }]
}

/** @param left partitions that are still to be looked at */
export const withdrawalPending = (left: number, of: number): Diagnostic => ({
  code: 'STATISTICS_PENDING',
  severity: 'info',
  message: `an earlier build gave the catalog column statistics of some partitions, which mislead engines about the whole table: they are taken away, the newest first, and ${left} of ${of} partitions are still to be looked at`,
  fix: 'nothing: each scan, and each `goldsync sync` of the table, goes on with them',
})
