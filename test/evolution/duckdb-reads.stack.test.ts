/** What DuckDB itself shows of leftovers under each type, against what `duckdbReads` says. */
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type FileSchemas, readFileSchemas } from '../../shared/catalogs/duckdb/file-schemas.ts'
import { parseType, printType } from '../../shared/schema/type.ts'
import { duckdbNull, project } from '../../shared/sql/duckdb-project.ts'
import { findSource, schemaOption } from '../../shared/sql/duckdb-source.ts'
import { duckdbFiles, duckdbName } from '../../shared/sql/duckdb-text.ts'
import { duckdb } from '../support/duckdb.ts'
import { duckdbReads, LEFTOVERS, type Leftover } from '../support/duckdb-reads.ts'

/** The fixture that holds it in its column, and the text of a right value; there is none where all are null. */
const HELD: Readonly<Record<Leftover, readonly [fixture: string, column: string, right?: string]>> = {
  null: ['types/nulls', 'nothing'],
  'uint32 over the limit': ['types/unsigned-proven', 'u32', '2147483648'],
  'uint64 over the limit': ['types/unsigned-proven', 'u64', '9223372036854775808'],
  'time in milliseconds': ['types/times', 'ms', '12:30:15.123'],
  'decimal of more than 38 digits': ['types/decimals', 'wide', '1'],
  'two names that differ in case': ['parquet/names', 'id', '1'],
  'struct of nothing': ['types/structs', 'none', "{'a': NULL}"],
  'shredded VARIANT': ['types/variants', 'shredded', '1'],
}

const TYPES = [
  ...[
    'boolean',
    'tinyint',
    'smallint',
    'int',
    'bigint',
    'float',
    'double',
    'string',
    'varchar(9)',
    'char(9)',
  ],
  ...['binary', 'date', 'timestamp', 'decimal(9,2)', 'decimal(10,0)', 'decimal(20,0)', 'decimal(38,10)'],
  ...['array<int>', 'map<string,int>', 'struct<a:int>', 'array<struct<a:int>>', 'array<string>'],
].map(parseType)

const pathOf = (fixture: string): string =>
  fileURLToPath(new URL(`../fixtures/${fixture}.parquet`, import.meta.url))

describe('a leftover under a type of the table', () => {
  let schemas: FileSchemas
  beforeAll(async () => {
    schemas = await readFileSchemas(new Set(Object.values(HELD).map(([fixture]) => pathOf(fixture))))
  })

  /** What the file's column shows under each of the types, as text. */
  async function shown(fixture: string, column: string): Promise<(string | null)[][]> {
    const columns = schemas.columnsOf.get(schemas.idOf.get(pathOf(fixture)) as string) ?? []
    const source = findSource(columns, column)
    const values = TYPES.map(type =>
      source ? project(`r.${duckdbName(source.name)}`, source.type, type) : duckdbNull(type),
    )
    const options = source ? `, ${schemaOption([source])}` : ''
    const rows = await duckdb(
      `select ${values.map((value, at) => `(${value})::varchar as c${at}`).join(', ')} from read_parquet(${duckdbFiles([pathOf(fixture)])}${options}) r`,
    )
    return TYPES.map((_, at) => rows.map(row => row[`c${at}`] as string | null))
  }

  it.each(LEFTOVERS)('%s: is right or NULL, as duckdbReads says', async leftover => {
    const [fixture, column, right] = HELD[leftover]
    const seen = await shown(fixture, column)
    const found = TYPES.map((type, at) => {
      const texts = seen[at]?.filter(text => text !== null).map(withoutFraction) ?? []
      return `${printType(type)}: ${right === undefined ? texts.length === 0 : texts.includes(right)}`
    })
    expect(found).toEqual(TYPES.map(type => `${printType(type)}: ${duckdbReads(leftover, type)}`))
  })
})

const withoutFraction = (text: string): string => text.replace(/(?<=^\d+)\.0+$/, '')
