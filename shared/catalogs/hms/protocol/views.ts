/** The field tables as TypeScript types: each struct, argument and answer is typed by its table. */
import type { METHODS, MethodName } from './methods.ts'
import type { FieldTable, STRUCTS, StructName } from './structs.ts'

/** Raw bytes of the fields that our table does not list: kept on a struct that is read, written back with it. */
export const UNKNOWN: unique symbol = Symbol('unknown fields')

interface Scalars {
  readonly bool: boolean
  readonly byte: number
  readonly i16: number
  readonly i32: number
  /** A number where it is exact, else a bigint. */
  readonly i64: number | bigint
  readonly double: number
  readonly string: string
  readonly binary: Uint8Array
}

type Value<T> = T extends keyof Scalars
  ? Scalars[T]
  : T extends `list<${infer E}>`
    ? readonly Value<E>[]
    : T extends `map<string,${infer V}>`
      ? Readonly<Record<string, Value<V>>>
      : T extends StructName
        ? Struct<T>
        : never

/** Any field may be absent on the wire, whatever the IDL calls required. */
type Fields<F extends FieldTable> = { readonly [K in keyof F]?: Value<F[K][1]> | undefined } & {
  readonly [UNKNOWN]?: Uint8Array
}

export type Struct<N extends StructName> = Fields<(typeof STRUCTS)[N]>

export type Arguments<M extends MethodName> = Fields<(typeof METHODS)[M]['args']>

export type Answer<M extends MethodName> = (typeof METHODS)[M] extends { readonly returns: infer T }
  ? Value<T>
  : undefined
