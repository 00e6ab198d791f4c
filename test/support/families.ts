/** Random schemas that one pipeline could have written over time, and what it means that one reads another. */
import fc from 'fast-check'
import type { Column } from '../../shared/schema/table.ts'
import type { PrimitiveName, Type } from '../../shared/schema/type.ts'
import { anyColumns } from './types.ts'

const LADDERS: readonly (readonly Type['kind'][])[] = [
  ['tinyint', 'smallint', 'int', 'bigint'],
  ['float', 'double'],
]

const rungs = (kind: Type['kind']): readonly Type['kind'][] => {
  const ladder = LADDERS.find(kinds => kinds.includes(kind)) ?? [kind]
  return ladder.slice(0, ladder.indexOf(kind) + 1)
}

/** A type that widens to this one: smaller scalars, fewer fields, in any order. */
function earlierType(type: Type): fc.Arbitrary<Type> {
  switch (type.kind) {
    case 'array':
      return earlierType(type.element).map(element => ({ kind: 'array', element }))
    case 'map':
      return earlierType(type.value).map(value => ({ kind: 'map', key: type.key, value }))
    case 'struct':
      return some(type.fields).map(fields => ({ kind: 'struct', fields }))
    case 'decimal':
    case 'varchar':
    case 'char':
    case 'opaque':
      return fc.constant(type)
    default:
      return fc.constantFrom(...rungs(type.kind)).map(kind => ({ kind: kind as PrimitiveName }))
  }
}

/** Some of the fields, at least one, in any order. */
const some = <T extends { readonly name: string; readonly type: Type }>(all: readonly T[]) =>
  fc
    .shuffledSubarray([...all], { minLength: 1 })
    .chain(kept => fc.tuple(...kept.map(one => earlierType(one.type).map(type => ({ ...one, type })))))

/** Schemas of one pipeline: whatever their order, one table holds them all. */
export const anyFamily: fc.Arbitrary<Column[][]> = anyColumns.chain(latest =>
  fc.array(some(latest), { minLength: 2, maxLength: 5 }),
)

/**
 * Whether engines read a file's column right under a table's type, as the recordings say (docs/evolution.md): told
 * without the code that merges.
 */
export function reads(table: Type, file: Type): boolean {
  switch (table.kind) {
    case 'array':
      return file.kind === 'array' && reads(table.element, file.element)
    case 'map':
      return file.kind === 'map' && same(table.key, file.key) && reads(table.value, file.value)
    case 'struct':
      return file.kind === 'struct' && readsAll(table.fields, file.fields)
    case 'decimal':
      return file.kind === 'decimal' && holds(table, file)
    case 'varchar':
    case 'char':
      return same(table, file) || file.kind === 'string'
    case 'string':
      return file.kind === 'string' || file.kind === 'binary'
    default:
      return same(table, file) || rungs(table.kind).includes(file.kind)
  }
}

const same = (a: Type, b: Type): boolean => JSON.stringify(a) === JSON.stringify(b)

type Of<K extends Type['kind']> = Extract<Type, { kind: K }>

const holds = (table: Of<'decimal'>, file: Of<'decimal'>): boolean =>
  file.scale === table.scale && file.precision <= table.precision

interface Named {
  readonly name: string
  readonly type: Type
}

/** By name; what a file does not have is NULL, what a table does not have is lost. */
export const readsAll = (table: readonly Named[], file: readonly Named[]): boolean =>
  file.every(column => {
    const type = table.find(({ name }) => name === column.name)?.type
    return type !== undefined && reads(type, column.type)
  })

/**
 * Whether Hive reads a file through a partition's descriptor: the table's own types, first columns first, and so the
 * fields of a struct that is in no other, with all that the file has, and each struct of the table, whose fields queries name.
 */
export const hiveReads = (
  descriptor: readonly Named[],
  table: readonly Named[],
  file: readonly Named[],
): boolean =>
  descriptor.every(({ name, type }, at) => {
    const wanted = table[at]
    const inFile = file.find(column => column.name === name)?.type
    return wanted?.name === name && hiveReadsType(type, wanted.type, inFile)
  }) &&
  has(descriptor, file) &&
  has(
    descriptor,
    table.filter(({ type }) => type.kind === 'struct'),
  )

function hiveReadsType(descriptor: Type, table: Type, file: Type | undefined): boolean {
  if (descriptor.kind === 'struct' && table.kind === 'struct') {
    const got = file?.kind === 'struct' ? file.fields : []
    const prefix = table.fields.slice(0, descriptor.fields.length)
    return same(descriptor, { kind: 'struct', fields: prefix }) && has(descriptor.fields, got)
  }
  if (descriptor.kind === 'array' && table.kind === 'array')
    return hiveReadsType(descriptor.element, table.element, file?.kind === 'array' ? file.element : undefined)
  if (descriptor.kind === 'map' && table.kind === 'map')
    return (
      same(descriptor.key, table.key) &&
      hiveReadsType(descriptor.value, table.value, file?.kind === 'map' ? file.value : undefined)
    )
  return same(descriptor, table)
}

const has = (all: readonly Named[], some: readonly Named[]): boolean =>
  some.every(({ name }) => all.some(other => other.name === name))
