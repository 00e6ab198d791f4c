/** Changes as the requests that make them: pure. */
import type { Change, Described, Move } from '../../schema/change.ts'
import {
  type Column,
  type Parameters,
  type PartitionValues,
  printValues,
  tableId,
} from '../../schema/table.ts'
import { printType } from '../../schema/type.ts'
import type { Step } from '../catalog.ts'
import type { Retypes } from '../change-table.ts'
import { inBatches, summarize } from '../steps.ts'
import { batchOf } from './batches.ts'

/** The steps of a change: partitions in batches, everything else as one request. */
export function stepsOf(change: Change, batchSize: number): readonly Step[] {
  return inBatches(change, batchOf(widthOf(change), batchSize)).map(part => ({
    command: commandOf(part),
    summary: summarize(part),
    change: part,
  }))
}

const widthOf = (change: Change): number =>
  change.kind === 'addPartitions' || change.kind === 'alterPartitions' || change.kind === 'publishStatistics'
    ? Math.max(0, ...change.partitions.slice(0, 1).map(({ columns }) => columns.length))
    : 0

/** The request as people would write it: `add_partitions_req(golden.orders, 500 partitions, 2019/09/01/01 to 2019/09/21/20)`. */
function commandOf(change: Change): string {
  switch (change.kind) {
    case 'createDatabase':
      return `create_database(${change.database})`
    case 'createTable': {
      const { name, columns, partitionKeys, location } = change.table
      return `create_table(${tableId(name)}, external, columns ${printed(columns)}, partition keys ${printed(partitionKeys)}, parquet, ${location})`
    }
    case 'addColumns':
      return `alter_table(${tableId(change.table)}, add ${printed(change.columns)})`
    case 'changeColumnTypes':
      return `alter_table(${tableId(change.table)}, ${retyped(change)})`
    case 'addPartitions':
      return `add_partitions_req(${tableId(change.table)}, ${range(change.partitions)})`
    case 'alterPartitions':
      return `alter_partitions(${tableId(change.table)}, ${range(change.partitions)})`
    case 'movePartitions':
      return `alter_partitions(${tableId(change.table)}, ${range(change.partitions)}, ${moved(change.partitions)})`
    case 'dropPartitions':
      return `drop_partitions_req(${tableId(change.table)}, ${range(change.partitions)}, keep files)`
    case 'publishStatistics':
      return `set_aggr_stats_for(${tableId(change.table)}, ${range(change.partitions)}, ${columnsOf(change.partitions.map(publishedOf))})`
    case 'withdrawStatistics':
      return `delete_partition_column_statistics(${tableId(change.table)}, ${range(change.partitions)}, ${columnsOf(change.partitions)})`
    case 'moveTable':
      return `alter_table(${tableId(change.table)}, from ${change.from} to ${change.to})`
    case 'setParameters':
      return `alter_table(${tableId(change.table)}, ${parameters(change.parameters, change.removed)})`
    default:
      return change satisfies never
  }
}

const printed = (columns: readonly Column[]): string =>
  `(${columns.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')})`

function retyped({ columns, cascade, parameters: set = {} }: Retypes): string {
  const types = columns.map(({ name, from, to }) => `${name} from ${printType(from)} to ${printType(to)}`)
  return [...types, ...(cascade ? ['cascade'] : []), ...assigned(set)].join(', ')
}

const parameters = (set: Parameters, removed: readonly string[] = []): string =>
  [...assigned(set), ...removed.map(key => `remove ${key}`)].join(', ')

const assigned = (parameters: Parameters): readonly string[] =>
  Object.entries(parameters).map(([key, value]) => `set ${key}=${value}`)

const moved = ([first]: readonly Move[]): string => `from ${first?.from} to ${first?.to}`

function range(partitions: readonly { readonly values: PartitionValues }[]): string {
  const [first, last] = [partitions[0], partitions.at(-1)].map(found => printValues(found?.values ?? []))
  return partitions.length === 1 ? `${first}` : `${partitions.length} partitions, ${first} to ${last}`
}

const publishedOf = ({ statistics }: Described) => ({ columns: statistics.map(({ column }) => column) })

/** Of all of them together: `columns id, day`. */
function columnsOf(partitions: readonly { readonly columns: readonly string[] }[]): string {
  const names = [...new Set(partitions.flatMap(({ columns }) => columns))]
  return `columns ${names.join(', ')}`
}
