/** Which tables goldsync works on: its own, and those that somebody else made and it can adopt. */

import type { Topic } from './lake.ts'
import type { Layout } from './layout/layout.ts'
import type { Diagnostic } from './schema/diagnostic.ts'
import { type Column, type Table, tableId } from './schema/table.ts'
import { TOPIC } from './table-state.ts'

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
