import { describe, expect, test } from 'vitest'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { ASSUMED_READERS } from '../../shared/evolution/readers.ts'
import { finding } from '../../shared/parquet/findings.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { acceptedKind } from '../support/kinds.ts'

const trino: Reader = { kind: 'trino', version: '476' }
const presto: Reader = { kind: 'presto', version: '0.287' }
const hive: Reader = { kind: 'hive', version: '4.0.1' }
const duckdb: Reader = { kind: 'duckdb', version: undefined }

const read = (kind: string, ...readers: readonly Reader[]) => readWith('hold', kind, ...readers)

async function readWith(unreadable: 'hold' | 'warn', kind: string, ...readers: readonly Reader[]) {
  const { file, refused } = asReadBy(await acceptedKind(kind), readers, unreadable)
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

  test('stays where a reader cuts its values, which is told', async () => {
    const { columns, file } = await read('nanoseconds', duckdb)
    expect(columns).toContain('ns')
    expect(file.diagnostics[0]).toMatchObject({
      code: 'TIMESTAMP_NANOS',
      engines: [{ engine: 'duckdb', effect: 'truncates' }],
    })
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

describe('what some of them cannot read, where that is accepted,', () => {
  test('is told of each reader that fails, as a warning', async () => {
    const { columns, refused, file } = await readWith('warn', 'half-floats', hive, trino)
    expect([columns, refused]).toEqual([file.allNames ?? columns, undefined])
    expect(file.diagnostics).toMatchObject([
      { code: 'FLOAT16_AS_BINARY', severity: 'warning', accepted: true, engines: [{ engine: 'hive4' }] },
    ])
  })

  test('leaves a column out that nobody reads, of a file that one of them opens', async () => {
    const { refused, file } = await readWith('warn', 'half-floats', hive, presto)
    expect(refused).toBeUndefined()
    expect(file.diagnostics).toMatchObject([{ code: 'FLOAT16_AS_BINARY', leftOut: true, accepted: true }])
    expect((await readWith('warn', 'half-floats', hive)).refused).toMatch(/cannot open/)
  })

  test('is never a column with which a reader fails on the whole table', async () => {
    const { file } = await readWith('warn', 'optional-keys', hive, trino)
    const within = { ...file, diagnostics: [nameWithin(file.columns[0]!.name)] }
    const { columns } = asReadBy(within, [hive, trino], 'warn').file
    expect(columns.map(({ name }) => name)).not.toContain(file.columns[0]!.name)
  })
})

const nameWithin = (column: string) =>
  finding('NAME_WITHIN', `column '${column}' has the name 'a b' in it`, column)
