/** Which files engines read alike: by schema, way of packing and writer, a few bytes. */
import { fnv1a64 } from '../evolution/fnv.ts'
import type { FileMetadata } from './footer.ts'
import { physicalText } from './physical-text.ts'
import type { Node } from './tree.ts'

/**
 * Equal for files of one kind: what tells one such file from the next (rows, sizes, values, the writer's build) is no part of
 * it. Packing counts by physical type, not by column: which columns get a dictionary depends on their values, and each file of
 * a table would be of a kind of its own.
 */
export function signatureOf(metadata: FileMetadata): string {
  const { schema, orders = [], packing } = metadata
  const order = [...new Set(orders.map(({ kind }) => kind))].sort()
  const fields = schema.fields.map(nodeOf)
  return fnv1a64(
    JSON.stringify([schema.root, fields, packedByType(metadata), order, writerOf(packing.createdBy)]),
  )
}

function packedByType({ schema, columns, bareKey }: FileMetadata): readonly string[] {
  const traits = schema.leaves.flatMap(({ physical, column }) => {
    const { encrypted = false, packed } = columns[column] ?? {}
    const { codecs = [], encodings = [], bloom, dictionaryAtZero } = packed ?? {}
    const odd = [bloom && 'bloom', dictionaryAtZero && 'dictionary at 0', encrypted && 'encrypted']
    return [...codecs, ...encodings, ...odd].map(trait => `${physical} ${trait}`)
  })
  return [...new Set(traits), ...(bareKey === undefined ? [] : ['key without a value'])].sort()
}

/** Whether values may be null does not count: DuckDB 2 writes REQUIRED where a file has none, so that it differs from file to file. */
const nodeOf = (node: Node): unknown => [
  node.name,
  node.repetition === 'repeated',
  node.converted,
  physicalText(node),
  node.kind === 'leaf' ? node.strayLength : node.children.map(nodeOf),
]

/** `parquet-mr version 1.15.2 (build 33c2f1e)`: the build is that of each snapshot, and tells nothing more. */
const writerOf = (createdBy: string): string => createdBy.replace(/\s*\(build .*$/s, '')
