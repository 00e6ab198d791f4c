/** Columns that come to a table, and that Hive could not read if it did: told once, as they come. Pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import { printEffects } from './engines.ts'
import { nameEffects } from './names.ts'

/** None where Hive is one of the readers: then such a column stays out of the table. */
export const notForHive = (columns: readonly Column[], readers: readonly Reader[]): readonly Diagnostic[] =>
  readers.some(({ kind }) => kind === 'hive') ? [] : columns.flatMap(({ name }) => noteOn(name) ?? [])

function noteOn(name: string): Diagnostic | undefined {
  const engines = nameEffects(name, 'column').filter(({ engine }) => engine === 'hive3' || engine === 'hive4')
  if (engines.length === 0) return undefined
  return {
    code: 'UNUSABLE_NAME',
    severity: 'info',
    column: name,
    message: `column '${name}' comes to the table, and Hive, which nobody has said to read it, could not: ${printEffects(engines)}`,
    fix: 'nothing, unless Hive reads the lake: then say so first (lakes[].readers), and rename the column in the writer',
    engines,
  }
}
