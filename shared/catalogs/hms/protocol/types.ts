/** Type texts of the field tables, parsed once into what the codec walks. */
import { METHODS, type MethodName } from './methods.ts'
import { type FieldTable, STRUCTS, type StructName } from './structs.ts'

/** Type ids on the wire (thrift/doc/specs/thrift-binary-protocol.md). */
export const WIRE = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  binary: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
  uuid: 16,
} as const

/** Bytes of a value whose type alone tells its size. */
export const FIXED_SIZES: Readonly<Record<number, number>> = {
  [WIRE.bool]: 1,
  [WIRE.byte]: 1,
  [WIRE.i16]: 2,
  [WIRE.i32]: 4,
  [WIRE.i64]: 8,
  [WIRE.double]: 8,
  [WIRE.uuid]: 16,
}

/** Deeper nesting than any struct of the metastore has (about 10) is refused. */
export const MAX_DEPTH = 32

export type ScalarKind = 'bool' | 'byte' | 'i16' | 'i32' | 'i64' | 'double' | 'string' | 'binary'

export type WireType =
  | { readonly kind: ScalarKind; readonly wire: number }
  | { readonly kind: 'list'; readonly wire: number; readonly element: WireType }
  /** Keys are strings. */
  | { readonly kind: 'map'; readonly wire: number; readonly value: WireType }
  | { readonly kind: 'struct'; readonly wire: number; readonly fields: () => FieldIndex }

interface Field {
  readonly id: number
  readonly name: string
  readonly type: WireType
}

export interface FieldIndex {
  readonly all: readonly Field[]
  readonly byId: ReadonlyMap<number, Field>
}

/** Field of a result struct that holds the answer. */
export const ANSWER = 'success'

export const argumentsOf = (method: MethodName): FieldIndex => indexOf(METHODS[method].args)

/** The answer under `success`, the exceptions under their type's name. */
export function resultOf(method: MethodName): FieldIndex {
  const { throws, ...described } = METHODS[method]
  const answer: FieldTable = 'returns' in described ? { [ANSWER]: [0, described.returns] } : {}
  const faults = throws.map((name, at) => [name, [at + 1, name]] as const)
  return indexOf({ ...answer, ...Object.fromEntries(faults) })
}

export function indexOf(table: FieldTable): FieldIndex {
  const all = Object.entries(table).map(([name, [id, type]]) => ({ id, name, type: parseWireType(type) }))
  return { all, byId: new Map(all.map(field => [field.id, field])) }
}

const structs = new Map<StructName, FieldIndex>()

/** The fields of a struct of the tables. */
export function fieldsOf(name: StructName): FieldIndex {
  const known = structs.get(name)
  if (known) return known
  const index = indexOf(STRUCTS[name])
  structs.set(name, index)
  return index
}

function parseWireType(text: string): WireType {
  const list = /^list<(.+)>$/.exec(text)?.[1]
  if (list) return { kind: 'list', wire: WIRE.list, element: parseWireType(list) }
  const map = /^map<string,(.+)>$/.exec(text)?.[1]
  if (map) return { kind: 'map', wire: WIRE.map, value: parseWireType(map) }
  if (text in STRUCTS)
    return { kind: 'struct', wire: WIRE.struct, fields: () => fieldsOf(text as StructName) }
  return { kind: text as ScalarKind, wire: WIRE[text as ScalarKind] }
}
