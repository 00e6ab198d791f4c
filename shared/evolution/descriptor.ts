/**
 * Partition descriptors against the table's columns. Hive reads a file by its partition's descriptor and turns that
 * into the table's type by position: it fails where a scalar is narrower than the table's, reads missing last columns
 * and struct fields as NULL, and does not see a file's column that the descriptor lacks (docs/evolution.md, measured).
 * Where a struct within a struct lacks its last field, Hive takes the fields behind it for others as soon as a query names
 * one of them, and fails. Where a struct is missing, it fails on a query that names one of its fields.
 */
import type { Column } from '../schema/table.ts'
import { sameType, type Type } from '../schema/type.ts'

/** Whether a descriptor type is read right under the table's type, for files that hold `file` (undefined: lack the column). */
function typeServes(descriptor: Type, table: Type, file: Type | undefined): boolean {
  if (descriptor.kind !== table.kind) return false
  if (descriptor.kind === 'array')
    return typeServes(descriptor.element, as(table, 'array').element, inside(file, 'array')?.element)
  if (descriptor.kind === 'map') {
    const [to, of] = [as(table, 'map'), inside(file, 'map')]
    return typeServes(descriptor.key, to.key, of?.key) && typeServes(descriptor.value, to.value, of?.value)
  }
  if (descriptor.kind === 'struct')
    return structServes(descriptor, as(table, 'struct'), inside(file, 'struct'))
  return JSON.stringify(descriptor) === JSON.stringify(table)
}

type Of<K extends Type['kind']> = Extract<Type, { kind: K }>

const as = <K extends Type['kind']>(type: Type, _kind: K): Of<K> => type as Of<K>
const inside = <K extends Type['kind']>(type: Type | undefined, kind: K): Of<K> | undefined =>
  type?.kind === kind ? (type as Of<K>) : undefined

function structServes(
  descriptor: Of<'struct'>,
  table: Of<'struct'>,
  file: Of<'struct'> | undefined,
): boolean {
  const inFile = new Set(file?.fields.map(field => field.name.toLowerCase()))
  const prefix = descriptor.fields.every((field, at) => {
    const other = table.fields[at]
    return other?.name.toLowerCase() === field.name.toLowerCase() && sameType(field.type, other.type)
  })
  return (
    prefix &&
    table.fields.slice(descriptor.fields.length).every(field => !inFile.has(field.name.toLowerCase()))
  )
}

/**
 * Whether a registered partition's columns read its files right under the table's columns. Descriptors that are no
 * prefix of the table's names were made by someone else on purpose: they are left alone.
 */
export function descriptorServes(
  descriptor: readonly Column[],
  table: readonly Column[],
  fileColumns: readonly Column[],
): boolean {
  if (descriptor.some((column, at) => table[at]?.name !== column.name)) return true
  const inFile = new Map(fileColumns.map(column => [column.name, column.type]))
  const seen = descriptor.every((column, at) =>
    typeServes(column.type, (table[at] as Column).type, inFile.get(column.name)),
  )
  return seen && table.slice(descriptor.length).every(column => !inFile.has(column.name) && mayLack(column))
}

/** Whether the descriptors of partitions whose files lack this column may lack it too. */
export const mayLack = ({ type }: Column): boolean => type.kind !== 'struct'

/** Whether all scalars inside are the same, so that old descriptors may stay: only fields were appended. */
export const onlyAppends = (from: Type, to: Type): boolean => typeServes(from, to, undefined)
