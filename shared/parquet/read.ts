/** Data files as the storage has them: the only I/O of this folder. One ranged read a file; a second where the footer is larger. */
import { GoldsyncError, summarizeError } from '../errors.ts'
import { type ColumnStatistics, describeFacts } from '../schema/column-statistics.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile, LakeFile, UnacceptedFile } from '../schema/observed.ts'
import { printType } from '../schema/type.ts'
import type { Call, ReadCall, Storage } from '../storages/storage.ts'
import { fileFacts } from './facts.ts'
import { finding } from './findings.ts'
import { type FileMetadata, parseFooter } from './footer.ts'
import { LARGE_FOOTER_BYTES, locateFooter, notClosed, TAIL_BYTES } from './locate.ts'
import { lower } from './names.ts'
import { type Packing, parsePacking } from './packing.ts'
import { FooterError, REJECT_FIXES } from './reject.ts'
import { heldBy, type TypeRules, USUAL_TYPES } from './rules.ts'
import type { ColumnSummary } from './summary.ts'
import type { Schema } from './tree.ts'
import { mapColumns } from './types.ts'

export interface DataFileCall extends Call {
  /** Whether what the footer proves of the columns is kept: a few hundred bytes a column. */
  readonly facts?: boolean
  /** How types are mapped where there is a choice; by default as usual. */
  readonly types?: TypeRules
}

/**
 * A file's rows and Hive columns by its footer, or why it is not accepted as data.
 * @throws GoldsyncError what the storage throws (`NOT_FOUND`, `CONFLICT` where the file is smaller than listed, `UNAVAILABLE` …)
 */
export async function readDataFile(
  storage: Storage,
  file: LakeFile,
  call?: DataFileCall,
): Promise<DataFile | UnacceptedFile> {
  try {
    const described = describe(file, parseFooter(await readFooter(storage, file, call)), call)
    const held = heldBy(call?.types ?? USUAL_TYPES, described.diagnostics)
    return held ? { ...file, diagnostic: held } : described
  } catch (error) {
    return asRejected(file, error)
  }
}

/** Tells the two results of `readDataFile` apart. */
export const isAccepted = (file: DataFile | UnacceptedFile): file is DataFile => 'columns' in file

/** A data file with all that its footer tells. */
export interface Inspection {
  readonly file: DataFile
  readonly metadata: FileMetadata
  readonly packing: Packing
}

/**
 * A file that somebody names, or why it is not accepted as data.
 * @throws GoldsyncError `NOT_FOUND`, or what else the storage throws
 */
export async function inspectFile(
  storage: Storage,
  location: string,
  call?: DataFileCall,
): Promise<Inspection | UnacceptedFile> {
  const status = await storage.stat(location, call)
  if (status === undefined) throw new GoldsyncError('NOT_FOUND', `there is no file ${location}`)
  if (status.kind !== 'file') throw new GoldsyncError('NOT_FOUND', `${location} is a folder, not a file`)
  const file = { ...status, path: location }
  try {
    const bytes = await readFooter(storage, file, call)
    const metadata = parseFooter(bytes)
    return {
      file: describe(file, metadata, { ...call, facts: true }),
      metadata,
      packing: parsePacking(bytes),
    }
  } catch (error) {
    return asRejected(file, error)
  }
}

/** What `goldsync schema` prints of one file (a JSON object per line). Types are Hive's DDL form. */
export type FileDescription =
  | {
      readonly file: string
      /** Null where the footer contradicts itself. */
      readonly rows: number | null
      readonly columns: readonly { readonly name: string; readonly type: string }[]
      /** Where it was asked for: how the file is packed, and of the columns what the footer proves. */
      readonly facts?: Packing & { readonly bytes: number }
      readonly statistics?: readonly ColumnStatistics[]
      readonly diagnostics: readonly {
        readonly code: string
        readonly column?: string
        readonly message: string
      }[]
    }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } }

/**
 * Describes one file for people and scripts; storage errors become the file's `error`, so that the next file is described too.
 * @throws GoldsyncError `ABORTED`
 */
export async function describeFile(
  storage: Storage,
  location: string,
  call?: DataFileCall,
): Promise<FileDescription> {
  try {
    const found = await inspectFile(storage, location, call)
    if ('diagnostic' in found) return failure(location, found.diagnostic)
    return summary(location, found, call?.facts === true)
  } catch (error) {
    if (call?.signal?.aborted) throw error
    return failure(location, summarizeError(error))
  }
}

const failure = (file: string, { code, message }: { readonly code: string; readonly message: string }) => ({
  file,
  error: { code, message },
})

function summary(location: string, { file, packing }: Inspection, withFacts: boolean): FileDescription {
  const { size: bytes, facts } = file
  return {
    file: location,
    rows: file.rows ?? null,
    columns: file.columns.map(({ name, type }) => ({ name, type: printType(type) })),
    ...(withFacts ? { facts: { bytes, ...packing }, statistics: facts ? describeFacts(facts) : [] } : {}),
    diagnostics: file.diagnostics.map(({ code, column, message }) => ({
      code,
      ...(column === undefined ? {} : { column }),
      message,
    })),
  }
}

/** The bytes of the metadata. @throws FooterError where the file is no usable Parquet file */
async function readFooter(storage: Storage, file: LakeFile, call?: Call): Promise<Uint8Array> {
  const { path, size, etag } = file
  const asListed: ReadCall = { ...call, ...(etag === undefined ? {} : { etag }) }
  const start = Math.max(0, size - TAIL_BYTES)
  const tail = size === 0 ? new Uint8Array() : await storage.read(path, start, size - start, asListed)
  const place = locateFooter(tail, size)
  if (place === undefined)
    throw notClosed(start === 0 ? tail : await storage.read(path, 0, 4, asListed), size)
  if (place.offset >= start) return tail.subarray(place.offset - start, place.offset - start + place.length)
  const head = await storage.read(path, place.offset, start - place.offset, asListed)
  return concat(head, tail, place.length)
}

function concat(head: Uint8Array, tail: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(head)
  bytes.set(tail.subarray(0, length - head.length), head.length)
  return bytes
}

function describe(file: LakeFile, metadata: FileMetadata, call?: DataFileCall): DataFile {
  const { fields } = metadata.schema
  const { columns, millis, diagnostics } = mapColumns(fields, metadata.columns, call?.types)
  const findings = [...doubts(metadata), ...diagnostics]
  const facts = call?.facts ? fileFacts(metadata) : undefined
  const names = fields.map(field => lower(field.name))
  return {
    ...file,
    rows: metadata.rows,
    columns,
    ...(names.length === columns.length ? {} : { allNames: names }),
    ...(millis.length > 0 ? { millis } : {}),
    ...(facts === undefined ? {} : { facts }),
    diagnostics: findings.map(diagnostic => ({ ...diagnostic, path: file.path })),
  }
}

function doubts({ rowsDoubt, columns, schema, size }: FileMetadata): Diagnostic[] {
  const large =
    size > LARGE_FOOTER_BYTES ? `the footer has ${size} bytes, more than ${LARGE_FOOTER_BYTES}` : undefined
  return [
    ...(rowsDoubt === undefined ? [] : [finding('ROWS_UNKNOWN', rowsDoubt)]),
    ...statisticsDoubt(schema, columns),
    ...(large === undefined ? [] : [finding('LARGE_FOOTER', large)]),
  ]
}

/** One finding a file, however many columns: a writer's fault is the same in all of its files. */
function statisticsDoubt({ leaves }: Schema, columns: readonly ColumnSummary[]): Diagnostic[] {
  const doubted = leaves.filter(leaf => columns[leaf.column]?.doubt !== undefined)
  const [first, ...others] = doubted
  if (first === undefined) return []
  const more = others.length === 0 ? '' : `; ${others.length} more columns are distrusted too`
  const message = `column '${first.path}' ${columns[first.column]?.doubt}${more}`
  return [finding('STATISTICS_DISTRUSTED', message, first.path)]
}

/** @throws whatever else is thrown than a `FooterError` */
function asRejected(file: LakeFile, error: unknown): UnacceptedFile {
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
