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
      return `CreateTable(${tableId(name)}, external, columns ${printed(columns)}, partition keys ${printed(partitionKeys)}, parquet, ${inGlue(location)})`
    }
    case 'addColumns':
      return `UpdateTable(${tableId(change.table)}, add ${printed(change.columns)})`
    case 'changeColumnTypes':
      return `UpdateTable(${tableId(change.table)}, ${retyped(change)})`
    case 'addPartitions':
      return many('BatchCreatePartition', change, MOST.create)
    case 'alterPartitions':
      return many('BatchUpdatePartition', change, MOST.update)
    case 'movePartitions':
      return many('BatchUpdatePartition', change, MOST.update, moved(change.partitions))
    case 'dropPartitions':
      return many('BatchDeletePartition', change, MOST.delete)
    case 'publishStatistics':
      return `UpdateColumnStatisticsForPartition(${tableId(change.table)}, ${range(change.partitions)}, ${columnsOf(change.partitions.map(publishedOf))})`
    case 'withdrawStatistics':
      return `DeleteColumnStatisticsForPartition(${tableId(change.table)}, ${range(change.partitions)}, ${columnsOf(change.partitions)})`
    case 'moveTable':
      return `UpdateTable(${tableId(change.table)}, from ${change.from} to ${inGlue(change.to)})`
    case 'setParameters':
      return `UpdateTable(${tableId(change.table)}, ${parameters(change.parameters, change.removed)})`
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

const printed = (columns: readonly Column[]): string =>
  `(${columns.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')})`

function retyped({ columns, parameters: set = {} }: Retypes): string {
  const types = columns.map(({ name, from, to }) => `${name} from ${printType(from)} to ${printType(to)}`)
  return [...types, ...assigned(set)].join(', ')
}

const parameters = (set: Parameters, removed: readonly string[] = []): string =>
  [...assigned(set), ...removed.map(key => `remove ${key}`)].join(', ')

const assigned = (parameters: Parameters): readonly string[] =>
  Object.entries(parameters).map(([key, value]) => `set ${key}=${value}`)

const moved = ([first]: readonly Move[]): string => `from ${first?.from} to ${inGlue(first?.to ?? '')}`

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
