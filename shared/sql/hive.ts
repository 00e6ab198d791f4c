/** Changes as statements of Hive SQL, for Hive 3 and 4. */
import type { Change, Retype } from '../schema/change.ts'
import type { Table } from '../schema/table.ts'
import { addPartitions, alterPartitions, dropPartitions, movePartitions } from './hive-partitions.ts'
import type { HiveBatch, HiveStatement } from './hive-statement.ts'
import {
  hiveAlter,
  hiveColumns,
  hiveComment,
  hiveKeys,
  hiveLiteral,
  hiveName,
  hiveParameters,
  hiveTable,
  hiveType,
} from './hive-text.ts'
import { noPartitionParameters } from './not-kept.ts'

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** The statements that make one change, in order. One that adds or drops partitions holds up to a batch of them. */
export function hiveStatements(change: Change, batch: HiveBatch): readonly HiveStatement[] {
  switch (change.kind) {
    case 'createDatabase':
      return [{ change, command: `CREATE DATABASE IF NOT EXISTS ${hiveName(change.database)}` }]
    case 'createTable':
      return [{ change, command: createTable(change.table) }]
    case 'addColumns':
      return change.columns.length === 0 ? [] : [{ change, command: addColumns(change) }]
    case 'changeColumnTypes':
      return [{ change, command: typeStatements(change).join(';\n') }]
    case 'addPartitions':
      return addPartitions(change, batch)
    case 'alterPartitions':
      return alterPartitions(change)
    case 'movePartitions':
      return movePartitions(change)
    case 'dropPartitions':
      return dropPartitions(change, batch)
    case 'stripPartitions':
      throw noPartitionParameters()
    case 'renameTable':
      return [{ change, command: `${hiveAlter(change.table)} RENAME TO ${hiveTable(change.to)}` }]
    case 'moveTable':
      return [{ change, command: `${hiveAlter(change.table)} SET LOCATION ${hiveLiteral(change.to)}` }]
    case 'setParameters':
      return [...setParameters(change), ...unsetParameters(change)]
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

const addColumns = ({ table, columns, cascade }: ChangeOf<'addColumns'>): string =>
  `${hiveAlter(table)} ADD COLUMNS ${hiveColumns(columns)}${cascade ? ' CASCADE' : ''}`

/** The parameters come first: they tell the next run what was begun, should a later statement fail. */
export function typeStatements(change: ChangeOf<'changeColumnTypes'>): readonly string[] {
  const { table, columns, parameters = {} } = change
  const set = setParameters({ kind: 'setParameters', table, parameters })
  return [...set.map(({ command }) => command), ...columns.map(column => changeColumn(change, column))]
}

function changeColumn(
  { table, cascade }: ChangeOf<'changeColumnTypes'>,
  { name, to, comment }: Retype,
): string {
  const changed = `CHANGE COLUMN ${hiveName(name)} ${hiveName(name)} ${hiveType(to)}${hiveComment(comment)}`
  return `${hiveAlter(table)} ${changed}${cascade ? ' CASCADE' : ''}`
}

function setParameters(change: ChangeOf<'setParameters'>): readonly HiveStatement[] {
  const { table, parameters, removed = [] } = change
  if (Object.keys(parameters).length === 0) return []
  const command = `${hiveAlter(table)} SET TBLPROPERTIES ${hiveParameters(parameters)}`
  const from = expecting(change, key => !removed.includes(key))
  return [{ change: { kind: 'setParameters', table, parameters, ...from }, command }]
}

/** What one of the two statements is made from: the other may have been made before. */
function expecting({ expected = {} }: ChangeOf<'setParameters'>, isItsOwn: (key: string) => boolean) {
  const own = Object.entries(expected).filter(([key]) => isItsOwn(key))
  return own.length > 0 ? { expected: Object.fromEntries(own) } : {}
}

function unsetParameters(change: ChangeOf<'setParameters'>): readonly HiveStatement[] {
  const { table, parameters, removed = [] } = change
  if (removed.length === 0) return []
  const command = `${hiveAlter(table)} UNSET TBLPROPERTIES IF EXISTS ${hiveKeys(removed)}`
  const isFirst = Object.keys(parameters).length === 0
  const from = expecting(change, key => isFirst || removed.includes(key))
  return [{ change: { kind: 'setParameters', table, parameters: {}, removed, ...from }, command }]
}
