/** The flat list of schema elements as a tree, built without recursion: a footer may claim any depth. */
import { MAX_SCHEMA_DEPTH, type SchemaElement } from './idl.ts'
import { annotation, type Logical, lacking, laterType } from './logical.ts'
import { corrupt } from './reject.ts'

/** By the numbers of parquet.thrift, Type. */
const PHYSICAL = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const

/** By the numbers of parquet.thrift, FieldRepetitionType. */
const REPETITION = ['required', 'optional', 'repeated'] as const

export type Physical = (typeof PHYSICAL)[number]

interface Field {
  readonly name: string
  readonly repetition: (typeof REPETITION)[number]
  readonly logical: Logical | undefined
  /** An annotation of a later specification beside one that is known. */
  readonly later?: string
  /** Whether the writer gave the annotation in its old form, which old readers need. */
  readonly converted: boolean
  /** A time by the clocks of a place, not by UTC. */
  readonly local?: true
  /** The writer's field id. */
  readonly id?: number
}

export interface Leaf extends Field {
  readonly kind: 'leaf'
  readonly physical: Physical
  /** Bytes of a FIXED_LEN_BYTE_ARRAY, else 0. */
  readonly length: number
  /** Whether there is a length where none belongs. */
  readonly strayLength: boolean
  /** Position among all leaves: the column's number in every row group. */
  readonly column: number
  /** Names from the top, joined by dots. */
  readonly path: string
  /** No list or map above: every row has exactly one value or null. */
  readonly flat: boolean
}

export interface Group extends Field {
  readonly kind: 'group'
  readonly children: readonly Node[]
}

export type Node = Leaf | Group

export interface Schema {
  /** The name of the schema itself, which no table has. */
  readonly root: string
  /** The top-level columns. */
  readonly fields: readonly Node[]
  /** In file order. */
  readonly leaves: readonly Leaf[]
}

/** A group whose children are still coming. */
interface Open {
  readonly children: Node[]
  readonly path: string
  readonly flat: boolean
  left: number
}

/**
 * Builds the tree.
 * @throws FooterError `CORRUPT_FOOTER` where the elements do not make up exactly one tree
 */
export function buildSchema(elements: readonly SchemaElement[]): Schema {
  const [root, ...rest] = elements
  if (root === undefined) corrupt('the schema is empty')
  const leaves: Leaf[] = []
  const fields: Node[] = []
  const open: Open[] = [{ children: fields, path: '', flat: true, left: childCount(root) }]
  for (const element of rest) {
    closeFull(open)
    const parent = open.at(-1) ?? corrupt(`the schema has ${elements.length} elements, its tree ends before`)
    parent.left -= 1
    if (element.type === undefined) openGroup(element, parent, open)
    else addLeaf(element, parent, leaves)
  }
  closeFull(open)
  if (open.length > 0) corrupt(`the schema has ${elements.length} elements, its tree needs more`)
  return { root: root.name ?? corrupt('the schema has no name'), fields, leaves }
}

function closeFull(open: Open[]): void {
  while (open.at(-1)?.left === 0) open.pop()
}

function childCount(element: SchemaElement): number {
  const count = element.children ?? 0
  return count >= 0 ? count : corrupt(`schema element '${element.name}' has ${count} children`)
}

function openGroup(element: SchemaElement, parent: Open, open: Open[]): void {
  const field = fieldOf(element)
  const children: Node[] = []
  parent.children.push({ kind: 'group', ...field, children })
  open.push({ children, ...below(parent, field), left: childCount(element) })
  if (open.length > MAX_SCHEMA_DEPTH) corrupt(`the schema nests deeper than ${MAX_SCHEMA_DEPTH} levels`)
}

function addLeaf(element: SchemaElement, parent: Open, leaves: Leaf[]): void {
  const field = fieldOf(element)
  const physical =
    PHYSICAL[element.type ?? -1] ?? corrupt(`column '${field.name}' has physical type ${element.type}`)
  const length = physical === 'FIXED_LEN_BYTE_ARRAY' ? (element.typeLength ?? -1) : 0
  if (length < 0) corrupt(`column '${field.name}' is a FIXED_LEN_BYTE_ARRAY without a length`)
  const leaf: Leaf = {
    kind: 'leaf',
    ...field,
    physical,
    length,
    strayLength: physical !== 'FIXED_LEN_BYTE_ARRAY' && (element.typeLength ?? 0) !== 0,
    column: leaves.length,
    ...below(parent, field),
  }
  leaves.push(leaf)
  parent.children.push(leaf)
}

function fieldOf(element: SchemaElement): Field {
  const name = element.name ?? corrupt('a schema element has no name')
  const repetition =
    REPETITION[element.repetition ?? -1] ?? corrupt(`column '${name}' has repetition ${element.repetition}`)
  const lacks = lacking(element.logicalType)
  if (lacks !== undefined)
    corrupt(`column '${name}' is annotated as ${element.logicalType?.kind} without its ${lacks}`)
  const later = laterType(element)
  return {
    name,
    repetition,
    logical: annotation(element),
    converted: element.convertedType !== undefined,
    ...(later === undefined ? {} : { later }),
    ...(isLocal(element) ? { local: true } : {}),
    ...(element.fieldId === undefined ? {} : { id: element.fieldId }),
  }
}

const isLocal = ({ logicalType }: SchemaElement): boolean =>
  logicalType?.kind === 'timestamp' && logicalType.value.utc === false

const below = (parent: Open, field: Field) => ({
  path: parent.path === '' ? field.name : `${parent.path}.${field.name}`,
  flat: parent.flat && field.repetition !== 'repeated',
})

/** The number of a physical type in parquet.thrift. */
export const physicalNumber = (physical: Physical): number => PHYSICAL.indexOf(physical)
