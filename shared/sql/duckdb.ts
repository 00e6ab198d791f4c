/** What a change does to a DuckDB catalog, as people would write it: long lists are cut, the files before are not known here. */
import type { Change } from '../schema/change.ts'
import type { Partition } from '../schema/partition.ts'
import { type Column, type Parameters, tableId } from '../schema/table.ts'
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
      return replaceView(change, `select *, ${change.columns.map(shownColumn).join(', ')}`)
    case 'changeColumnType':
      return replaceView(
        change,
        `select * replace (${shownColumn({ name: change.column, type: change.to })})`,
      )
    case 'addPartitions':
      return showPartitions('insert into _goldsync.partitions values', change)
    case 'alterPartitions':
      return showPartitions('update _goldsync.partitions to', change)
    case 'setParameters':
      return `update _goldsync.tables set parameters = ${showParameters(change.parameters)} where "table" = ${duckdbLiteral(tableId(change.table))}`
    default:
      change satisfies never
      throw new TypeError('not a change')
  }
}

type PartitionsChange = Extract<Change, { kind: 'addPartitions' | 'alterPartitions' }>

const replaceView = (change: Exclude<Change, { kind: 'createDatabase' | 'createTable' }>, select: string) =>
  `create or replace view ${duckdbTable(change.table)} as ${select} from read_parquet([… its files])`

const shownColumn = (column: Column): string =>
  `cast(${duckdbName(column.name)} as ${duckdbType(column.type)}) as ${duckdbName(column.name)}`

function showPartitions(verb: string, change: PartitionsChange): string {
  const registered = `${verb} ${shorten(change.partitions.map(showPartition))}`
  const files = change.partitions.flatMap(partition => partition.files.map(file => file.path))
  if (files.length === 0) return `${registered} -- ${tableId(change.table)}`
  const keys = change.partitionKeys.map(key => duckdbName(key.name)).join(', ')
  return `${registered}; create or replace view ${duckdbTable(change.table)} as … union all select *, ${keys} from read_parquet([${shorten(files.map(duckdbLiteral))}])`
}

const showPartition = ({ values, location }: Partition): string =>
  `(${duckdbList(values)}, ${duckdbLiteral(location)})`

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
