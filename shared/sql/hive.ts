/** Changes as statements of Hive SQL, for Hive 3 and 4. */
import type { Change } from '../schema/change.ts'
import { type Partition, printValues, type Table, tableId } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
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

/** One statement, a few words for people, and the part of the change that it makes. */
export interface HiveStatement {
  readonly command: string
  readonly summary: string
  readonly change: Change
}

/** Bounds of one statement that adds partitions. */
export interface HiveBatch {
  readonly partitions: number
  /** UTF-16 code units of the statement. */
  readonly length: number
}

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** The statements that make one change, in order. Those that add partitions hold up to a batch each, the others one thing. */
export function hiveStatements(change: Change, batch: HiveBatch): readonly HiveStatement[] {
  switch (change.kind) {
    case 'createDatabase':
      return [
        statement(
          change,
          `create database ${change.database}`,
          `CREATE DATABASE IF NOT EXISTS ${hiveName(change.database)}`,
        ),
      ]
    case 'createTable':
      return [statement(change, `create table ${tableId(change.table.name)}`, createTable(change.table))]
    case 'addColumns':
      return change.columns.length === 0 ? [] : [addColumns(change)]
    case 'changeColumnType':
      return [changeColumnType(change)]
    case 'addPartitions':
      return batches(change, batch).map(addPartitions)
    case 'alterPartitions':
      return change.partitions.map(partition => alterPartition({ ...change, partitions: [partition] }))
    case 'setParameters':
      return Object.keys(change.parameters).length === 0 ? [] : [setParameters(change)]
    default:
      return change satisfies never
  }
}

const statement = (change: Change, summary: string, command: string): HiveStatement => ({
  command,
  summary,
  change,
})

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

function addColumns(change: ChangeOf<'addColumns'>): HiveStatement {
  const names = change.columns.map(column => column.name).join(', ')
  return statement(
    change,
    `add ${counted(change.columns.length, 'column')}: ${names}`,
    `ALTER TABLE ${hiveTable(change.table)} ADD COLUMNS ${hiveColumns(change.columns)}`,
  )
}

function changeColumnType(change: ChangeOf<'changeColumnType'>): HiveStatement {
  const { table, column, from, to, comment, cascade } = change
  return statement(
    change,
    `widen ${column} from ${printType(from)} to ${printType(to)}${cascade ? ', in all partitions too' : ''}`,
    `ALTER TABLE ${hiveTable(table)} CHANGE COLUMN ${hiveName(column)} ${hiveName(column)} ${hiveType(to)}${hiveComment(comment)}${cascade ? ' CASCADE' : ''}`,
  )
}

/** Fails as a whole where one of them exists: `IF NOT EXISTS` would silently keep a partition that lies elsewhere. */
const addPartitions = (change: ChangeOf<'addPartitions'>): HiveStatement =>
  statement(
    change,
    `add ${counted(change.partitions.length, 'partition')}`,
    `${addPrefix(change)}${change.partitions.map(partition => added(change, partition)).join('')}`,
  )

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

// Hive keeps a partition's own column list; REPLACE COLUMNS sets it and leaves location and parameters (seen on Hive 4.0.1).
function alterPartition(change: ChangeOf<'alterPartitions'>): HiveStatement {
  const { values, columns } = change.partitions[0] as Partition
  const spec = hivePartition(change.partitionKeys, values)
  return statement(
    change,
    `set the columns of partition ${printValues(values)}`,
    `ALTER TABLE ${hiveTable(change.table)} ${spec} REPLACE COLUMNS ${hiveColumns(columns)}`,
  )
}

const setParameters = (change: ChangeOf<'setParameters'>): HiveStatement =>
  statement(
    change,
    `set ${Object.keys(change.parameters).join(', ')}`,
    `ALTER TABLE ${hiveTable(change.table)} SET TBLPROPERTIES ${hiveParameters(change.parameters)}`,
  )

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
