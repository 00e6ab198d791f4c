/** What engines make of how a file is packed, whatever the types of its columns. */
import { isPackingKey } from '../evolution/packing.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type Doubt, type DoubtKind, isOfWidth } from './doubt.ts'
import { type FindingCode, finding, packingFinding } from './findings.ts'
import type { FileMetadata } from './footer.ts'
import type { ColumnOrder } from './idl.ts'
import type { Logical } from './logical.ts'
import { strangeOrders } from './old-orders.ts'
import type { Packed } from './packed.ts'
import type { Leaf, Node, Schema } from './tree.ts'
import { mistakenColumns } from './twins.ts'

export function packingFindings(metadata: FileMetadata): Diagnostic[] {
  const { schema, columns, packing } = metadata
  return [
    ...rootFindings(schema.root),
    ...keyFindings(metadata),
    ...schema.leaves.flatMap(leaf => {
      const packed = columns[leaf.column]?.packed
      return packed ? leafFindings(leaf, packed, packing.createdBy) : []
    }),
    ...orderFindings(metadata),
    ...schema.leaves.flatMap(leaf => boundsFindings(leaf, columns[leaf.column]?.doubts ?? [])),
    ...twinFindings(schema),
    ...schema.fields.flatMap(field => innerFindings(field, field.name)),
  ]
}

function leafFindings(leaf: Leaf, packed: Packed, createdBy: string): Diagnostic[] {
  return [
    ...codecFindings(leaf, packed, createdBy),
    ...encodingFindings(leaf, packed, createdBy),
    ...dictionaryFindings(leaf, packed),
    ...bloomFindings(leaf, packed, createdBy),
  ]
}

const codecFindings = ({ path }: Leaf, { codecs }: Packed, createdBy: string): Diagnostic[] =>
  codecs.flatMap(codec => {
    // The old LZ4 is framed in several ways, which no footer tells.
    const own = codec !== 'LZ4' || framesAsHadoop(createdBy)
    const key = own ? `codec ${codec}` : 'codec LZ4 of another writer'
    return known('RARE_CODEC', key, `column '${path}' is compressed with ${codec}`, path)
  })

function encodingFindings(leaf: Leaf, { encodings }: Packed, createdBy: string): Diagnostic[] {
  const { path, physical } = leaf
  const rare = encodings.flatMap(encoding => {
    const message = `column '${path}' is ${physical} encoded with ${encoding}`
    return [
      ...known('RARE_ENCODING', `${encoding} ${physical}`, message, path),
      ...(isUnsigned32(leaf)
        ? known('RARE_ENCODING', `${encoding} of unsigned INT32`, `${message}, without a sign`, path)
        : []),
    ]
  })
  if (!encodings.includes('DELTA_BYTE_ARRAY') || isSafeWriter(createdBy)) return rare
  const message = `column '${path}' is encoded with DELTA_BYTE_ARRAY by ${createdBy || 'a writer that the file does not tell'}`
  return [...rare, ...known('RARE_ENCODING', 'DELTA_BYTE_ARRAY of an unknown writer', message, path)]
}

function dictionaryFindings(leaf: Leaf, packed: Packed): Diagnostic[] {
  const { path } = leaf
  const atZero = `column '${path}' has its dictionary at byte 0`
  const ofNulls = `column '${path}' has a row group of only nulls with a dictionary`
  return [
    ...(packed.dictionaryAtZero && leaf.column === 0
      ? known('DICTIONARY_AT_ZERO', 'dictionary at 0', atZero, path)
      : []),
    // Of columns at the top: Presto looks the values of conditions up in their dictionaries.
    ...(packed.dictionaryOfNulls && path === leaf.name
      ? [finding('DICTIONARY_OF_NULLS', ofNulls, path)]
      : []),
  ]
}

const bloomFindings = ({ path }: Leaf, { bloom }: Packed, createdBy: string): Diagnostic[] =>
  bloom && createdBy === '@dsnp/parquetjs'
    ? known(
        'BLOOM_UNREADABLE',
        'bloom filter of parquetjs',
        `column '${path}' has a bloom filter of parquetjs`,
        path,
      )
    : []

/** Statistics that contradict themselves: engines skip row groups by them. */
const boundsFindings = (leaf: Leaf, doubts: readonly Doubt[]): Diagnostic[] =>
  doubts.flatMap(({ kind, words }) =>
    keysOf(kind, leaf).flatMap(key =>
      known('FALSE_STATISTICS', key, `column '${leaf.path}' ${words}`, leaf.path),
    ),
  )

/** A file is not opened where a bound has the wrong width; by what else bounds say, conditions are judged, of which there are none on what is in a list. */
function keysOf(kind: DoubtKind, { flat, logical, physical }: Leaf): string[] {
  if (isOfWidth(kind)) return [kind]
  if (!flat) return []
  const judged = judgedApart(logical)
  return judged === undefined ? [kind, `${kind}, of ${physical}`] : [`${kind}, of ${judged}`]
}

/** Hive asks no bounds of decimals, dates and timestamps, Spark none of timestamps and of what has no sign. */
function judgedApart(logical: Logical | undefined): string | undefined {
  if (logical?.kind === 'decimal' || logical?.kind === 'date') return 'decimals and dates'
  if (logical?.kind === 'timestamp') return 'timestamps'
  return logical?.kind === 'integer' && !logical.signed ? 'unsigned integers' : undefined
}

const isUnsigned32 = ({ physical, logical }: Leaf): boolean =>
  physical === 'INT32' && logical?.kind === 'integer' && !logical.signed && logical.bits === 32

/** parquet-java wrote this encoding wrong before 1.8 (PARQUET-246), and takes a version that it cannot read for an older one. */
function isSafeWriter(createdBy: string): boolean {
  const [, writer, major, minor] = /^(.*?)\s+version\s*(?:(\d+)\.(\d+)\.)?/.exec(createdBy) ?? []
  if (writer !== 'parquet-mr') return writer !== undefined
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 8)
}

/** parquet-java, and parquet-rs as it was seen, which is 59.3 and 60.1. */
const framesAsHadoop = (createdBy: string): boolean =>
  createdBy.startsWith('parquet-mr') || Number(/^parquet-rs version (\d+)/.exec(createdBy)?.[1]) >= 59

/** A finding, where an engine is known to refuse that. */
const known = (code: FindingCode, key: string, message: string, path?: string): Diagnostic[] =>
  isPackingKey(key) ? [packingFinding(code, key, message, path)] : []

function orderFindings(metadata: FileMetadata): Diagnostic[] {
  const { schema, orders } = metadata
  if (orders !== undefined && orders.length < schema.leaves.length) {
    const message = `the file has column orders for ${orders.length} of its ${schema.leaves.length} columns`
    return known('COLUMN_ORDER', 'too few column orders', message)
  }
  return strangeOrders(metadata).flatMap(({ path, column }) => {
    const what = ORDERS[orders?.[column]?.kind ?? 'type']
    return known('COLUMN_ORDER', 'column order', `column '${path}' ${what}`, path)
  })
}

/** Hive reads the schema as text, in which a name ends at these (parquet-java, MessageTypeParser). */
const isBadName = (name: string): boolean => name === '' || /[\s;{}()=,]/.test(name)

const ORDERS: Readonly<Record<ColumnOrder['kind'], string>> = {
  type: 'stands where Hive takes the order of another column',
  ieee754: 'has the order of IEEE 754',
  int96: 'has the order of INT96 timestamps',
  unknown: 'has an order that goldsync does not know',
}

function twinFindings(schema: Schema): Diagnostic[] {
  const mistaken = mistakenColumns(schema)[0]
  const message = `column '${mistaken?.path}' is stored otherwise than another of its name, case ignored`
  return mistaken ? known('MISTAKEN_COLUMN', 'names that differ by case', message, mistaken.path) : []
}

function rootFindings(name: string): Diagnostic[] {
  return isBadName(name) ? known('ROOT_NAME', 'root name', `the schema's name is '${name}'`) : []
}

/** In the words of parquet.thrift a value is optional. */
const keyFindings = ({ bareKey }: FileMetadata): Diagnostic[] =>
  bareKey === undefined
    ? []
    : known(
        'KEY_WITHOUT_VALUE',
        'key without a value',
        `the file's key '${bareKey.slice(0, 100)}' has no value`,
      )

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
