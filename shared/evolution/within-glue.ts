/** What Glue has no room for is left out before a table is made of it: pure. The driver would refuse the whole change. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile, ObservedPartition } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'
import { printType, type Type } from '../schema/type.ts'
import { mergeType } from './merge.ts'

/** https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html: bytes of a name, characters of a type. */
const MOST = { name: 255, type: 131_072 }

/**
 * The partitions without the columns that Glue cannot hold, which their files' findings tell. Where the table has such a
 * column, the review holds the file back.
 */
export const withinGlue = (
  observed: readonly ObservedPartition[],
  table: readonly Column[] = [],
): ObservedPartition[] => {
  const types = new Map(table.map(({ name, type }) => [name, type]))
  return observed.map(partition => ({
    ...partition,
    files: partition.files.map(file => fitted(file, types)),
  }))
}

function fitted(file: DataFile, table: ReadonlyMap<string, Type>): DataFile {
  const found = file.columns.flatMap(column => tooLong(column, table.get(column.name)) ?? [])
  if (found.length === 0) return file
  const left = new Set(found.map(({ column }) => column))
  return {
    ...file,
    columns: file.columns.filter(column => !left.has(column.name)),
    allNames: file.allNames ?? file.columns.map(column => column.name),
    undeclared: [
      ...(file.undeclared ?? []),
      ...found.map(({ column = '' }) => ({ path: [column], shape: 'glue-limit' })),
    ],
    diagnostics: [...file.diagnostics, ...found],
  }
}

/** @param known the type that the table has for it: what counts is the type that holds both */
function tooLong({ name, type }: Column, known: Type = type): Diagnostic | undefined {
  const bytes = new TextEncoder().encode(name).length
  if (bytes > MOST.name) return glueLimit(name, `a name of ${bytes} bytes; Glue takes ${MOST.name}`)
  if (!('element' in type || 'value' in type || 'fields' in type)) return undefined
  const { length } = printType(mergeType(known, type) ?? type)
  return length > MOST.type
    ? glueLimit(name, `a type of ${length} characters; Glue takes ${MOST.type}`)
    : undefined
}

/** Characters of a name in a message. */
const SHOWN = 120

const glueLimit = (column: string, what: string): Diagnostic => ({
  code: 'GLUE_LIMIT',
  severity: 'warning',
  column,
  message: `column ${column.slice(0, SHOWN)} has ${what}; the column is left out`,
  fix: 'shorten the name, or split the column into several, in the pipeline',
})
