/** The view that is a table: its files by what they hold, each group cast to the table's types, joined with partition values. */
import { type Column, type Table, tableId } from '../schema/table.ts'
import { duckdbNull, project } from './duckdb-project.ts'
import { shownType } from './duckdb-shown.ts'
import { findSource, type SourceColumn, schemaOption } from './duckdb-source.ts'
import { duckdbFiles, duckdbLiteral, duckdbName, duckdbTable, duckdbType } from './duckdb-text.ts'

/** Files that hold the same columns of the same types. */
export interface FileGroup {
  readonly columns: readonly SourceColumn[]
  /** Absolute paths; not empty. */
  readonly files: readonly string[]
}

/**
 * `create or replace view …`. Each group is a `read_parquet` of a literal list, joined with `_goldsync.files`: DuckDB pushes the
 * join's keys into the list, so a query for one partition opens the files of that partition only.
 */
export function viewStatement(table: Table, groups: readonly FileGroup[]): string {
  const shown = { ...table, columns: table.columns.map(column => shownColumn(column, groups)) }
  const selects = groups.map(group => groupSelect(shown, group))
  return `create or replace view ${duckdbTable(table.name)} as ${selects.join(' union all ') || emptySelect(table)}`
}

function shownColumn({ name, type }: Column, groups: readonly FileGroup[]): Column {
  const sources = groups.flatMap(({ columns }) => findSource(columns, name)?.type ?? [])
  return { name, type: shownType(type, sources) }
}

/** No rows, but the table's columns and types. */
export const emptySelect = ({ columns, partitionKeys }: Table): string =>
  `select ${[...columns, ...partitionKeys]
    .map(column => `${duckdbNull(column.type)} as ${duckdbName(column.name)}`)
    .join(', ')} where false`

function groupSelect(table: Table, { files, columns }: FileGroup): string {
  const shown = [
    ...table.columns.map(column => dataColumn(column, columns)),
    ...table.partitionKeys.map(keyColumn),
  ]
  const used = table.columns.flatMap(({ name }) => findSource(columns, name) ?? [])
  const filename = filenameColumn(used)
  const options = [
    `filename = ${filename === 'filename' ? 'true' : duckdbLiteral(filename)}`,
    'hive_partitioning = false',
    ...(used.length > 0 ? [schemaOption(used)] : []),
  ]
  return (
    `select ${shown.join(', ')}` +
    ` from read_parquet(${duckdbFiles(files)}, ${options.join(', ')}) r` +
    ` join _goldsync.files p on r.${duckdbName(filename)} = p.file and p."table" = ${duckdbLiteral(tableId(table.name))}`
  )
}

function dataColumn(column: Column, sources: readonly SourceColumn[]): string {
  const source = findSource(sources, column.name)
  const value = source
    ? project(`r.${duckdbName(source.name)}`, source.type, column.type)
    : duckdbNull(column.type)
  return `${value} as ${duckdbName(column.name)}`
}

// Hive's name for a null value of a partition key.
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

const keyColumn = (key: Column, at: number): string =>
  `cast(nullif(p."values"[${at + 1}], ${duckdbLiteral(NULL_VALUE)}) as ${duckdbType(key.type)}) as ${duckdbName(key.name)}`

// DuckDB 1.5 prunes files by `filename = true` only; another name is right as well, but each query opens all of the group's files.
const filenameColumn = (columns: readonly SourceColumn[]): string =>
  findSource(columns, 'filename') === undefined ? 'filename' : '_goldsync_file'
