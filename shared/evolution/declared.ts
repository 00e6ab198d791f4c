/**
 * Columns of a file as the owner of the table declared them, where that is another right way to read the same bytes.
 * Confluent's HDFS sink makes `bigint` columns for timestamps: Hive 4.0.1 and Trino 476 then return the stored count of
 * milliseconds, in predicates too (measured; its `int` over DATE and `binary` over DECIMAL fail in both).
 */
import type { DataFile } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'

/** The file with `bigint` for its timestamps in milliseconds that are `bigint` in the table. @param table undefined for a new one */
export function asDeclared(file: DataFile, table: readonly Column[] | undefined): DataFile {
  const counts = new Set(file.millis)
  const declared = table?.filter(({ name, type }) => type.kind === 'bigint' && counts.has(name)) ?? []
  if (declared.length === 0) return file
  const types = new Map(declared.map(({ name, type }) => [name, type]))
  return {
    ...file,
    columns: file.columns.map(column => ({ ...column, type: types.get(column.name) ?? column.type })),
  }
}
