import { describe, expect, it, type TestContext } from 'vitest'
import type { Which } from '../../shared/catalogs/catalog.ts'
import { sameLocation } from '../../shared/layout/location.ts'
import { hasOtherLetters } from '../../shared/schema/lost-letters.ts'
import type { Partition, RegisteredPartition } from '../../shared/schema/partition.ts'
import { type PartitionValues, partitionKey, type Table } from '../../shared/schema/table.ts'
import { printType } from '../../shared/schema/type.ts'
import { columns } from '../support/types.ts'
import {
  addColumns,
  addPartitions,
  alterPartitions,
  changeTypes,
  dropPartitions,
  expectError,
  partitionOf,
  type Subject,
} from './catalog-support.ts'

const AWKWARD_VALUES = [
  'with space',
  "o'hare",
  'a "quoted" word',
  '100%',
  '%3A',
  'a/b',
  '2019-09-01 10:00:00',
  'key=value',
  'k=a=b',
  'YQ==',
  '19:00:15',
  'a%20b%2Fc',
  'città',
  '注文',
  'back\\slash',
  '#hash?',
  '[x]*{y}',
  'a,b;c',
  'Upper',
]

// hive.exec.default.partition.name
const DEFAULT_PARTITION = '__HIVE_DEFAULT_PARTITION__'

/** Registering, reading and altering partitions. */
export function partitionBehaviour(subject: Subject): void {
  const { created, apply } = subject
  const read = (table: Table, which: Which) => subject.catalog().partitions(table, which)
  const names = async (table: Table, among?: readonly PartitionValues[]) =>
    (await read(table, { want: 'names', ...(among ? { among } : {}) }))
      .map(({ values }) => partitionKey(values))
      .sort()
  const details = async (table: Table, values: PartitionValues): Promise<RegisteredPartition> => {
    const found = await read(table, { want: 'details', among: [values] })
    expect(found, `${values} should be registered once`).toHaveLength(1)
    return found[0] as RegisteredPartition
  }
  const types = (partition: RegisteredPartition) =>
    partition.columns?.map(column => `${column.name} ${printType(column.type)}`)

  describe('partitions', () => {
    it('has none in a new table', async () => {
      const table = await created()
      expect(await read(table, { want: 'names' })).toEqual([])
      expect(await read(table, { want: 'details', among: [['a']] })).toEqual([])
    })

    it('registers a partition wherever its folder is', async () => {
      const table = await created({ partitionKeys: columns('year string', 'hour string') })
      const location = subject.harness().location('else/where/2019_07')
      await apply(table, addPartitions(table, partitionOf(table, ['2019', '07'], { location })))
      const found = await details(table, ['2019', '07'])
      expect(sameLocation(found.location ?? '', location), found.location).toBe(true)
    })

    it('tells the values in the order of the keys', async () => {
      const table = await created({ partitionKeys: columns('z string', 'a string', 'm string') })
      await apply(table, addPartitions(table, partitionOf(table, ['1', '2', '3'])))
      expect((await read(table, { want: 'names' }))[0]?.values).toEqual(['1', '2', '3'])
    })

    it('gives typed values back as text', async () => {
      const table = await created({ partitionKeys: columns('dt date', 'hr int') })
      await apply(table, addPartitions(table, partitionOf(table, ['2019-09-01', '7'])))
      expect((await details(table, ['2019-09-01', '7'])).values).toEqual(['2019-09-01', '7'])
    })

    it.each(AWKWARD_VALUES)('takes the value %s', async value => {
      const table = await created({ partitionKeys: columns('before string', 'key string') })
      const partition = partitionOf(table, ['x', value], { location: `${table.location}/plain` })
      const limit = hasOtherLetters(value) ? 'other-scripts' : undefined
      if (await subject.refused(limit, apply(table, addPartitions(table, partition)))) return
      expect((await read(table, { want: 'names' })).map(({ values }) => values)).toEqual([['x', value]])
      const found = await details(table, ['x', value])
      expect(sameLocation(found.location ?? '', partition.location), found.location).toBe(true)
      await apply(table, addPartitions(table, partition))
      expect(await read(table, { want: 'names' })).toHaveLength(1)
      await apply(table, dropPartitions(table, ['x', value]))
      expect(await read(table, { want: 'names' })).toEqual([])
    })

    it("takes the name of Hive's default partition for a value, or refuses it", async () => {
      const table = await created()
      const adding = apply(table, addPartitions(table, partitionOf(table, [DEFAULT_PARTITION])))
      const code = await adding.then(
        () => undefined,
        (error: { readonly code: string }) => error.code,
      )
      expect([undefined, 'REQUEST_INVALID', 'UNSUPPORTED']).toContain(code)
      expect(await names(table)).toEqual(code ? [] : [DEFAULT_PARTITION])
    })

    it('keeps apart what differs in case, zeros or where the bar is', async () => {
      const table = await created({ partitionKeys: columns('a string', 'b string') })
      const values = [
        ['x', 'y'],
        ['X', 'y'],
        ['0', '1'],
        ['00', '1'],
        ['a/b', 'c'],
        ['a', 'b/c'],
        ['01', '02'],
        ['02', '01'],
      ]
      await apply(
        table,
        addPartitions(
          table,
          ...values.map((value, at) => partitionOf(table, value, { location: `${table.location}/${at}` })),
        ),
      )
      expect(await names(table)).toEqual(values.map(partitionKey).sort())
      for (const [at, value] of values.entries()) {
        expect((await details(table, value)).location?.endsWith(`/${at}`)).toBe(true)
      }
    })

    it('registers thousands, and tells of a few', async () => {
      const many = subject.catalog().capabilities.bulkDetails ? 2500 : 1200
      const table = await created()
      const all = Array.from({ length: many }, (_, at) => partitionOf(table, [`p${at}`]))
      await apply(table, addPartitions(table, ...all))
      expect(await names(table)).toEqual(all.map(({ values }) => partitionKey(values)).sort())
      const among = [['p7'], ['p1199'], ['p-none']]
      const found = await read(table, { want: 'details', among })
      expect(found.map(({ values }) => values[0]).sort()).toEqual(['p1199', 'p7'])
    })

    it('tells the details of many at once', async () => {
      const many = subject.catalog().capabilities.bulkDetails ? 1500 : 20
      const table = await created()
      const all = Array.from({ length: many }, (_, at) => partitionOf(table, [`p${at}`]))
      await apply(table, addPartitions(table, ...all))
      const among = all.map(({ values }) => values)
      const found = await read(table, { want: 'details', among })
      expect(found).toHaveLength(many)
      expect(found.every(({ location }) => location !== undefined)).toBe(true)
    })

    it('names only those of the asked that are registered', async () => {
      const table = await created()
      await apply(table, addPartitions(table, ...['a', 'b', 'c'].map(value => partitionOf(table, [value]))))
      expect(await names(table, [['a'], ['c'], ['missing']])).toEqual(['a', 'c'])
      expect(await names(table, [])).toEqual([])
      expect(await names(table)).toEqual(['a', 'b', 'c'])
    })

    it('keeps the partitions of two tables apart', async () => {
      const [one, other] = [await created(), await created()]
      await apply(one, addPartitions(one, partitionOf(one, ['same'])))
      await apply(other, addPartitions(other, partitionOf(other, ['same']), partitionOf(other, ['more'])))
      expect(await names(one)).toEqual(['same'])
      expect(sameLocation((await details(one, ['same'])).location ?? '', `${one.location}/same`)).toBe(true)
    })

    it('adds what is there already, at the same location, without harm', async () => {
      const table = await created()
      const [a, b] = [partitionOf(table, ['a']), partitionOf(table, ['b'])]
      await apply(table, addPartitions(table, a))
      await apply(table, addPartitions(table, a, b))
      expect(await names(table)).toEqual(['a', 'b'])
    })

    it('takes a location for the same that is only written otherwise', async () => {
      const table = await created()
      const partition = partitionOf(table, ['a'])
      await apply(table, addPartitions(table, partition))
      await apply(table, addPartitions(table, { ...partition, location: `${partition.location}/` }))
      expect(await names(table)).toEqual(['a'])
    })

    it('refuses to add what is there already at another location, and leaves it', async () => {
      const table = await created()
      const partition = partitionOf(table, ['a'])
      await apply(table, addPartitions(table, partition))
      const elsewhere = { ...partition, location: subject.harness().location('elsewhere') }
      await expectError(apply(table, addPartitions(table, elsewhere)), 'CONFLICT')
      const { location } = await details(table, ['a'])
      expect(sameLocation(location ?? '', partition.location), location).toBe(true)
    })

    it('lets two runs add different partitions at once', async () => {
      const table = await created()
      const other = await subject.harness().catalog()
      const plan = (value: string) =>
        other.plan(table.name, [addPartitions(table, partitionOf(table, [value]))])
      await Promise.all([subject.catalog().apply(plan('a')), other.apply(plan('b'))])
      await other.close()
      expect(await names(table)).toEqual(['a', 'b'])
    })
  })

  describe("partitions' columns", () => {
    const add = async (table: Table, value: string, change: Partial<Partition> = {}) =>
      await apply(table, addPartitions(table, partitionOf(table, [value], change)))

    const skipUnlessCascading = (skip: TestContext['skip']) =>
      skip(!subject.catalog().capabilities.cascades, 'partitions follow in steps of their own')

    it('are those of the table at the time', async () => {
      const table = await created()
      await add(table, 'old')
      await apply(table, addColumns(table, 'extra int'))
      const wider = { ...table, columns: [...table.columns, ...columns('extra int')] }
      await add(wider, 'new')
      expect(types(await details(table, ['old']))).toEqual(['id bigint', 'name string'])
      expect(types(await details(table, ['new']))).toEqual(['id bigint', 'name string', 'extra int'])
    })

    it('follow columns that are added with a cascade', async ({ skip }) => {
      skipUnlessCascading(skip)
      const table = await created()
      await add(table, 'old')
      const added = columns('extra int', 's struct<a:int>')
      await apply(table, { kind: 'addColumns', table: table.name, columns: added, cascade: true })
      expect(types(await details(table, ['old']))).toEqual([
        'id bigint',
        'name string',
        'extra int',
        's struct<a:int>',
      ])
    })

    it('follow a type change that cascades', async ({ skip }) => {
      skipUnlessCascading(skip)
      const table = await created({ columns: columns('wide int', 'name string') })
      await add(table, 'a')
      await add(table, 'b')
      await apply(table, changeTypes(table, { wide: 'bigint' }))
      for (const value of ['a', 'b']) {
        expect(types(await details(table, [value]))).toEqual(['wide bigint', 'name string'])
      }
    })

    it('follow several type changes that cascade, and keep their parameters', async ({ skip }) => {
      skipUnlessCascading(skip)
      const table = await created({ columns: columns('wide int', 'name string', 'ratio float') })
      await add(table, 'a', { parameters: { 'goldsync.fingerprint': '1:2:3' } })
      await apply(
        table,
        changeTypes(table, { wide: 'bigint', ratio: 'double' }, { parameters: { pending: 'x' } }),
      )
      const found = await details(table, ['a'])
      expect(types(found)).toEqual(['wide bigint', 'name string', 'ratio double'])
      if (subject.catalog().capabilities.partitionParameters)
        expect(found.parameters).toMatchObject({ 'goldsync.fingerprint': '1:2:3' })
    })

    it('follow a nested type change that cascades', async ({ skip }) => {
      skipUnlessCascading(skip)
      const table = await created({ columns: columns('wide array<struct<a:int>>', 'name string') })
      await add(table, 'a')
      const widening = apply(table, changeTypes(table, { wide: 'array<struct<a:bigint,b:string>>' }))
      if (await subject.refused('nested-types', widening)) return
      expect(types(await details(table, ['a']))?.[0]).toBe('wide array<struct<a:bigint,b:string>>')
    })

    it('stay through a type change that does not cascade', async () => {
      const table = await created({ columns: columns('wide struct<a:int>', 'name string') })
      await add(table, 'a')
      const change = changeTypes(table, { wide: 'struct<a:int,b:string>' }, { cascade: false })
      await subject.refused('nested-types', apply(table, change))
      expect(types(await details(table, ['a']))?.[0]).toBe('wide struct<a:int>')
    })

    it('are altered, and nothing else is', async () => {
      const table = await created()
      await add(table, 'a')
      await add(table, 'b')
      await apply(table, addColumns(table, 'extra int'))
      const wide = [...table.columns, ...columns('extra int')]
      const location = subject.harness().location('not-there')
      await apply(table, alterPartitions(table, partitionOf(table, ['a'], { columns: wide, location })))
      const [a, b] = [await details(table, ['a']), await details(table, ['b'])]
      expect(types(a)).toEqual(['id bigint', 'name string', 'extra int'])
      expect(types(b)).toEqual(['id bigint', 'name string'])
      expect(sameLocation(a.location ?? '', `${table.location}/a`), a.location).toBe(true)
    })

    it('cannot be altered where there is no such partition', async () => {
      const table = await created()
      await expectError(apply(table, alterPartitions(table, partitionOf(table, ['none']))), 'NOT_FOUND')
    })
  })

  describe("partitions' parameters", () => {
    const parameters = { 'goldsync.fingerprint': '3 files, 4711 bytes', note: "it's" }

    it('come back where the catalog keeps them, and are no harm where not', async () => {
      const table = await created()
      await apply(table, addPartitions(table, partitionOf(table, ['a'], { parameters })))
      const found = await details(table, ['a'])
      if (subject.catalog().capabilities.partitionParameters)
        expect(found.parameters).toMatchObject(parameters)
      else expect(found.parameters ?? {}).not.toMatchObject(parameters)
    })

    it('are altered where the catalog keeps them', async () => {
      const table = await created()
      await apply(table, addPartitions(table, partitionOf(table, ['a'], { parameters })))
      const next = { ...parameters, 'goldsync.fingerprint': '4 files, 5000 bytes' }
      await apply(table, alterPartitions(table, partitionOf(table, ['a'], { parameters: next })))
      const found = await details(table, ['a'])
      if (subject.catalog().capabilities.partitionParameters) expect(found.parameters).toMatchObject(next)
      else expect(found.parameters ?? {}).not.toMatchObject(next)
    })
  })
}
