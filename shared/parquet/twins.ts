/**
 * Names that differ in case only, which no table has. Trino and Presto look a column chunk's type up by its path in lower case,
 * where the last of such columns stands for all, and read the bounds of every chunk by it, whatever a query asks for.
 */
import { ambiguousNames, lower } from './names.ts'
import type { Leaf, Node, Physical, Schema } from './tree.ts'

/** Columns with such names within them: Presto fails on these. */
export const columnsWithTwins = ({ fields }: Schema): readonly Node[] =>
  fields.filter(field => field.kind === 'group' && hasTwins(field.children))

const hasTwins = (nodes: readonly Node[]): boolean =>
  ambiguousNames(nodes.map(({ name }) => name)).size > 0 ||
  nodes.some(node => node.kind === 'group' && hasTwins(node.children))

/** Leaf columns whose bounds cannot be read by the type that is found for them. */
export const mistakenColumns = ({ fields }: Schema): readonly Leaf[] => mistakenIn(fields, byName(fields))

const byName = (fields: readonly Node[]): ReadonlyMap<string, Node> =>
  new Map(fields.map(field => [lower(field.name), field]))

/** @param known where their paths lead, which may be into another group */
function mistakenIn(fields: readonly Node[], known: ReadonlyMap<string, Node>): readonly Leaf[] {
  return fields.flatMap(field => {
    const found = known.get(lower(field.name))
    if (field.kind === 'leaf') return found?.kind === 'leaf' && reads(found, field) ? [] : [field]
    return mistakenIn(field.children, found?.kind === 'group' ? byName(found.children) : NONE)
  })
}

const NONE: ReadonlyMap<string, Node> = new Map()

/** Bytes are taken as they are; of others a value is as long as its type. */
const reads = (found: Leaf, field: Leaf): boolean =>
  found === field || lengthOf(field) >= (WIDTH[found.physical] ?? 0)

const lengthOf = ({ physical, length }: Leaf): number => WIDTH[physical] ?? length

const WIDTH: Readonly<Partial<Record<Physical, number>>> = {
  BOOLEAN: 1,
  INT32: 4,
  FLOAT: 4,
  INT64: 8,
  DOUBLE: 8,
  INT96: 12,
}
