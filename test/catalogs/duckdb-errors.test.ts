import { expect, it } from 'vitest'
import { duckdbError } from '../../shared/catalogs/duckdb/errors.ts'

it('a file made by DuckDB 2.0 is told as such, with a way out that works', () => {
  const said = new Error(
    'IO Error: Trying to read a database file with version number 69, but we can only read versions between 64 and 68.\nThe database file was created with a newer version of DuckDB.',
  )
  expect(duckdbError('/data/catalog.duckdb', 'read', said)).toMatchObject({
    code: 'UNSUPPORTED',
    message: "/data/catalog.duckdb was made by a newer DuckDB than goldsync's, which cannot open it",
    hint: expect.stringContaining('let goldsync make the file'),
  })
})

it('a disk that is full is told as such', () => {
  const said = new Error('IO Error: Could not write all bytes to file "x": No space left on device')
  expect(duckdbError('/data/catalog.duckdb', 'write', said)).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'no space is left on the disk of /data/catalog.duckdb',
    hint: expect.stringContaining('make room'),
  })
})
