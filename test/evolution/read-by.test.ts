import { describe, expect, test } from 'vitest'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { ASSUMED_READERS } from '../../shared/evolution/readers.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { acceptedKind } from '../support/kinds.ts'

const trino: Reader = { kind: 'trino', version: '476' }
const presto: Reader = { kind: 'presto', version: '0.287' }
const duckdb: Reader = { kind: 'duckdb', version: undefined }

const read = async (kind: string, ...readers: readonly Reader[]) => {
  const { file, refused } = asReadBy(await acceptedKind(kind), readers)
  return {
    columns: file.columns.map(({ name }) => name),
    told: file.diagnostics.map(({ code }) => code),
    refused: refused?.message,
    file,
  }
}

describe('a column that a reader cannot read, or reads wrong', () => {
  test('is left out for all of them, and told with what the reader does', async () => {
    const { columns, file } = await read('nanoseconds', trino, presto)
    expect(columns).not.toContain('ns')
    expect(file.allNames).toContain('ns')
    expect(file.diagnostics[0]).toMatchObject({
      code: 'TIMESTAMP_NANOS',
      severity: 'warning',
      leftOut: true,
      engines: [{ engine: 'presto' }],
      message: expect.stringMatching(
        /Presto 0\.287 takes the count of nanoseconds for milliseconds; the column is left out$/,
      ),
    })
  })

  test('stays where that reader is not there, and nothing is said', async () => {
    const { columns, told } = await read('nanoseconds', trino)
    expect([columns.includes('ns'), told]).toEqual([true, []])
  })

  test('stays where Hive is only assumed, and one of its versions reads it', async () => {
    const { columns, told } = await read('nanoseconds', ...ASSUMED_READERS)
    expect([columns.includes('ns'), told]).toEqual([true, expect.arrayContaining(['TIMESTAMP_NANOS'])])
  })
})

describe('a file that a reader cannot open', () => {
  test('is refused', async () => {
    expect((await read('geometries', trino)).refused).toMatch(/Trino 476 cannot open a file with this type$/)
  })

  test('is not where nobody of them has to', async () => {
    const { refused, told } = await read('geometries', duckdb)
    expect([refused, told]).toEqual([undefined, []])
  })
})
