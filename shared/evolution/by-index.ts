/**
 * Presto reads Parquet columns by their position in the table (hive.parquet.use-column-names=false is its default), struct
 * fields by name. Seen on 0.287: where a file has another column at that position, Presto returns that column's values
 * if the type fits and fails if not; a table's column beyond the file's last is NULL (docs/evolution.md).
 */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'

/** The note on the first of these files that Presto reads wrong under the table's columns, if there is one. */
export function byIndexNote(files: readonly DataFile[], table: readonly Column[]): Diagnostic | undefined {
  for (const file of files) {
    const names = namesInFile(file)
    const at = table.findIndex(({ name }, at) => at < names.length && names[at] !== name)
    if (at >= 0) return note(file, (table[at] as Column).name, names[at] as string, at)
  }
  return undefined
}

const namesInFile = (file: DataFile): readonly string[] =>
  file.allNames ?? file.columns.map(column => column.name)

const note = (file: DataFile, column: string, other: string, at: number): Diagnostic => ({
  code: 'PRESTO_BY_INDEX',
  severity: 'info',
  column,
  path: file.path,
  message: `column ${at + 1} is ${column} in the table and ${other} in the file: Presto, which reads Parquet by position unless told otherwise, takes one for the other or fails`,
  fix: 'set hive.parquet.use-column-names=true in Presto; Hive, Trino and Athena read by name',
})
