/** What a footer makes of a file: its rows and Hive columns, or why it is not accepted as data. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile, LakeFile, UnacceptedFile, Undeclared } from '../schema/observed.ts'
import { extremeTimeFindings } from './extreme-times.ts'
import { fileFacts } from './facts.ts'
import { finding } from './findings.ts'
import type { FileMetadata } from './footer.ts'
import { LARGE_FOOTER_BYTES, TRAILER_BYTES } from './locate.ts'
import { lower } from './names.ts'
import { oldDateFindings } from './old-dates.ts'
import { packingFindings } from './packing-findings.ts'
import { corrupt, FooterError, REJECT_FIXES } from './reject.ts'
import { type TypeRules, USUAL_TYPES } from './rules.ts'
import { signatureOf } from './signature.ts'
import { storedFile } from './stored.ts'
import type { ColumnSummary } from './summary.ts'
import type { Node, Physical, Schema } from './tree.ts'
import { columnsWithTwins } from './twins.ts'
import { mapColumns } from './types.ts'

export interface Reading {
  /** Whether what the footer proves of the columns is kept: a few hundred bytes a column. */
  readonly facts?: boolean
  /** Whether it is kept how the file stores its columns: some fifty bytes a column. */
  readonly stored?: boolean
  /** How types are mapped where there is a choice; by default as usual. */
  readonly types?: TypeRules
}

/** @throws FooterError `CORRUPT_FOOTER` where the footer tells of data beyond the file */
export function dataFileOf(file: LakeFile, metadata: FileMetadata, reading?: Reading): DataFile {
  checkEnd(file, metadata)
  const { fields } = metadata.schema
  const { columns, millis, undeclared, diagnostics } = mapColumns(fields, metadata.columns, reading?.types)
  const old = oldDateFindings(metadata, reading?.types ?? USUAL_TYPES)
  const edges = [...old, ...extremeTimeFindings(metadata), ...twinsWithin(metadata.schema)]
  const findings = [...doubts(metadata), ...diagnostics, ...packingFindings(metadata), ...edges]
  const beside = [...undeclared, ...bloomsOf(metadata)]
  const facts = reading?.facts ? fileFacts(metadata) : undefined
  const names = fields.map(field => lower(field.name))
  return {
    ...file,
    rows: metadata.rows,
    columns,
    ...(names.length === columns.length ? {} : { allNames: names }),
    ...(millis.length > 0 ? { millis } : {}),
    ...(beside.length > 0 ? { undeclared: beside } : {}),
    signature: signatureOf(metadata),
    ...(facts === undefined ? {} : { facts }),
    ...(reading?.stored ? { stored: storedFile(metadata) } : {}),
    diagnostics: findings.map(diagnostic => ({ ...diagnostic, path: file.path })),
  }
}

const twinsWithin = (schema: Schema): readonly Diagnostic[] =>
  columnsWithTwins(schema).map(({ name }) =>
    finding('DUPLICATE_WITHIN', `column '${name}' has names in it that differ in case only`, name),
  )

/** Behind the data come the metadata, their length and the magic. */
function checkEnd({ size }: LakeFile, { end, packing }: FileMetadata): void {
  const data = size - packing.footerBytes - TRAILER_BYTES
  if (end.at > data)
    corrupt(`${end.whose} reaches to byte ${end.at}, and the file's data end at byte ${data}`)
}

/** Leaves with a bloom filter of values that a wider type of the table may have another form of. */
function bloomsOf({ schema, columns }: FileMetadata): Undeclared[] {
  if (!columns.some(({ packed }) => packed.bloom)) return []
  const bloomsIn = (node: Node, above: readonly string[]): Undeclared[] => {
    const path = [...above, lower(node.name)]
    if (node.kind === 'group') return node.children.flatMap(child => bloomsIn(child, path))
    const shape = BLOOMS[node.physical]
    const counts = node.flat && (node.logical === undefined || node.logical.kind === 'integer')
    return counts && shape && columns[node.column]?.packed.bloom ? [{ path, shape }] : []
  }
  return schema.fields.flatMap(field => bloomsIn(field, []))
}

/** By physical type: the shape (evolution/undeclared-facts.ts). */
const BLOOMS: Partial<Record<Physical, string>> = { INT32: 'bloom-int32', FLOAT: 'bloom-float' }

function doubts({ rowsDoubt, columns, schema, packing }: FileMetadata): Diagnostic[] {
  const size = packing.footerBytes
  const large =
    size > LARGE_FOOTER_BYTES ? `the footer has ${size} bytes, more than ${LARGE_FOOTER_BYTES}` : undefined
  return [
    ...(rowsDoubt === undefined ? [] : [finding('ROWS_UNKNOWN', rowsDoubt)]),
    ...statisticsDoubt(schema, columns),
    ...(large === undefined ? [] : [finding('LARGE_FOOTER', large)]),
  ]
}

/** One finding a file of what no engine goes by, however many columns: a writer's fault is the same in all of its files. */
function statisticsDoubt({ leaves }: Schema, columns: readonly ColumnSummary[]): Diagnostic[] {
  const doubted = leaves.flatMap(({ path, column }) =>
    (columns[column]?.doubts ?? []).slice(0, 1).map(({ words }) => ({ path, words })),
  )
  const [first, ...others] = doubted
  if (first === undefined) return []
  const more = others.length === 0 ? '' : `; ${others.length} more columns are distrusted too`
  return [finding('STATISTICS_DISTRUSTED', `column '${first.path}' ${first.words}${more}`, first.path)]
}

/** @throws whatever else is thrown than a `FooterError` */
export function rejectedBy(file: LakeFile, error: unknown): UnacceptedFile {
  if (error instanceof FooterError) return { ...file, diagnostic: rejection(error, file.path) }
  throw error
}

const rejection = ({ code, message }: FooterError, path: string): Diagnostic => ({
  code,
  severity: 'warning',
  message,
  fix: REJECT_FIXES[code],
  path,
})
