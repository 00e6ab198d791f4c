/** Changes as the requests that make them: pure. */
import type { Change, Move } from '../../schema/change.ts'
import { tableId } from '../../schema/table.ts'
import type { Step } from '../catalog.ts'
import { columnList, parameterChanges, range, typeChanges } from '../request-text.ts'
import { inBatches, summarize } from '../steps.ts'
import { batchOf } from './requests/batches.ts'

/** The steps of a change: partitions in batches, everything else as one request. */
export function stepsOf(change: Change, batchSize: number): readonly Step[] {
  return inBatches(change, batchOf(widthOf(change), batchSize)).map(part => ({
    command: commandOf(part),
    summary: summarize(part),
    change: part,
  }))
}

const widthOf = (change: Change): number =>
  change.kind === 'addPartitions' || change.kind === 'alterPartitions'
    ? Math.max(0, ...change.partitions.slice(0, 1).map(({ columns }) => columns.length))
    : 0

/** The request as people would write it: `add_partitions_req(golden.orders, 500 partitions, 2019/09/01/01 to 2019/09/21/20)`. */
function commandOf(change: Change): string {
  switch (change.kind) {
    case 'createDatabase':
      return `create_database(${change.database})`
    case 'createTable': {
      const { name, columns, partitionKeys, location } = change.table
      return `create_table(${tableId(name)}, external, columns ${columnList(columns)}, partition keys ${columnList(partitionKeys)}, parquet, ${location})`
    }
    case 'addColumns':
      return `alter_table(${tableId(change.table)}, add ${columnList(change.columns)}${change.cascade ? ', cascade' : ''})`
    case 'changeColumnTypes':
      return `alter_table(${tableId(change.table)}, ${typeChanges(change)})`
    case 'addPartitions':
      return `add_partitions_req(${tableId(change.table)}, ${range(change.partitions)})`
    case 'alterPartitions':
      return `alter_partitions(${tableId(change.table)}, ${range(change.partitions)})`
    case 'movePartitions':
      return `alter_partitions(${tableId(change.table)}, ${range(change.partitions)}, ${moved(change.partitions)})`
    case 'dropPartitions':
      return `drop_partitions_req(${tableId(change.table)}, ${range(change.partitions)}, keep files)`
    case 'stripPartitions':
      return `alter_partitions(${tableId(change.table)}, ${range(change.partitions)}, remove ${change.prefix}*)`
    case 'moveTable':
      return `alter_table(${tableId(change.table)}, from ${change.from} to ${change.to})`
    case 'renameTable':
      return `alter_table(${tableId(change.table)}, rename to ${tableId(change.to)})`
    case 'setParameters':
      return `alter_table(${tableId(change.table)}, ${parameterChanges(change)})`
    default:
      return change satisfies never
  }
}

const moved = ([first]: readonly Move[]): string => `from ${first?.from} to ${first?.to}`
