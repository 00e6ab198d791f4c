/** What new files would do to a table, for people: each change with its reason. */
import { visible } from '../../../base/visible.ts'
import type { ColumnChange, SchemaDiff } from '../../../inspect/schema-diff.ts'
import { hazardsFor } from '../../../inspect/schema-report.ts'
import type { Diagnostic } from '../../../schema/diagnostic.ts'
import { printEngineType } from '../../../sql/engine-type.ts'
import type { Paint } from '../terminal.ts'
import type { SchemaView } from './schema.ts'
import { schemaFindingLines } from './schema-findings.ts'
import { tableLines } from './schema-table.ts'

/** @param files paths as the user wrote them: the table's, then the new files' */
export function schemaDiffLines(diff: SchemaDiff, files: readonly string[], view: SchemaView): string[] {
  const [table = '', ...added] = files
  const { paint, width, engine } = view
  const rows = diff.changes.map(change => changeCells(change, view))
  const lines = tableLines(rows, width === undefined ? undefined : width - MARGIN)
  const findings = schemaFindingLines(hazardsFor(diff.diagnostics, engine).map(named), paint)
  return [
    paint('bold', `${visible(table)} as the table, ${added.map(visible).join(', ')} as new files`),
    '',
    ...diff.changes.map(({ kind }, at) => `  ${markOf(kind, paint)} ${lines[at]}`),
    ...diff.held.map(path => `  ${paint('red', '✗')} ${visible(path)} is held back`),
    ...(diff.changes.length + diff.held.length === 0 ? ['  nothing to change'] : []),
    ...(findings.length > 0 ? ['', ...findings.map(line => `  ${line}`)] : []),
  ]
}

/** The findings are on several files. */
const named = (finding: Diagnostic): Diagnostic => ({
  ...finding,
  message: `${finding.path === undefined ? '' : `${finding.path}: `}${finding.message}`,
})

/** Before each line: a margin, the mark, and a space. */
const MARGIN = 4

const MARKS = {
  added: ['green', '+'],
  changed: ['yellow', '~'],
  missing: ['dim', '·'],
  kept: ['dim', '·'],
} as const satisfies Record<ColumnChange['kind'], readonly [Parameters<Paint>[0], string]>

function markOf(kind: ColumnChange['kind'], paint: Paint): string {
  const [style, mark] = MARKS[kind]
  return paint(style, mark)
}

/** Column, types, reason. */
function changeCells(change: ColumnChange, { engine = 'hive' }: SchemaView): string[] {
  const name = visible(change.name)
  switch (change.kind) {
    case 'added':
      return [name, printEngineType(change.type, engine), 'new: added after the last column']
    case 'changed':
      return [
        name,
        `${printEngineType(change.from, engine)} → ${printEngineType(change.to, engine)}`,
        change.partitions
          ? 'wider: holds the values of both; registered partitions get the type too'
          : 'more fields: added after the last one; registered partitions stay as they are',
      ]
    case 'missing':
      return [name, '', `not in ${visible(change.path)}: reads as NULL there`]
    case 'kept':
      return [
        name,
        printEngineType(change.type, engine),
        `${printEngineType(change.got, engine)} in ${visible(change.path)}: the table's type reads it`,
      ]
    default:
      throw new TypeError(`not a change: ${change satisfies never}`)
  }
}
