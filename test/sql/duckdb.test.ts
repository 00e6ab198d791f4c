import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseType, printType, type Type } from '../../shared/schema/type.ts'
import { project } from '../../shared/sql/duckdb-project.ts'
import type { SourceType } from '../../shared/sql/duckdb-source.ts'
import { duckdbList, duckdbLiteral, duckdbName, duckdbType } from '../../shared/sql/duckdb-text.ts'
import { viewStatement } from '../../shared/sql/duckdb-view.ts'
import { duckdb } from '../support/duckdb.ts'
import { anyType, columns } from '../support/types.ts'

const scalar = (name: string): SourceType => ({ kind: 'scalar', name })

describe('names and literals', () => {
  it('come back as any text that went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }), async text => {
        // Rows are objects here, which have no such key of their own.
        fc.pre(!text.includes('\0') && text !== '__proto__')
        const sql = `select ${duckdbLiteral(text)} as ${duckdbName(text)}, ${duckdbList([text, 'b'])}[1] as again`
        expect(Object.entries((await duckdb(sql))[0] ?? {})[0]).toEqual([text, text])
      }),
      { numRuns: 30 },
    )
  })
})

describe('types', () => {
  it.each([
    ['int', 'integer'],
    ['varchar(10)', 'varchar'],
    ['decimal(9,2)', 'decimal(9,2)'],
    ['array<array<string>>', 'varchar[][]'],
    ['map<string,array<int>>', 'map(varchar, integer[])'],
    ['struct<a b:binary,select:tinyint>', 'struct("a b" blob, "select" tinyint)'],
    ['uniontype<int,string>', 'varchar'],
  ])('%s is %s', (hive, type) => {
    expect(duckdbType(parseType(hive))).toBe(type)
  })
})

describe('a column of a file as the table has it', () => {
  it('is a plain cast wherever that is right', () => {
    expect(project('r.a', scalar('INTEGER'), parseType('bigint'))).toBe('cast(r.a as bigint)')
    const struct: SourceType = { kind: 'struct', fields: [{ name: 'X', type: scalar('INTEGER') }] }
    expect(
      project('r.s', { kind: 'list', element: struct }, parseType('array<struct<x:bigint,y:date>>')),
    ).toBe('cast(r.s as struct("x" bigint, "y" date)[])')
  })

  it('is taken apart only as far as it must be', () => {
    const from: SourceType = {
      kind: 'struct',
      fields: [
        { name: 'at', type: scalar('TIMESTAMP WITH TIME ZONE') },
        { name: 'n', type: scalar('INTEGER') },
      ],
    }
    expect(project('r.s', from, parseType('struct<at:timestamp,n:bigint>'))).toBe(
      `case when r.s is not null then struct_pack("at" := (struct_extract(r.s, 'at') at time zone 'UTC'), "n" := cast(struct_extract(r.s, 'n') as bigint)) end`,
    )
  })

  it('is NULL where the shapes have nothing in common', () => {
    expect(project('r.a', scalar('VARIANT'), parseType('struct<a:int>'))).toBe(
      'cast(null as struct("a" integer))',
    )
  })

  it("has the table's type, whatever the file holds", async () => {
    await fc.assert(
      fc.asyncProperty(anyType, anyType, async (from, to) => {
        const value = project('c', sourceOf(from), to)
        const sql = `select typeof(v) = typeof(cast(null as ${duckdbType(to)})) as same from (select ${value} as v from (select cast(null as ${duckdbType(from)}) as c))`
        expect(await duckdb(sql), `${printType(from)} as ${printType(to)}`).toEqual([{ same: true }])
      }),
      { numRuns: 100 },
    )
  })
})

describe('the view of a table', () => {
  const table = {
    name: { database: 'golden', name: 'orders' },
    kind: 'external',
    format: 'parquet',
    columns: columns('id bigint', 'note string'),
    partitionKeys: columns('dt date'),
    location: '/lake/orders',
    parameters: {},
  } as const

  it('reads each group of files by its own columns', () => {
    const old = { columns: [{ name: 'ID', type: scalar('INTEGER') }], files: ['/lake/a.parquet'] }
    const young = {
      columns: [
        { name: 'id', type: scalar('BIGINT') },
        { name: 'note', type: scalar('VARCHAR') },
      ],
      files: ['/lake/b.parquet', "/lake/o'hare.parquet"],
    }
    const key = `cast(nullif(p."values"[1], '__HIVE_DEFAULT_PARTITION__') as date) as "dt"`
    const schema = (...of: (readonly [string, string])[]) =>
      `schema = map {${of.map(([name, type]) => `'${name}': {name: '${name}', type: '${type}', default_value: null}`).join(', ')}}`
    const join = `) r join _goldsync.files p on r."filename" = p.file and p."table" = 'golden.orders'`
    expect(viewStatement(table, [old, young])).toBe(
      `create or replace view "golden"."orders" as select cast(r."ID" as bigint) as "id", cast(null as varchar) as "note", ${key} from read_parquet(['/lake/a.parquet'], filename = true, hive_partitioning = false, ${schema(['ID', 'INTEGER'])}${join}` +
        ` union all select cast(r."id" as bigint) as "id", cast(r."note" as varchar) as "note", ${key} from read_parquet(['/lake/b.parquet', '/lake/o''hare.parquet'], filename = true, hive_partitioning = false, ${schema(['id', 'BIGINT'], ['note', 'VARCHAR'])}${join}`,
    )
  })

  it('has the columns and no rows where there are no files', () => {
    expect(viewStatement(table, [])).toBe(
      'create or replace view "golden"."orders" as select cast(null as bigint) as "id", cast(null as varchar) as "note", cast(null as date) as "dt" where false',
    )
  })
})

/** What DuckDB reads from a file that it wrote with a column of this type. */
function sourceOf(type: Type): SourceType {
  switch (type.kind) {
    case 'array':
      return { kind: 'list', element: sourceOf(type.element) }
    case 'map':
      return { kind: 'map', key: sourceOf(type.key), value: sourceOf(type.value) }
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map(field => ({ name: field.name, type: sourceOf(field.type) })),
      }
    default:
      return scalar(duckdbType(type).toUpperCase())
  }
}
