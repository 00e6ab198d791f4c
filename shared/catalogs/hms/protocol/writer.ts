/** Writes structs by their field tables, and the raw bytes of fields that were read without being known. */
import { type FieldIndex, type ScalarKind, WIRE, type WireType } from './types.ts'
import { UNKNOWN } from './views.ts'

/** Bytes that grow as they are written. */
export interface Sink {
  bytes: Buffer
  at: number
}

export const openSink = (): Sink => ({ bytes: Buffer.allocUnsafe(1024), at: 0 })

/** What was written so far. */
export const written = (sink: Sink): Buffer => sink.bytes.subarray(0, sink.at)

/** The position of `size` new bytes. */
function grow(sink: Sink, size: number): number {
  const start = sink.at
  sink.at += size
  if (sink.at > sink.bytes.length) {
    const larger = Buffer.allocUnsafe(Math.max(sink.at, sink.bytes.length * 2))
    sink.bytes.copy(larger, 0, 0, start)
    sink.bytes = larger
  }
  return start
}

function writeByte(sink: Sink, value: number): void {
  const at = grow(sink, 1)
  sink.bytes[at] = value & 0xff
}

function writeI16(sink: Sink, value: number): void {
  const at = grow(sink, 2)
  sink.bytes.writeInt16BE(value, at)
}

export function writeI32(sink: Sink, value: number): void {
  const at = grow(sink, 4)
  sink.bytes.writeInt32BE(value | 0, at)
}

function writeI64(sink: Sink, value: number | bigint): void {
  const at = grow(sink, 8)
  sink.bytes.writeBigInt64BE(BigInt(value), at)
}

function writeDouble(sink: Sink, value: number): void {
  const at = grow(sink, 8)
  sink.bytes.writeDoubleBE(value, at)
}

export function writeString(sink: Sink, text: string): void {
  const length = Buffer.byteLength(text)
  writeI32(sink, length)
  const at = grow(sink, length)
  sink.bytes.write(text, at, 'utf8')
}

function writeBytes(sink: Sink, bytes: Uint8Array): void {
  writeI32(sink, bytes.length)
  const at = grow(sink, bytes.length)
  sink.bytes.set(bytes, at)
}

/** Writes the fields that are set, then the unknown ones. */
export function writeStruct(sink: Sink, fields: FieldIndex, struct: object): void {
  const values = struct as Readonly<Record<string, unknown>> & { readonly [UNKNOWN]?: Uint8Array }
  for (const { id, name, type } of fields.all) {
    const value = values[name]
    if (value === undefined) continue
    writeByte(sink, type.wire)
    writeI16(sink, id)
    writeValue(sink, type, value)
  }
  const unknown = values[UNKNOWN]
  if (unknown) {
    const at = grow(sink, unknown.length)
    sink.bytes.set(unknown, at)
  }
  writeByte(sink, WIRE.stop)
}

const SCALARS: Readonly<Record<ScalarKind, (sink: Sink, value: never) => void>> = {
  bool: (sink, value: boolean) => writeByte(sink, value ? 1 : 0),
  byte: writeByte,
  i16: writeI16,
  i32: writeI32,
  i64: writeI64,
  double: writeDouble,
  string: writeString,
  binary: writeBytes,
}

/** The value is of the type by the views that callers are typed with. */
function writeValue(sink: Sink, type: WireType, value: unknown): void {
  if (type.kind === 'list') writeList(sink, type.element, value as readonly unknown[])
  else if (type.kind === 'map') writeMap(sink, type.value, value as Readonly<Record<string, unknown>>)
  else if (type.kind === 'struct') writeStruct(sink, type.fields(), value as object)
  else SCALARS[type.kind](sink, value as never)
}

function writeList(sink: Sink, element: WireType, list: readonly unknown[]): void {
  writeByte(sink, element.wire)
  writeI32(sink, list.length)
  for (const item of list) writeValue(sink, element, item)
}

function writeMap(sink: Sink, value: WireType, map: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(map)
  writeByte(sink, WIRE.string)
  writeByte(sink, value.wire)
  writeI32(sink, entries.length)
  for (const [key, item] of entries) {
    writeString(sink, key)
    writeValue(sink, value, item)
  }
}
