/** One file in words, for `goldsync schema --json` and scripts. */
import { summarizeError } from '../base/errors.ts'
import type { Packing } from '../parquet/packing.ts'
import type { DataFileCall } from '../parquet/read.ts'
import { type ColumnStatistics, describeFacts } from '../schema/column-statistics.ts'
import { printType } from '../schema/type.ts'
import type { Storage } from '../storages/storage.ts'
import { type Inspection, inspectFile } from './inspect-file.ts'

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

function summary(
  location: string,
  { file, metadata: { packing } }: Inspection,
  withFacts: boolean,
): FileDescription {
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
