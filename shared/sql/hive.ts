/** Changes as statements of Hive SQL, for Hive 3 and 4. */
import type { Change } from '../schema/change.ts'
import type { Partition } from '../schema/partition.ts'
import type { Table } from '../schema/table.ts'
import {
  hiveColumns,
  hiveComment,
  hiveLiteral,
  hiveName,
  hiveParameters,
  hivePartition,
  hiveTable,
  hiveType,
} from './hive-text.ts'

/** One statement, and the part of the change that it makes. */
export interface HiveStatement {
  readonly command: string
  readonly change: Change
}

/** Bounds of one statement that adds partitions. */
export interface HiveBatch {
  readonly partitions: number
  /** UTF-16 code units of the statement. */
  readonly length: number
}

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** The statements that make one change, in order. One that adds partitions holds up to a batch of them. */
export function hiveStatements(change: Change, batch: HiveBatch): readonly HiveStatement[] {
  switch (change.kind) {
    case 'createDatabase':
      return [{ change, command: `CREATE DATABASE IF NOT EXISTS ${hiveName(change.database)}` }]
    case 'createTable':
      return [{ change, command: createTable(change.table) }]
    case 'addColumns':
      return change.columns.length === 0 ? [] : [{ change, command: addColumns(change) }]
    case 'changeColumnType':
      return [{ change, command: changeColumnType(change) }]
    case 'addPartitions':
      return batches(change, batch).map(part => ({ change: part, command: addPartitions(part) }))
    case 'alterPartitions':
      return change.partitions.map(partition => ({
        change: { ...change, partitions: [partition] },
        command: alterPartition(change, partition),
      }))
    case 'setParameters':
      return Object.keys(change.parameters).length === 0 ? [] : [{ change, command: setParameters(change) }]
    default:
      return change satisfies never
  }
}

/** Fails where a table of the name exists: `IF NOT EXISTS` would silently keep one that lies elsewhere. */
function createTable(table: Table): string {
  const clauses = [
    `CREATE EXTERNAL TABLE ${hiveTable(table.name)} ${hiveColumns(table.columns)}`,
    ...(table.partitionKeys.length > 0 ? [`PARTITIONED BY ${hiveColumns(table.partitionKeys)}`] : []),
    'STORED AS PARQUET',
    `LOCATION ${hiveLiteral(table.location)}`,
    ...(Object.keys(table.parameters).length > 0
      ? [`TBLPROPERTIES ${hiveParameters(table.parameters)}`]
      : []),
  ]
  return clauses.join(' ')
}

const addColumns = (change: ChangeOf<'addColumns'>): string =>
  `ALTER TABLE ${hiveTable(change.table)} ADD COLUMNS ${hiveColumns(change.columns)}`

function changeColumnType({ table, column, to, comment, cascade }: ChangeOf<'changeColumnType'>): string {
  const name = hiveName(column)
  const changed = `CHANGE COLUMN ${name} ${name} ${hiveType(to)}${hiveComment(comment)}`
  return `ALTER TABLE ${hiveTable(table)} ${changed}${cascade ? ' CASCADE' : ''}`
}

/** Fails as a whole where one of them exists: `IF NOT EXISTS` would silently keep a partition that lies elsewhere. */
const addPartitions = (change: ChangeOf<'addPartitions'>): string =>
  `${addPrefix(change)}${change.partitions.map(partition => added(change, partition)).join('')}`

/** Adds those of the partitions that do not exist, and leaves the others. */
export const addMissingPartitions = (change: ChangeOf<'addPartitions'>): string =>
  `ALTER TABLE ${hiveTable(change.table)} ADD IF NOT EXISTS${change.partitions.map(partition => added(change, partition)).join('')}`

const addPrefix = (change: ChangeOf<'addPartitions'>): string => `ALTER TABLE ${hiveTable(change.table)} ADD`

const added = (change: ChangeOf<'addPartitions'>, partition: Partition): string =>
  ` ${hivePartition(change.partitionKeys, partition.values)} LOCATION ${hiveLiteral(partition.location)}`

function batches(change: ChangeOf<'addPartitions'>, batch: HiveBatch): ChangeOf<'addPartitions'>[] {
  const split: Partition[][] = []
  let length = 0
  for (const partition of change.partitions) {
    const size = added(change, partition).length
    const open = split.at(-1)
    if (open && open.length < batch.partitions && length + size <= batch.length) {
      open.push(partition)
      length += size
    } else {
      split.push([partition])
      length = addPrefix(change).length + size
    }
  }
  return split.map(partitions => ({ ...change, partitions }))
}

// REPLACE COLUMNS sets a partition's own column list, and leaves its location and parameters (seen on Hive 4.0.1).
const alterPartition = (change: ChangeOf<'alterPartitions'>, { values, columns }: Partition): string =>
  `ALTER TABLE ${hiveTable(change.table)} ${hivePartition(change.partitionKeys, values)} REPLACE COLUMNS ${hiveColumns(columns)}`

const setParameters = (change: ChangeOf<'setParameters'>): string =>
  `ALTER TABLE ${hiveTable(change.table)} SET TBLPROPERTIES ${hiveParameters(change.parameters)}`
