import { describe, expect, it } from 'vitest'
import type { TablesByName } from '../../shared/catalogs/catalog.ts'
import { diffTable } from '../../shared/evolution/diff.ts'
import { sameLocation } from '../../shared/layout/location.ts'
import type { Change, Expected } from '../../shared/schema/change.ts'
import { hasOtherLetters } from '../../shared/schema/lost-letters.ts'
import type { Column, Table } from '../../shared/schema/table.ts'
import { parseType, printType } from '../../shared/schema/type.ts'
import { columns } from '../support/types.ts'
import {
  addColumns,
  addPartitions,
  changeTypes,
  expectError,
  partitionOf,
  type Subject,
  setParameters,
} from './catalog-support.ts'

const EVERY_TYPE = columns(
  'c_boolean boolean',
  'c_tinyint tinyint',
  'c_smallint smallint',
  'c_int int',
  'c_bigint bigint',
  'c_float float',
  'c_double double',
  'c_string string',
  'c_binary binary',
  'c_date date',
  'c_timestamp timestamp',
  'c_decimal decimal(38,10)',
  'c_varchar varchar(20)',
  'c_char char(3)',
  'c_array array<array<int>>',
  'c_map map<string,array<decimal(9,2)>>',
  'c_struct struct<a:int,b:struct<c:string,d:array<struct<e:date>>>>',
)

const AWKWARD = `it's "quoted", 100%; ünï \\ \${not.a.variable} -- done`

/** Names of the tables that are there. */
const thereIn = (found: TablesByName): string[] =>
  [...found].flatMap(([name, table]) => (table ? [name] : [])).sort()

/** Databases, tables, columns and table parameters. */
export function tableBehaviour(subject: Subject): void {
  const { created, apply, inspect } = subject
  const create = (table: Table): Change => ({ kind: 'createTable', table })
  const names = (list: readonly Column[]) => list.map(column => column.name)
  const types = (list: readonly Column[]) => list.map(column => `${column.name} ${printType(column.type)}`)

  describe('databases', () => {
    it('has no table in a missing database', async () => {
      const missing = { database: `${subject.harness().database}_missing`, name: 't' }
      expect(await subject.catalog().inspect(missing)).toBeUndefined()
    })

    it('creates a database that is there already without harm', async () => {
      const table = await created()
      await apply(table, { kind: 'createDatabase', database: table.name.database })
      expect(await subject.catalog().inspect(table.name)).toBeDefined()
    })

    it('keeps tables of the same name in two databases apart', async () => {
      const one = await created()
      const database = `${subject.harness().database}_2`
      const other = subject.table({ name: { ...one.name, database }, columns: columns('only_here int') })
      await apply(other, { kind: 'createDatabase', database })
      expect(await subject.catalog().inspect(other.name)).toBeUndefined()
      await apply(other, create(other))
      await apply(other, addPartitions(other, partitionOf(other, ['x'])))
      expect(types((await inspect(other)).columns)).toEqual(['only_here int'])
      expect(await subject.catalog().partitions(one, { want: 'names' })).toEqual([])
    })
  })

  describe('tables', () => {
    it('has no table before it is created', async () => {
      expect(await subject.catalog().inspect(subject.table().name)).toBeUndefined()
    })

    it('shows a created table as it was asked for', async () => {
      const table = await created({ partitionKeys: columns('year string', 'month string') })
      const found = await inspect(table)
      expect(found).toMatchObject({ name: table.name, kind: 'external', format: 'parquet' })
      expect(diffTable(found, table)).toEqual([])
      expect(types(found.columns)).toEqual(types(table.columns))
      expect(types(found.partitionKeys)).toEqual(['year string', 'month string'])
      expect(sameLocation(found.location, table.location), found.location).toBe(true)
    })

    it('gives every type back as it was', async () => {
      const table = await created({ columns: EVERY_TYPE })
      expect(types((await inspect(table)).columns)).toEqual(types(EVERY_TYPE))
    })

    it('keeps the precision and scale of decimals apart, whatever a catalog writes between them', async () => {
      const texts = ['a decimal(10,0)', 'b decimal(10,2)', 'c decimal(38,38)', 'd map<string,decimal(9,2)>']
      const table = await created({ columns: columns(...texts) })
      const found = await inspect(table)
      expect(types(found.columns)).toEqual(texts)
      expect(diffTable(found, table)).toEqual([])
    })

    it('gives the types of partition keys back', async () => {
      const table = await created({ partitionKeys: columns('dt date', 'hr int', 'region string') })
      expect(types((await inspect(table)).partitionKeys)).toEqual(['dt date', 'hr int', 'region string'])
    })

    it('creates a table that is there already without harm', async () => {
      const table = await created()
      await apply(table, addColumns(table, 'extra int'), addPartitions(table, partitionOf(table, ['a'])))
      await apply(table, create(table))
      expect(names((await inspect(table)).columns)).toEqual(['id', 'name', 'extra'])
      expect(await subject.catalog().partitions(table, { want: 'names' })).toHaveLength(1)
    })

    it('keeps the comments of columns', async () => {
      const commented: Column = { name: 'id', type: { kind: 'int' }, comment: AWKWARD }
      const table = await created({ columns: [commented, ...columns('plain int')] })
      expect((await inspect(table)).columns[0]?.comment).toBe(AWKWARD)
      expect((await inspect(table)).columns[1]?.comment).toBeUndefined()
    })

    it('tells of the tables of a database but for those that are known, where it tells of many at once', async () => {
      const { otherTables } = subject.catalog()
      if (otherTables === undefined) return
      const [known, other] = [await created(), await created({ parameters: { 'goldsync.topic': 'x.y' } })]
      const { database } = known.name
      const found = await otherTables(database, new Set([known.name.name]))
      expect(found.map(({ name }) => name)).not.toContainEqual(known.name)
      const told = found.find(({ name }) => name.name === other.name.name)
      expect(told).toMatchObject({ name: other.name, parameters: { 'goldsync.topic': 'x.y' } })
      expect(sameLocation(told?.location ?? '', other.location)).toBe(true)
      expect(await otherTables(`${database}_missing`, new Set())).toEqual([])
    })

    describe('of many at once, where it tells of them so', () => {
      it('tells the same as one by one, also of odd names, and leaves out what is not there', async () => {
        const { inspectAll } = subject.catalog()
        if (inspectAll === undefined) return
        const { database } = subject.harness()
        const odd = ['order_', '_1', 'a__b', 't'.repeat(100)].map(name => ({ database, name }))
        const tables = [
          await created({ columns: EVERY_TYPE, parameters: { 'goldsync.topic': AWKWARD } }),
          await created({ partitionKeys: columns('dt date', 'hr int') }),
        ]
        for (const name of odd) tables.push(await created({ name }))
        const names = tables.map(({ name }) => name.name)
        const found = await inspectAll(database, ['missing_1', ...names, 'missing_2'])
        expect(thereIn(found)).toEqual([...names].sort())
        for (const table of tables) expect(found.get(table.name.name)).toEqual(await inspect(table))
        expect(thereIn(await inspectAll(database, ['missing_1']))).toEqual([])
        expect(thereIn(await inspectAll(database, []))).toEqual([])
        expect(thereIn(await inspectAll(`${database}_missing`, names))).toEqual([])
      })

      it('tells of more than a request has room for', async () => {
        const { inspectAll } = subject.catalog()
        if (inspectAll === undefined) return
        const { database } = subject.harness()
        const name = (at: number) => ({ database, name: `many_${at}` })
        const names = Array.from({ length: 130 }, (_, at) => name(at).name)
        for (const at of [0, 99, 100, 129]) await created({ name: name(at) })
        const found = await inspectAll(database, names)
        expect(thereIn(found)).toEqual(['many_0', 'many_100', 'many_129', 'many_99'])
      })

      it('tells of a table as it is after a change', async () => {
        const { inspectAll } = subject.catalog()
        if (inspectAll === undefined) return
        const table = await created()
        await inspectAll(table.name.database, [table.name.name])
        await apply(table, addColumns(table, 'z int'), setParameters(table, { mark: 'x' }))
        const found = await inspectAll(table.name.database, [table.name.name])
        expect(found.get(table.name.name)).toEqual(await inspect(table))
      })
    })

    it('tells of its databases, where it tells of all at once', async () => {
      const { name } = await created()
      expect((await subject.catalog().databases?.()) ?? [name.database]).toContain(name.database)
    })

    it('takes names that are keywords', async () => {
      const name = { database: subject.harness().database, name: 'order' }
      const table = await created({
        name,
        columns: columns('select int', 'group string', 'nested struct<from:int,table:string>'),
        partitionKeys: columns('date string'),
      })
      await apply(table, addColumns(table, 'where int'), addPartitions(table, partitionOf(table, ['x'])))
      expect(names((await inspect(table)).columns)).toEqual(['select', 'group', 'nested', 'where'])
    })

    it('takes columns with spaces and dashes in their names', async () => {
      const table = await created({
        columns: [
          { name: 'with space', type: { kind: 'int' } },
          { name: 'with-dash', type: { kind: 'string' } },
        ],
      })
      expect(names((await inspect(table)).columns)).toEqual(['with space', 'with-dash'])
    })

    it('shows its tables to another handle', async () => {
      const table = await created()
      const other = await subject.harness().catalog()
      expect(await other.inspect(table.name)).toEqual(await inspect(table))
      await other.close()
    })
  })

  describe('columns', () => {
    it('appends new columns in their order', async () => {
      const table = await created()
      await apply(table, addColumns(table, 'z int', 'a array<string>'))
      expect(types((await inspect(table)).columns)).toEqual([
        'id bigint',
        'name string',
        'z int',
        'a array<string>',
      ])
    })

    it('adds columns that are there already without harm', async () => {
      const table = await created()
      await apply(table, addColumns(table, 'z int'))
      await apply(table, addColumns(table, 'z int', 'y int'))
      expect(names((await inspect(table)).columns)).toEqual(['id', 'name', 'z', 'y'])
    })

    const widened: [string, string, string][] = [
      ['an int', 'int', 'bigint'],
      ['a tinyint', 'tinyint', 'int'],
      ['a float', 'float', 'double'],
      ['a decimal', 'decimal(9,2)', 'decimal(20,2)'],
      ['a field of a struct', 'struct<a:int,b:string>', 'struct<a:bigint,b:string>'],
      ['the elements of an array', 'array<int>', 'array<bigint>'],
      ['the values of a map', 'map<string,int>', 'map<string,bigint>'],
      ['a struct by one more field', 'struct<a:int>', 'struct<a:int,b:map<string,int>>'],
      ['structs in an array by one more field', 'array<struct<a:int>>', 'array<struct<a:int,b:string>>'],
    ]
    it.each(widened)('widens %s', async (_, from, to) => {
      const table = await created({ columns: columns('id int', `wide ${from}`, 'last string') })
      const widening = apply(table, changeTypes(table, { wide: to }))
      const limit = from.includes('<') ? 'nested-types' : undefined
      const wide = (await subject.refused(limit, widening)) ? from : to
      expect(types((await inspect(table)).columns)).toEqual(['id int', `wide ${wide}`, 'last string'])
    })

    it('gives a decimal another scale, or leaves the column as it is', async () => {
      const table = await created({ columns: columns('wide decimal(9,2)', 'last string') })
      const refused = await apply(table, changeTypes(table, { wide: 'decimal(20,4)' })).then(
        () => undefined,
        (error: { readonly code: string }) => error.code,
      )
      expect([undefined, 'UNSUPPORTED']).toContain(refused)
      const wide = refused ? 'wide decimal(9,2)' : 'wide decimal(20,4)'
      expect(types((await inspect(table)).columns)).toEqual([wide, 'last string'])
    })

    it('changes a type that is changed already without harm', async () => {
      const table = await created({ columns: columns('id int', 'last string') })
      const change = changeTypes(table, { id: 'bigint' })
      await apply(table, change)
      await apply(table, change)
      expect(types((await inspect(table)).columns)).toEqual(['id bigint', 'last string'])
    })

    it('changes the types of several columns, and parameters with them', async () => {
      const table = await created({
        columns: columns('id int', 'name string', 'ratio float', 's struct<a:int>'),
        parameters: { kept: 'yes', replaced: 'old' },
      })
      const parameters = { replaced: 'new', 'goldsync.pending': '["id","ratio"]' }
      const changing = apply(
        table,
        changeTypes(table, { ratio: 'double', id: 'bigint', s: 'struct<a:bigint,b:string>' }, { parameters }),
      )
      const refused = await subject.refused('nested-types', changing)
      const found = await inspect(table)
      if (refused) {
        expect(types(found.columns)).toEqual(types(table.columns))
        return expect(found.parameters).toMatchObject(table.parameters)
      }
      expect(types(found.columns)).toEqual([
        'id bigint',
        'name string',
        'ratio double',
        's struct<a:bigint,b:string>',
      ])
      expect(found.parameters).toMatchObject({ kept: 'yes', ...parameters })
    })

    it('sets parameters with types that are there already', async () => {
      const table = await created({ columns: columns('id int', 'ratio float') })
      const change = (parameters: Record<string, string>) =>
        changeTypes(table, { id: 'bigint', ratio: 'double' }, { parameters })
      await apply(table, changeTypes(table, { id: 'bigint' }))
      await apply(table, change({ pending: 'one' }))
      await apply(table, change({ pending: 'two' }))
      const found = await inspect(table)
      expect(types(found.columns)).toEqual(['id bigint', 'ratio double'])
      expect(found.parameters).toMatchObject({ pending: 'two' })
    })

    it('changes nothing where one of the columns is not there', async () => {
      const table = await created({ columns: columns('id int', 'name string') })
      const change = changeTypes(table, { id: 'bigint', missing: 'bigint' }, { parameters: { pending: 'x' } })
      await expectError(apply(table, change), 'NOT_FOUND')
      const found = await inspect(table)
      expect(types(found.columns)).toEqual(['id int', 'name string'])
      expect(found.parameters.pending).toBeUndefined()
    })

    it('is a conflict where somebody gave the column a third type meanwhile', async () => {
      const table = await created({ columns: columns('id string', 'name string') })
      await expectError(
        apply(table, changeTypes({ ...table, columns: columns('id int') }, { id: 'bigint' })),
        'CONFLICT',
      )
      expect(types((await inspect(table)).columns)).toEqual(['id string', 'name string'])
    })

    it("keeps a column's comment when its type changes", async () => {
      const comment = "the customer's own number"
      const table = await created({ columns: [{ name: 'id', type: { kind: 'int' }, comment }] })
      await apply(table, changeTypes(table, { id: 'bigint' }))
      expect((await inspect(table)).columns).toEqual([{ name: 'id', type: { kind: 'bigint' }, comment }])
    })

    it('has an empty diff after any sequence of changes', async () => {
      const table = await created({ columns: columns('a int', 's struct<x:int>') })
      const wanted = { ...table, columns: columns('a bigint', 's struct<x:bigint,y:string>', 'b date') }
      const changes = diffTable(await inspect(table), wanted)
      if (await subject.refused('nested-types', apply(table, ...changes))) return
      expect(diffTable(await inspect(table), wanted)).toEqual([])
    })
  })

  describe('table parameters', () => {
    it('keeps those given at creation', async () => {
      const table = await created({ parameters: { 'goldsync.topic': 'Orders/EU', owner_team: AWKWARD } })
      expect((await inspect(table)).parameters).toMatchObject(table.parameters)
    })

    it('sets some and leaves the others', async () => {
      const table = await created({ parameters: { kept: 'yes', replaced: 'old' } })
      await apply(table, setParameters(table, { replaced: 'new', added: '' }))
      const { parameters } = await inspect(table)
      expect(parameters).toMatchObject({ kept: 'yes', replaced: 'new', added: '' })
    })

    it('removes some, sets some and leaves the others', async () => {
      const table = await created({ parameters: { kept: 'yes', gone: AWKWARD, "it's \\gone": 'too' } })
      await apply(table, setParameters(table, { added: 'new' }, ['gone', "it's \\gone"]))
      const { parameters } = await inspect(table)
      expect(parameters).toMatchObject({ kept: 'yes', added: 'new' })
      expect(Object.keys(parameters).filter(key => key.includes('gone'))).toEqual([])
    })

    it('sets what is made from the values that are there, and nothing once they are others', async () => {
      const table = await created({ parameters: { count: '1', gone: 'old' } })
      const from = (expected: Expected, count: string): Change => ({
        kind: 'setParameters',
        table: table.name,
        parameters: { count },
        removed: ['gone'],
        expected,
      })
      await apply(table, from({ count: '1', gone: 'old', never: null }, '2'))
      await apply(table, from({ count: '1', gone: 'old' }, '2'))
      await expectError(apply(table, from({ count: '1' }, '3')), 'CONFLICT')
      await expectError(apply(table, from({ other: '1' }, '3')), 'CONFLICT')
      const { parameters } = await inspect(table)
      expect([parameters.count, 'gone' in parameters]).toEqual(['2', false])
    })

    it('gives columns types only where the table says what that was decided by', async () => {
      const table = await created({ columns: columns('id int'), parameters: { known: '1' } })
      const adding = (expected: Expected): Change => ({
        kind: 'addColumns',
        table: table.name,
        columns: columns('extra int'),
        expected,
      })
      const widening = (expected: Expected): Change => ({
        kind: 'changeColumnTypes',
        table: table.name,
        columns: [{ name: 'id', from: parseType('int'), to: parseType('bigint') }],
        cascade: false,
        expected,
      })
      for (const expected of [{ known: '2' }, { known: null }, { known: '1', never: '1' }]) {
        await expectError(apply(table, adding(expected)), 'CONFLICT')
        await expectError(apply(table, widening(expected)), 'CONFLICT')
      }
      expect((await inspect(table)).columns).toEqual(columns('id int'))
      await apply(table, adding({ known: '1', never: null }), widening({ known: '1' }))
      expect((await inspect(table)).columns).toEqual(columns('id bigint', 'extra int'))
    })

    it('removes what is not there without harm', async () => {
      const table = await created({ parameters: { kept: 'yes' } })
      await apply(table, setParameters(table, {}, ['never.there']))
      expect((await inspect(table)).parameters).toMatchObject({ kept: 'yes' })
    })

    it.each([
      ['quotes, backslashes and variables', AWKWARD],
      ['other-scripts', '注文 заказы'],
      ['line ends', 'one\ntwo\r\nthree\ttabbed'],
      ['5,000 characters', 'x'.repeat(5000)],
    ])('keeps values with %s', async (_, value) => {
      const table = await created()
      const limit = hasOtherLetters(value) ? 'other-scripts' : undefined
      if (await subject.refused(limit, apply(table, setParameters(table, { 'goldsync.test': value })))) return
      expect((await inspect(table)).parameters['goldsync.test']).toBe(value)
    })

    it('leaves columns and partitions alone', async () => {
      const table = await created()
      await apply(table, addPartitions(table, partitionOf(table, ['a'])))
      await apply(table, setParameters(table, { mark: '2026' }))
      expect(diffTable(await inspect(table), table)).toEqual([])
      expect(await subject.catalog().partitions(table, { want: 'names' })).toHaveLength(1)
    })
  })
}
