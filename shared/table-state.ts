/** What goldsync keeps on a table. */

import type { Topic } from './lake.ts'
import type { Layout } from './layout/layout.ts'
import type { Column, Parameters, Table, TableName } from './schema/table.ts'

/** Table parameter: the topic that the table belongs to. */
export const TOPIC = 'goldsync.topic'
/** Table parameter: start of the last complete scan, ISO 8601. */
const MARK = 'goldsync.mark'

/** The start of the last complete scan, epoch milliseconds; undefined before the first, and where somebody broke it. */
export function markOf(table: Table | undefined): number | undefined {
  const time = Date.parse(table?.parameters[MARK] ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** What is set at the end of a complete scan. */
export const markedAt = (time: number, topic: Topic): Parameters => ({
  [TOPIC]: topic.name,
  [MARK]: new Date(time).toISOString(),
})

/** A table that does not exist yet. Hive must neither discover partitions in it by itself nor purge its files. */
export const newTable = (
  name: TableName,
  topic: Topic,
  layout: Layout,
  columns: readonly Column[],
): Table => ({
  name,
  kind: 'external',
  format: 'parquet',
  columns,
  partitionKeys: layout.partitionKeys,
  location: topic.location,
  parameters: { 'discover.partitions': 'false', 'external.table.purge': 'false', [TOPIC]: topic.name },
})
