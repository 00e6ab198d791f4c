/** What engines make of how a file is packed, whatever the types of its columns. */
import { isPackingKey } from '../evolution/packing.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type FindingCode, packingFinding } from './findings.ts'
import type { FileMetadata } from './footer.ts'
import { strangeOrders } from './old-orders.ts'
import type { Packed } from './packed.ts'
import type { Leaf, Node } from './tree.ts'

export function packingFindings(metadata: FileMetadata): Diagnostic[] {
  const { schema, columns, packing } = metadata
  return [
    ...rootFindings(schema.root),
    ...schema.leaves.flatMap(leaf => {
      const packed = columns[leaf.column]?.packed
      return packed ? leafFindings(leaf, packed, packing.createdBy) : []
    }),
    ...orderFindings(metadata),
    ...schema.fields.flatMap(field => innerFindings(field, field.name)),
  ]
}

function leafFindings(leaf: Leaf, packed: Packed, createdBy: string): Diagnostic[] {
  const { path, physical } = leaf
  const codecs = packed.codecs.flatMap(codec => {
    // The old LZ4 is framed in several ways, which no footer tells; parquet-java has but one.
    const own = codec !== 'LZ4' || createdBy.startsWith('parquet-mr')
    const key = own ? `codec ${codec}` : 'codec LZ4 of another writer'
    return known('RARE_CODEC', key, `column '${path}' is compressed with ${codec}`, path)
  })
  const encodings = packed.encodings.flatMap(encoding => {
    const message = `column '${path}' is ${physical} encoded with ${encoding}`
    return known('RARE_ENCODING', `${encoding} ${physical}`, message, path)
  })
  // Where a row group begins is asked of its first column.
  const dictionary =
    packed.dictionaryAtZero && leaf.column === 0
      ? known('DICTIONARY_AT_ZERO', 'dictionary at 0', `column '${path}' has its dictionary at byte 0`, path)
      : []
  return [...codecs, ...encodings, ...dictionary]
}

/** A finding, where an engine is known to refuse that. */
const known = (code: FindingCode, key: string, message: string, path?: string): Diagnostic[] =>
  isPackingKey(key) ? [packingFinding(code, key, message, path)] : []

function orderFindings(metadata: FileMetadata): Diagnostic[] {
  const { schema, orders } = metadata
  if (orders !== undefined && orders.length < schema.leaves.length) {
    const message = `the file has column orders for ${orders.length} of its ${schema.leaves.length} columns`
    return known('COLUMN_ORDER', 'too few column orders', message)
  }
  return strangeOrders(metadata).flatMap(({ path, physical }) => {
    const own = physical === 'FLOAT' || physical === 'DOUBLE'
    const what = own ? 'has the order of IEEE 754' : 'stands where Hive takes the order of another column'
    return known('COLUMN_ORDER', 'column order', `column '${path}' ${what}`, path)
  })
}

/** Hive reads the schema as text, in which a name ends at these (parquet-java, MessageTypeParser). */
const isBadName = (name: string): boolean => name === '' || /[\s;{}()=,]/.test(name)

function rootFindings(name: string): Diagnostic[] {
  return isBadName(name) ? known('ROOT_NAME', 'root name', `the schema's name is '${name}'`) : []
}

/** What lists and maps have within them: no table has these names, and Hive reads them all the same. */
function innerFindings(node: Node, path: string): Diagnostic[] {
  if (node.kind === 'leaf') return []
  const isNested = node.logical?.kind === 'list' || node.logical?.kind === 'map'
  const inner = isNested ? node.children.flatMap(child => [child, ...elementsOf(child)]) : []
  const bad = inner.find(({ name }) => isBadName(name))
  const found = bad
    ? known('ELEMENT_NAME', 'name within a list', `'${path}' has '${bad.name}' for the name of a part`, path)
    : []
  return [...found, ...node.children.flatMap(child => innerFindings(child, `${path}.${child.name}`))]
}

/** Of the repeated group: an element, or a key and a value. Fields of a struct that is repeated itself are the table's. */
const elementsOf = (repeated: Node): readonly Node[] => (repeated.kind === 'group' ? repeated.children : [])
