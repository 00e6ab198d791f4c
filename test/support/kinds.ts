/** Files of test/fixtures/types: for each the table, the diagnostics and the values that pyarrow reads (test/fixtures/kinds.py). */
import { readFileSync } from 'node:fs'
import { withoutNames } from '../../shared/evolution/names.ts'
import { ASSUMED_READERS } from '../../shared/evolution/readers.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { DataFile, UnacceptedFile } from '../../shared/schema/observed.ts'
import { bytesStorage } from './bytes-storage.ts'
import { parquetNames, readFixture } from './fixtures.ts'

const KINDS = new URL('../fixtures/types/', import.meta.url)

export const kindNames = parquetNames(KINDS)
export const kindBytes = (name: string): Uint8Array => readFixture(name, KINDS)

/** Scalars are text, structs objects, maps lists of pairs. */
export type Value = string | null | readonly Value[] | { readonly [field: string]: Value }

export interface Kind {
  readonly writer: string
  readonly columns: readonly {
    readonly name: string
    readonly type: string
    readonly values: readonly Value[]
  }[]
  readonly diagnostics: readonly { readonly code: string; readonly column: string }[]
}

export const kindOf = (name: string): Kind =>
  JSON.parse(readFileSync(new URL(`${name}.json`, KINDS), 'utf8')) as Kind

export function readKind(name: string): Promise<DataFile | UnacceptedFile> {
  const bytes = kindBytes(name)
  const file = { path: name, size: bytes.length, modified: 0 }
  return readDataFile(bytesStorage({ [name]: bytes }), file)
}

/** As where nobody says who reads it. */
export async function acceptedKind(name: string): Promise<DataFile> {
  const file = await readKind(name)
  if (!isAccepted(file)) throw new Error(file.diagnostic.message)
  return withoutNames(file, { readers: ASSUMED_READERS })
}
