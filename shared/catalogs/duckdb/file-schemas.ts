/** What DuckDB itself finds in files: their columns decide which files share a branch of the view, and how it casts. */
import { existsSync } from 'node:fs'
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api'
import { GoldsyncError } from '../../base/errors.ts'
import type { SourceColumn } from '../../sql/duckdb-source.ts'
import { canName, duckdbFiles } from '../../sql/duckdb-text.ts'
import { type Element, sourceColumns } from './describe.ts'
import { inMemory, loadDuckdb } from './file.ts'

export interface FileSchemas {
  /** File → id of its schema: a digest of its Parquet schema. */
  readonly idOf: ReadonlyMap<string, string>
  readonly columnsOf: ReadonlyMap<string, readonly SourceColumn[]>
  /** Files that DuckDB cannot read, and what it says of them. */
  readonly unreadable: ReadonlyMap<string, string>
}

/** Begins the ids of schemas that were described as this version does: those of before are described anew. */
export const FORM = '2:'

/**
 * Reads the footers of these files, 20,000 in a second, without the catalog file.
 * @param encrypted those of them that may have a readable schema and unreadable values: a row of each is read
 * @throws GoldsyncError `CONFLICT` where a file has vanished
 */
export async function readFileSchemas(
  files: ReadonlySet<string>,
  encrypted: readonly string[] = [],
): Promise<FileSchemas> {
  const schemas: Found = { idOf: new Map(), columnsOf: new Map(), unreadable: new Map() }
  if (files.size === 0) return schemas
  return inMemory(async connection => {
    const named = [...files].filter(canName)
    for (const file of files) if (!canName(file)) schemas.unreadable.set(file, NOT_NAMED)
    if (named.length > 0) await readIds(connection, named, schemas)
    for (const file of encrypted) await tryRow(connection, file, schemas)
    await readAllColumns(connection, schemas)
    return schemas
  })
}

const NOT_NAMED = 'DuckDB has no way to name a file with both a backslash and one of *, ? and [ in its path'

interface Found {
  readonly idOf: Map<string, string>
  readonly columnsOf: Map<string, readonly SourceColumn[]>
  readonly unreadable: Map<string, string>
}

async function tryRow(connection: DuckDBConnection, file: string, found: Found): Promise<void> {
  try {
    await connection.runAndReadAll(
      `select * from read_parquet(${duckdbFiles([file])}, hive_partitioning = false) limit 1`,
    )
  } catch (error) {
    leaveOut(found, file, error)
  }
}

async function readAllColumns(connection: DuckDBConnection, found: Found): Promise<void> {
  const refused = new Map<string, unknown>()
  for (const [file, id] of [...found.idOf]) {
    if (!found.columnsOf.has(id) && !refused.has(id)) {
      try {
        found.columnsOf.set(id, await readColumns(connection, file))
      } catch (error) {
        refused.set(id, error)
      }
    }
    if (refused.has(id)) leaveOut(found, file, refused.get(id))
  }
}

function leaveOut({ idOf, unreadable }: Found, file: string, cause: unknown): void {
  idOf.delete(file)
  unreadable.set(file, textOf(cause))
}

const textOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] as string

const ELEMENT =
  'name, type, type_length, repetition_type, num_children, converted_type, scale, precision, logical_type'

// The digest leaves out what no branch depends on: field ids, and DuckDB's own column for its types.
const IDS = `select file_name, '${FORM}' || md5(string_agg(row(${ELEMENT})::varchar, '' order by column_id)) as id,
  bool_or(type = 'BYTE_ARRAY' and converted_type is null and logical_type is null) as has_bytes`

async function readIds(connection: DuckDBConnection, files: readonly string[], found: Found): Promise<void> {
  try {
    const result = await connection.runAndReadAll(
      `${IDS} from parquet_schema(${duckdbFiles(files)}) group by file_name`,
    )
    const rows = result.getRowsJson() as [file: string, id: string, hasBytes: boolean][]
    for (const [file, id] of rows) found.idOf.set(file, id)
    await tellGeometries(
      connection,
      rows.flatMap(([file, , hasBytes]) => (hasBytes ? [file] : [])),
      found,
    )
  } catch (error) {
    if (/No files found that match the pattern/.test(textOf(error))) await expectThere(files, error)
    // DuckDB does not always say which file it fails on.
    if (files.length === 1) return leaveOut(found, files[0] as string, error)
    const half = files.length >> 1
    await readIds(connection, files.slice(0, half), found)
    await readIds(connection, files.slice(half), found)
  }
}

/** Bytes are geometries where the footer's key `geo` says so: the schema does not tell. */
async function tellGeometries(
  connection: DuckDBConnection,
  files: readonly string[],
  { idOf }: Found,
): Promise<void> {
  if (files.length === 0) return
  const result = await connection.runAndReadAll(
    `select distinct file_name from parquet_kv_metadata(${duckdbFiles(files)}) where key = 'geo'`,
  )
  for (const [file] of result.getRowsJson() as [string][]) {
    const types = await connection.runAndReadAll(
      `select md5(string_agg(column_type, ',')) from (describe from read_parquet(${duckdbFiles([file])}, hive_partitioning = false))`,
    )
    idOf.set(file, `${idOf.get(file)}:${types.getRowsJson()[0]?.[0]}`)
  }
}

/** @throws GoldsyncError `CONFLICT` that names the first that is not there */
async function expectThere(files: readonly string[], cause: unknown): Promise<void> {
  for (const file of files) {
    if (existsSync(file)) continue
    throw new GoldsyncError('CONFLICT', `${file} has vanished since it was listed`, {
      hint: 'run goldsync again: it goes by what is there then',
      cause,
    })
  }
}

/** One statement for both, since webhooks wait for it: the elements of its schema, and no row of its columns. */
async function readColumns(connection: DuckDBConnection, file: string): Promise<readonly SourceColumn[]> {
  const list = duckdbFiles([file])
  const result = await connection.runAndReadAll(
    `select s.elements, r.*
     from (select list({name: name, repetition: repetition_type, children: coalesce(num_children, 0)::int, converted: converted_type,
       logical: logical_type::varchar, "precision": "precision"::int} order by column_id) as elements from parquet_schema(${list})) s
     left join (select * from read_parquet(${list}, hive_partitioning = false) limit 0) r on true`,
  )
  const [, ...types] = result.columnTypes()
  const [, ...names] = result.columnNames()
  const [elements] = result.getRowsJson()[0] as unknown as [Element[]]
  const described = names.map((name, at) => ({ name, type: types[at] as DuckDBType }))
  return sourceColumns(await loadDuckdb(), elements, described)
}
