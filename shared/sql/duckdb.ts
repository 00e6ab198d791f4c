/** What a change does to a DuckDB catalog, as people would write it: long lists are cut, the files before are not known here. */
import type { Change, Move } from '../schema/change.ts'
import type { Partition } from '../schema/partition.ts'
import { type Column, type Parameters, type TableName, tableId } from '../schema/table.ts'
import { duckdbList, duckdbLiteral, duckdbName, duckdbTable, duckdbType } from './duckdb-text.ts'
import { emptySelect } from './duckdb-view.ts'

/** Names and literals shown of a long list. */
const SHOWN = 2
/** Characters shown of a long value. */
const SHOWN_TEXT = 80

/** The SQL of a change, for people. */
export function duckdbCommand(change: Change): string {
  switch (change.kind) {
    case 'createDatabase':
      return `create schema if not exists ${duckdbName(change.database)}`
    case 'createTable':
      return `create view ${duckdbTable(change.table.name)} as ${emptySelect(change.table)}`
    case 'addColumns':
      return replaceView(change.table, `select *, ${change.columns.map(shownColumn).join(', ')}`)
    case 'changeColumnTypes':
      return changeColumnTypes(change)
    case 'addPartitions':
      return showPartitions('insert into _goldsync.partitions values', change)
    case 'alterPartitions':
      return showPartitions('update _goldsync.partitions to', change)
    case 'movePartitions':
      return `update _goldsync.partitions set location to ${shorten(change.partitions.map(showMove))} where ${ofTable(change.table)}`
    case 'dropPartitions':
      return `delete from _goldsync.partitions where ${ofTable(change.table)} and "values" in (${shorten(change.partitions.map(({ values }) => duckdbList(values)))})`
    case 'stripPartitions':
      return `update _goldsync.partitions set parameters = parameters without ${duckdbLiteral(`${change.prefix}*`)} where ${ofTable(change.table)} and "values" in (${shorten(change.partitions.map(({ values }) => duckdbList(values)))})`
    case 'renameTable':
      return `create view ${duckdbTable(change.to)} as … its files; drop view ${duckdbTable(change.table)}`
    case 'moveTable':
      return `update _goldsync.tables set location = ${duckdbLiteral(change.to)} where ${ofTable(change.table)}`
    case 'setParameters':
      return setParameters(change)
    default:
      change satisfies never
      throw new TypeError('not a change')
  }
}

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

const ofTable = (table: TableName): string => `"table" = ${duckdbLiteral(tableId(table))}`

const replaceView = (table: TableName, select: string): string =>
  `create or replace view ${duckdbTable(table)} as ${select} from read_parquet([… its files])`

function changeColumnTypes({ table, columns, parameters }: ChangeOf<'changeColumnTypes'>): string {
  const casts = columns.map(({ name, to }) => shownColumn({ name, type: to }))
  const view = replaceView(table, `select * replace (${casts.join(', ')})`)
  return parameters === undefined
    ? view
    : `${setParameters({ kind: 'setParameters', table, parameters })}; ${view}`
}

function setParameters({ table, parameters, removed = [] }: ChangeOf<'setParameters'>): string {
  const without = removed.length === 0 ? '' : ` without ${duckdbList(removed)}`
  return `update _goldsync.tables set parameters = ${showParameters(parameters)}${without} where ${ofTable(table)}`
}

const shownColumn = (column: Column): string =>
  `cast(${duckdbName(column.name)} as ${duckdbType(column.type)}) as ${duckdbName(column.name)}`

function showPartitions(verb: string, change: ChangeOf<'addPartitions' | 'alterPartitions'>): string {
  const registered = `${verb} ${shorten(change.partitions.map(showPartition))}`
  const files = change.partitions.flatMap(partition => partition.files.map(file => file.path))
  if (files.length === 0) return `${registered} -- ${tableId(change.table)}`
  const keys = change.partitionKeys.map(key => duckdbName(key.name)).join(', ')
  return `${registered}; create or replace view ${duckdbTable(change.table)} as … union all select *, ${keys} from read_parquet([${shorten(files.map(duckdbLiteral))}])`
}

const showPartition = ({ values, location }: Partition): string =>
  `(${duckdbList(values)}, ${duckdbLiteral(location)})`

const showMove = ({ values, to }: Move): string => `(${duckdbList(values)}, ${duckdbLiteral(to)})`

const shorten = (items: readonly string[]): string =>
  items.length <= SHOWN + 1
    ? items.join(', ')
    : `${items.slice(0, SHOWN).join(', ')}, … ${items.length - SHOWN} more`

const showParameters = (parameters: Parameters): string =>
  `map {${Object.entries(parameters)
    .map(([key, value]) => `${duckdbLiteral(key)}: ${duckdbLiteral(shortenText(value))}`)
    .join(', ')}}`

const shortenText = (text: string): string =>
  text.length <= SHOWN_TEXT
    ? text
    : `${text.slice(0, SHOWN_TEXT)}… ${text.length - SHOWN_TEXT} more characters`
