/** A file's columns for people. */
import type { FileDescription } from '../../../parquet/read.ts'
import type { Paint } from '../terminal.ts'

export function schemaLines(file: FileDescription, paint: Paint): string[] {
  if ('error' in file)
    return [`${paint('red', '✗')} ${file.file}: ${file.error.message} (${file.error.code})`]
  const width = Math.max(0, ...file.columns.map(column => column.name.length))
  return [
    `${paint('bold', file.file)}  ${file.rows ?? 'unknown'} rows`,
    ...file.columns.map(({ name, type }) => `  ${name.padEnd(width)}  ${type}`),
    ...file.diagnostics.map(({ code, message }) => `  ${paint('yellow', '!')} ${message} (${code})`),
  ]
}
