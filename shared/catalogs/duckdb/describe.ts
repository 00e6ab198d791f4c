/** What DuckDB makes of a file's columns, beside what its footer says of them: DuckDB's types alone do not tell all. */
import type { DuckDBStructType, DuckDBType } from '@duckdb/node-api'
import type { CountUnit, SourceColumn, SourceType } from '../../sql/duckdb-source.ts'

type Api = typeof import('@duckdb/node-api')

/** A row of `parquet_schema`. */
export interface Element {
  readonly name: string
  readonly repetition: string | null
  readonly children: number
  readonly converted: string | null
  readonly logical: string | null
  readonly precision: number | null
}

interface Node extends Omit<Element, 'children'> {
  readonly children: readonly Node[]
}

/** DuckDB's column: its name for it and its type. */
export interface Described {
  readonly name: string
  readonly type: DuckDBType
}

/**
 * The columns of a file that can be shown. Left out, at any depth: names that differ in case alone, of which DuckDB renames
 * one, and decimals of more than 38 digits, of which DuckDB 1.5.6 makes numbers that are not in the file.
 * @param elements the whole schema, in its order
 */
export function sourceColumns(
  api: Api,
  elements: readonly Element[],
  described: readonly Described[],
): readonly SourceColumn[] {
  const [root] = readNode(elements, 0)
  return pairAll(api, root.children, described)
}

function readNode(elements: readonly Element[], at: number): [Node, number] {
  const element = elements[at] as Element
  const children: Node[] = []
  let next = at + 1
  for (let left = element.children; left > 0; left--) {
    const [child, after] = readNode(elements, next)
    children.push(child)
    next = after
  }
  return [{ ...element, children }, next]
}

function pairAll(api: Api, nodes: readonly Node[], described: readonly Described[]): SourceColumn[] {
  const names = nodes.map(node => node.name.toLowerCase())
  return described.flatMap(({ name, type }, at) => {
    const node = nodes[at] as Node
    if (names.indexOf(names[at] as string) !== names.lastIndexOf(names[at] as string)) return []
    const source = pair(api, node, type)
    return source === undefined ? [] : [{ name, type: source }]
  })
}

/** @returns undefined where it cannot be shown */
function pair(api: Api, node: Node, type: DuckDBType): SourceType | undefined {
  if (type instanceof api.DuckDBListType) {
    const element =
      node.repetition === 'REPEATED'
        ? pairRepeated(api, node, type.valueType, true)
        : pairElement(api, node, type.valueType)
    return element && { kind: 'list', element }
  }
  if (type instanceof api.DuckDBMapType) return pairMap(api, node, type.keyType, type.valueType)
  if (type instanceof api.DuckDBStructType) return pairStruct(api, node, type)
  if (digitsOf(node) > MAX_DIGITS) return undefined
  const unit = unitOf(node)
  return { kind: 'scalar', name: String(type), ...(unit ? { unit } : {}) }
}

const MAX_DIGITS = 38

function pairMap(
  api: Api,
  { children }: Node,
  keyType: DuckDBType,
  valueType: DuckDBType,
): SourceType | undefined {
  const [keyNode, valueNode] = children[0]?.children ?? []
  const key = keyNode && pair(api, keyNode, keyType)
  const value = valueNode && pair(api, valueNode, valueType)
  return key && value && { kind: 'map', key, value }
}

function pairStruct(
  api: Api,
  node: Node,
  { entryNames, entryTypes }: DuckDBStructType,
): SourceType | undefined {
  const [name = '', type] = [entryNames[0], entryTypes[0]]
  if (node.logical?.startsWith('ListType') && type instanceof api.DuckDBListType) {
    // DuckDB 1.5.6 knows a LIST by its older annotation only.
    const element = pairElement(api, node, type.valueType)
    return element && { kind: 'inside', field: { name, type: { kind: 'list', element } } }
  }
  const { children } = node
  const nameless = children.some(child => child.name === '')
  const described = entryTypes.map((type, at) => ({ name: entryNames[at] ?? '', type }))
  const fields = pairAll(api, children, described)
  const usable = fields.length > 0 && (!nameless || fields.length === children.length)
  return usable ? { kind: 'struct', fields } : undefined
}

function pairElement(api: Api, list: Node, type: DuckDBType): SourceType | undefined {
  const repeated = list.children[0] as Node
  return pairRepeated(api, repeated, type, isElement(list, repeated))
}

/** DuckDB takes every repeated group of one field for a wrapper around it. @param counts whether the group is a value itself */
function pairRepeated(api: Api, repeated: Node, type: DuckDBType, counts: boolean): SourceType | undefined {
  const [child, ...more] = repeated.children
  // In a list of two levels the group may be a map itself.
  const isMap =
    type instanceof api.DuckDBMapType && /MAP|MapType/.test(`${repeated.converted} ${repeated.logical}`)
  if (child === undefined || more.length > 0 || isMap)
    return pair(api, { ...repeated, repetition: 'REQUIRED' }, type)
  const inner = pair(api, child, type)
  return inner && counts ? { kind: 'only', field: { name: child.name, type: inner } } : inner
}

/** Rules 3 and 4 of LogicalTypes.md, as `parquet/lists.ts` has them. */
const isElement = (list: Node, { name, converted, logical, children }: Node): boolean =>
  !/LIST|MAP|ListType|MapType/.test(`${converted} ${logical}`) &&
  (children[0]?.repetition === 'REPEATED' || name === 'array' || name === `${list.name}_tuple`)

const UNITS = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns', DateType: 'days' } as const

/** `TIME_MICROS`; `TimeType(isAdjustedToUTC=0, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))`. */
function unitOf({ converted, logical }: Node): CountUnit | undefined {
  const [unit] =
    /DateType|(?<=_)MI(LLI|CRO)S|(MI(LLI|CRO)|NANO)S(?==[A-Z])/.exec(`${converted} ${logical}`) ?? []
  return UNITS[unit as keyof typeof UNITS]
}

/** `DecimalType(scale=10, precision=50)` where the older annotation is missing. */
const digitsOf = ({ converted, logical, precision }: Node): number =>
  converted === 'DECIMAL'
    ? (precision ?? 0)
    : Number(/DecimalType\(.*precision=(\d+)/.exec(logical ?? '')?.[1] ?? 0)
