/** Changes as the commits' parts that make them: pure. */
import type { Change } from '../../schema/change.ts'
import { tableId } from '../../schema/table.ts'
import type { Step } from '../catalog.ts'
import { columnList, parameterChanges, range, typeChanges } from '../request-text.ts'
import { inBatches, summarize } from '../steps.ts'
import { named } from './in-database.ts'

/** Partitions of one step; steps of one plan are committed together. */
const BATCH = 1000

/** @param database of the tables, where it is not the lake's */
export const stepsOf = (change: Change, database?: string): readonly Step[] =>
  inBatches(change, BATCH).map(part => ({
    command: commandOf(named(part, database)),
    summary: summarize(part),
    change: part,
  }))

/** As people would write it: `append(ice.orders, 24 partitions, 2019/09/01/00 to 2019/09/01/23, 24 files)`. */
function commandOf(change: Change): string {
  switch (change.kind) {
    case 'createDatabase':
      return `create_namespace(${change.database})`
    case 'createTable': {
      const { name, columns, partitionKeys, location } = change.table
      return `create_table(${tableId(name)}, iceberg, columns ${columnList(columns)}, partition fields ${columnList(partitionKeys)}, files of ${location})`
    }
    case 'addColumns':
      return `update_schema(${tableId(change.table)}, add ${columnList(change.columns)})`
    case 'changeColumnTypes':
      return `update_schema(${tableId(change.table)}, ${typeChanges(change)})`
    case 'addPartitions':
      return `append(${tableId(change.table)}, ${range(change.partitions)}, ${filesOf(change)})`
    case 'alterPartitions':
      return `overwrite(${tableId(change.table)}, ${range(change.partitions)}, now ${filesOf(change)})`
    case 'movePartitions':
      return `note(${tableId(change.table)}, ${range(change.partitions)}, from ${change.partitions[0]?.from} to ${change.partitions[0]?.to})`
    case 'dropPartitions':
      return `delete(${tableId(change.table)}, ${range(change.partitions)}, keep files)`
    case 'stripPartitions':
      return `note(${tableId(change.table)}, ${range(change.partitions)}, remove ${change.prefix}*)`
    case 'moveTable':
      return `set_properties(${tableId(change.table)}, from ${change.from} to ${change.to})`
    case 'renameTable':
      return `rename_table(${tableId(change.table)}, to ${tableId(change.to)})`
    case 'setParameters':
      return `set_properties(${tableId(change.table)}, ${parameterChanges(change)})`
    default:
      return change satisfies never
  }
}

function filesOf({ partitions }: Extract<Change, { kind: 'addPartitions' | 'alterPartitions' }>): string {
  const count = partitions.reduce((sum, { files }) => sum + files.length, 0)
  return `${count} ${count === 1 ? 'file' : 'files'}`
}
