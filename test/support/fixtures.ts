import { readdirSync, readFileSync } from 'node:fs'
import { locateFooter } from '../../shared/parquet/locate.ts'

export const FIXTURES = new URL('../fixtures/parquet/', import.meta.url)

/** What a fixture must be read as: written by hand in test/fixtures/generate.py. */
export interface Expectation {
  readonly writer: 'pyarrow' | 'duckdb' | 'hand'
  readonly rows: number
  /** Column names as they stand in the file, in file order. */
  readonly names: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly diagnostics: readonly { readonly code: string; readonly column: string }[]
}

/** The Parquet files of a folder, without their extension. */
export const parquetNames = (folder: URL): string[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.parquet'))
    .map(name => name.slice(0, -'.parquet'.length))
    .sort()

export const fixtureNames = parquetNames(FIXTURES)

export const readFixture = (name: string, folder = FIXTURES): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`${name}.parquet`, folder)))

export const readExpectation = (name: string, folder = FIXTURES): Expectation =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Expectation

/** The metadata of a whole file. */
export function footerBytes(file: Uint8Array): Uint8Array {
  const place = locateFooter(file, file.length)
  if (place === undefined) throw new Error('the file has no footer')
  return file.subarray(place.offset, place.offset + place.length)
}
