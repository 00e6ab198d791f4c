/** Changes as the requests that make them: pure. */
import type { Change, Move } from '../../schema/change.ts'
import { tableId } from '../../schema/table.ts'
import type { Step } from '../catalog.ts'
import { columnList, parameterChanges, range, typeChanges } from '../request-text.ts'
import { inBatches, summarize } from '../steps.ts'
import { MOST } from './batches.ts'
import { inGlue } from './convert.ts'

/** Partitions of one step: enough for several requests side by side, few enough to stop between two of them. */
const STEP = 1000

export const stepsOf = (change: Change): readonly Step[] =>
  inBatches(change, STEP).map(part => ({
    command: commandOf(part),
    summary: summarize(part),
    change: part,
  }))

/** The requests as people would write them: `BatchCreatePartition(golden.orders, 1000 partitions, 2019/09/01/01 to 2019/10/12/16) in 10 requests`. */
function commandOf(change: Change): string {
  switch (change.kind) {
    case 'createDatabase':
      return `CreateDatabase(${change.database})`
    case 'createTable': {
      const { name, columns, partitionKeys, location } = change.table
      return `CreateTable(${tableId(name)}, external, columns ${columnList(columns)}, partition keys ${columnList(partitionKeys)}, parquet, ${inGlue(location)})`
    }
    case 'addColumns':
      return `UpdateTable(${tableId(change.table)}, add ${columnList(change.columns)})`
    case 'changeColumnTypes':
      return `UpdateTable(${tableId(change.table)}, ${typeChanges(change)})`
    case 'addPartitions':
      return many('BatchCreatePartition', change, MOST.create)
    case 'alterPartitions':
      return many('BatchUpdatePartition', change, MOST.update)
    case 'movePartitions':
      return many('BatchUpdatePartition', change, MOST.update, moved(change.partitions))
    case 'dropPartitions':
      return many('BatchDeletePartition', change, MOST.delete)
    case 'stripPartitions':
      return many('BatchUpdatePartition', change, MOST.update, `remove ${change.prefix}*`)
    case 'renameTable':
      return `CreateTable(${tableId(change.to)}, as ${tableId(change.table)}), BatchCreatePartition of its partitions, DeleteTable(${tableId(change.table)})`
    case 'moveTable':
      return `UpdateTable(${tableId(change.table)}, from ${change.from} to ${inGlue(change.to)})`
    case 'setParameters':
      return `UpdateTable(${tableId(change.table)}, ${parameterChanges(change)})`
    default:
      return change satisfies never
  }
}

type ChangeOfMany = Extract<Change, { readonly partitions: unknown }>

function many(
  operation: string,
  { table, partitions }: ChangeOfMany,
  most: number,
  ...more: readonly string[]
): string {
  const requests = Math.ceil(partitions.length / most)
  const request = `${operation}(${[tableId(table), range(partitions), ...more].join(', ')})`
  return requests > 1 ? `${request} in ${requests} requests` : request
}

const moved = ([first]: readonly Move[]): string => `from ${first?.from} to ${inGlue(first?.to ?? '')}`
