/**
 * Columns of a file as the owner of the table declared them, where that is another right way to read the same bytes.
 * Confluent's HDFS sink makes `bigint` columns for timestamps: Hive 4.0.1 and Trino 476 then return the stored count of
 * milliseconds, in predicates too (measured; its `int` over DATE and `binary` over DECIMAL fail in both). The other way
 * round a table may have had timestamps before the lake asked for counts (`types.hive3`).
 */
import { countSince1970, countsSince1970 } from '../schema/counts.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'

/** The file with the types of the table for its timestamps, where these read them right. @param table undefined for a new one */
export function asDeclared(file: DataFile, table: readonly Column[] | undefined): DataFile {
  const declared = new Map(table?.map(column => [column.name, column.type.kind]))
  const millis = new Set(file.millis)
  const asInTable = (column: Column): Column => {
    const kind = declared.get(column.name)
    if (kind === 'bigint' && column.type.kind === 'timestamp' && millis.has(column.name))
      return { ...column, type: { kind }, comment: countSince1970('millis') }
    return kind === 'timestamp' && countsSince1970(column) ? { name: column.name, type: { kind } } : column
  }
  const columns = file.columns.map(asInTable)
  return columns.every((column, at) => column === file.columns[at]) ? file : { ...file, columns }
}
