/**
 * Files that lack fields of the table's structs. Hive 4.0.1 asks a file only for the fields that a query names: where the file
 * has none of those of a struct, and no column before it is named, it fails on the whole query (docs/evolution.md).
 */
import type { Diagnostic, EngineEffect } from '../schema/diagnostic.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import type { Type } from '../schema/type.ts'
import { printEffects } from './engines.ts'
import { troublesFor } from './readers.ts'

const FAILS: EngineEffect = {
  engine: 'hive4',
  effect: 'refusesColumn',
  what: 'fails on queries that name, of the column, only fields that a file lacks, and no column before it',
}

/**
 * A warning for each column of files whose structs have fewer fields than the table's.
 * @param file what the files have @param table its columns
 */
export function missingFieldNotes(
  file: readonly Column[],
  table: readonly Column[],
  readers: readonly Reader[] = [],
): Diagnostic[] {
  const engines = troublesFor([FAILS], readers)
  if (engines.length === 0) return []
  const types = new Map(file.map(({ name, type }) => [name, type]))
  return table.flatMap(({ name, type }) => {
    const missing = missingFields(types.get(name), type, name)
    return missing === undefined ? [] : [note(name, missing, engines)]
  })
}

/** The first field that the file's struct lacks, as a path; elements of arrays and values of maps are read right. */
function missingFields(file: Type | undefined, table: Type, path: string): string | undefined {
  if (file?.kind !== 'struct' || table.kind !== 'struct') return undefined
  const fields = new Map(file.fields.map(({ name, type }) => [name.toLowerCase(), type]))
  for (const { name, type } of table.fields) {
    const within = `${path}.${name}`
    const got = fields.get(name.toLowerCase())
    const missing = got === undefined ? within : missingFields(got, type, within)
    if (missing) return missing
  }
  return undefined
}

const note = (column: string, field: string, engines: readonly EngineEffect[]): Diagnostic => ({
  code: 'FIELD_NOT_IN_FILES',
  severity: 'warning',
  column,
  message: `column ${column} has fields in the table that files lack (${field}): ${printEffects(engines)}`,
  fix: `rewrite the files with ${field}; or name the whole column, or a field that all files have, in queries of Hive too`,
  engines,
})
