/**
 * Column statistics in a catalog, never ones that are wrong: catalogs take away what holds no longer before a partition gets
 * the fingerprint of its new files, and what is known is given before it gets the one that lets scans pass it by. Pure.
 */
import { FINGERPRINT } from '../evolution/fingerprint.ts'
import { BETWEEN_NAMES } from '../evolution/statistics.ts'
import type { TableJob } from '../run/run.ts'
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { KnownColumn } from '../schema/known-column.ts'
import type { Partition } from '../schema/partition.ts'
import { partitionKey } from '../schema/table.ts'

/** Whether what is known of columns is given to the catalog. */
export const publishes = ({ lake, catalog }: TableJob): boolean =>
  lake.statistics === 'exact' && catalog.capabilities.columnStatistics

export const NOT_KEPT = 'STATISTICS_NOT_KEPT'

/** Where the lake asks for what the catalog cannot do. */
export const statisticsNotKept = ({ lake, catalog }: TableJob): Diagnostic[] =>
  lake.statistics !== 'exact' || catalog.capabilities.columnStatistics
    ? []
    : [
        {
          code: NOT_KEPT,
          severity: 'info',
          message: `catalog ${catalog.name} (${catalog.kind}) keeps no column statistics: they are in the report only`,
          fix: 'nothing: the report has them; statistics: basic asks for less',
        },
      ]

/** By `partitionKey`. */
type ByPartition<T> = ReadonlyMap<string, T>

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>
type Written = ChangeOf<'addPartitions' | 'alterPartitions'>

/** Hive's schema on some databases keeps 4,000 characters of a parameter. */
const MAX_LENGTH = 3500

/** As many of the columns as the parameter can name: what it does not name could never be taken away. */
export function nameable(columns: readonly KnownColumn[]): readonly KnownColumn[] {
  const named: KnownColumn[] = []
  let left = MAX_LENGTH
  for (const known of columns) {
    left -= known.column.length + BETWEEN_NAMES.length
    if (left >= 0 && !known.column.includes(BETWEEN_NAMES)) named.push(known)
  }
  return named
}

/** The changes of partitions with those of their columns' statistics behind them. */
export function withColumnStatistics(
  changes: readonly Change[],
  known: ByPartition<readonly KnownColumn[]>,
): Change[] {
  return [
    ...changes.map(change => (isWritten(change) ? unpublished(change, known) : change)),
    ...changes.flatMap(change => publication(change, known)),
  ]
}

const isWritten = (change: Change): change is Written =>
  change.kind === 'addPartitions' || change.kind === 'alterPartitions'

/** Equal to no folder's, so that a run that stops before the statistics are there is followed by one that sets them. */
const UNPUBLISHED = 'unpublished:'

const unpublished = <C extends Written>(change: C, known: ByPartition<readonly KnownColumn[]>): C => ({
  ...change,
  partitions: change.partitions.map(partition =>
    known.has(partitionKey(partition.values)) ? withMark(partition) : partition,
  ),
})

const withMark = (partition: Partition): Partition => ({
  ...partition,
  parameters: { ...partition.parameters, [FINGERPRINT]: markOf(partition) },
})

const markOf = ({ parameters }: Partition): string => `${UNPUBLISHED}${parameters[FINGERPRINT]}`

function publication(change: Change, known: ByPartition<readonly KnownColumn[]>): Change[] {
  if (!isWritten(change)) return []
  const partitions = change.partitions.flatMap(partition => {
    const statistics = known.get(partitionKey(partition.values))
    return statistics === undefined ? [] : [{ ...partition, statistics, mark: markOf(partition) }]
  })
  return partitions.length === 0 ? [] : [{ ...change, kind: 'publishStatistics', partitions }]
}
