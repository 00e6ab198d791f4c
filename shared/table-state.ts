/** What goldsync keeps on a table, and which tables it works on. */

import type { Topic } from './lake.ts'
import type { Layout } from './layout/layout.ts'
import type { Diagnostic } from './schema/diagnostic.ts'
import { type Column, type Parameters, type Table, type TableName, tableId } from './schema/table.ts'

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

/** Why goldsync does not touch an existing table; undefined where it does. */
export function refusalOf(table: Table, topic: Topic, layout: Layout): Diagnostic | undefined {
  const about = { severity: 'error', table: tableId(table.name), path: topic.location } as const
  const owner = table.parameters[TOPIC]
  if (owner !== undefined && owner !== topic.name) return { ...about, ...ownedBy(owner, topic) }
  if (table.kind !== 'external' || table.parameters.transactional === 'true')
    return { ...about, ...notExternal(table) }
  if (table.format !== 'parquet') return { ...about, ...notParquet(table) }
  return sameKeys(table.partitionKeys, layout.partitionKeys)
    ? undefined
    : { ...about, ...otherKeys(table, layout) }
}

const sameKeys = (a: readonly Column[], b: readonly Column[]): boolean => printKeys(a) === printKeys(b)
const printKeys = (keys: readonly Column[]): string => keys.map(key => key.name).join(', ')

const ownedBy = (owner: string, topic: Topic) => ({
  code: 'NAME_COLLISION',
  message: `the table belongs to topic ${owner}, so topic ${topic.name} is not synced into it`,
  fix: `give topic ${topic.name} another table with tables.rename`,
})

const notExternal = (table: Table) => ({
  code: 'TABLE_NOT_EXTERNAL',
  message: `the table is ${table.kind === 'view' ? 'a view' : 'managed by the engine'}; goldsync works on external tables only, so that no file of the lake can be lost with a table`,
  fix: 'rename the table, or give the topic another one with tables.rename',
})

const notParquet = (table: Table) => ({
  code: 'TABLE_NOT_PARQUET',
  message: `the table's format is ${table.format}, not Parquet`,
  fix: 'give the topic another table with tables.rename',
})

const otherKeys = (table: Table, layout: Layout) => ({
  code: 'PARTITION_KEYS_DIFFER',
  message: `the table is partitioned by (${printKeys(table.partitionKeys)}), the layout ${layout.template} by (${printKeys(layout.partitionKeys)})`,
  fix: "set the lake's partitionKeys to the table's, or give the topic another table with tables.rename",
})
