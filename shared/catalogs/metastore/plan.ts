/** Changes as the requests that make them: pure. */
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import { type Column, printValues, tableId } from '../../schema/table.ts'
import { printType } from '../../schema/type.ts'
import type { Step } from '../catalog.ts'
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
      return `create_table(${tableId(name)}, external, columns ${printed(columns)}, partition keys ${printed(partitionKeys)}, parquet, ${location})`
    }
    case 'addColumns':
      return `alter_table(${tableId(change.table)}, add ${printed(change.columns)})`
    case 'changeColumnType': {
      const types = `${printType(change.from)} to ${printType(change.to)}`
      return `alter_table(${tableId(change.table)}, ${change.column} from ${types}${change.cascade ? ', cascade' : ''})`
    }
    case 'addPartitions':
      return `add_partitions_req(${tableId(change.table)}, ${range(change.partitions)})`
    case 'alterPartitions':
      return `alter_partitions(${tableId(change.table)}, ${range(change.partitions)})`
    case 'setParameters': {
      const parameters = Object.entries(change.parameters).map(([key, value]) => `${key}=${value}`)
      return `alter_table(${tableId(change.table)}, set ${parameters.join(', ')})`
    }
    default:
      return change satisfies never
  }
}

const printed = (columns: readonly Column[]): string =>
  `(${columns.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')})`

function range(partitions: readonly Partition[]): string {
  const [first, last] = [partitions[0], partitions.at(-1)].map(found => printValues(found?.values ?? []))
  return partitions.length === 1 ? `${first}` : `${partitions.length} partitions, ${first} to ${last}`
}
