/** What must hold of evolution for all schemas, as properties of the rules that they are given. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { TableChange } from '../../shared/catalogs/change-table.ts'
import type { ReviewInput } from '../../shared/decide/hold-back.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { DataFile, ObservedPartition } from '../../shared/schema/observed.ts'
import type { RegisteredPartition } from '../../shared/schema/partition.ts'
import { type Column, partitionKey, type Table } from '../../shared/schema/table.ts'
import type { Type } from '../../shared/schema/type.ts'
import { anyFamily, hiveReads, reads, readsAll } from '../support/families.ts'
import { hourOf } from '../support/observed.ts'
import { anyColumns, anyType, columns } from '../support/types.ts'
import { agree, anyLake, anyOrder, play, reordered } from './undeclared-lakes.ts'

export type Rules = typeof import('./rules.ts')

type Property = (rules: Rules) => fc.IProperty<never> | fc.IPropertyWithHooks<never>

const property = <Ts extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> },
  holds: (rules: Rules, ...values: Ts) => void,
): Property => {
  return rules =>
    fc.property(...arbitraries, (...values: Ts) => holds(rules, ...values)) as unknown as fc.IProperty<never>
}

/** In any order of columns and fields. */
const unordered = (schema: readonly { readonly name: string; readonly type: Type }[]): unknown =>
  [...schema].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, type }) => [name, unorderedType(type)])

function unorderedType(type: Type): unknown {
  if (type.kind === 'struct') return unordered(type.fields)
  if (type.kind === 'array') return ['array', unorderedType(type.element)]
  return type.kind === 'map' ? ['map', unorderedType(type.value)] : type
}

/** The first names are those of before, and so inside structs. */
function expectGrown(before: readonly Column[], after: readonly Column[]): void {
  expect(after.slice(0, before.length).map(({ name }) => name)).toEqual(before.map(({ name }) => name))
  for (const [at, { type }] of before.entries()) expectGrownType(type, after[at]!.type)
}

function expectGrownType(before: Type, after: Type): void {
  if (before.kind === 'array' && after.kind === 'array') expectGrownType(before.element, after.element)
  else if (before.kind === 'map' && after.kind === 'map') expectGrownType(before.value, after.value)
  else if (before.kind === 'struct' && after.kind === 'struct') expectGrown(before.fields, after.fields)
  else expect(reads(after, before)).toBe(true)
}

const KEYS = columns('year string', 'month string', 'day string', 'hour string')

const fileIn = (hour: string, at: number, schema: readonly Column[]): DataFile => ({
  path: `/lake/orders/2019/09/01/${hour}/${at}`,
  size: 1,
  modified: 0,
  rows: 1,
  columns: schema,
  diagnostics: [],
})

/** Hours with files of these schemas, one or two in each. */
const hoursOf = (schemas: readonly (readonly Column[])[]): ObservedPartition[] =>
  schemas.map((schema, at) => {
    const hour = String(at).padStart(2, '0')
    const beside = schemas[at - 1]
    const files =
      beside && at % 2 === 1 ? [fileIn(hour, 0, schema), fileIn(hour, 1, beside)] : [fileIn(hour, 0, schema)]
    return hourOf(hour, files)
  })

/** Schemas of one pipeline, with one in between that may be of another. */
const anySchemas = fc
  .tuple(anyFamily, anyColumns, fc.nat(5))
  .map(([family, other, at]) => family.toSpliced(at, 0, other))

const policyOf = (observed: readonly ObservedPartition[], more: Partial<ReviewInput> = {}): ReviewInput => ({
  columns: undefined,
  partitionKeys: KEYS,
  observed,
  registered: new Set(),
  mode: 'additive',
  visibility: 'directory',
  table: 'golden.orders',
  ...more,
})

const tableOf = (schema: readonly Column[]): Table => ({
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: schema,
  partitionKeys: KEYS,
  location: '/lake/orders',
  parameters: {},
})

const apply = ({ changeTable }: Rules, table: Table, changes: readonly Change[]): Table =>
  changes.reduce((now, change) => changeTable(now, change as TableChange), table)

/** What a catalog has after the changes: cascades reach registered partitions, adds and alters write descriptors. */
function partitionsAfter(
  before: ReadonlyMap<string, RegisteredPartition>,
  changes: readonly Change[],
  { columns }: Table,
): ReadonlyMap<string, RegisteredPartition> {
  const after = new Map(before)
  for (const change of changes) {
    if (change.kind === 'addPartitions' || change.kind === 'alterPartitions')
      for (const partition of change.partitions) after.set(partitionKey(partition.values), partition)
    if (change.kind === 'addColumns' && change.cascade)
      for (const [key, partition] of after) after.set(key, { ...partition, columns })
    if (change.kind !== 'changeColumnTypes' || !change.cascade) continue
    const types = new Map(change.columns.map(({ name, to }) => [name, to]))
    for (const [key, partition] of after)
      after.set(key, {
        ...partition,
        columns: partition.columns!.map(column => ({
          ...column,
          type: types.get(column.name) ?? column.type,
        })),
      })
  }
  return after
}

/** One run's changes of a table that has these partitions. */
function sync(
  rules: Rules,
  table: Table,
  registered: ReadonlyMap<string, RegisteredPartition>,
  observed: readonly ObservedPartition[],
) {
  const review = rules.reviewPartitions(
    policyOf(observed, { columns: table.columns, registered: new Set(registered.keys()) }),
  )
  const before = rules.diffTable(table, { ...table, columns: review.columns })
  const after = apply(rules, table, before)
  const changes = rules.diffPartitions({
    table: after,
    before,
    accepted: review.accepted,
    registered,
    visibility: 'directory',
    parametersOf: () => ({}),
    refreshes: () => false,
  })
  return { changes: [...before, ...changes], table: after, review }
}

/** What is said of files that are accepted all the same. */
const NOTES: readonly string[] = ['PRESTO_BY_INDEX', 'FLOAT_UNDER_DOUBLE', 'DECIMAL_UNDER_WIDER']

export const PROPERTIES: Readonly<Record<string, Property>> = {
  'a printed type is parsed as itself': property([anyType], ({ parseType, printType }, type) => {
    expect(parseType(printType(type))).toEqual(type)
  }),

  'a type takes in itself and stays': property([anyType], ({ mergeType }, type) => {
    expect(mergeType(type, type)).toEqual(type)
  }),

  'what was merged takes in both again and stays': property([anyFamily], ({ mergeColumns }, [a, b]) => {
    const both = mergeColumns(a!, b!).columns
    expect([mergeColumns(both, a!).columns, mergeColumns(both, b!).columns]).toEqual([both, both])
  }),

  'what was merged of any types takes in both again and stays': property(
    [anyType, anyType],
    ({ mergeType }, a, b) => {
      const both = mergeType(a, b)
      if (both) expect([mergeType(both, a), mergeType(both, b)]).toEqual([both, both])
    },
  ),

  'a schema only grows': property([anyColumns, anyColumns], ({ mergeColumns }, have, got) => {
    expectGrown(have, mergeColumns(have, got).columns)
  }),

  'a schema of one pipeline only grows': property([anyFamily], ({ mergeColumns }, family) => {
    for (const [have, got] of family.slice(1).map((got, at) => [family[at]!, got] as const))
      expectGrown(have, mergeColumns(have, got).columns)
  }),

  'a merged schema reads each input, but for the columns in conflict': property(
    [anyColumns, anyColumns],
    ({ mergeColumns }, have, got) => {
      const merged = mergeColumns(have, got)
      expect(readsAll(merged.columns, have)).toBe(true)
      const unread = got.filter(column => !readsAll(merged.columns, [column]))
      expect(merged.conflicts).toHaveLength(unread.length)
    },
  ),

  'the order of one pipeline’s files does not matter, but for the order of columns': property(
    [anyFamily, fc.infiniteStream(fc.nat())],
    ({ mergeColumns }, family, order) => {
      const fold = (schemas: readonly Column[][]) =>
        schemas.reduce(
          ({ have, conflicts }, got) => {
            const merged = mergeColumns(have, got)
            return { have: merged.columns, conflicts: conflicts + merged.conflicts.length }
          },
          { have: [] as readonly Column[], conflicts: 0 },
        )
      const keys = [...order.take(family.length)]
      const shuffled = family.map((schema, at) => ({ schema, key: keys[at]! })).sort((a, b) => a.key - b.key)
      const [one, other] = [fold(family), fold(shuffled.map(({ schema }) => schema))]
      expect([one.conflicts, other.conflicts]).toEqual([0, 0])
      expect(unordered(other.have)).toEqual(unordered(one.have))
    },
  ),

  'the table reads each accepted file, and each other file has its reason': property(
    [anySchemas],
    ({ reviewPartitions }, schemas) => {
      const observed = hoursOf(schemas)
      const { accepted, columns: table, diagnostics } = reviewPartitions(policyOf(observed))
      const files = accepted.flatMap(partition => partition.files)
      for (const file of files) expect(readsAll(table, file.columns)).toBe(true)
      for (const file of observed.flatMap(partition => partition.files)) {
        const reason = diagnostics.find(
          ({ path, code }) => path === file.path && code === 'INCOMPATIBLE_TYPE',
        )
        const beside = observed.find(partition => partition.files.includes(file))!
        const taken = files.includes(file)
        expect(taken || reason !== undefined || beside.files.length > 1).toBe(true)
        expect(taken && reason !== undefined).toBe(false)
      }
    },
  ),

  'a new partition is registered only with all its files': property(
    [anySchemas],
    ({ reviewPartitions }, schemas) => {
      const observed = hoursOf(schemas)
      const { accepted, held } = reviewPartitions(policyOf(observed))
      for (const partition of accepted) expect(partition.files).toEqual(partition.observed.files)
      expect(accepted.length + held.length).toBe(observed.length)
    },
  ),

  'files of one pipeline are all accepted': property([anyFamily], ({ reviewPartitions }, family) => {
    const { accepted, held, diagnostics } = reviewPartitions(policyOf(hoursOf(family)))
    expect([accepted.length, held, diagnostics.filter(({ code }) => !NOTES.includes(code))]).toEqual([
      family.length,
      [],
      [],
    ])
  }),

  'the order of a listing does not matter': property([anySchemas], ({ reviewPartitions }, schemas) => {
    const observed = hoursOf(schemas)
    const reviewed = (order: readonly ObservedPartition[]) => {
      const { columns: table, accepted, held } = reviewPartitions(policyOf(order))
      return [table, accepted, held]
    }
    expect(reviewed([...observed].reverse())).toEqual(reviewed(observed))
  }),

  'a strict or frozen table stays as it is, and reads what it accepts': property(
    [anySchemas, fc.constantFrom('strict' as const, 'frozen' as const)],
    ({ reviewPartitions }, [first, ...others], mode) => {
      const review = reviewPartitions(policyOf(hoursOf(others), { columns: first!, mode }))
      expect(review.columns).toEqual(first)
      for (const { columns: merged } of review.accepted) {
        const known = merged.filter(({ name }) => first!.some(column => column.name === name))
        expect(readsAll(first!, mode === 'strict' ? merged : known)).toBe(true)
      }
    },
  ),

  'changes give the wanted table, from which nothing differs': property(
    [anyFamily],
    (rules, [first, ...others]) => {
      const wanted = others.reduce<readonly Column[]>(
        (have, got) => rules.mergeColumns(have, got).columns,
        first!,
      )
      const after = apply(rules, tableOf(first!), rules.diffTable(tableOf(first!), tableOf(wanted)))
      expect(after.columns).toEqual(wanted)
      expect(rules.diffTable(after, tableOf(wanted))).toEqual([])
    },
  ),

  'after each run Hive reads every partition, and another run has nothing to do': property(
    [fc.tuple(anyFamily, fc.infiniteStream(fc.nat(2)))],
    (rules, [family, hours]) => {
      let [table, registered] = [tableOf(family[0]!), new Map() as ReadonlyMap<string, RegisteredPartition>]
      const lake = new Map<string, readonly DataFile[]>()
      for (const [at, schema] of family.entries()) {
        const hour = `0${hours.next().value}`
        lake.set(hour, [...(lake.get(hour) ?? []), fileIn(hour, at, schema)])
        const touched = [hourOf(hour, lake.get(hour)!)]
        const run = sync(rules, table, registered, touched)
        table = run.table
        registered = partitionsAfter(registered, run.changes, table)
        for (const { values, columns: descriptor } of registered.values())
          for (const file of lake.get(values[3]!)!)
            expect(hiveReads(descriptor!, table.columns, file.columns)).toBe(true)
        expect(sync(rules, table, registered, touched).changes).toEqual([])
      }
    },
  ),

  'whatever comes in whatever order, and wherever runs crash, engines read what is registered': property(
    [anyLake],
    ({ reviewPartitions }, lake) => {
      const { accepted, declares } = play(reviewPartitions, lake)
      if (declares)
        expect([lake.place, accepted, agree(lake.place, accepted)]).toEqual([lake.place, accepted, true])
    },
  ),

  'files that agree give the same table in every order, and all are registered': property(
    [anyLake, anyOrder],
    ({ reviewPartitions }, lake, order) => {
      fc.pre(agree(lake.place, lake.hours.flat()))
      const [one, other] = [play(reviewPartitions, lake), play(reviewPartitions, reordered(lake, order))]
      expect([one.refusals, other.refusals]).toEqual([0, 0])
      expect(unordered(other.columns)).toEqual(unordered(one.columns))
    },
  ),

  'files that do not agree meet a refusal in every order': property(
    [anyLake, anyOrder],
    ({ reviewPartitions }, lake, order) => {
      fc.pre(!agree(lake.place, lake.hours.flat()))
      for (const seen of [lake, reordered(lake, order)])
        expect(play(reviewPartitions, seen).refusals).toBeGreaterThan(0)
    },
  ),
}
