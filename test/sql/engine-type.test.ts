import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseType, printType } from '../../shared/schema/type.ts'
import { duckdbType } from '../../shared/sql/duckdb-text.ts'
import { printEngineType, type TypeEngine } from '../../shared/sql/engine-type.ts'
import { duckdb } from '../support/duckdb.ts'
import { anyType } from '../support/types.ts'

const print = (type: string, engine: TypeEngine): string => printEngineType(parseType(type), engine)

const NESTED = 'struct<a:int,größe:array<map<string,struct<b:float>>>>'

describe('a type as an engine shows it', () => {
  it.each<[string, string, string, string]>([
    // Hive, Trino, Presto, DuckDB
    ['boolean', 'boolean', 'boolean', 'BOOLEAN'],
    ['tinyint', 'tinyint', 'tinyint', 'TINYINT'],
    ['smallint', 'smallint', 'smallint', 'SMALLINT'],
    ['int', 'integer', 'integer', 'INTEGER'],
    ['bigint', 'bigint', 'bigint', 'BIGINT'],
    ['float', 'real', 'real', 'FLOAT'],
    ['double', 'double', 'double', 'DOUBLE'],
    ['string', 'varchar', 'varchar', 'VARCHAR'],
    ['varchar(7)', 'varchar(7)', 'varchar(7)', 'VARCHAR'],
    ['char(7)', 'char(7)', 'char(7)', 'VARCHAR'],
    ['binary', 'varbinary', 'varbinary', 'BLOB'],
    ['date', 'date', 'date', 'DATE'],
    ['timestamp', 'timestamp(3)', 'timestamp', 'TIMESTAMP'],
    ['decimal(9,2)', 'decimal(9,2)', 'decimal(9,2)', 'DECIMAL(9,2)'],
    ['array<int>', 'array(integer)', 'array(integer)', 'INTEGER[]'],
    ['map<string,int>', 'map(varchar, integer)', 'map(varchar, integer)', 'MAP(VARCHAR, INTEGER)'],
    [
      NESTED,
      'row(a integer, größe array(map(varchar, row(b real))))',
      'row("a" integer, "größe" array(map(varchar, row("b" real))))',
      'STRUCT(a INTEGER, "größe" MAP(VARCHAR, STRUCT(b FLOAT))[])',
    ],
  ])('%s', (hive, trino, presto, duck) => {
    expect(print(hive, 'trino')).toBe(trino)
    expect(print(hive, 'presto')).toBe(presto)
    expect(print(hive, 'duckdb')).toBe(duck)
  })

  it('is Hive’s own text for Hive and Glue', () => {
    fc.assert(
      fc.property(
        anyType,
        fc.constantFrom('hive' as const, 'hive3' as const, 'glue' as const),
        (type, engine) => {
          expect(printEngineType(type, engine)).toBe(printType(type))
        },
      ),
    )
  })

  it('stays as it stands where goldsync does not model it', () => {
    expect(print('uniontype<int,string>', 'trino')).toBe('uniontype<int,string>')
  })

  it('is what DuckDB answers', async () => {
    const types = fc.sample(anyType, { numRuns: 200, seed: 7 }).concat(parseType(NESTED))
    const shown = await duckdb(
      types.map(type => `select typeof(cast(null as ${duckdbType(type)})) as type`).join(' union all '),
    )
    expect(shown.map(({ type }) => type)).toEqual(types.map(type => printEngineType(type, 'duckdb')))
  })
})
