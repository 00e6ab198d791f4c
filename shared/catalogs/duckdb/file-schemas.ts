/** What DuckDB itself finds in files: their columns decide which files share a branch of the view, and how it casts. */
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api'
import { GoldsyncError } from '../../base/errors.ts'
import type { SourceColumn, SourceType } from '../../sql/duckdb-source.ts'
import { duckdbList } from '../../sql/duckdb-text.ts'
import { inMemory, loadDuckdb } from './file.ts'

export interface FileSchemas {
  /** File → id of its schema: a digest of its Parquet schema. */
  readonly idOf: ReadonlyMap<string, string>
  readonly columnsOf: ReadonlyMap<string, readonly SourceColumn[]>
}

/**
 * Reads the footers of these files, 20,000 in a second, without the catalog file.
 * @throws GoldsyncError `CONFLICT` where a file has vanished, `DATA_INVALID` where DuckDB cannot read one
 */
export async function readFileSchemas(files: ReadonlySet<string>): Promise<FileSchemas> {
  if (files.size === 0) return { idOf: new Map(), columnsOf: new Map() }
  return inMemory(async connection => {
    try {
      const idOf = await readIds(connection, [...files])
      return { idOf, columnsOf: await readColumns(connection, idOf) }
    } catch (error) {
      throw unreadable(error)
    }
  })
}

// The digest leaves out what no branch depends on: field ids, and DuckDB's own column for its types.
async function readIds(connection: DuckDBConnection, files: readonly string[]): Promise<Map<string, string>> {
  const parts =
    'name, type, type_length, repetition_type, num_children, converted_type, scale, precision, logical_type'
  const result = await connection.runAndReadAll(
    `select file_name, md5(string_agg(row(${parts})::varchar, '' order by column_id)) from parquet_schema(${duckdbList(files)}) group by file_name`,
  )
  return new Map(result.getRowsJson() as [string, string][])
}

async function readColumns(
  connection: DuckDBConnection,
  idOf: ReadonlyMap<string, string>,
): Promise<Map<string, readonly SourceColumn[]>> {
  const examples = new Map([...idOf].map(([file, id]) => [id, file]))
  const columnsOf = new Map<string, readonly SourceColumn[]>()
  for (const [id, file] of examples) columnsOf.set(id, await describe(connection, file))
  return columnsOf
}

async function describe(connection: DuckDBConnection, file: string): Promise<readonly SourceColumn[]> {
  const toSource = sourceTypes(await loadDuckdb())
  const sql = `select * from read_parquet(${duckdbList([file])}, hive_partitioning = false) limit 0`
  const result = await connection.runAndReadAll(sql)
  const types = result.columnTypes()
  return result.columnNames().map((name, at) => ({ name, type: toSource(types[at] as DuckDBType) }))
}

function sourceTypes(api: typeof import('@duckdb/node-api')): (type: DuckDBType) => SourceType {
  const toSource = (type: DuckDBType): SourceType => {
    if (type instanceof api.DuckDBListType) return { kind: 'list', element: toSource(type.valueType) }
    if (type instanceof api.DuckDBMapType)
      return { kind: 'map', key: toSource(type.keyType), value: toSource(type.valueType) }
    if (type instanceof api.DuckDBStructType) {
      const fields = type.entryNames.map((name, at) => ({
        name,
        type: toSource(type.entryTypes[at] as DuckDBType),
      }))
      return { kind: 'struct', fields }
    }
    return { kind: 'scalar', name: String(type) }
  }
  return toSource
}

function unreadable(cause: unknown): GoldsyncError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const [, vanished] = /No files found that match the pattern "(.*)"/.exec(text) ?? []
  if (vanished !== undefined)
    return new GoldsyncError('CONFLICT', `${vanished} has vanished since it was listed`, {
      hint: 'run goldsync again: it goes by what is there then',
      cause,
    })
  return new GoldsyncError('DATA_INVALID', `DuckDB cannot read a file: ${text.split('\n', 1)[0]}`, {
    hint: 'move the file away, or give it a name that starts with _, and run goldsync again',
    cause,
  })
}
