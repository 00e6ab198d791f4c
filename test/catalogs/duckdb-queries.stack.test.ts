/** What DuckDB itself reads through the views: right rows, typed keys, few files. */
import { copyFile, link, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, afterEach, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest'
import { openDuckdb } from '../../shared/catalogs/duckdb/duckdb.ts'
import { readFileSchemas } from '../../shared/catalogs/duckdb/file-schemas.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Column, Table } from '../../shared/schema/table.ts'
import { duckdb, writeParquet } from '../support/duckdb.ts'
import { columns } from '../support/types.ts'

let folder: string
let file: string
let count = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'goldsync-duckdb-'))
  file = join(folder, 'catalog.duckdb')
})
afterAll(() => rm(folder, { recursive: true }))

/** A fresh table `golden.t<n>` with these files, one partition each. */
async function tableOf(
  data: readonly Column[],
  files: readonly { values: readonly string[]; file: DataFile }[],
  partitionKeys: readonly Column[] = columns('key string'),
): Promise<Table> {
  const name = { database: 'golden', name: `t${count++}` }
  const location = join(folder, name.name)
  const table = {
    name,
    kind: 'external',
    format: 'parquet',
    columns: data,
    partitionKeys,
    location,
    parameters: {},
  } as const
  const partitions = files.map(({ values, file }) => ({
    values,
    location: join(location, values.join('/')),
    columns: data,
    parameters: {},
    files: [file],
  }))
  await apply(
    table,
    { kind: 'createTable', table },
    { kind: 'addPartitions', table: name, partitionKeys, partitions },
  )
  return table
}

const catalog = () => openDuckdb('duckdb', { kind: 'duckdb', file, wait: 0 })
const apply = (table: Table, ...changes: Change[]) => catalog().apply(catalog().plan(table.name, changes))
const tableName = (id: string) => ({ database: 'golden', name: id.replace('golden.', '') })
const query = (sql: string) => duckdb(sql, file)

/** The value of a file's column `c`, written by this SQL expression, as the table's type shows it. */
async function shown(expression: string, type: string, settings = ''): Promise<unknown> {
  const data = columns(`c ${type}`)
  const path = join(folder, `shown-${count}`, 'data.parquet')
  const table = await tableOf(data, [
    { values: ['a'], file: await writeParquet(path, `select ${expression} as c`, data) },
  ])
  const [row] = await query(`${settings}; select c from golden.${table.name.name}`)
  return row?.c
}

const WKB = String.raw`\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\xF0?\x00\x00\x00\x00\x00\x00\x00@`

describe('values of a file', () => {
  it.each([
    ['an int as bigint', '1::integer', 'bigint', '1'],
    ['a tinyint as int', '1::tinyint', 'int', 1],
    ['an unsigned int as bigint', '4000000000::uinteger', 'bigint', '4000000000'],
    ['a float as double', '1.5::float', 'double', 1.5],
    ['a decimal as a wider one', '12.34::decimal(9,2)', 'decimal(20,4)', '12.3400'],
    ['text as varchar(n)', "'abc'", 'varchar(10)', 'abc'],
    ['JSON as text', `'{"a": 1}'::json`, 'string', '{"a": 1}'],
    ['raw UTF-8 as text', "encode('città')", 'string', 'città'],
    ['raw bytes that are no text', "'\\xFF'::blob", 'string', '\\xFF'],
    ['raw bytes', "'\\x00\\xFF'::blob", 'binary', '\\x00\\xFF'],
    ['a UUID as bytes', "'00000000-0000-0000-0000-000000000041'::uuid", 'binary', `${'\\x00'.repeat(15)}A`],
    [
      'an interval, though the table has bytes',
      'interval 1 day',
      'binary',
      { months: 0, days: 1, micros: '0' },
    ],
    ['a time of day with a zone as UTC', "timetz '00:00:01.5+00:00'", 'bigint', '1500000'],
    ['a time of day with a zone in a list', "[timetz '02:00:00+02:00']", 'array<bigint>', ['0']],
    ['a time of day in nanoseconds', "time_ns '00:00:00.000000001'", 'bigint', '1'],
    [
      'a timestamp where the lake asks for counts',
      "timestamp_ns '1970-01-01 00:00:00.000000001'",
      'bigint',
      '1',
    ],
    ['a geometry as WKB', "'POINT(1 2)'::geometry", 'binary', WKB],
    ['geometries in a list', "['POINT(1 2)'::geometry]", 'array<binary>', [WKB]],
    [
      'a VARIANT, though the table has bytes',
      "{'a': 1}::variant",
      'struct<metadata:binary,value:binary>',
      { a: 1 },
    ],
    ['a member of a union', 'union_value(num := 7)', 'struct<num:bigint>', { num: '7' }],
    ['unions in a list', '[union_value(num := 7)]', 'array<struct<num:int>>', [{ num: 7 }]],
    ['what does not fit as NULL', '18446744073709551615::ubigint', 'bigint', null],
    [
      'what does not fit, in a struct, as NULL',
      "{'u': 18446744073709551615::ubigint, 'a': 1}",
      'struct<u:bigint,a:int>',
      { u: null, a: 1 },
    ],
    ['what would be rounded as NULL', '1.5::double', 'int', null],
    ['another type as NULL', "time '00:00:01'", 'date', null],
    ['a column of nulls under any type', 'null', 'array<struct<a:int>>', null],
    ['a list of nulls under any type', '[null]', 'array<map<string,date>>', [null]],
    ['a time of day as microseconds', "time '00:00:01'", 'bigint', '1000000'],
    ['a date', "date '2019-09-01'", 'date', '2019-09-01'],
    [
      'nanoseconds as microseconds',
      "timestamp_ns '2019-09-01 01:02:03.123456789'",
      'timestamp',
      '2019-09-01 01:02:03.123456',
    ],
    ['milliseconds', "timestamp_ms '2019-09-01 01:02:03.123'", 'timestamp', '2019-09-01 01:02:03.123'],
    ['an instant as UTC', "timestamptz '2019-09-01 01:00:00+02'", 'timestamp', '2019-08-31 23:00:00'],
    ['a struct that lacks a field', "{'a': 1}", 'struct<a:bigint,b:string>', { a: '1', b: null }],
    ['a struct in another order', "{'b': 'x', 'a': 1}", 'struct<a:int,b:string>', { a: 1, b: 'x' }],
    ['a struct whose names differ in case', "{'A': 1}", 'struct<a:bigint>', { a: '1' }],
    ['a struct of none of its fields', "{'z': 1}", 'struct<a:int,b:string>', { a: null, b: null }],
    ['a NULL struct', "nullif({'z': 1}, {'z': 1})", 'struct<a:int>', null],
    [
      'structs in a list that lack a field',
      "[{'a': 1}]",
      'array<struct<a:bigint,b:string>>',
      [{ a: '1', b: null }],
    ],
    [
      'instants in a list of structs',
      "[{'t': timestamptz '2019-09-01 01:00:00+02'}]",
      'array<struct<t:timestamp,u:int>>',
      [{ t: '2019-08-31 23:00:00', u: null }],
    ],
    [
      'values of a map',
      "map {'k': {'a': 1}}",
      'map<string,struct<a:bigint,b:string>>',
      [{ key: 'k', value: { a: '1', b: null } }],
    ],
    [
      'instants in a map',
      "map {'k': timestamptz '2019-09-01 01:00:00+02'}",
      'map<string,timestamp>',
      [{ key: 'k', value: '2019-08-31 23:00:00' }],
    ],
    ['lists of lists', '[[1], [2, 3]]', 'array<array<bigint>>', [['1'], ['2', '3']]],
  ])('show %s', async (_, expression, type, expected) => {
    expect(await shown(expression, type)).toEqual(expected)
  })

  it("show instants as UTC, whatever the session's time zone", async () => {
    const expression = "timestamptz '2019-09-01 01:00:00+02'"
    const settings = "set TimeZone = 'America/New_York'"
    expect(await shown(expression, 'timestamp', settings)).toBe('2019-08-31 23:00:00')
  })
})

/** A table of one fixture of test/fixtures/types, with these columns. */
async function fixtureOf(name: string, data: readonly Column[]): Promise<string> {
  const path = fileURLToPath(new URL(`../fixtures/types/${name}.parquet`, import.meta.url))
  const { size, mtimeMs } = await stat(path)
  const file = { path, size, modified: mtimeMs, rows: 3, columns: data, diagnostics: [] }
  return `golden.${(await tableOf(data, [{ values: ['a'], file }])).name.name}`
}

describe('forms that DuckDB takes for others', () => {
  it.each([
    ['lists of two levels', 'old-lists', 'rule_4_array array<struct<a:int>>', 'rule_4_array[1].a = 1', 1],
    ['lists of a tuple', 'old-lists', 'rule_4_tuple array<struct<a:int>>', 'rule_4_tuple[1].a = 1', 1],
    ['lists in a list', 'rule-3', 'rule_3 array<struct<array:array<int>>>', 'rule_3[2]."array"[1] = 2', 1],
    ['maps in a list', 'lists-of-maps', 'maps array<map<string,int>>', "maps[1]['a'] = 1", 1],
    ['repeated groups', 'bare-structs', 'ones array<struct<a:int>>', 'ones[1].a = 1', 2],
    ['lists without the older annotation', 'logical-only', 'list array<int>', 'list = [1, 2]', 1],
    ['dates without the older annotation', 'logical-only', 'on_day date', "on_day = date '1970-01-02'", 1],
    ['half-precision floats', 'half-floats', 'f16 binary', 'f16 > 1.4 and f16 < 1.6', 1],
  ])('shows %s', async (_, name, columnsText, where, rows) => {
    const table = await fixtureOf(name, columns(columnsText))
    expect(await query(`select count(*)::int as rows from ${table} where ${where}`)).toEqual([{ rows }])
  })
})

describe('files whose schemas differ in the key geo alone', () => {
  it('are read as they are: geometries and bytes, both as bytes', async () => {
    const data = columns('g binary')
    const write = (name: string, select: string) => writeParquet(join(folder, 'geo', name), select, data)
    const table = await tableOf(data, [
      { values: ['bytes'], file: await write('a.parquet', "select '\\x01'::blob as g") },
      { values: ['shape'], file: await write('b.parquet', "select 'POINT(1 2)'::geometry as g") },
      { values: ['text'], file: await write('c.parquet', "select 'x'::blob as g") },
    ])
    expect(await query(`from golden.${table.name.name} order by key`)).toEqual([
      { g: '\\x01', key: 'bytes' },
      { g: WKB, key: 'shape' },
      { g: 'x', key: 'text' },
    ])
  })
})

describe('names that are patterns', () => {
  it('stand for their own file alone, in folders too', async () => {
    const data = columns('name string')
    const names = ['a*b', 'a?b', 'a[x]b', 'a{x,y}b', 'a[', 'a]b', 'a[!x]b', 'a**b', 'axb', 'ax', 'a\\b']
    const paths = ['x', '[x]', '*'].flatMap(of => names.map(name => `patterns/${of}/${name}.parquet`))
    const files = await Promise.all(
      paths.map(async path => ({
        values: [path],
        file: await writeParquet(join(folder, path), `select '${path}' as name`, data),
      })),
    )
    const able = files.filter(({ file }) => !/[*[].*\\/.test(file.path))
    const table = await tableOf(data, able)
    const shown = await query(`select name, key from golden.${table.name.name} order by name`)
    const expected = able.map(({ values: [key] }) => ({ name: key, key }))
    expect(shown).toEqual(expected.toSorted((a, b) => ((a.key as string) < (b.key as string) ? -1 : 1)))
    await expect(tableOf(data, files)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining('no way to name a file with both a backslash'),
    })
  })
})

describe('a file that DuckDB cannot read', () => {
  it.each([
    ['odd-bytes', []],
    [
      'column-encrypted',
      [{ code: 'COLUMN_ENCRYPTED', severity: 'warning', message: 'needs its key' } as const],
    ],
  ])('is named, and its partition alone is left out: %s', async (fixture, diagnostics) => {
    const data = columns('id int')
    const good = await writeParquet(join(folder, `good-${fixture}.parquet`), 'select 1::integer as id', data)
    const path = fileURLToPath(new URL(`../fixtures/types/${fixture}.parquet`, import.meta.url))
    const bad = { ...good, path, diagnostics }
    const name = `t${count}`
    const applying = tableOf(data, [
      { values: ['a'], file: good },
      { values: ['b'], file: bad },
    ])
    await expect(applying).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining(`DuckDB cannot read ${path}: `),
    })
    expect(await query(`from golden.${name}`)).toEqual([{ id: 1, key: 'a' }])
    expect(await query(`select "values" from _goldsync.partitions where "table" = 'golden.${name}'`)).toEqual(
      [{ values: ['a'] }],
    )
  })
})

describe('a catalog file of the version before', () => {
  it('works, and its view is written anew when the table is looked at', async () => {
    const data = columns('rule_4_array array<struct<a:int>>')
    const table = await fixtureOf('old-lists', data)
    const instance = await DuckDBInstance.create(file)
    const connection = await instance.connect()
    await connection.run(`
      create or replace view ${table} as select 'as before' as seen;
      insert into _goldsync.schemas select 'old', '[{"name": "rule_4_array", "type": {"kind": "list", "element": {"kind": "scalar", "name": "INTEGER"}}}]';
      update _goldsync.files set schema = 'old' where "table" = '${table}'`)
    connection.closeSync()
    instance.closeSync()
    const name = tableName(table)
    expect(await query(`from ${table}`)).toEqual([{ seen: 'as before' }])
    expect((await catalog().inspect(name, { dryRun: true }))?.columns).toEqual(data)
    expect(await query(`from ${table}`)).toEqual([{ seen: 'as before' }])
    expect((await catalog().inspect(name))?.columns).toEqual(data)
    const [row] = await query(`select rule_4_array from ${table} where len(rule_4_array) > 0`)
    expect(row).toEqual({ rule_4_array: [{ a: 1 }] })
    expect(await query("from _goldsync.schemas where schema = 'old'")).toEqual([])
  })
})

describe('a webhook waits for', () => {
  /** Every way to run one comes here. */
  let spy: MockInstance<DuckDBConnection['run']>
  const statements = () => spy.mock.calls.length
  const begin = () => {
    spy = vi.spyOn(DuckDBConnection.prototype, 'run')
  }
  afterEach(() => {
    spy.mockRestore()
  })

  it('two statements that look at a table', async () => {
    const table = await fixtureOf('old-lists', columns('rule_4_array array<struct<a:int>>'))
    begin()
    await catalog().inspect(tableName(table))
    expect(statements()).toBe(2)
  })

  it.each([
    ['one file', ['a'], 2],
    ['several of one schema', ['a', 'b', 'c'], 2],
    ['two schemas', ['a', 'other'], 3],
  ])(
    'two statements that look at new files, one more for each further schema: %s',
    async (_, names, most) => {
      const data = columns('id int')
      const files = await Promise.all(
        names.map(async name => {
          const path = join(folder, `counted-${names.length}`, `${name}.parquet`)
          await writeParquet(path, `select 1::${name === 'other' ? 'bigint' : 'integer'} as id`, data)
          return path
        }),
      )
      begin()
      expect((await readFileSchemas(new Set(files))).idOf.size).toBe(names.length)
      expect(statements()).toBe(most)
    },
  )
})

describe('a table over files of several schemas', () => {
  it('shows all rows in its own columns and types', async () => {
    const data = columns('id bigint', 's struct<x:bigint,y:string>', 'added string')
    const at = (name: string) => join(folder, 'evolved', name)
    const old = await writeParquet(at('old.parquet'), "select 1::integer as id, {'x': 1} as s", data)
    const renamed = await writeParquet(
      at('case.parquet'),
      'select {\'X\': 2} as "S", 2::integer as "ID"',
      data,
    )
    const young = await writeParquet(
      at('young.parquet'),
      "select 'new' as added, 3::bigint as id, {'x': 3::bigint, 'y': 'why'} as s, true as unknown",
      data,
    )
    const table = await tableOf(data, [
      { values: ['1'], file: old },
      { values: ['2'], file: renamed },
      { values: ['3'], file: young },
    ])
    expect(await query(`from golden.${table.name.name} order by id`)).toEqual([
      { id: '1', s: { x: '1', y: null }, added: null, key: '1' },
      { id: '2', s: { x: '2', y: null }, added: null, key: '2' },
      { id: '3', s: { x: '3', y: 'why' }, added: 'new', key: '3' },
    ])
  })

  it('shows the wider type at once after the table has changed, without touching files', async () => {
    const data = columns('id int')
    const path = join(folder, 'widened', 'a.parquet')
    const table = await tableOf(data, [
      { values: ['1'], file: await writeParquet(path, 'select 7::integer as id', data) },
    ])
    await apply(
      table,
      { kind: 'addColumns', table: table.name, columns: columns('more decimal(9,2)') },
      {
        kind: 'changeColumnTypes',
        table: table.name,
        columns: [{ name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' } }],
        cascade: true,
      },
    )
    const described = await query(`describe golden.${table.name.name}`)
    expect(described.map(row => `${row.column_name} ${row.column_type}`)).toEqual([
      'id BIGINT',
      'more DECIMAL(9,2)',
      'key VARCHAR',
    ])
    expect(await query(`from golden.${table.name.name}`)).toEqual([{ id: '7', more: null, key: '1' }])
  })

  it('shows the rows of a file that has none of its columns', async () => {
    const data = columns('id int')
    const path = join(folder, 'nothing', 'a.parquet')
    const table = await tableOf(data, [
      { values: ['1'], file: await writeParquet(path, 'select true as other', data) },
    ])
    expect(await query(`from golden.${table.name.name}`)).toEqual([{ id: null, key: '1' }])
  })

  it('shows a column that is called filename', async () => {
    const data = columns('filename string')
    const path = join(folder, 'filename', 'a.parquet')
    const table = await tableOf(data, [
      { values: ['1'], file: await writeParquet(path, "select 'mine' as filename", data) },
    ])
    expect(await query(`from golden.${table.name.name}`)).toEqual([{ filename: 'mine', key: '1' }])
  })
})

describe('partition keys', () => {
  it("have the types of the table, and NULL for Hive's null partition", async () => {
    const data = columns('id int')
    const write = (name: string) => writeParquet(join(folder, 'typed', name), 'select 1 as id', data)
    const table = await tableOf(
      data,
      [
        { values: ['2019-09-01', '7', "o'hare"], file: await write('a.parquet') },
        { values: ['2019-09-02', '__HIVE_DEFAULT_PARTITION__', 'x'], file: await write('b [x]*.parquet') },
      ],
      columns('dt date', 'hr int', 'place string'),
    )
    const from = `from golden.${table.name.name}`
    expect(await query(`select dt, hr, place ${from} where dt < date '2019-09-02' and hr > 6`)).toEqual([
      { dt: '2019-09-01', hr: 7, place: "o'hare" },
    ])
    expect(await query(`select dt ${from} where hr is null`)).toEqual([{ dt: '2019-09-02' }])
  })
})

describe('a table of 10,000 partitions with one file each, of two schemas by turns', () => {
  const data = columns('id bigint')
  const path = (at: number) => join(folder, 'many', `${String(at).padStart(4, '0')}.parquet`)
  const kept = [777, 778]
  let from: string

  beforeAll(async () => {
    const models = [join(folder, 'int.parquet'), join(folder, 'bigint.parquet')] as const
    const first = await writeParquet(models[0], 'select range::integer as id from range(10)', data)
    await writeParquet(models[1], 'select range::bigint as id from range(10)', data)
    await mkdir(join(folder, 'many'))
    const all = Array.from({ length: 10_000 }, (_, at) => at)
    await Promise.all(
      all.map(at => (kept.includes(at) ? copyFile : link)(models[at % 2] as string, path(at))),
    )
    const files = all.map(at => ({
      values: [`${2000 + Math.floor(at / 100)}`, `${at % 100}`],
      file: { ...first, path: path(at) },
    }))
    const table = await tableOf(data, files, columns('year int', 'part string'))
    from = `from golden.${table.name.name}`
    // All but the kept ones are links: whatever of them DuckDB opened from now on would fail the query.
    await Promise.all(models.map(model => writeFile(model, 'not Parquet')))
  })

  it('opens one data file for a query of one partition', async () => {
    const where = "where year = 2007 and part = '77'"
    expect(await query(`select count(*)::int n, sum(id)::int s ${from} ${where}`)).toEqual([{ n: 10, s: 45 }])
    expect(await filesRead(`select sum(id) ${from} ${where}`)).toEqual([1, path(777)])
  })

  it('opens as many as there are partitions of which a query wants rows', async () => {
    const where = "where year = 2007 and part in ('77', '78')"
    expect(await query(`select count(*)::int n ${from} ${where}`)).toEqual([{ n: 20 }])
    expect(await filesRead(`select sum(id) ${from} ${where}`)).toEqual([2, path(778), path(777)])
    await expect(query(`select sum(id) ${from}`)).rejects.toThrow(/magic bytes|too small/)
  })

  it('opens none to describe it', async () => {
    expect((await query(`describe ${from}`)).map(row => row.column_type)).toEqual([
      'BIGINT',
      'INTEGER',
      'VARCHAR',
    ])
  })

  it('can be attached under another name', async () => {
    const name = from.replace('from ', 'from lake.')
    const sql = `attach '${file}' as lake (read_only); select count(*)::int n ${name} where year = 2007 and part = '77'`
    expect(await duckdb(sql)).toEqual([{ n: 10 }])
  })
})

/** How many data files DuckDB says that it has read for a query, and which. */
async function filesRead(sql: string): Promise<unknown[]> {
  const [row] = await query(`explain (analyze, format json) ${sql}`)
  const found = [...String(row?.explain_value).matchAll(/"(Total Files Read|Filename\(s\))": "(.*?)"/g)]
  const told = (name: string) => found.flatMap(([, key, value]) => (key === name ? [value] : []))
  return [told('Total Files Read').reduce((sum, count) => sum + Number(count), 0), ...told('Filename(s)')]
}
