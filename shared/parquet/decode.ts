/** Thrift structs described as data: `struct({ name: [4, text] })` decodes field 4 and skips the others. */
import { corrupt } from './reject.ts'
import {
  type Cursor,
  nested,
  readBinary,
  readByte,
  readFields,
  readI32,
  readI64,
  readListHeader,
  skip,
  skipBinary,
  WIRE,
} from './thrift.ts'

/** Reads one kind of value. A field of another wire type is skipped, as Thrift's generated readers do. */
export interface Decoder<T> {
  readonly wire: number
  readonly read: (cursor: Cursor, wire: number) => T
}

export type Decoded<D> = D extends Decoder<infer T> ? T : never

/** Field name → its number in the IDL and its decoder. */
type Fields = Readonly<Record<string, readonly [id: number, decoder: Decoder<unknown>]>>

export const bool: Decoder<boolean> = { wire: WIRE.true, read: (_, wire) => wire === WIRE.true }
export const i8: Decoder<number> = { wire: WIRE.byte, read: readByte }
export const i32: Decoder<number> = { wire: WIRE.i32, read: readI32 }
/** NaN beyond ±2^52. */
export const i64: Decoder<number> = { wire: WIRE.i64, read: readI64 }
export const binary: Decoder<Uint8Array> = { wire: WIRE.binary, read: readBinary }

/** For bytes that are seldom needed: a view of them costs more than all else that is read of a chunk's statistics. */
export const lateBinary: Decoder<() => Uint8Array> = {
  wire: WIRE.binary,
  read: cursor => {
    const { bytes, at, depth } = cursor
    skipBinary(cursor)
    return () => readBinary({ bytes, at, depth })
  },
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Text; what is not UTF-8 becomes U+FFFD. */
export const decodeText = (bytes: Uint8Array): string => UTF8.decode(bytes)
export const text: Decoder<string> = { wire: WIRE.binary, read: cursor => decodeText(readBinary(cursor)) }

const accepts = (decoder: Decoder<unknown>, wire: number): boolean =>
  decoder.wire === (wire === WIRE.false ? WIRE.true : wire)

const numbered = (fields: Fields) =>
  new Map(Object.entries(fields).map(([name, [id, decoder]]) => [id, { name, decoder }]))

/** A struct: every field is optional, since the bytes may lack it. */
export function struct<F extends Fields>(fields: F): Decoder<{ readonly [K in keyof F]?: Decoded<F[K][1]> }> {
  const byId = numbered(fields)
  const read = (cursor: Cursor) => {
    const value: Record<string, unknown> = {}
    readFields(cursor, (id, wire) => {
      const field = byId.get(id)
      if (field === undefined || !accepts(field.decoder, wire)) return false
      value[field.name] = field.decoder.read(cursor, wire)
      return true
    })
    return value as { [K in keyof F]?: Decoded<F[K][1]> }
  }
  return { wire: WIRE.struct, read }
}

type Choice<F extends Fields> =
  | { readonly [K in keyof F]: { readonly kind: K; readonly value: Decoded<F[K][1]> } }[keyof F]
  | { readonly kind: 'unknown'; readonly id: number }

/** A union: the one field that is set; a field of a later IDL is `unknown` with its number (0 where none is set). */
export function union<F extends Fields>(fields: F): Decoder<Choice<F>> {
  const byId = numbered(fields)
  const read = (cursor: Cursor) => {
    let choice: { kind: string; value?: unknown; id?: number } = { kind: 'unknown', id: 0 }
    readFields(cursor, (id, wire) => {
      const field = byId.get(id)
      const known = field !== undefined && accepts(field.decoder, wire)
      choice = known ? { kind: field.name, value: field.decoder.read(cursor, wire) } : { kind: 'unknown', id }
      return known
    })
    return choice as Choice<F>
  }
  return { wire: WIRE.struct, read }
}

/** A list of at most `most` elements. @param most what bounds the memory that a list can take */
export function list<T>(element: Decoder<T>, most: number): Decoder<readonly T[]> {
  const read = (cursor: Cursor) => {
    const values: T[] = []
    readEach(cursor, element, value => {
      if (values.length === most) corrupt(`a list at byte ${cursor.at} has more than ${most} elements`)
      values.push(value)
    })
    return values
  }
  return { wire: WIRE.list, read }
}

const bitOf = (number: number): number => 1 << (number >= 0 && number < 31 ? number : 31)

/** A list of small numbers as a set: bit n stands for n, the highest for all that are none of 0 to 30. */
export const numberSet: Decoder<number> = {
  wire: WIRE.list,
  read: cursor => {
    const { size, wire } = readListHeader(cursor)
    if (size > 0 && wire !== WIRE.i32)
      corrupt(`a list at byte ${cursor.at} has elements of wire type ${wire}`)
    let bits = 0
    for (let i = 0; i < size; i++) {
      bits |= bitOf(readI32(cursor))
    }
    return bits
  },
}

/** A list whose elements are looked at and not kept. @param check throws where one is not as it must be */
export function each<T>(element: Decoder<T>, check: (value: T) => void): Decoder<true> {
  const read = (cursor: Cursor): true => {
    readEach(cursor, element, check)
    return true
  }
  return { wire: WIRE.list, read }
}

/**
 * A list of structs of small numbers (PageEncodingStats): those of fields 1 and 2 as one set. Field 3, the number of pages, is required
 * as these are. By hand: every chunk has some.
 */
export const numbersWithin: Decoder<number> = {
  wire: WIRE.list,
  read: cursor => {
    const { size, wire } = readListHeader(cursor)
    if (size > 0 && wire !== WIRE.struct)
      corrupt(`a list at byte ${cursor.at} has elements of wire type ${wire}`)
    let bits = 0
    for (let i = 0; i < size; i++) bits |= readNumbers(cursor)
    return bits
  },
}

/** Fields 1, 2 and 3. */
const ALL_THREE = 0b1110

function readNumbers(cursor: Cursor): number {
  let id = 0
  let bits = 0
  let found = 0
  for (let header = readByte(cursor); header !== 0; header = readByte(cursor)) {
    const delta = header >> 4
    const wire = header & 0x0f
    id = delta === 0 ? readI32(cursor) : id + delta
    if (wire === WIRE.i32 && id > 0 && id <= 3) {
      const number = readI32(cursor)
      found |= 1 << id
      if (id < 3) bits |= bitOf(number)
    } else skip(cursor, wire)
  }
  if (found !== ALL_THREE) corrupt(`the statistics of pages at byte ${cursor.at} lack a number`)
  return bits
}

/** Reads a list and hands over one element at a time: memory for one element, however long the list. */
export function readEach<T>(cursor: Cursor, element: Decoder<T>, take: (value: T) => void): void {
  nested(cursor, () => {
    const { size, wire } = readListHeader(cursor)
    if (size > 0 && !accepts(element, wire))
      corrupt(`a list at byte ${cursor.at} has elements of wire type ${wire}`)
    for (let i = 0; i < size; i++) take(element.read(cursor, wire))
  })
}
