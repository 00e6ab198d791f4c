/** What DuckDB itself reads through the views: right rows, typed keys, few files. */
import { copyFile, link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckdb } from '../../shared/catalogs/duckdb/duckdb.ts'
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
    ['an interval as NULL', 'interval 1 day', 'binary', null],
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
