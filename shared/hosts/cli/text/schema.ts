/** What a file's footer tells, for people: how it is packed, its columns, and what is to be known of them. */
import { visible } from '../../../base/visible.ts'
import type { Inspection } from '../../../inspect/inspect-file.ts'
import { type ColumnReport, hazardsFor, reportColumns } from '../../../inspect/schema-report.ts'
import { type TypeRules, USUAL_TYPES } from '../../../parquet/rules.ts'
import type { Bound } from '../../../schema/facts.ts'
import { printValue } from '../../../schema/value.ts'
import type { TypeEngine } from '../../../sql/engine-type.ts'
import type { Rejection } from '../named-files.ts'
import type { Paint } from '../terminal.ts'
import { markOf, schemaFindingLines } from './schema-findings.ts'
import { cut, tableLines } from './schema-table.ts'

export interface SchemaView {
  readonly paint: Paint
  /** Of the terminal in columns; undefined where the text goes elsewhere. */
  readonly width: number | undefined
  /** Whose types and hazards are shown; Hive's types and all hazards where nobody is named. */
  readonly engine: TypeEngine | undefined
}

/** The choices that the types of these tables depend on. */
export const typesOf = (view?: SchemaView): TypeRules => ({ ...USUAL_TYPES, hive3: view?.engine === 'hive3' })

/** @param name the file as the user named it */
export function schemaLines(name: string, inspection: Inspection, view: SchemaView): string[] {
  const { paint, engine } = view
  const hazards = hazardsFor(inspection.file.diagnostics, engine)
  const findings = schemaFindingLines(hazards, paint)
  return [
    paint('bold', visible(name)),
    ...packingLines(inspection).map(line => `  ${line}`),
    '',
    ...columnLines(reportColumns(inspection, hazards, engine ?? 'hive'), view),
    ...(findings.length > 0 ? ['', ...findings.map(line => `  ${line}`)] : []),
  ]
}

/** A file of which nothing else can be told. */
export function rejectionLines(name: string, { code, message, fix }: Rejection, paint: Paint): string[] {
  return [
    `${paint('red', '✗')} ${paint('bold', visible(name))}`,
    `    ${visible(message)} (${code})`,
    ...(fix === undefined ? [] : [`    what to do: ${visible(fix)}`]),
  ]
}

function packingLines({ file, metadata: { packing } }: Inspection): string[] {
  const { rowGroups, footerBytes, codecs, formatVersion, createdBy } = packing
  const facts = [
    file.rows === undefined ? 'rows unknown' : count(file.rows, 'row'),
    count(rowGroups, 'row group'),
    `${count(file.size, 'byte')} (footer ${number(footerBytes)})`,
    ...(codecs.length > 0 ? [codecs.join(' and ')] : []),
  ]
  const writer = createdBy === '' ? 'by a writer that does not name itself' : `by ${visible(createdBy)}`
  return [facts.join(', '), `Parquet format ${formatVersion}, written ${writer}`]
}

const number = (value: number): string => value.toLocaleString('en-US')
const count = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? '' : 's'}`

/** Before each line of the table: a margin, the mark, and a space. */
const MARGIN = 4

function columnLines(
  columns: readonly ColumnReport[],
  { paint, width, engine = 'hive' }: SchemaView,
): string[] {
  const header = ['column', engine, 'parquet', 'nulls', 'min', 'max']
  const room = width === undefined ? undefined : width - MARGIN
  const [head = '', ...lines] = tableLines([header, ...columns.map(cells)], room)
  return [
    paint('dim', `    ${head}`),
    ...columns.map(({ type, mark }, at) => {
      const line = lines[at] ?? ''
      return `  ${markOf(mark, paint)} ${type === undefined ? paint('dim', line) : line}`
    }),
  ]
}

/** More of a value does not help to know it again. */
const MAX_VALUE = 40

const cells = ({ name, type, parquet, repetition, facts }: ColumnReport): string[] => [
  visible(name),
  type ?? 'left out',
  parquet,
  repetition === 'required' ? 'required' : (facts?.nulls?.toLocaleString('en-US') ?? '?'),
  boundText(facts?.min, '≥ '),
  boundText(facts?.max, '≤ '),
]

/** @param side what stands before a value that no row need have */
function boundText(bound: Bound | undefined, side: string): string {
  if (bound === undefined) return ''
  const text = printValue(bound.value)
  return cut(
    `${bound.exact ? '' : side}${bound.value.kind === 'text' ? `'${visible(text)}'` : text}`,
    MAX_VALUE,
  )
}
