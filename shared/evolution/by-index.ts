/**
 * Presto reads Parquet columns by their position in the table (hive.parquet.use-column-names=false is its default), struct
 * fields by name. Seen on 0.287: where a file has another column at that position, Presto returns that column's values
 * if the type fits and fails if not; a table's column beyond the file's last is NULL (docs/evolution.md).
 */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'

/**
 * The note on the first of these files that Presto reads wrong under the table's columns, if there is one.
 * @param readers who reads the table: where Presto is not among them, or has said how it reads, there is nothing to note
 */
export function byIndexNote(
  files: readonly DataFile[],
  table: readonly Column[],
  readers?: readonly Reader[],
): Diagnostic | undefined {
  if (readers && !readers.some(({ kind, byPosition }) => kind === 'presto' && byPosition === undefined))
    return undefined
  for (const file of files) {
    const found = misplaced(file, table)
    if (found)
      return {
        ...found,
        severity: 'info',
        message: `${found.message}: Presto, which reads Parquet by position unless told otherwise, takes one for the other or fails`,
      }
  }
  return undefined
}

/** Why a file is not accepted where Presto has said that it reads by position. */
export function byIndexRefusal(
  file: DataFile,
  table: readonly Column[],
  readers: readonly Reader[] = [],
): Diagnostic | undefined {
  if (!readers.some(({ kind, byPosition }) => kind === 'presto' && byPosition)) return undefined
  const found = misplaced(file, table)
  return (
    found && {
      ...found,
      severity: 'warning',
      message: `${found.message}: Presto reads Parquet by position, takes one for the other or fails`,
    }
  )
}

/** What stands where the table has another column. */
function misplaced(file: DataFile, table: readonly Column[]): Omit<Diagnostic, 'severity'> | undefined {
  const names = file.allNames ?? file.columns.map(column => column.name)
  const at = table.findIndex(({ name }, at) => at < names.length && names[at] !== name)
  if (at < 0) return undefined
  const column = (table[at] as Column).name
  return {
    code: 'PRESTO_BY_INDEX',
    column,
    path: file.path,
    message: `column ${at + 1} is ${column} in the table and ${names[at]} in the file`,
    fix: 'set hive.parquet.use-column-names=true in Presto; Hive, Trino and Athena read by name',
  }
}
