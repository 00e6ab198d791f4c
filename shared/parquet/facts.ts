/** What a footer proves of a file's top-level columns. */
import { type ColumnFacts, type Facts, unknownFacts } from '../schema/facts.ts'
import type { FileMetadata } from './footer.ts'
import { ambiguousNames, lower } from './names.ts'

/** Undefined where the file's row counts contradict each other. Of nested columns nothing is known. */
export function fileFacts({ schema, columns, rows }: FileMetadata): Facts | undefined {
  if (rows === undefined) return undefined
  const ambiguous = ambiguousNames(schema.fields.map(field => field.name))
  const facts = schema.fields.map((field): readonly [string, ColumnFacts] => {
    const name = lower(field.name)
    const primitive = field.kind === 'leaf' && field.repetition !== 'repeated' && !ambiguous.has(name)
    const summary = primitive ? columns[field.column] : undefined
    return [name, { ...(summary?.facts ?? unknownFacts(rows)), rows }]
  })
  return { rows, columns: new Map(facts) }
}
