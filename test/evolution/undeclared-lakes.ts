/** Lakes whose files hold more than their schemas declare, and the runs that see them: for properties. */
import fc from 'fast-check'
import type { Review, ReviewInput } from '../../shared/decide/hold-back.ts'
import type { Remembered } from '../../shared/evolution/accepted.ts'
import { clashWith } from '../../shared/evolution/undeclared.ts'
import type { DataFile, Undeclared } from '../../shared/schema/observed.ts'
import { type Column, partitionKey } from '../../shared/schema/table.ts'
import type { Type } from '../../shared/schema/type.ts'
import { parseType } from '../../shared/schema/type.ts'
import { hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

/** What a file holds under a name: a type, or, after `?`, a shape that it does not declare. */
const CONTENTS = [
  'int',
  'bigint',
  'string',
  'array<int>',
  '?null',
  '?null-int32',
  '?uint64-overflow',
] as const
export type Content = (typeof CONTENTS)[number]

/** Where a name may be; each declares something beside it, so that the file has columns. */
const PLACES = {
  top: (type: Type | undefined) => (type ? [{ name: 'u', type }] : []),
  field: (type: Type | undefined) => [struct('u', type)],
  element: (type: Type | undefined) => (type ? [{ name: 'u', type: { kind: 'array', element: type } }] : []),
  fieldOfElement: (type: Type | undefined) => [
    { name: 'u', type: { kind: 'array', element: struct('', type).type } },
  ],
} as const satisfies Record<string, (type: Type | undefined) => readonly Column[]>

const struct = (name: string, type: Type | undefined): Column => ({
  name,
  type: {
    kind: 'struct',
    fields: [{ name: 'a', type: { kind: 'int' } }, ...(type ? [{ name: 'n', type }] : [])],
  },
})

export type Place = keyof typeof PLACES

const PATHS: Readonly<Record<Place, readonly string[]>> = {
  top: ['u'],
  field: ['u', 'n'],
  element: ['u', '[]'],
  fieldOfElement: ['u', '[]', 'n'],
}

function fileWith(hour: string, at: number, place: Place, content: Content): DataFile {
  const type = content.startsWith('?') ? undefined : parseType(content)
  const undeclared: Undeclared[] = type ? [] : [{ path: PATHS[place], shape: content.slice(1) }]
  return {
    path: `/lake/orders/2019/09/01/${hour}/${at}`,
    size: 1,
    modified: 0,
    rows: 1,
    columns: [{ name: 'id', type: { kind: 'int' } }, ...PLACES[place](type)],
    ...(undeclared.length > 0 ? { undeclared } : {}),
    diagnostics: [],
  }
}

export interface Lake {
  readonly place: Place
  /** By hour, the contents of its files. */
  readonly hours: readonly (readonly Content[])[]
  /** Where a run ends: the hours are taken in these portions. */
  readonly portions: readonly number[]
  /** Whether the last file of an hour comes after the others were registered. */
  readonly late: boolean
  /** How far a run comes before the next: 0 writes what is remembered, 1 the table too, 2 all. */
  readonly reaches: readonly number[]
}

export const anyLake: fc.Arbitrary<Lake> = fc.record({
  place: fc.constantFrom(...(Object.keys(PLACES) as Place[])),
  hours: fc.array(fc.array(fc.constantFrom(...CONTENTS), { minLength: 1, maxLength: 2 }), {
    minLength: 1,
    maxLength: 3,
  }),
  portions: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  late: fc.boolean(),
  reaches: fc.array(fc.nat(2), { maxLength: 3 }),
})

/** In another order of files and folders, which arrive in other portions. */
export const anyOrder = fc.record({
  keys: fc.infiniteStream(fc.nat()),
  portions: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
})

export function reordered(
  lake: Lake,
  { keys, portions }: { readonly keys: fc.Stream<number>; readonly portions: readonly number[] },
): Lake {
  const shuffle = <T>(values: readonly T[]): T[] =>
    values
      .map(value => ({ value, key: keys.next().value as number }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value)
  return { ...lake, hours: shuffle(lake.hours).map(shuffle), portions }
}

/** Whether engines read all of these under one type, by what was measured: written down again, so that it can disagree. */
export function agree(place: Place, all: Iterable<Content>): boolean {
  const contents = new Set(all)
  const types = [...contents].filter(content => !content.startsWith('?'))
  if (types.length === 0) return true
  if (contents.has('?uint64-overflow')) return false
  const integers = types.every(type => type === 'int' || type === 'bigint')
  if (!integers && types.length > 1) return false
  const nulls = contents.has('?null') || contents.has('?null-int32')
  if (!nulls || integers) return true
  return types[0] === 'string' && place === 'top'
}

export interface Outcome {
  readonly columns: readonly Column[]
  /** Of files that were ever accepted into registered partitions. */
  readonly accepted: readonly Content[]
  /** Whether the table has the name. */
  readonly declares: boolean
  readonly refusals: number
}

/** Runs over the lake, some of which crash, until one has seen all. */
export function play(reviewPartitions: (input: ReviewInput) => Review, lake: Lake): Outcome {
  let table: readonly Column[] | undefined
  let remembered: readonly Remembered[] = []
  const registered = new Set<string>()
  const accepted = new Set<Content>()
  const contentOf = new Map<string, Content>()
  const hours = lake.hours.map((contents, at) => {
    const hour = String(at).padStart(2, '0')
    const files = contents.map((content, at) => fileWith(hour, at, lake.place, content))
    for (const [at, { path }] of files.entries()) contentOf.set(path, contents[at]!)
    return hourOf(hour, files)
  })
  const run = (seen: typeof hours, reaches: number): Review => {
    const review = reviewPartitions({
      columns: table,
      partitionKeys: columns('year string', 'month string', 'day string', 'hour string'),
      observed: seen,
      registered,
      mode: 'additive',
      visibility: 'directory',
      table: 'golden.orders',
      remembered,
    })
    remembered = [...remembered, ...review.news]
    if (reaches > 0 && review.accepted.length > 0) table = review.columns
    for (const { observed, files } of reaches > 1 ? review.accepted : []) {
      registered.add(partitionKey(observed.values))
      for (const { path } of files) accepted.add(contentOf.get(path)!)
    }
    return review
  }
  const reaches = [...lake.reaches]
  let from = 0
  for (const portion of lake.portions) {
    const seen = hours.slice(from, from + portion)
    const early = seen.map(hour => ({ ...hour, files: hour.files.slice(0, lake.late ? 1 : 2) }))
    run(early, reaches.shift() ?? 2)
    from += portion
  }
  run(hours, 2)
  const last = run(hours, 2)
  const declares =
    table !== undefined && clashWith({ path: PATHS[lake.place], shape: '' }, table) !== undefined
  const refusals = last.held.length + last.incomplete.length
  return { columns: table ?? [], accepted: [...accepted], declares, refusals }
}
